/** Whose bot is calling. [S 3] */
import { identityOf } from "../../portal/bots";
import type { Bot } from "../../portal/entities";
import { isArray, phpInt, phpString } from "../../portal/php";
import { RestError } from "../errors";
import type { Call } from "./method";

/** imopenlines and v1: CLIENT_ID. The two differ in the final dot. [S 7.3] */
export function clientIdentity(call: Call, finalDot: boolean): string {
  const clientId = phpString(call.params.CLIENT_ID);
  if (clientId === "") {
    throw new RestError("ACCESS_DENIED", `Access denied! Client ID not specified${finalDot ? "." : ""}`, 403);
  }
  return identityOf(clientId);
}

/** `transfer` and `finish` name it in any letter case. [S 2.5] */
export function anyCase(call: Call, name: string): unknown {
  for (const key of Object.keys(call.params)) if (key.toUpperCase() === name) return call.params[key];
  return undefined;
}

/** v1: the given bot, or the caller's first one. [S 7.3] */
export function v1Bot(call: Call, identity: string): Bot {
  const given = call.params.BOT_ID;
  const bot =
    given === undefined || given === null ? call.portal.firstBot(identity) : call.portal.bots.get(phpInt(given));
  if (bot === undefined) throw new RestError("BOT_ID_ERROR", "Bot not found");
  if (bot.identity !== identity) throw new RestError("APP_ID_ERROR", "Bot was installed by another rest application");
  return bot;
}

/** v2: botToken at the top, or its other name. */
export function v2Identity(call: Call, more?: unknown): string {
  const token = phpString(call.params.botToken ?? more ?? call.params.clientId);
  if (token === "") throw new RestError("BOT_TOKEN_NOT_SPECIFIED", "Bot token is not specified");
  return identityOf(token);
}

/** v2: token, id, existence, ownership, in this order. [S 8] */
export function v2Bot(call: Call): Bot {
  const identity = v2Identity(call);
  const id = phpInt(call.params.botId);
  if (id <= 0) throw new RestError("BOT_ID_REQUIRED", "Bot id is required");
  const bot = call.portal.bots.get(id);
  if (bot === undefined) throw new RestError("BOT_NOT_FOUND", "Bot not found");
  if (bot.identity !== identity) throw new RestError("BOT_OWNERSHIP_ERROR", "The bot belongs to another application");
  return bot;
}

/** v2's booleans: true/false, Y/N, 1/0, as values or words. [D change log] */
export function v2Bool(value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null || value === "") return fallback;
  if (typeof value === "string") return value === "Y" || value === "1" || value === "true";
  return Boolean(value);
}

/** A map parameter; anything else counts as empty. */
export function mapOf(value: unknown): Record<string, unknown> {
  return isArray(value) ? value : {};
}
