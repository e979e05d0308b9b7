import { CallError, notSent, refused } from "../../rest/errors";
import type { Portal } from "../../rest/portal";
import { object, part, records, text, id as idIn } from "../events/parts";
import type { Door } from "../portal/door";
import type { BotCode } from "./errors";
import { ensureBot, type EventRoute } from "./registration";
import { isWeakToken } from "./token";

export interface BotWish {
  readonly code: string;
  readonly id: number | null;
  readonly name: string;
  readonly token: string;
  /** The token is the one that the dialog made for a new bot, so it has to be kept there. */
  readonly isNewToken: boolean;
  readonly events: EventRoute;
}

export interface BotReport {
  readonly id: number;
  readonly name: string;
  readonly platform: 1 | 2;
  readonly result: "registered" | "found" | "updated";
  /** Whether the dialog has to keep the token that it made for a new bot. */
  readonly keepToken: boolean;
  readonly weakToken: boolean;
}

/** Creates the bot, finds it again, or brings what has changed to the portal; a bot given by its id alone is only found. */
export async function repairBot(door: Door, wish: BotWish): Promise<BotReport> {
  const present = await findBot(door, wish);
  const weakToken = isWeakToken(wish.token);
  if (wish.code === "") {
    if (present === null) throw notSent<BotCode>("BOT_NOT_FOUND");
    return { ...present, result: "found", keepToken: false, weakToken };
  }
  const changes: string[] = [];
  const portal = noting(door.portal, changes);
  const { id, platform } = await ensureBot(portal, { ...wish, knownUrl: null }, door.signal);
  const hasChanged = changes.some((method) => /\.update$/i.test(method));
  const result = present?.id !== id ? "registered" : hasChanged ? "updated" : "found";
  return { id, name: wish.name, platform, result, keepToken: wish.isNewToken, weakToken };
}

type Present = Pick<BotReport, "id" | "name" | "platform">;

/** A bot of ours by id or code; null when there is none. A bot of somebody else is found out by the registration. */
async function findBot({ read }: Door, { code, id, token }: BotWish): Promise<Present | null> {
  try {
    const wanted = id === null ? { code } : { botId: id };
    const answer = await read("imbot.v2.Bot.get", { ...wanted, botToken: token });
    const bot = object(part(answer, "bot"));
    const found = idIn(bot["id"]);
    // Of a bot of somebody else the portal shows a short form. [S imbot/lib/V2]
    if (code === "" && found !== null && bot["eventMode"] === undefined) throw refused("BOT_OWNERSHIP_ERROR");
    return found === null ? null : { id: found, name: nameIn(records(part(answer, "users"))), platform: 2 };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (error.is("BOT_NOT_FOUND")) return null;
    if (!error.is("ERROR_METHOD_NOT_FOUND")) throw error;
  }
  const all = records(await read("imbot.bot.list", { CLIENT_ID: token }));
  const bot = all.find((one) => (id === null ? one["CODE"] === code : idIn(one["ID"]) === id));
  const found = idIn(bot?.["ID"]);
  return found === null ? null : { id: found, name: text(bot?.["NAME"]) ?? "", platform: 1 };
}

const nameIn = ([user]: readonly Record<string, unknown>[]): string => text(user?.["name"]) ?? "";

/** The same portal, with the methods that were called written down. */
function noting(portal: Portal, methods: string[]): Portal {
  return {
    ...portal,
    call: (method, params, options) => {
      methods.push(method);
      return portal.call(method, params, options);
    },
  };
}
