import { isObject, type JsonObject } from "../../rest/envelope";
import { repairEscapes } from "./escapes";

/** A form parser in front of ours stops at about as many levels. */
const DEEPEST = 200;

/**
 * Mends a form that another parser has read: with Node-RED's default admin root that is the editor's own. It leaves a
 * name or a value with bytes that are no UTF-8 altogether undecoded; here these bytes become U+FFFD and the rest is as
 * written, as `decodeForm` does it.
 * @returns a copy; what is fine stays as it is. Linear in its size
 */
export const repairForm = (form: JsonObject): JsonObject => repairObject(form, 0);

function repair(value: unknown, depth: number): unknown {
  if (typeof value === "string") return repairEscapes(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => repair(item, depth + 1));
  return isObject(value) ? repairObject(value, depth) : null;
}

function repairObject(form: JsonObject, depth: number): JsonObject {
  const copy: JsonObject = {};
  for (const [name, value] of Object.entries(form))
    if (name !== "__proto__") copy[repairEscapes(name)] = repair(value, depth + 1);
  return copy;
}
