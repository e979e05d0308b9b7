import type { JsonObject } from "../../rest/envelope";
import { readAttachment } from "./attachment";
import { readKeyboard, type KeyboardRules } from "./keyboard";
import type { Parsing, Reading } from "./reading";
import { requireChannelCode, requireChatId, requireFlag, requireText, requireUserId } from "./values";

/** A property saved as a pair of value and type. */
export interface Pair<Value = unknown, Code extends string = string> {
  readonly kind: "pair";
  /** The REST names under which a payload may carry the value. */
  readonly names: readonly string[];
  /** Where "from message" looks after the payload: the conversation's chat, or the payload itself when it is text. */
  readonly fallback?: "chatId" | "payload";
  /** The codes with which a wrong value is refused. */
  readonly codes: readonly Code[];
  /** Codes that cannot come while these properties are saved and the value does not come from the message. */
  readonly ruledOut?: readonly RuledOut<Code>[];
  /** A value for examples of messages. */
  readonly sample: unknown;
  parse(reading: Reading, parsing: Parsing<Code>): Value;
}

export interface RuledOut<Code extends string = string> {
  readonly code: Code;
  readonly when: Readonly<Record<string, string>>;
}

/** A plain property. */
export interface Option<Value = unknown, Code extends string = string> {
  readonly kind: "option";
  readonly default: string | boolean;
  /** All values that a dialog can save, where they can be listed. */
  readonly values?: readonly string[];
  /** The REST name under which a payload overrules the property. */
  readonly name?: string;
  readonly codes: readonly Code[];
  parse(value: unknown, parsing: Parsing<Code>): Value;
}

/** One property of a node, and what `run` gets of it. */
export type Field<Value = unknown, Code extends string = string> = Pair<Value, Code> | Option<Value, Code>;

/** A pair of value and type; its parser may refuse with `codes` only. */
export const pair = <Value, const Code extends string>(
  declaration: Omit<Pair<Value, Code>, "kind" | "parse"> & {
    parse(reading: Reading, parsing: Parsing<NoInfer<Code>>): Value;
  },
): Pair<Value, Code> => ({ kind: "pair", ...declaration });

/** The chat of a conversation, from the payload or from the conversation that the message belongs to. */
export const chatId = (): Pair<number, "CHAT_ID_EMPTY"> =>
  pair({ names: ["CHAT_ID"], fallback: "chatId", codes: ["CHAT_ID_EMPTY"], sample: 12, parse: requireChatId });

/** A text with something in it. */
export const text = (
  parse: (reading: Reading, parsing: Parsing<"MESSAGE_EMPTY">) => string = requireText,
): Pair<string, "MESSAGE_EMPTY"> =>
  pair({ names: ["MESSAGE"], fallback: "payload", codes: ["MESSAGE_EMPTY"], sample: "Hello!", parse });

/** A user of the portal. */
export const userId = (): Pair<number, "USER_ID_EMPTY"> =>
  pair({ names: ["USER_ID"], codes: ["USER_ID_EMPTY"], sample: 1, parse: requireUserId });

/** The code of an external open channel. */
export const channelCode = (): Pair<string, "CODE"> =>
  pair({ names: ["CODE"], codes: ["CODE"], sample: "0123456789abcdef0123456789abcdef", parse: requireChannelCode });

type Structure = JsonObject | unknown[] | undefined;

/** Blocks below a message, if there are any. */
export const attachment = (): Pair<Structure, "ATTACH_ERROR" | "ATTACH_OVERSIZE"> =>
  pair({
    names: ["ATTACH"],
    codes: ["ATTACH_ERROR", "ATTACH_OVERSIZE"],
    sample: [{ MESSAGE: "[b]Order 1234[/b]" }],
    parse: readAttachment,
  });

/** Buttons below a message, if there are any. */
export const keyboard = (rules: KeyboardRules): Pair<Structure, "KEYBOARD_ERROR" | "KEYBOARD_OVERSIZE"> =>
  pair({
    names: ["KEYBOARD"],
    codes: ["KEYBOARD_ERROR", "KEYBOARD_OVERSIZE"],
    sample: [{ TEXT: "Prices", LINK: "https://example.com/prices" }],
    parse: (reading, parsing) => readKeyboard(reading, parsing, rules),
  });

/** A switch that the portal wants as `Y` or `N`; a payload may overrule it under `name`. */
export const flag = (name: string, usual: boolean): Option<"Y" | "N", "ERROR_ARGUMENT"> => ({
  kind: "option",
  default: usual,
  name,
  codes: ["ERROR_ARGUMENT"],
  parse: (value, parsing) => requireFlag(value, name, parsing),
});

/** A switch of the node's own. */
export const toggle = (usual: boolean): Option<boolean, never> => ({
  kind: "option",
  default: usual,
  codes: [],
  parse: (value) => value === true,
});

/** One of several words; anything else counts as the first of them. */
export const choice = <const Word extends string>(words: readonly [Word, ...Word[]]): Option<Word, never> => ({
  kind: "option",
  default: words[0],
  values: words,
  codes: [],
  parse: (value) => words.find((word) => word === value) ?? words[0],
});

/** One of several words, the first unless it is chosen; a payload may overrule it under `name`, and must know the words. */
export const strictChoice = <const Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): Option<Word, "ERROR_ARGUMENT"> => ({
  kind: "option",
  default: words[0],
  values: words,
  name,
  codes: ["ERROR_ARGUMENT"],
  parse(value, { refuse }) {
    const chosen = words.find((word) => word === value);
    if (chosen === undefined) throw refuse("ERROR_ARGUMENT", { argument: name });
    return chosen;
  },
});
