import { parseId } from "../ids";
import { firstOf, invalid, type Reading } from "./reading";

/** @throws CallError CHAT_ID_EMPTY */
export function requireChatId(reading: Reading, method: string): number {
  const id = parseId(firstOf(reading));
  if (id === null) throw invalid("CHAT_ID_EMPTY", method);
  return id;
}

/** @throws CallError USER_ID_EMPTY */
export function requireUserId(reading: Reading, method: string): number {
  const id = parseId(firstOf(reading));
  if (id === null) throw invalid("USER_ID_EMPTY", method);
  return id;
}

/** A value as text: numbers and truth values are written as JavaScript does; null when it is no text at all. */
export function asText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return null;
}

/** The portal cuts longer texts and says nothing. [D api-reference/chat-bots/messages] */
export const LONGEST_TEXT = 20_000;

/** @throws CallError MESSAGE_EMPTY when there is nothing but white space */
export function requireText(reading: Reading, method: string): string {
  const text = asText(firstOf(reading));
  if (text === null || text.trim() === "") throw invalid("MESSAGE_EMPTY", method);
  return text;
}

/**
 * The text of an automatic message: the portal answers `true` for the text `0` and sends nothing.
 * @throws CallError MESSAGE_EMPTY
 */
export function requireAutomaticText(reading: Reading, method: string): string {
  const text = requireText(reading, method);
  if (text === "0") throw invalid("MESSAGE_EMPTY", method);
  return text;
}

const YES = new Set<unknown>([true, 1, "y", "yes", "true", "1"]);
const NO = new Set<unknown>([false, 0, "n", "no", "false", "0"]);

/**
 * A switch in any of the spellings that flows use, as the portal's `Y` or `N`.
 * @throws CallError ERROR_ARGUMENT, because the portal would silently take anything else for one of the two
 */
export function requireFlag(value: unknown, name: string, method: string): "Y" | "N" {
  const plain = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (YES.has(plain)) return "Y";
  if (NO.has(plain)) return "N";
  throw invalid("ERROR_ARGUMENT", method, { argument: name });
}

/** Characters of an external open channel's code. */
export const CODE_LENGTH = 32;

/**
 * The code of an external open channel: exactly 32 characters; spaces and line breaks around it come from pasting.
 * [S imopenlines/lib/rest.php]
 * @throws CallError CODE
 */
export function requireChannelCode(reading: Reading, method: string): string {
  const value = firstOf(reading);
  const code = typeof value === "string" ? value.trim() : "";
  if (!hasLength(code, CODE_LENGTH)) throw invalid("CODE", method);
  return code;
}

/** Whether `text` has exactly so many characters as people count them, where one may be two for JavaScript. */
const hasLength = (text: string, count: number): boolean =>
  text.length >= count && text.length <= 2 * count && [...text].length === count;
