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

/** Takes secrets out of the portal's words, before they are shortened and half of one is left. */
export interface Cleaner {
  text(words: string): string;
  name(code: string): string;
}

const AS_IT_IS: Cleaner = { text: (words) => words, name: (code) => code };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `value` as a whole number, also when it came as digits in a string; else null. */
export function wholeNumber(value: unknown): number | null {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : null;
}

/** Characters of an error's code and words that are kept; real ones are shorter. */
const LONGEST_CODE = 100;
const LONGEST_DESCRIPTION = 500;
/** Characters that are looked at for them. */
const LONGEST_READ = 5_000;

/** Codes with which the portal says that it did not even begin, although the status is a 5xx. */
const CERTAINLY_NOT_RUN = new Set(["QUERY_LIMIT_EXCEEDED", "OVERLOAD_LIMIT"]);

/**
 * Reads an answer in all its variants: with and without `time`, an error under any status, an empty or numeric code,
 * pages instead of JSON. [S rest/classes/general/rest.php] [S rest/lib/restexception.php]
 * @throws CallError `refused` or `unknown`
 */
export function readEnvelope(status: number, text: string, method: string, clean = AS_IT_IS): Answer {
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
export function readError(body: JsonObject, status: number, method: string, clean = AS_IT_IS): CallError {
  const raw = isObject(body["error"]) ? body["error"]["code"] : body["error"];
  const words = isObject(body["error"]) ? body["error"]["message"] : body["error_description"];
  const given = typeof raw === "string" || typeof raw === "number" ? String(raw).trim() : "";
  const code = given === "" ? "UNKNOWN_ERROR" : clean.name(given).slice(0, LONGEST_CODE);
  const fields = { method, status, description: typeof words === "string" ? plainText(clean.text(words)) : "" };
  return status >= 500 && !CERTAINLY_NOT_RUN.has(code.toUpperCase())
    ? outcomeUnknown<string>(code, fields)
    : refused(code, fields);
}

/** The portal's words on one line, without markup and no longer than people read. */
function plainText(words: string): string {
  return withoutTags(words.slice(0, LONGEST_READ)).replace(/\s+/g, " ").trim().slice(0, LONGEST_DESCRIPTION);
}

function withoutTags(words: string): string {
  let text = "";
  let from = 0;
  for (;;) {
    const opens = words.indexOf("<", from);
    const closes = opens < 0 ? -1 : words.indexOf(">", opens);
    if (closes < 0) return text + words.slice(from);
    text += `${words.slice(from, opens)} `;
    from = closes + 1;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
