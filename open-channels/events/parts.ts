import { isObject, wholeNumber, type JsonObject } from "../../rest/envelope";

/** Readers for deliveries in which every part may be missing, a string instead of a number, or a list instead of a map. */

/** The part `name` of `value`, whichever letter case it has. */
export function part(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const wanted = name.toUpperCase();
  const key = Object.keys(value).find((candidate) => candidate.toUpperCase() === wanted);
  return key === undefined ? undefined : value[key];
}

export function object(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The records of a map or of a list: form parsers turn small numeric keys into either. */
export function records(value: unknown): JsonObject[] {
  const items: unknown[] = Array.isArray(value) ? (value as unknown[]) : isObject(value) ? Object.values(value) : [];
  return items.filter(isObject);
}

/** A number where it fits one safely, else null. */
export const number = (value: unknown): number | null => wholeNumber(value);

/** An id of something: a number above zero, else null. */
export function id(value: unknown): number | null {
  const found = wholeNumber(value);
  return found !== null && found > 0 ? found : null;
}

/** A text with something in it, else null. */
export const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** The first of `values` that says something: a form writes what is null as an empty text. */
export const firstSaid = (...values: readonly unknown[]): unknown => values.find(isSaid);

export const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** Truth in any of the portal's spellings: `true`, `1`, `"1"`, `"Y"`. */
export const flag = (value: unknown): boolean =>
  value === true || value === 1 || value === "1" || value === "Y" || value === "true";

/** What is longer is no date, and nobody promises how long it takes to find that out. */
const LONGEST_DATE = 64;

/** A moment as ISO text in UTC; from ISO text of any zone or from Unix seconds. */
export function moment(value: unknown): string | null {
  const seconds = wholeNumber(value);
  const words = typeof value === "string" && value.length <= LONGEST_DATE ? value : null;
  const date = seconds !== null ? new Date(seconds * 1000) : words !== null ? new Date(words) : null;
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
