import { asList, listIn, upperNames } from "../../open-channels/actions/rich-content";
import { isObject } from "../../rest/envelope";
import { isBlank } from "../shared/text";

export type JsonMap = Record<string, unknown>;

/** What the panel edits of a keyboard or an attachment: its items, and what is beside them and stays as it is. */
export interface Part<Item> {
  items: Item[];
  readonly rest: JsonMap;
}

/** The map without these names. */
export const without = (map: JsonMap, names: readonly string[]): JsonMap =>
  Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));

/** A plain value as text; an empty one for whatever counts as not given. */
export function wordOf(value: unknown): string {
  if (typeof value === "string") return value;
  return (typeof value === "number" && value !== 0) || value === true ? String(value) : "";
}

/**
 * The maps in the list that JSON is or holds under `name`, and what is beside it. Names come in the portal's upper case,
 * as the running node writes them.
 * @returns null when the JSON holds no such list
 */
export function mapsIn(json: string, name: string): { list: JsonMap[]; rest: JsonMap } | null {
  if (isBlank(json)) return { list: [], rest: {} };
  const value = parsed(json);
  if (!isObject(value) && !Array.isArray(value)) return null;
  const list = listIn(value, name);
  if (list === null || !list.every(isObject)) return null;
  return { list, rest: isObject(value) && asList(value) === null ? without(value, [name]) : {} };
}

/** JSON with names in upper case; undefined when it cannot be read. */
export function parsed(json: string): unknown {
  try {
    return upperNames(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** The JSON to be saved: a bare list, unless something is beside it; an empty text for an empty list. */
export function toJson(list: readonly JsonMap[], name: string, rest: JsonMap): string {
  if (list.length === 0) return "";
  return JSON.stringify(Object.keys(rest).length === 0 ? list : { ...rest, [name]: list });
}
