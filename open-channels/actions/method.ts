import { isObject, type JsonObject } from "../../rest/envelope";
import { firstOf, type Parsing, type Reading } from "./reading";

const METHOD_NAME = /^[A-Za-z]\w*(\.\w+)*$/;

/**
 * The name of a REST method, without the white space around it.
 * @throws CallError ERROR_METHOD_NOT_FOUND
 */
export function requireMethod(reading: Reading, { refuse }: Parsing<"ERROR_METHOD_NOT_FOUND">): string {
  const method = firstOf(reading);
  const name = typeof method === "string" ? method.trim() : "";
  if (!METHOD_NAME.test(name)) throw refuse("ERROR_METHOD_NOT_FOUND", {}, name);
  return name;
}

/**
 * A copy of the parameters, taken through JSON as the portal will see them; an empty list is how PHP writes none.
 * @throws CallError ERROR_ARGUMENT
 */
export function readParams(reading: Reading, { refuse }: Parsing<"ERROR_ARGUMENT">): JsonObject {
  const value = firstOf(reading);
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return {};
  const copied = throughJson(value);
  if (!isObject(copied)) throw refuse("ERROR_ARGUMENT", { argument: "params" });
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
