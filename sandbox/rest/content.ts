/** What the message core accepts as attachment and keyboard. [S 11.1, 11.2] */
import { isArray, PhpFatal, phpInt, phpString, phpTrim, phpTruthy, type Params } from "../portal/php";

/** Serialised JSON must be shorter, in characters. [S 11.2] */
const MAX_JSON = 60_000;
const MAX_TEXT = 20_000;

/** Longer texts are cut without an error. [S 11.4] */
export function cutText(text: string): string {
  if (text.length <= MAX_TEXT + 6) return text;
  const signs = [...text];
  return signs.length > MAX_TEXT + 6 ? `${signs.slice(0, MAX_TEXT).join("")} (...)` : text;
}

export type Checked =
  { state: "absent" } | { state: "invalid" } | { state: "oversize" } | { state: "ok"; value: Params };

interface Reading {
  /** JSON text is understood (bots), or refused (network messages). */
  jsonText: boolean;
  /** camelCase keys are understood (v2). */
  camel?: boolean;
  /** COMMAND buttons need a bot. */
  commands?: boolean;
}

/** Reads ATTACH. */
export function readAttach(raw: unknown, reading: Reading): Checked {
  const given = unpack(raw, { ...reading, jsonText: true });
  if (given === null) return { state: "absent" };
  if (!isArray(given)) return { state: "invalid" };
  const blocksOf = Array.isArray(given) ? given : given.BLOCKS;
  const blocks = listOf(blocksOf).map(attachBlock).filter(isArray);
  if (blocks.length === 0) return { state: "invalid" };
  const value: Params = { BLOCKS: blocks };
  if (!Array.isArray(given)) {
    for (const key of ["COLOR_TOKEN", "COLOR", "DESCRIPTION"]) if (phpTruthy(given[key])) value[key] = given[key];
  }
  return sized(value);
}

/** Reads KEYBOARD. */
export function readKeyboard(raw: unknown, reading: Reading): Checked {
  const given = unpack(raw, reading);
  if (given === null) return { state: "absent" };
  if (!isArray(given)) return { state: "invalid" };
  const list = Array.isArray(given) || !("BUTTONS" in given) ? given : given.BUTTONS;
  const buttons = listOf(list)
    .map((button) => keyboardButton(button, reading.commands ?? false))
    .filter(isArray);
  if (buttons.length === 0) return { state: "invalid" };
  return sized({ BUTTONS: buttons });
}

/** Reads MENU, of which only the presence of an item with a text is checked. */
export function readMenu(raw: unknown): Checked {
  const given = unpack(raw, { jsonText: true });
  if (given === null) return { state: "absent" };
  if (!isArray(given)) return { state: "invalid" };
  const items = listOf(Array.isArray(given) || !("ITEMS" in given) ? given : given.ITEMS);
  return items.some((item) => isArray(item) && filled(item.TEXT))
    ? { state: "ok", value: given }
    : { state: "invalid" };
}

function sized(value: Params): Checked {
  return [...JSON.stringify(value)].length < MAX_JSON ? { state: "ok", value } : { state: "oversize" };
}

function unpack(raw: unknown, reading: Reading): unknown {
  if (!phpTruthy(raw)) return null;
  let value: unknown = raw;
  if (typeof raw === "string" && reading.jsonText) {
    try {
      value = JSON.parse(raw);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return raw;
    }
  }
  return reading.camel ? upperDeep(value) : value;
}

function listOf(value: unknown): unknown[] {
  return isArray(value) ? Object.values(value) : [];
}

function upperDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upperDeep);
  if (!isArray(value)) return value;
  return Object.fromEntries(
    Object.keys(value).map((key) => [key.replace(/([a-z\d])([A-Z])/g, "$1_$2").toUpperCase(), upperDeep(value[key])]),
  );
}

function filled(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "string" && phpTrim(value) !== "";
}

function isLink(value: unknown): boolean {
  return typeof value === "string" && /^(\/|https?:\/\/)/i.test(value);
}

/** One object, or a list of them, of which the valid ones stay. */
function entries(value: unknown, valid: (entry: Params) => boolean): unknown[] | null {
  if (!isArray(value)) return null;
  const list = Array.isArray(value) || "0" in value ? Object.values(value) : [value];
  const kept = list.filter(isArray).filter(valid);
  return kept.length > 0 ? kept : null;
}

const BLOCKS: [string, (value: unknown) => unknown][] = [
  ["USER", (v) => entries(v, (e) => filled(e.NAME) && hasTarget(e, ["NETWORK_ID", "USER_ID", "CHAT_ID", "BOT_ID"]))],
  ["LINK", (v) => entries(v, validLink)],
  ["RICH_LINK", (v) => entries(v, validLink)],
  ["MESSAGE", messageBlock],
  ["GRID", (v) => entries(v, (e) => filled(e.NAME) || filled(e.VALUE) || e.DISPLAY === "LINE")],
  ["IMAGE", (v) => entries(v, (e) => isLink(e.LINK))],
  ["FILE", (v) => entries(v, (e) => isLink(e.LINK))],
  [
    "DELIMITER",
    (v) => (isArray(v) ? { SIZE: phpInt(v.SIZE) || 200, ...(phpTruthy(v.COLOR) ? { COLOR: v.COLOR } : {}) } : null),
  ],
];

function hasTarget(entry: Params, names: string[]): boolean {
  return names.some((name) => phpTruthy(entry[name])) || isLink(entry.LINK);
}

function validLink(entry: Params): boolean {
  return (
    isLink(entry.LINK) || (filled(entry.NAME) && ["USER_ID", "CHAT_ID", "NETWORK_ID"].some((k) => phpTruthy(entry[k])))
  );
}

function messageBlock(value: unknown): unknown {
  if (!isArray(value)) return filled(value) ? phpString(value) : null;
  if (!("TEXT" in value)) throw new PhpFatal("attachment block MESSAGE without TEXT");
  return filled(value.TEXT) ? value : null;
}

/** The first of the known keys decides what the block is. */
function attachBlock(block: unknown): Params | null {
  if (!isArray(block)) return null;
  for (const [name, read] of BLOCKS) {
    if (!(name in block)) continue;
    const content = read(block[name]);
    return content === null ? null : { [name]: content };
  }
  return null;
}

const ACTIONS = new Set(["PUT", "SEND", "COPY", "CALL", "DIALOG", "LIVECHAT", "HELP"]);

function keyboardButton(button: unknown, commands: boolean): Params | null {
  if (!isArray(button)) return null;
  if (button.TYPE === "NEWLINE") return { TYPE: "NEWLINE" };
  if (typeof button.TEXT !== "string" || phpTrim(button.TEXT) === "") return null;
  const action = buttonAction(button, commands);
  if (action === null) return null;
  const result: Params = { TEXT: phpTrim(button.TEXT), ...action };
  for (const key of ["BLOCK", "DISABLED", "DISPLAY", "WIDTH", "CONTEXT", "BG_COLOR_TOKEN", "BG_COLOR", "TEXT_COLOR"]) {
    if (phpTruthy(button[key])) result[key] = button[key];
  }
  return result;
}

function buttonAction(button: Params, commands: boolean): Params | null {
  if (isLink(button.LINK)) return { LINK: button.LINK };
  if (phpTruthy(button.APP_ID)) return { APP_ID: phpInt(button.APP_ID), APP_PARAMS: button.APP_PARAMS ?? "" };
  if (typeof button.ACTION === "string" && ACTIONS.has(button.ACTION) && filled(button.ACTION_VALUE)) {
    return { ACTION: button.ACTION, ACTION_VALUE: button.ACTION_VALUE };
  }
  if (commands && typeof button.COMMAND === "string" && button.COMMAND.replace(/^\//, "") !== "") {
    return { COMMAND: button.COMMAND.replace(/^\//, ""), COMMAND_PARAMS: button.COMMAND_PARAMS ?? "" };
  }
  return null;
}
