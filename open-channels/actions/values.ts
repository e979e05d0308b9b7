import { parseId } from "../ids";
import { firstOf, type Parsing, type Reading } from "./reading";

/** @throws CallError CHAT_ID_EMPTY */
export function requireChatId(reading: Reading, parsing: Parsing<"CHAT_ID_EMPTY">): number {
  const id = parseId(firstOf(reading));
  if (id === null) throw parsing.refuse("CHAT_ID_EMPTY");
  return id;
}

/** @throws CallError USER_ID_EMPTY */
export function requireUserId(reading: Reading, parsing: Parsing<"USER_ID_EMPTY">): number {
  const id = parseId(firstOf(reading));
  if (id === null) throw parsing.refuse("USER_ID_EMPTY");
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

/**
 * The text as it is; the author hears when the portal will cut it.
 * @throws CallError MESSAGE_EMPTY when there is nothing but white space
 */
export function requireText(reading: Reading, parsing: Parsing<"MESSAGE_EMPTY">): string {
  const text = asText(firstOf(reading));
  if (text === null || text.trim() === "") throw parsing.refuse("MESSAGE_EMPTY");
  if ([...text].length > LONGEST_TEXT) parsing.warn("textCut", { count: LONGEST_TEXT });
  return text;
}

/**
 * The text of an automatic message: the portal answers `true` for the text `0` and sends nothing.
 * @throws CallError MESSAGE_EMPTY
 */
export function requireAutomaticText(reading: Reading, parsing: Parsing<"MESSAGE_EMPTY">): string {
  const text = requireText(reading, parsing);
  if (text === "0") throw parsing.refuse("MESSAGE_EMPTY");
  return text;
}

const YES = new Set<unknown>([true, 1, "y", "yes", "true", "1"]);
const NO = new Set<unknown>([false, 0, "n", "no", "false", "0"]);

/**
 * A switch in any of the spellings that flows use, as the portal's `Y` or `N`.
 * @throws CallError ERROR_ARGUMENT, because the portal would silently take anything else for one of the two
 */
export function requireFlag(value: unknown, name: string, parsing: Parsing<"ERROR_ARGUMENT">): "Y" | "N" {
  const plain = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (YES.has(plain)) return "Y";
  if (NO.has(plain)) return "N";
  throw parsing.refuse("ERROR_ARGUMENT", { argument: name });
}

/** Characters of an external open channel's code. */
export const CODE_LENGTH = 32;

/**
 * The code of an external open channel: exactly 32 characters; spaces and line breaks around it come from pasting.
 * [S imopenlines/lib/rest.php]
 * @throws CallError CODE
 */
export function requireChannelCode(reading: Reading, parsing: Parsing<"CODE">): string {
  const value = firstOf(reading);
  const code = typeof value === "string" ? value.trim() : "";
  if (!hasLength(code, CODE_LENGTH)) throw parsing.refuse("CODE");
  return code;
}

/** Whether `text` has exactly so many characters as people count them, where one may be two for JavaScript. */
const hasLength = (text: string, count: number): boolean =>
  text.length >= count && text.length <= 2 * count && [...text].length === count;
