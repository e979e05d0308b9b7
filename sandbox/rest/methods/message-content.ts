/** Attachment, keyboard and menu of a message, with the refusals of each generation. [S 7.3, 8.3] */
import type { Params } from "../../portal/php";
import { readAttach, readKeyboard, readMenu, type Checked } from "../content";
import { RestError } from "../errors";

export function valueOf(checked: Checked): Params | null {
  return checked.state === "ok" ? checked.value : null;
}

/** v1; an oversize keyboard is left to the caller, because methods answer it in different ways. */
export function v1Content(params: Params): { attach: Checked; keyboard: Checked } {
  const attach = readAttach(params.ATTACH, { jsonText: true });
  if (attach.state === "invalid") throw new RestError("ATTACH_ERROR", "Incorrect attach params");
  if (attach.state === "oversize") {
    throw new RestError("ATTACH_OVERSIZE", "You have exceeded the maximum allowable size of attach");
  }
  const keyboard = readKeyboard(params.KEYBOARD, { jsonText: true, commands: true });
  if (keyboard.state === "invalid") throw new RestError("KEYBOARD_ERROR", "Incorrect keyboard params");
  if (readMenu(params.MENU).state === "invalid") throw new RestError("MENU_ERROR", "Incorrect menu params");
  return { attach, keyboard };
}

/** v2, out of `fields`. */
export function v2Content(fields: Params): { attach: Checked; keyboard: Checked } {
  const attach = readAttach(fields.attach, { jsonText: true, camel: true });
  if (attach.state === "invalid" || attach.state === "oversize") {
    throw new RestError("PARAM_ATTACH_ERROR", "Incorrect attach");
  }
  const keyboard = readKeyboard(fields.keyboard, { jsonText: true, camel: true, commands: true });
  if (keyboard.state === "invalid" || keyboard.state === "oversize") {
    throw new RestError("PARAM_KEYBOARD_ERROR", "Incorrect keyboard");
  }
  return { attach, keyboard };
}
