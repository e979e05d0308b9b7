import { stringify } from "qs";
import { isObject, readError, wholeNumber, type Answer, type Cleaner, type JsonObject } from "./envelope";
import { outcomeUnknown, type CallError } from "./errors";
import { holdsReference } from "./reference";

/** Commands a batch may hold. [S rest/classes/general/rest_util.php] */
export const BATCH_SIZE = 50;
/** Characters of one batch; a request body much larger risks the portal's own limits. */
export const BATCH_CHARACTERS = 1_000_000;

/** PHP turns dots and spaces of names into underscores. */
const FAITHFUL_KEY = /^[A-Za-z0-9_-]+$/;
/** PHP drops what is beyond 1000 variables of one command. */
const MOST_VALUES = 500;
/** PHP drops what is nested deeper than 64 levels. */
const DEEPEST = 30;
const METHOD_NAME = /^[A-Za-z][\w.]*$/;
/** Methods that the portal refuses inside a batch, or that may use up its 60 seconds alone. */
const NEVER_BATCHED = /^(batch|download|upload)$|\.file\.|disk\.|\.upload/i;

/**
 * One call as a command of a batch, or null when it must travel alone: a query string carries text and whole numbers
 * faithfully, nothing else.
 */
export function batchCommand(method: string, params: JsonObject): string | null {
  if (!METHOD_NAME.test(method) || NEVER_BATCHED.test(method)) return null;
  try {
    const room = { values: MOST_VALUES, characters: BATCH_CHARACTERS };
    if (!Object.entries(params).every(([key, value]) => isFaithful(key, value, room, 1))) return null;
    const query = stringify(params, { arrayFormat: "indices" });
    return query === "" ? method : `${method}?${query}`;
  } catch {
    // A value that throws when it is read: the call travels alone, where the failure is its own.
    return null;
  }
}

interface Room {
  values: number;
  characters: number;
}

function isFaithful(key: string, value: unknown, room: Room, depth: number): boolean {
  if (!FAITHFUL_KEY.test(key) || --room.values < 0 || depth > DEEPEST) return false;
  if (typeof value === "string") {
    if ((room.characters -= value.length) < 0) return false;
    return value.isWellFormed() && !value.includes("\0") && !holdsReference(value);
  }
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0);
  // What has a class of its own, such as a date, is written by JSON in a way of its own.
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  const entries = Object.entries(value);
  if (Array.isArray(value) && entries.length !== value.length) return false;
  return entries.length > 0 && entries.every(([name, item]) => isFaithful(name, item, room, depth + 1));
}

function isPlainObject(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Not compared with Object.prototype: objects made in a function node have that of another realm.
  return (prototype === null || Object.getPrototypeOf(prototype) === null) && typeof value["toJSON"] !== "function";
}

/** The parameters of a `batch` call that goes on after an error. Names that are no numbers keep the answer an object. */
export function batchParams(commands: readonly string[]): JsonObject {
  return { halt: 0, cmd: Object.fromEntries(commands.map((command, at) => [`c${at}`, command])) };
}

/**
 * What one command of an answered batch got. A command named neither among the results nor among the errors may have run.
 * [D settings/how-to-call-rest-api/batch.md]
 */
export function batchAnswer(outer: Answer, at: number, method: string, clean?: Cleaner): Answer | CallError {
  const body = isObject(outer.result) ? outer.result : {};
  const key = `c${at}`;
  const part = (name: string): unknown => {
    const map = body[name];
    return isObject(map) && Object.hasOwn(map, key) ? map[key] : undefined;
  };
  const error = part("result_error");
  if (error !== undefined) return readError(isObject(error) ? error : { error }, 200, method, clean);
  const results = body["result"];
  if (!isObject(results) || !Object.hasOwn(results, key))
    return outcomeUnknown("BAD_RESPONSE", { method, status: 200, description: "no answer inside the batch" });
  const time = part("result_time");
  return {
    result: results[key],
    next: wholeNumber(part("result_next")),
    total: wholeNumber(part("result_total")),
    time: isObject(time) ? time : null,
  };
}
