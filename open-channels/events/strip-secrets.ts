import { isObject, type JsonObject } from "../../rest/envelope";

/** Parts of a delivery that give access to the portal or prove who sent it. */
const SECRET =
  /^(auth|access_token|refresh_token|application_token|token|bottoken|client_id|client_secret|app_sid|sessid)$/i;

/**
 * Levels that are copied. A portal's delivery has some ten; what is built deeper to make a reader fail is cut off, as
 * nothing that comes later, a journal or a clone, could read it either.
 */
const DEEPEST_DATA = 200;

/**
 * A copy without anything secret. Only whole values under the names of secrets are left out: words are never searched.
 * @returns the copy; parts deeper than `DEEPEST_DATA` are null
 */
export const stripSecrets = (value: unknown): unknown => copyOf(value, 0);

/** The same for the data of a delivery. */
export const withoutSecrets = (data: JsonObject): JsonObject => copyOfObject(data, 0);

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST_DATA) return null;
  if (Array.isArray(value)) return value.map((item) => copyOf(item, depth + 1));
  return isObject(value) ? copyOfObject(value, depth) : null;
}

function copyOfObject(data: JsonObject, depth: number): JsonObject {
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(data))
    if (!SECRET.test(name) && name !== "__proto__") copy[name] = copyOf(item, depth + 1);
  return copy;
}
