import { isObject, type JsonObject } from "../../rest/envelope";
import { CallError, notSent } from "../../rest/errors";
import type { BotCode } from "./errors";
import type { Portal } from "../../rest/portal";
import { id, object, part, records, text } from "../events/parts";
import { LONGEST_TOKEN } from "./token";

/** How the bot's events are to arrive. */
export type EventRoute = { readonly mode: "fetch" } | { readonly mode: "webhook"; readonly url: string };

/** The bot as the config node wants it. */
export interface WantedBot {
  readonly code: string;
  /** An existing bot to use instead of registering one. */
  readonly id: number | null;
  readonly name: string;
  readonly token: string;
  readonly events: EventRoute;
  /** The address that was brought to the portal last; the portal does not tell it. */
  readonly knownUrl: string | null;
}

export interface RegisteredBot {
  readonly id: number;
  /** Which generation of the bot API the bot belongs to; it gets that generation's events only. */
  readonly platform: 1 | 2;
}

/** Each call of a registration, its repeats included, must not hold up the messages behind it for long, ms. */
const ANSWER_WITHIN = 15_000;

const REGISTER = "imbot.v2.Bot.register";

/**
 * Registers the bot, or finds it again, and brings a changed name, mode or address to the portal. Doing it again does no harm.
 * [D api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-register.md]
 * @throws CallError of the portal, or BOT_PLATFORM_OLD when events cannot be fetched there
 */
export async function ensureBot(portal: Portal, wanted: WantedBot, signal: AbortSignal): Promise<RegisteredBot> {
  if (wanted.token.length > LONGEST_TOKEN) throw notSent<BotCode>("BOT_TOKEN_INVALID_LENGTH", { method: REGISTER });
  try {
    return wanted.id === null
      ? await ensureNewBot(portal, wanted, signal)
      : await updateNewBot(portal, wanted, wanted.id, signal);
  } catch (error) {
    if (!(error instanceof CallError) || error.code !== "ERROR_METHOD_NOT_FOUND") throw error;
  }
  if (wanted.events.mode === "fetch") throw notSent<BotCode>("BOT_PLATFORM_OLD", { method: REGISTER });
  // There the portal itself appends the CLIENT_ID. [S imbot]
  return ensureOldBot(portal, wanted, wanted.events.url.replace(/\?.*$/s, ""), signal);
}

/**
 * Whether a bot with this code is on the portal already: then its events may have been read before, else whatever is
 * remembered of it is of another portal, or of a bot that was deleted.
 * [D api-reference/chat-bots/chat-bots-v2/imbot.v2/bots/bot-get.md]
 * @returns null when the portal does not say
 * @throws CallError when there is no answer
 */
export async function isRegistered(
  portal: Portal,
  code: string,
  token: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  try {
    await portal.call("imbot.v2.Bot.get", { code, botToken: token }, { safe: true, total: ANSWER_WITHIN, signal });
    return true;
  } catch (error) {
    if (!(error instanceof CallError) || error.outcome !== "refused") throw error;
    return error.is("BOT_NOT_FOUND") ? false : null;
  }
}

/** What registration and update have in common. */
function fieldsOf({ name, events }: WantedBot): JsonObject {
  const route = events.mode === "fetch" ? { eventMode: "fetch" } : { eventMode: "webhook", webhookUrl: events.url };
  return { properties: { name }, isSupportOpenline: true, ...route };
}

async function updateNewBot(
  portal: Portal,
  wanted: WantedBot,
  botId: number,
  signal: AbortSignal,
): Promise<RegisteredBot> {
  const params = { botId, botToken: wanted.token, fields: fieldsOf(wanted) };
  await portal.call("imbot.v2.Bot.update", params, { safe: true, total: ANSWER_WITHIN, signal });
  return { id: botId, platform: 2 };
}

async function ensureNewBot(portal: Portal, wanted: WantedBot, signal: AbortSignal): Promise<RegisteredBot> {
  const { code, name, token, events } = wanted;
  const fields = { code, botToken: token, type: "openline", ...fieldsOf(wanted) };
  const { result } = await portal.call(
    REGISTER,
    { botToken: token, fields },
    { safe: true, total: ANSWER_WITHIN, signal },
  );
  const bot = object(part(result, "bot"));
  const botId = requireBotId(bot["id"], REGISTER);
  const user = records(part(result, "users")).find((candidate) => id(candidate["id"]) === botId);
  const changed =
    text(user?.["name"]) !== name ||
    bot["eventMode"] !== events.mode ||
    (events.mode === "webhook" && events.url !== wanted.knownUrl);
  return changed ? updateNewBot(portal, wanted, botId, signal) : { id: botId, platform: 2 };
}

/** Portals from before bot platform 2.0. [D api-reference/chat-bots/outdated] */
async function ensureOldBot(
  portal: Portal,
  wanted: WantedBot,
  url: string,
  signal: AbortSignal,
): Promise<RegisteredBot> {
  const { code, name, token } = wanted;
  const options = { safe: true, total: ANSWER_WITHIN, signal };
  if (wanted.id !== null) {
    const fields = { EVENT_HANDLER: url, PROPERTIES: { NAME: name } };
    await portal.call("imbot.update", { BOT_ID: wanted.id, FIELDS: fields, CLIENT_ID: token }, options);
    return { id: wanted.id, platform: 1 };
  }
  const params = {
    CODE: code,
    TYPE: "O",
    OPENLINE: "Y",
    EVENT_HANDLER: url,
    PROPERTIES: { NAME: name },
    CLIENT_ID: token,
  };
  const { result } = await portal.call("imbot.register", params, options);
  const botId = requireBotId(result, "imbot.register");
  const list = await portal.call("imbot.bot.list", { CLIENT_ID: token }, options);
  const present = records(list.result).find((candidate) => id(candidate["ID"]) === botId);
  if (present && present["NAME"] !== name) {
    const fields: JsonObject = { PROPERTIES: { NAME: name } };
    await portal.call("imbot.update", { BOT_ID: botId, FIELDS: fields, CLIENT_ID: token }, options);
  }
  return { id: botId, platform: 1 };
}

function requireBotId(value: unknown, method: string): number {
  const botId = id(isObject(value) ? value["id"] : value);
  if (botId === null) throw notSent<BotCode>("BOT_REGISTER_FAILED", { method });
  return botId;
}
