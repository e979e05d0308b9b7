import { isObject, type JsonObject } from "../../rest/envelope";

/** Characters from which the portal refuses an attachment or a keyboard. [S im/classes/general/im_message_param.php] */
export const REFUSED_SIZE = 60_000;
/** Characters from which older portals refuse it. [D api-reference/chat-bots] */
export const OLD_PORTAL_SIZE = 30 * 1024;

/** The same mistake everywhere: the text is no JSON, or JSON of nothing usable. */
export const UNREADABLE = Symbol("unreadable");

/**
 * An attachment or keyboard as it came: an object, a list, or JSON text of either. `undefined` when it counts as not
 * given, as the portal sees it: `""`, `[]`, `{}`, `"0"`. The result is a copy; names are in the portal's upper case.
 */
export function readStructure(value: unknown): JsonObject | unknown[] | undefined | typeof UNREADABLE {
  try {
    return readPlain(typeof value === "string" ? fromJson(value.trim()) : copy(value));
  } catch {
    // Circles, depths that no stack holds, getters and toJSON functions that throw whatever they like.
    return UNREADABLE;
  }
}

function readPlain(value: unknown): JsonObject | unknown[] | undefined | typeof UNREADABLE {
  if (value === undefined || value === null || value === 0 || value === false || value === "") return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : (upperNames(value) as unknown[]);
  if (isObject(value)) return Object.keys(value).length === 0 ? undefined : (upperNames(value) as JsonObject);
  return UNREADABLE;
}

const fromJson = (text: string): unknown => (text === "" ? undefined : (JSON.parse(text) as unknown));

/** A copy through JSON: what waits in a queue must not change with the flow's object. */
function copy(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/**
 * The items of a list, or of a map whose keys are numbers: that is how a list of PHP arrives that has lost an item.
 * @returns null for anything else
 */
export function asList(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  const keys = isObject(value) ? Object.keys(value) : [];
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(value as JsonObject) : null;
}

/**
 * The list that a structure is, or that it holds under `name`. There the portal takes any map and looks at its values.
 * [S im/classes/general/im_message_param.php] [S im/lib/bot/keyboard.php]
 */
export function listIn(structure: JsonObject | unknown[], name: string): unknown[] | null {
  const bare = asList(structure);
  if (bare !== null || Array.isArray(structure)) return bare;
  const inside = structure[name];
  return isObject(inside) && Object.keys(inside).length > 0 ? Object.values(inside) : asList(inside);
}

/** Values under these names are the author's own and keep theirs. */
const FREE_FORM = new Set(["APP_PARAMS", "COMMAND_PARAMS"]);

/** `bgColorToken` and `bg_color_token` as `BG_COLOR_TOKEN`: only some of the portal's methods accept other spellings. */
export function upperNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upperNames);
  if (!isObject(value)) return value;
  const renamed: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    const upper = /^[A-Z\d_]+$/.test(name) ? name : name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toUpperCase();
    renamed[upper] = FREE_FORM.has(upper) ? item : upperNames(item);
  }
  return renamed;
}

export const isFilledText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** Whether `value` is an address the portal accepts in links and pictures: `/…` or http(s). */
export const isLink = (value: unknown): boolean => typeof value === "string" && /^(\/|https?:\/\/)/i.test(value.trim());

/** Whether any of the values was filled in. */
export const isGiven = (...values: unknown[]): boolean =>
  values.some((value) => isFilledText(value) || (typeof value === "number" && value !== 0));
