import { parse } from "qs";
import { isObject, type JsonObject } from "../../rest/envelope";

/** Fields of one delivery; a real one has some hundred. */
export const MOST_FIELDS = 10_000;
const DEEPEST = 32;

/**
 * Decodes a form body with PHP's nested names. Every level is a map: numbers in brackets are keys, not positions.
 * @returns null when it is no form, or one with too many fields
 */
export function decodeForm(body: string): JsonObject | null {
  if (!isCleanUtf8(body)) return null;
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
    });
    return isObject(decoded) ? decoded : null;
  } catch (error) {
    if (error instanceof RangeError || error instanceof URIError) return null;
    throw error;
  }
}

/** Bytes that were no UTF-8 have become replacement characters by now, escaped ones would. */
function isCleanUtf8(body: string): boolean {
  if (body.includes("\u{FFFD}")) return false;
  try {
    decodeURIComponent(body.replace(/\+/g, " "));
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
