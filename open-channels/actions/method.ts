import { isObject, type JsonObject } from "../../rest/envelope";
import { firstOf, invalid, type Reading } from "./reading";

const METHOD_NAME = /^[A-Za-z]\w*(\.\w+)*$/;

/**
 * The name of a REST method, without the white space around it.
 * @throws CallError ERROR_METHOD_NOT_FOUND
 */
export function requireMethod(reading: Reading): string {
  const method = firstOf(reading);
  const name = typeof method === "string" ? method.trim() : "";
  if (!METHOD_NAME.test(name)) throw invalid("ERROR_METHOD_NOT_FOUND", name);
  return name;
}

/**
 * A copy of the parameters, taken through JSON as the portal will see them; an empty list is how PHP writes none.
 * @throws CallError ERROR_ARGUMENT
 */
export function readParams(reading: Reading, method: string): JsonObject {
  const value = firstOf(reading);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return {};
  const copied = throughJson(value);
  if (!isObject(copied)) throw invalid("ERROR_ARGUMENT", method, { argument: "params" });
  return copied;
}

function throughJson(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // A circle, a BigInt, a toJSON that throws whatever it likes: nothing of it can be sent.
    return undefined;
  }
}
