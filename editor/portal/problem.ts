import { isObject } from "../../rest/envelope";
import { asText, type TextValues } from "../shared/text";
import type { LookUp, Result } from "./results";

/** The usual advice for these does not fit here: nothing waits to be repeated, and the fields can be filled in without an answer. */
const AWAY = ["CONNECTION_FAILED", "CONNECTION_LOST", "TIMEOUT", "BAD_RESPONSE"];

/**
 * What went wrong, in the language of the editor; the server may speak another one.
 * @param status HTTP status of Node-RED's answer, 0 without one
 * @param answer its content, if any
 */
export function problem(status: number, answer: unknown, text: LookUp): Result {
  const error = isObject(answer) ? answer["error"] : undefined;
  if (!isObject(error)) {
    const isForbidden = status === 401 || status === 403;
    return { kind: "bad", text: isForbidden ? text("portal.problem.forbidden") : text("portal.problem.away") };
  }
  const given = asText(error["code"]);
  const code = /^\w+$/.test(given) ? given : "UNKNOWN_ERROR";
  const find = (part: "title" | "hint"): string | undefined =>
    known(text, `errors.${code}_bot.${part}`, error) ?? known(text, `errors.${code}.${part}`, error);
  const own = known(text, `problems.${given}`);
  const hint = (): string => {
    if (own !== undefined) return text("portal.hint.webhook");
    return AWAY.includes(code) ? text("portal.hint.away") : (find("hint") ?? asText(error["hint"]));
  };
  return { kind: "bad", text: own ?? find("title") ?? asText(error["message"]), hint: hint() };
}

const MISSING = "?";

/** A text of the catalogue, or undefined. */
function known(text: LookUp, key: string, values: TextValues = {}): string | undefined {
  const found = text(key, { defaultValue: MISSING, ...values });
  return found === MISSING ? undefined : found;
}
