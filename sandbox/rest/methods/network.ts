/** `imopenlines.network.*`: open channels of other portals. [S 5.1, 5.2] */
import type { Portal } from "../../portal/memory";
import { addMessage } from "../../portal/messages";
import { privateChat } from "../../portal/people";
import { phpInt, phpString, phpTrim } from "../../portal/php";
import { cutText, readAttach, readKeyboard } from "../content";
import { RestError } from "../errors";
import type { Call, Method } from "./method";

const SCOPES = ["imopenlines"];
const WEEK_MS = 7 * 24 * 3600 * 1000;
/** The vendor's own support channels cannot be joined. [S] */
const VENDOR_LINES = new Set(["a588e1a88baf601b9d0b0b33b1eefc2b"]);

function codeOf(call: Call): string {
  const code = phpString(call.params.CODE);
  if ([...code].length !== 32) throw new RestError("CODE", "You entered an invalid code");
  if (!call.portal.settings.imbotInstalled) throw new RestError("IMBOT_ERROR", "Module IMBOT is not installed");
  if (VENDOR_LINES.has(code)) throw notFound();
  return code;
}

function notFound(): RestError {
  return new RestError("NOT_FOUND", "Line not found");
}

function join(call: Call): number {
  const { portal } = call;
  const code = codeOf(call);
  const line = portal.networkLines.get(code);
  if (line?.botId) return line.botId;
  if (line === undefined) throw notFound();
  if (line.state === "inactive") throw new RestError("INACTIVE", "Openline is inactive");
  const bot = portal.addUser({ name: "Open Channel", lastName: code.slice(0, 4), kind: "network" });
  line.botId = bot.id;
  portal.changed("user");
  return bot.id;
}

function messageAdd(call: Call): true {
  const { portal, params } = call;
  const botId = portal.networkLines.get(codeOf(call))?.botId;
  if (!botId) throw notFound();
  const userId = phpInt(params.USER_ID);
  if (userId === 0) throw new RestError("USER_ID_EMPTY", "User ID can't be empty");
  const key = `${botId}|${userId}`;
  checkWeek(portal, key);
  const text = phpTrim(phpString(params.MESSAGE));
  if (text === "") throw new RestError("MESSAGE_EMPTY", "Message can't be empty");
  const attach = readAttach(params.ATTACH, { jsonText: true });
  if (attach.state === "invalid") throw new RestError("ATTACH_ERROR", "Incorrect attach params");
  if (attach.state === "oversize") {
    throw new RestError("ATTACH_OVERSIZE", "You have exceeded the maximum allowable size of attach");
  }
  const keyboard = readKeyboard(params.KEYBOARD, { jsonText: false, commands: phpInt(params.BOT_ID) > 0 });
  if (keyboard.state === "invalid") throw new RestError("KEYBOARD_ERROR", "Incorrect keyboard params");
  const user = portal.users.get(userId);
  if (keyboard.state === "oversize" || user?.kind !== "employee" || !user.active) {
    throw new RestError("WRONG_REQUEST", "Message isn't added");
  }
  addMessage(portal, privateChat(portal, botId, user), {
    authorId: botId,
    text: cutText(text),
    attach: attach.state === "ok" ? attach.value : null,
    keyboard: keyboard.state === "ok" ? keyboard.value : null,
  });
  portal.networkSent.set(key, portal.now());
  return true;
}

/** One accepted message a week; exactly a week later it is free again. */
function checkWeek(portal: Portal, key: string): void {
  const last = portal.networkSent.get(key);
  if (last === undefined || portal.settings.nfr || portal.now() - last >= WEEK_MS) return;
  throw new RestError("USER_MESSAGE_LIMIT", "You cant send more than one message per week to each user.");
}

export const networkMethods: Method[] = [
  { name: "imopenlines.network.join", scopes: SCOPES, upper: true, run: join },
  {
    name: "imopenlines.network.message.add",
    scopes: SCOPES,
    upper: true,
    present: (portal) => portal.settings.networkMethod === "add",
    run: messageAdd,
  },
  {
    name: "imopenlines.network.message.send",
    scopes: SCOPES,
    upper: true,
    present: (portal) => portal.settings.networkMethod === "send",
    run: messageAdd,
  },
];
