import { REFUSED_SIZE } from "../../open-channels/actions/rich-content";
import { LONGEST_TEXT } from "../../open-channels/actions/values";
import { isBlank } from "../shared/text";
import { hasAddress, readAttachment, writeAttachment, type Attachment, type Block } from "./attachment";
import { asSaved, asTyped, plain } from "./bb-code";
import { readKeyboard, writeKeyboard, type Keyboard } from "./keyboard";

/** A message in the panel. A part that comes from somewhere else, or that its mode does not have, is null. */
export interface Draft {
  /** The mode of the `send` node. */
  readonly mode: string;
  readonly message: { value: string } | null;
  readonly keyboard: Keyboard | null;
  readonly attach: Attachment | null;
}

export type PartName = "message" | "keyboard" | "attach";

/** A property of the node as a pair of type and value. */
export interface Pair {
  readonly type: string;
  readonly value: string;
}

/** The type of a part that is written in the dialog. */
export const OWN_TYPES: Readonly<Record<PartName, string>> = { message: "str", keyboard: "json", attach: "json" };

/** The draft that the pairs of the dialog make. */
export function draftOf(mode: string, pairs: Readonly<Record<PartName, Pair>>): Draft {
  const read = <T>(name: PartName, parse: (value: string) => T): T | null => {
    const { type, value } = pairs[name];
    if (type !== "auto" && type !== OWN_TYPES[name]) return null;
    return parse(type === OWN_TYPES[name] ? value : "");
  };
  const isRich = mode !== "automatic";
  return {
    mode,
    message: read("message", (value) => ({ value: asTyped(value) })),
    keyboard: isRich ? read("keyboard", readKeyboard) : null,
    attach: isRich ? read("attach", readAttachment) : null,
  };
}

/** The values as they would be saved; undefined for a part that is not written here. */
export type Written = Readonly<Partial<Record<PartName, string>>>;

/** @throws SyntaxError when the JSON of a block cannot be read; ask `wrongBlock` before */
export function written({ message, keyboard, attach }: Draft): Written {
  return {
    ...(message && { message: isBlank(message.value) ? "" : asSaved(message.value) }),
    ...(keyboard && { keyboard: writeKeyboard(keyboard) }),
    ...(attach && { attach: writeAttachment(attach) }),
  };
}

/** What has to be put into the dialog: parts that are what they were keep their looks, such as JSON written by hand. */
export function changes(before: Written, now: Written): [name: PartName, pair: Pair][] {
  const names: PartName[] = ["message", "keyboard", "attach"];
  return names.flatMap((name): [PartName, Pair][] => {
    const value = now[name];
    if (value === undefined || value === before[name]) return [];
    return [[name, { type: value === "" ? "auto" : OWN_TYPES[name], value }]];
  });
}

/** `zero`: the portal drops it; `long`: it cuts the text. */
export type TextMistake = "zero" | "long";

/** What the portal would do to a text without a word; undefined when all is right. */
export function wrongText(value: string, mode: string): TextMistake | undefined {
  if (mode === "automatic" && value === "0") return "zero";
  return [...value].length > LONGEST_TEXT ? "long" : undefined;
}

/** Whether the node would refuse keyboard or attachment for their size. Ask only when no block is wrong. */
export const isTooLarge = ({ keyboard, attach }: Draft): boolean =>
  [keyboard ? writeKeyboard(keyboard) : "", attach ? writeAttachment(attach) : ""].some(
    (json) => json.length >= REFUSED_SIZE,
  );

/** What channels outside of Bitrix24 show of a message: plain text without buttons. */
export function outsideText({ message, attach }: Draft): string {
  const parts = [message ? plain(message.value) : "", ...(attach?.items ?? []).map(plainBlock)];
  return parts.filter((part) => part !== "").join("\n");
}

function plainBlock(item: Block): string {
  if (item.kind === "delimiter") return "———";
  if (item.kind === "json") return "";
  if (!hasAddress(item)) return plain(item.value);
  return [item.name, item.value].filter((part) => part !== "").join(": ");
}
