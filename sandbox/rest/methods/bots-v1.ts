/** `imbot.*`: registration of bots of the first generation. [S 7] */
import { createBot, removeBot } from "../../portal/bots";
import type { Bot, Handlers } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import { isArray, phpInt, phpString, phpTrim, upperKeys, type Params } from "../../portal/php";
import { RestError } from "../errors";
import { handlerProblem } from "./handler-url";
import { clientIdentity, v1Bot } from "./identity";
import type { Call, Method } from "./method";

const SCOPES = ["imbot"];
const TYPES: Record<string, string> = { B: "bot", O: "openline", H: "human", S: "supervisor" };

interface Field {
  key: keyof Handlers;
  name: string;
  required: boolean;
}

/** In the order in which they are checked. */
const FIELDS: Field[] = [
  { key: "messageAdd", name: "EVENT_MESSAGE_ADD", required: true },
  { key: "messageUpdate", name: "EVENT_MESSAGE_UPDATE", required: false },
  { key: "messageDelete", name: "EVENT_MESSAGE_DELETE", required: false },
  { key: "welcome", name: "EVENT_WELCOME_MESSAGE", required: true },
  { key: "botDelete", name: "EVENT_BOT_DELETE", required: true },
];

/** The addresses given; EVENT_HANDLER takes the place of each that is not. */
function readHandlers(portal: Portal, params: Params, required: boolean): Partial<Handlers> {
  const handlers: Partial<Handlers> = {};
  for (const field of FIELDS) {
    const address = phpString(params[field.name] ?? params.EVENT_HANDLER);
    if (address === "") {
      if (required && field.required)
        throw new RestError(`${field.name}_ERROR`, "Handler for the event isn't specified");
      continue;
    }
    const problem = handlerProblem(portal, address);
    if (problem !== null) throw new RestError(`${field.name}_ERROR`, problem);
    handlers[field.key] = address;
  }
  return handlers;
}

const NO_HANDLERS: Handlers = {
  messageAdd: "",
  messageUpdate: "",
  messageDelete: "",
  welcome: "",
  botDelete: "",
  commandAdd: "",
};

/** Sets addresses of an identity; those that are not given stay. */
export function setHandlers(portal: Portal, identity: string, handlers: Partial<Handlers>): void {
  portal.handlers.set(identity, { ...NO_HANDLERS, ...portal.handlers.get(identity), ...handlers });
}

function register(call: Call): number {
  const { portal, params } = call;
  const identity = clientIdentity(call, true);
  const handlers = readHandlers(portal, params, true);
  const code = phpString(params.CODE);
  if (code === "") throw new RestError("CODE_ERROR", "Bot code isn't specified");
  const properties = isArray(params.PROPERTIES) ? upperKeys(params.PROPERTIES) : {};
  const { name, lastName } = namesOf(properties);
  if (name === "" && lastName === "") throw new RestError("NAME_ERROR", "Bot name isn't specified");
  // The last registration of an identity sets the addresses for all its bots.
  const { commandAdd = "" } = portal.handlers.get(identity) ?? {};
  setHandlers(portal, identity, { ...NO_HANDLERS, commandAdd, ...handlers });
  for (const bot of portal.bots.values()) if (bot.code === code) return bot.id;
  const type = TYPES[phpString(params.TYPE)] ?? "bot";
  return createBot(portal, {
    name: name || lastName,
    lastName: name === "" ? "" : lastName,
    position: phpString(properties.WORK_POSITION),
    gender: properties.PERSONAL_GENDER === "F" ? "F" : "M",
    bot: {
      code,
      identity,
      api: 1,
      type,
      openline: type === "openline" || params.OPENLINE === "Y",
      eventMode: "webhook",
    },
  }).id;
}

function namesOf(properties: Params): { name: string; lastName: string } {
  return { name: phpTrim(phpString(properties.NAME)), lastName: phpTrim(phpString(properties.LAST_NAME)) };
}

/** BOT_ID must be there; else as everywhere in v1. */
function givenBot(call: Call): Bot {
  const identity = clientIdentity(call, true);
  if (phpInt(call.params.BOT_ID) <= 0) throw new RestError("BOT_ID_ERROR", "Bot not found");
  return v1Bot(call, identity);
}

function update(call: Call): true {
  const { portal } = call;
  const bot = givenBot(call);
  const fields = isArray(call.params.FIELDS) ? upperKeys(call.params.FIELDS) : {};
  const handlers = readHandlers(portal, fields, false);
  if (isArray(fields.PROPERTIES)) rename(portal, bot, upperKeys(fields.PROPERTIES));
  if (Object.keys(handlers).length > 0) {
    setHandlers(portal, bot.identity, handlers);
  }
  const code = phpString(fields.CODE);
  if (code !== "") bot.code = code;
  portal.changed("bot");
  return true;
}

function rename(portal: Portal, bot: Bot, properties: Params): void {
  const { name, lastName } = namesOf(properties);
  const given = "NAME" in properties || "LAST_NAME" in properties;
  if (given && name === "" && lastName === "") throw new RestError("NAME_ERROR", "Bot name isn't specified");
  const user = portal.users.get(bot.id);
  if (user === undefined) return;
  if (name !== "") user.name = name;
  if ("LAST_NAME" in properties) user.lastName = lastName;
  if ("WORK_POSITION" in properties) user.position = phpString(properties.WORK_POSITION);
}

function unregister(call: Call): true {
  removeBot(call.portal, givenBot(call));
  return true;
}

function list({ portal }: Call): Params {
  const rows = [...portal.bots.values()].map((bot): [string, Params] => [
    String(bot.id),
    {
      ID: bot.id,
      NAME: portal.users.get(bot.id)?.name ?? "",
      CODE: bot.code,
      OPENLINE: bot.openline ? "Y" : "N",
    },
  ]);
  return Object.fromEntries(rows);
}

export const botV1Methods: Method[] = [
  { name: "imbot.register", scopes: SCOPES, upper: true, run: register },
  { name: "imbot.update", scopes: SCOPES, upper: true, run: update },
  { name: "imbot.unregister", scopes: SCOPES, upper: true, run: unregister },
  { name: "imbot.bot.list", scopes: SCOPES, upper: true, run: list },
];
