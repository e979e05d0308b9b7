import { parse } from "qs";
import { isObject, type JsonObject } from "../../rest/envelope";
import { hasBrokenEscape, unescapeLoosely } from "./escapes";

/** Fields of one delivery; a real one has some hundred. */
export const MOST_FIELDS = 10_000;
const DEEPEST = 32;

/**
 * Decodes a form body with PHP's nested names. Every level is a map: numbers in brackets are keys, not positions.
 * Bytes that are no UTF-8, such as half an emoji, become U+FFFD in their place; everything else stays as written.
 * @param body the body's bytes as text, see `Buffer.toString`
 * @returns null when it is no form, or one with too many fields
 */
export function decodeForm(body: string): JsonObject | null {
  if (hasBrokenEscape(body)) return null;
  try {
    const decoded: unknown = parse(body, {
      depth: DEEPEST,
      strictDepth: true,
      parameterLimit: MOST_FIELDS,
      throwOnLimitExceeded: true,
      arrayLimit: 0,
      parseArrays: false,
      // As PHP does it; and without a prototype no name in a body means more than itself.
      duplicates: "last",
      plainObjects: true,
      decoder: (words: string) => unescapeLoosely(words.replaceAll("+", " ")),
    });
    return isObject(decoded) ? decoded : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
