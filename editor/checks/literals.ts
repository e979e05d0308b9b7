import { readAttachment } from "../../open-channels/actions/attachment";
import { readKeyboard } from "../../open-channels/actions/keyboard";
import { readParams, requireMethod } from "../../open-channels/actions/method";
import type { Parsing, Reading } from "../../open-channels/actions/reading";
import { REFUSED_SIZE } from "../../open-channels/actions/rich-content";
import { readTarget } from "../../open-channels/actions/target";
import {
  CODE_LENGTH,
  requireAutomaticText,
  requireChannelCode,
  requireChatId,
  requireText,
  requireUserId,
} from "../../open-channels/actions/values";
import { notSent } from "../../rest/errors";
import { given, mistake, refusal, type Mistake } from "./mistake";

/** Finds what the node would refuse in a value that was typed into the dialog. */
export type Rule = (literal: string) => Mistake | null;

/** Only the code of a refusal matters here. */
const PARSING: Parsing<string> = {
  refuse: (code) => notSent<string>(code),
  warn: () => undefined,
  settings: {},
};

const idRule =
  <Code extends string>(field: string, read: (reading: Reading, parsing: Parsing<Code>) => number): Rule =>
  (literal) =>
    refusal(() => read(given(literal), PARSING)) === null ? null : mistake("id", field);

export const chatIdRule = idRule("chatId", requireChatId);
export const userIdRule = idRule("userId", requireUserId);

export const codeRule: Rule = (literal) =>
  refusal(() => requireChannelCode(given(literal), PARSING)) === null
    ? null
    : mistake("code", "code", { length: CODE_LENGTH });

/** @param mode the kind of message that `send` makes of it */
export const messageRule =
  (mode: unknown): Rule =>
  (literal) => {
    if (refusal(() => requireText(given(literal), PARSING)) !== null) return mistake("empty", "message");
    if (mode !== "automatic") return null;
    return refusal(() => requireAutomaticText(given(literal), PARSING)) === null ? null : mistake("zero", "message");
  };

export const attachRule: Rule = (literal) =>
  structure("attach", literal, (value) => readAttachment(given(value), PARSING), "errors.ATTACH_ERROR.title");

/** @param mode the kind of message that `send` makes of it; a network message carries links only */
export const keyboardRule =
  (mode: unknown): Rule =>
  (literal) => {
    const linksOnly = mode === "network";
    const title = linksOnly ? "errors.KEYBOARD_ERROR_send_network.title" : "errors.KEYBOARD_ERROR.title";
    return structure("keyboard", literal, (value) => readKeyboard(given(value), PARSING, { linksOnly }), title);
  };

export const paramsRule: Rule = (literal) =>
  refusal(() => readParams(given(parsed(literal)), PARSING)) === null ? null : mistake("structure", "params");

/** An attachment or keyboard: no structure at all, too large, or nothing that the portal would show. */
function structure(field: string, literal: string, read: (value: unknown) => unknown, title: string): Mistake | null {
  const value = parsed(literal);
  const code = refusal(() => read(value));
  if (code === null) return null;
  if (code.endsWith("_OVERSIZE")) return mistake("tooLong", field, { length: REFUSED_SIZE });
  return typeof value === "object" && value !== null ? mistake(title, field) : mistake("structure", field);
}

/** As Node-RED reads it; text that is no JSON stays text, which no structure is. */
function parsed(literal: string): unknown {
  try {
    return JSON.parse(literal) as unknown;
  } catch {
    return literal;
  }
}

/** @param kind `user`, `line`, or either of them */
export const targetRule =
  (kind: unknown): Rule =>
  (literal) => {
    if (refusal(() => readTarget(given(literal), { ...PARSING, settings: { targetKind: kind } })) === null) return null;
    if (kind === "user") return mistake("id", "employee");
    return kind === "line" ? mistake("id", "line") : mistake("target", "target");
  };

export const methodRule: Rule = (literal) =>
  refusal(() => requireMethod(given(literal), PARSING)) === null ? null : mistake("method", "method");
