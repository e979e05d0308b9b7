import { isObject, type JsonObject } from "../../rest/envelope";
import { firstOf, type Parsing, type Reading } from "./reading";
import {
  isFilledText,
  isGiven,
  isLink,
  listIn,
  OLD_PORTAL_SIZE,
  readStructure,
  REFUSED_SIZE,
  UNREADABLE,
} from "./rich-content";

export interface KeyboardRules {
  /** Messages of a network channel carry link buttons only. [D api-reference/imopenlines/openlines] */
  readonly linksOnly: boolean;
}

/**
 * Reads and checks a keyboard: a list of buttons, an object with BUTTONS, or JSON text of either; a list may be a map.
 * @returns undefined when none was given
 * @throws CallError KEYBOARD_ERROR, KEYBOARD_OVERSIZE
 */
export function readKeyboard(
  reading: Reading,
  { refuse, warn }: Parsing<"KEYBOARD_ERROR" | "KEYBOARD_OVERSIZE">,
  rules: KeyboardRules,
): JsonObject | unknown[] | undefined {
  const keyboard = readStructure(firstOf(reading));
  if (keyboard === undefined) return undefined;
  if (keyboard === UNREADABLE) throw refuse("KEYBOARD_ERROR");
  const buttons = listIn(keyboard, "BUTTONS");
  if (buttons === null) throw refuse("KEYBOARD_ERROR");
  const real = buttons.filter((button) => !isRowBreak(button));
  const shown = real.filter(isShownButton);
  if (shown.length === 0) throw refuse("KEYBOARD_ERROR");
  if (rules.linksOnly && !shown.every(leadsToLink)) throw refuse("KEYBOARD_ERROR", { reason: "links-only" });
  const size = JSON.stringify(keyboard).length;
  if (size >= REFUSED_SIZE) throw refuse("KEYBOARD_OVERSIZE");
  if (size > OLD_PORTAL_SIZE) warn("attachOld");
  if (shown.length < real.length) warn("keyboardDropped", { count: real.length - shown.length });
  return keyboard;
}

/** What a button can do by itself. [S im/lib/bot/keyboard.php] */
const ACTIONS = new Set(["PUT", "SEND", "COPY", "CALL", "DIALOG", "LIVECHAT", "HELP"]);

const isRowBreak = (button: unknown): boolean => isObject(button) && button["TYPE"] === "NEWLINE";

/** Whether a button opens an address; network messages carry no others. */
export const leadsToLink = (button: unknown): boolean => isObject(button) && isLink(button["LINK"]);

/** Whether the portal shows a button: it needs a text and something to do. */
export function isShownButton(button: unknown): boolean {
  if (!isObject(button) || !isFilledText(button["TEXT"])) return false;
  const { APP_ID, ACTION, ACTION_VALUE, COMMAND } = button;
  return (
    leadsToLink(button) ||
    isGiven(APP_ID, COMMAND) ||
    (typeof ACTION === "string" && ACTIONS.has(ACTION) && isGiven(ACTION_VALUE))
  );
}
