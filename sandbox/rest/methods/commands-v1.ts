/** `imbot.command.*`: commands of bots of the first generation. [S 7.2] */
import { answerCommand } from "../../portal/command-answers";
import { registerCommand } from "../../portal/commands";
import type { Command } from "../../portal/entities";
import { isArray, phpInt, phpString, phpTrim, upperKeys, type Params } from "../../portal/php";
import { cutText } from "../content";
import { RestError } from "../errors";
import { setHandlers } from "./bots-v1";
import { handlerProblem } from "./handler-url";
import { clientIdentity, v1Bot } from "./identity";
import { v1Content, valueOf } from "./message-content";
import type { Call, Method } from "./method";

const SCOPES = ["imbot"];

/** The address for the commands of all bots of the caller. */
function handlerOf(call: Call, params: Params, required: boolean): string | null {
  const address = phpString(params.EVENT_COMMAND_ADD);
  if (address === "") {
    if (required) throw new RestError("EVENT_COMMAND_ADD_ERROR", "Handler for the event isn't specified");
    return null;
  }
  const problem = handlerProblem(call.portal, address);
  if (problem !== null) throw new RestError("EVENT_COMMAND_ADD_ERROR", problem);
  return address;
}

function register(call: Call): number {
  const { portal, params } = call;
  const identity = clientIdentity(call, false);
  const address = handlerOf(call, params, true) ?? "";
  const name = phpString(params.COMMAND).replace(/^\//, "");
  if (name === "") throw new RestError("COMMAND_ERROR", "Command isn't specified");
  if (phpInt(params.BOT_ID) <= 0) throw new RestError("BOT_ID_ERROR", "Bot not found");
  const bot = v1Bot(call, identity);
  const titles = titlesOf(params.LANG);
  if (titles.size === 0) throw new RestError("LANG_ERROR", "Lang set can't be empty");
  setHandlers(portal, identity, { commandAdd: address });
  const known = [...portal.commands.values()].find((entry) => entry.botId === bot.id && entry.name === name);
  if (known !== undefined) return known.id;
  return registerCommand(portal, { botId: bot.id, identity, name, titles, ...flagsOf(params) }).id;
}

function flagsOf(params: Params): Pick<Command, "common" | "hidden" | "extranet"> {
  return {
    common: params.COMMON === "Y",
    hidden: params.HIDDEN === "Y",
    extranet: params.EXTRANET_SUPPORT === "Y",
  };
}

function titlesOf(value: unknown): Command["titles"] {
  const titles: Command["titles"] = new Map();
  if (!isArray(value)) return titles;
  for (const entry of Object.values(value).filter(isArray).map(upperKeys)) {
    const language = phpString(entry.LANGUAGE_ID).toLowerCase();
    if (language === "" || entry.TITLE === undefined) continue;
    titles.set(language, { title: phpString(entry.TITLE), params: phpString(entry.PARAMS) });
  }
  return titles;
}

/** The caller's command, by COMMAND_ID or, where the method allows it, by its name. */
function own(call: Call, identity: string, byName = false): Command {
  const { portal, params } = call;
  const name = byName ? phpString(params.COMMAND).replace(/^\//, "") : "";
  const command =
    params.COMMAND_ID === undefined && name !== ""
      ? [...portal.commands.values()].find((entry) => entry.identity === identity && entry.name === name)
      : portal.commands.get(phpInt(params.COMMAND_ID));
  if (command === undefined) throw new RestError("COMMAND_ID_ERROR", "Command not found");
  if (command.identity !== identity) {
    throw new RestError("APP_ID_ERROR", "Command was installed by another rest application");
  }
  return command;
}

function update(call: Call): true {
  const identity = clientIdentity(call, false);
  const command = own(call, identity);
  const fields = isArray(call.params.FIELDS) ? upperKeys(call.params.FIELDS) : {};
  const address = handlerOf(call, fields, false);
  if (address !== null) setHandlers(call.portal, identity, { commandAdd: address });
  const flags = flagsOf(fields);
  if ("COMMON" in fields) command.common = flags.common;
  if ("HIDDEN" in fields) command.hidden = flags.hidden;
  if ("EXTRANET_SUPPORT" in fields) command.extranet = flags.extranet;
  if ("LANG" in fields) command.titles = titlesOf(fields.LANG);
  return true;
}

function unregister(call: Call): true {
  call.portal.commands.delete(own(call, clientIdentity(call, false)).id);
  return true;
}

function answer(call: Call): number | true {
  const { portal, params } = call;
  const command = own(call, clientIdentity(call, false), true);
  const messageId = phpInt(params.MESSAGE_ID);
  if (messageId <= 0) throw new RestError("MESSAGE_ID_EMPTY", "Message ID can't be empty");
  const text = typeof params.MESSAGE === "string" ? cutText(phpTrim(params.MESSAGE)) : "";
  if (text === "") throw new RestError("MESSAGE_EMPTY", "Message can't be empty");
  const { attach, keyboard } = v1Content(params);
  if (keyboard.state === "oversize") {
    throw new RestError("KEYBOARD_OVERSIZE", "You have exceeded the maximum allowable size of keyboard");
  }
  const place = portal.messageAt(messageId);
  if (place === undefined) throw new RestError("WRONG_REQUEST", "Message isn't added");
  const content = { text, attach: valueOf(attach), keyboard: valueOf(keyboard), system: params.SYSTEM === "Y" };
  return answerCommand(portal, place.chat, command, content)?.id ?? true;
}

export const commandV1Methods: Method[] = [
  { name: "imbot.command.register", scopes: SCOPES, upper: true, run: register },
  { name: "imbot.command.update", scopes: SCOPES, upper: true, run: update },
  { name: "imbot.command.unregister", scopes: SCOPES, upper: true, run: unregister },
  { name: "imbot.command.answer", scopes: SCOPES, upper: true, run: answer },
];
