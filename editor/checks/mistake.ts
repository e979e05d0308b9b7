import { CallError } from "../../rest/errors";
import { text, type TextValues } from "../shared/text";

/** What is wrong with a field: the key of a sentence, and of the field's name. */
export interface Mistake {
  readonly field: string;
  /** Under `validate` in the catalogue, or, with a dot, from the catalogue's top. */
  readonly key: string;
  readonly values?: TextValues;
}

export const mistake = (key: string, field: string, values?: TextValues): Mistake => ({
  field,
  key,
  ...(values && { values }),
});

/** The code with which the node would refuse a value, or null when it takes it. */
export function refusal(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
}

/** The node's way to look at one value that was typed in. */
export const given = (value: unknown): readonly [{ readonly name: null; readonly value: unknown }] => [
  { name: null, value },
];

/** What the editor shows beside a field: true when it is right, else a sentence. */
export type Verdict = true | string;

/** Turns what was found into the editor's answer. */
export function verdict(found: Mistake | null): Verdict {
  if (found === null) return true;
  const name = text(`field.${found.field}`);
  // What the node says of the same mistake names no field.
  if (found.key.includes(".")) return `${name}: ${text(found.key, found.values)}`;
  return text(`validate.${found.key}`, { field: name, ...found.values });
}
