import { CallError, outcomeUnknown, refused } from "./errors";

/** The portal's measurements of a call; every part may be missing. [D api-reference/data-types.md] */
export type PortalTime = Readonly<Record<string, unknown>>;

/** A successful answer. `next` and `total` are there when the method pages. */
export interface Answer {
  readonly result: unknown;
  readonly next: number | null;
  readonly total: number | null;
  readonly time: PortalTime | null;
}

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `value` as a whole number, also when it came as digits in a string; else null. */
export function wholeNumber(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}

/** Codes with which the portal says that it did not even begin, although the status is a 5xx. */
const CERTAINLY_NOT_RUN = new Set(["QUERY_LIMIT_EXCEEDED", "OVERLOAD_LIMIT"]);

/**
 * Reads an answer in all its variants: with and without `time`, an error under any status, an empty or numeric code,
 * pages instead of JSON. [S rest/classes/general/rest.php] [S rest/lib/restexception.php]
 * @param clean takes secrets out of the portal's words, before they are shortened and half of one is left
 * @throws CallError `refused` or `unknown`
 */
export function readEnvelope(status: number, text: string, method: string, clean = asItIs): Answer {
  const body = parseJson(text);
  if (!isObject(body)) throw outcomeUnknown("BAD_RESPONSE", { method, status, description: `HTTP ${status}` });
  if (Object.hasOwn(body, "error")) throw readError(body, status, method, clean);
  if (!Object.hasOwn(body, "result") || status >= 300)
    throw outcomeUnknown("BAD_RESPONSE", { method, status, description: `HTTP ${status}` });
  return {
    result: body["result"],
    next: wholeNumber(body["next"]),
    total: wholeNumber(body["total"]),
    time: isObject(body["time"]) ? body["time"] : null,
  };
}

/** The portal's error object as a failure. Only the key `error` decides; its value may be `""`, `"0"` or a number. */
export function readError(body: JsonObject, status: number, method: string, clean = asItIs): CallError {
  const raw = isObject(body["error"]) ? body["error"]["code"] : body["error"];
  const words = isObject(body["error"]) ? body["error"]["message"] : body["error_description"];
  const code = (typeof raw === "string" || typeof raw === "number" ? String(raw).trim() : "") || "UNKNOWN_ERROR";
  const fields = { method, status, description: typeof words === "string" ? plainText(clean(words)) : "" };
  return status >= 500 && !CERTAINLY_NOT_RUN.has(code.toUpperCase())
    ? outcomeUnknown(code, fields)
    : refused(code, fields);
}

const asItIs = (text: string): string => text;

function plainText(words: string): string {
  return words
    .slice(0, 5_000)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
