/** `imbot.v2.Bot.*`, `Event.get`, `Revision.get`. [S 8] */
import { createBot, identityOf, removeBot } from "../../portal/bots";
import type { Bot } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import { phpInt, phpString, phpTrim, type Params } from "../../portal/php";
import { RestError } from "../errors";
import * as shapes from "../shapes";
import { handlerProblem } from "./handler-url";
import { mapOf, v2Bool, v2Bot, v2Identity } from "./identity";
import { isV2, type Call, type Method } from "./method";

const SCOPES = ["imbot"];
const MAX_TOKEN = 40;
const MAX_BOTS = 100;
const TYPES = new Set(["bot", "openline", "supervisor", "personal", "network"]);
const MAX_EVENTS = 1000;

type EventMode = Bot["eventMode"];

function eventModeOf(value: unknown, fallback: EventMode): EventMode {
  const mode = value === undefined || value === null ? fallback : phpString(value);
  if (mode !== "fetch" && mode !== "webhook") throw new RestError("BOT_INVALID_EVENT_MODE", "Invalid event mode");
  return mode;
}

function register(call: Call): Params {
  const { portal, params } = call;
  const fields = mapOf(params.fields);
  const identity = v2Identity(call, fields.botToken);
  checkToken(identity, "BOT_TOKEN_INVALID_LENGTH");
  const code = phpString(fields.code);
  if (code === "") throw new RestError("BOT_CODE_REQUIRED", "Bot code is required");
  const properties = mapOf(fields.properties);
  const name = phpTrim(phpString(properties.name));
  if (name === "") throw new RestError("BOT_PROPERTIES_REQUIRED", "Bot properties are required");
  const eventMode = eventModeOf(fields.eventMode, "fetch");
  const webhookUrl = phpString(fields.webhookUrl);
  if (eventMode === "webhook" && webhookUrl === "") {
    throw new RestError("BOT_WEBHOOK_URL_REQUIRED", "Webhook URL is required");
  }
  const known = [...portal.bots.values()].find((bot) => bot.code === code);
  if (known !== undefined) {
    if (known.identity !== identity) throw new RestError("BOT_CODE_ALREADY_TAKEN", "Bot code is already taken");
    return withUsers(portal, known);
  }
  if (portal.bots.size >= MAX_BOTS) throw new RestError("BOT_LIMIT_EXCEEDED", "Too many bots");
  const type = phpString(fields.type ?? "bot");
  if (!TYPES.has(type)) throw new RestError("BOT_INVALID_TYPE", "Invalid bot type");
  checkCallback(portal, webhookUrl);
  const bot = createBot(portal, {
    name,
    lastName: phpString(properties.lastName),
    position: phpString(properties.workPosition),
    gender: properties.gender === "F" ? "F" : "M",
    bot: {
      code,
      identity,
      api: 2,
      type,
      eventMode,
      openline: type === "openline" || v2Bool(fields.isSupportOpenline, false),
      webhookUrl: webhookUrl === "" ? null : webhookUrl,
      hidden: v2Bool(fields.isHidden, false),
      reactions: v2Bool(fields.isReactionsEnabled, true),
      backgroundId: phpString(fields.backgroundId) || null,
    },
  });
  return withUsers(portal, bot);
}

function checkToken(identity: string, code: string): void {
  if ([...identity].length - "custom".length > MAX_TOKEN) throw new RestError(code, "Bot token is too long");
}

function checkCallback(portal: Portal, address: string): void {
  const problem = address === "" ? null : handlerProblem(portal, address);
  if (problem !== null) throw new RestError("BOT_INVALID_CALLBACK", problem);
}

function withUsers(portal: Portal, bot: Bot): Params {
  const user = portal.users.get(bot.id);
  return { bot: shapes.v2Bot(portal, bot), users: user === undefined ? [] : [shapes.v2User(user)] };
}

function get(call: Call): Params {
  const { portal, params } = call;
  const identity = v2Identity(call);
  const id = phpInt(params.botId);
  const code = phpString(params.code);
  if (id <= 0 && code === "") throw new RestError("PARAMS_REQUIRED", "botId or code is required");
  const bot = id > 0 ? portal.bots.get(id) : [...portal.bots.values()].find((entry) => entry.code === code);
  if (bot === undefined) throw new RestError("BOT_NOT_FOUND", "Bot not found");
  if (bot.identity === identity) return withUsers(portal, bot);
  const { users } = withUsers(portal, bot);
  return { bot: { id: bot.id, code: bot.code, type: bot.type, isSupportOpenline: bot.openline }, users };
}

function list(call: Call): Params {
  const { portal, params } = call;
  const own = portal.botsOf(v2Identity(call));
  const type = phpString(mapOf(params.filter).type);
  const fitting = own.filter((bot) => type === "" || bot.type === type);
  const offset = Math.max(0, phpInt(params.offset));
  const limit = Math.max(1, params.limit === undefined ? 50 : phpInt(params.limit));
  const page = fitting.slice(offset, offset + limit);
  return {
    bots: page.map((bot) => shapes.v2Bot(portal, bot)),
    users: page.flatMap((bot) => withUsers(portal, bot).users),
    hasNextPage: fitting.length > offset + limit,
  };
}

function update(call: Call): Params {
  const { portal } = call;
  const bot = v2Bot(call);
  const fields = mapOf(call.params.fields);
  const eventMode = eventModeOf(fields.eventMode, bot.eventMode);
  const webhookUrl = fields.webhookUrl === undefined ? bot.webhookUrl : phpString(fields.webhookUrl);
  if (eventMode === "webhook" && !webhookUrl) throw new RestError("BOT_INVALID_CALLBACK", "Wrong handler URL");
  checkCallback(portal, webhookUrl ?? "");
  const token = phpString(fields.botToken);
  if (token !== "") {
    checkToken(identityOf(token), "BOT_TOKEN_ROTATION_FAILED");
    bot.identity = identityOf(token);
  }
  // What was waiting to be fetched is lost with the queue.
  if (eventMode === "webhook" && bot.eventMode === "fetch") portal.queue.drop(bot.id);
  bot.eventMode = eventMode;
  bot.webhookUrl = webhookUrl === "" ? null : webhookUrl;
  applyFlags(bot, fields);
  applyProperties(portal, bot, mapOf(fields.properties));
  portal.changed("bot");
  return withUsers(portal, bot);
}

function applyFlags(bot: Bot, fields: Params): void {
  bot.hidden = v2Bool(fields.isHidden, bot.hidden);
  bot.reactions = v2Bool(fields.isReactionsEnabled, bot.reactions);
  bot.openline = bot.type === "openline" || v2Bool(fields.isSupportOpenline, bot.openline);
  if (fields.backgroundId !== undefined) bot.backgroundId = phpString(fields.backgroundId) || null;
}

function applyProperties(portal: Portal, bot: Bot, properties: Params): void {
  const user = portal.users.get(bot.id);
  if (user === undefined) return;
  const name = phpTrim(phpString(properties.name));
  if (name !== "") user.name = name;
  if (properties.lastName !== undefined) user.lastName = phpString(properties.lastName);
  if (properties.workPosition !== undefined) user.position = phpString(properties.workPosition);
}

function unregister(call: Call): Params {
  removeBot(call.portal, v2Bot(call));
  return { result: true };
}

function eventGet(call: Call): unknown {
  const { portal, params } = call;
  const bot = v2Bot(call);
  if (v2Bool(params.withUserEvents, false)) {
    if (!portal.settings.scopes.includes("im")) throw new RestError("SCOPE_ERROR", "Scope im is required");
    throw new RestError("USER_NOT_SUBSCRIBED", "The user is not subscribed to events");
  }
  const limit = params.limit === undefined || params.limit === null ? 100 : phpInt(params.limit);
  const clamped = Math.min(MAX_EVENTS, Math.max(1, limit));
  const fetched = portal.queue.fetch(bot.id, phpInt(params.offset), clamped, portal.now());
  const events = fetched.events.map(({ botId: _botId, ...event }) => event);
  return { events, nextOffset: fetched.nextOffset, hasMore: fetched.hasMore };
}

const method = (name: string, run: Method["run"]): Method => ({
  ...{ name, scopes: SCOPES, upper: false, present: isV2 },
  run,
});

export const botV2Methods: Method[] = [
  method("imbot.v2.Bot.register", register),
  method("imbot.v2.Bot.get", get),
  method("imbot.v2.Bot.list", list),
  method("imbot.v2.Bot.update", update),
  method("imbot.v2.Bot.unregister", unregister),
  method("imbot.v2.Event.get", eventGet),
  method("imbot.v2.Revision.get", () => ({ rest: 36, web: 1, mobile: 1, desktop: 1 })),
];
