import { isShownButton, leadsToLink } from "../../open-channels/actions/keyboard";
import { isBlank } from "../shared/text";
import { mapsIn, toJson, without, wordOf, type JsonMap, type Part } from "./structure";

/** What a button does; `keep` is whatever the panel cannot show, such as a button that opens an application. */
export type ButtonKind = "link" | "send" | "put" | "copy" | "call" | "dialog" | "command" | "keep";

export interface Button {
  text: string;
  /** A color token of the portal, or an empty text. */
  color: string;
  newRow: boolean;
  kind: ButtonKind;
  value: string;
  /** What else the button holds. */
  readonly rest: JsonMap;
}

export type Keyboard = Part<Button>;

/** Why a button would not be shown, as a key of texts. */
export type ButtonMistake = "noText" | "linksOnly" | "address" | "noValue";

const KINDS: Readonly<Record<string, ButtonKind>> = {
  SEND: "send",
  PUT: "put",
  COPY: "copy",
  CALL: "call",
  DIALOG: "dialog",
};
const LOOKS = ["TEXT", "BG_COLOR_TOKEN", "DISPLAY"];
const DEEDS = ["LINK", "ACTION", "ACTION_VALUE", "COMMAND"];

/** The button with which a new row of the panel begins. */
export const newButton = (mode: string): Button => ({
  text: "",
  kind: mode === "network" ? "link" : "send",
  value: "",
  color: "",
  newRow: true,
  rest: {},
});

/** A keyboard's JSON as items; null when it is something else. A button with its own row begins a new one. */
export function readKeyboard(json: string): Keyboard | null {
  const found = mapsIn(json, "BUTTONS");
  if (found === null) return null;
  const items: Button[] = [];
  let breaks = true;
  for (const button of found.list) {
    if (button["TYPE"] === "NEWLINE") {
      breaks = true;
      continue;
    }
    const hasOwnRow = button["DISPLAY"] !== "LINE";
    items.push(readButton(button, breaks || hasOwnRow));
    breaks = hasOwnRow;
  }
  return { items, rest: found.rest };
}

function readButton(button: JsonMap, newRow: boolean): Button {
  const { kind, value } = deedOf(button);
  return {
    text: wordOf(button["TEXT"]),
    color: wordOf(button["BG_COLOR_TOKEN"]),
    newRow,
    kind,
    value,
    rest: without(button, kind === "keep" ? LOOKS : [...LOOKS, ...DEEDS]),
  };
}

function deedOf({ LINK, APP_ID, ACTION, ACTION_VALUE, COMMAND }: JsonMap): Pick<Button, "kind" | "value"> {
  if (LINK !== undefined) return { kind: "link", value: wordOf(LINK) };
  const kind = KINDS[wordOf(ACTION)];
  if (APP_ID === undefined && kind !== undefined) return { kind, value: wordOf(ACTION_VALUE) };
  if (APP_ID === undefined && COMMAND !== undefined) return { kind: "command", value: wordOf(COMMAND) };
  return { kind: "keep", value: "" };
}

/** The buttons as they are below each other. */
export function rowsOf(items: readonly Button[]): Button[][] {
  const rows: Button[][] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (item.newRow || last === undefined) rows.push([item]);
    else last.push(item);
  }
  return rows;
}

/** The JSON to be saved. Buttons of one row follow each other; between two such rows there is a break. */
export function writeKeyboard({ items, rest }: Keyboard): string {
  const rows = rowsOf(items.filter((item) => !isEmpty(item)));
  const list = rows.flatMap((row, at) => {
    const isAfterRow = (rows[at - 1]?.length ?? 0) > 1;
    const buttons = row.map((item) => writeButton(item, row.length === 1));
    return row.length > 1 && isAfterRow ? [{ TYPE: "NEWLINE" }, ...buttons] : buttons;
  });
  return toJson(list, "BUTTONS", rest);
}

function writeButton(item: Button, hasOwnRow: boolean): JsonMap {
  const action = Object.keys(KINDS).find((name) => KINDS[name] === item.kind);
  return {
    TEXT: item.text,
    ...(item.kind === "link" && { LINK: item.value.trim() }),
    ...(item.kind === "command" && { COMMAND: item.value.trim() }),
    ...(action !== undefined && { ACTION: action, ACTION_VALUE: item.value }),
    ...(item.color !== "" && { BG_COLOR_TOKEN: item.color }),
    ...(!hasOwnRow && { DISPLAY: "LINE" }),
    ...item.rest,
  };
}

const isEmpty = (item: Button): boolean => isBlank(item.text) && isBlank(item.value) && item.kind !== "keep";

/** Why the node would lose a button or refuse the message for it; undefined when nothing is wrong. The node's own rules decide. */
export function wrongButton(item: Button, mode: string): ButtonMistake | undefined {
  if (isEmpty(item)) return undefined;
  const button = writeButton(item, true);
  if (isShownButton(button) && (mode !== "network" || leadsToLink(button))) return undefined;
  if (isBlank(item.text)) return "noText";
  if (mode === "network" && item.kind !== "link") return "linksOnly";
  return item.kind === "link" ? "address" : "noValue";
}
