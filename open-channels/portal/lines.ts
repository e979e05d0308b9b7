import { id, number, object, part, records, text } from "../events/parts";
import { CallError } from "../../rest/errors";
import type { JsonObject } from "../../rest/envelope";
import type { Door } from "./door";

/** How a line uses a bot. [D api-reference/imopenlines/openlines/imopenlines-config-update.md] */
export interface BotRule {
  /** With the client's first dialog only, or with each one. */
  readonly join: "first" | "always";
  /** Seconds after which people get the dialog by themselves; 0: never. */
  readonly time: number;
  /** The bot leaves when an operator gets the dialog, or stays until it is closed. */
  readonly left: "queue" | "close";
}

export interface LineRow extends BotRule {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
  /** The bot that answers there now; null: none. */
  readonly bot: { readonly id: number; readonly name: string | null } | null;
}

const PAGE = 200;
/** A portal has a few lines; beyond this something does not page as it says. */
const MOST_PAGES = 10;
/** What Bitrix24 itself begins with, s. [S imopenlines/lib/config.php] */
const DEFAULT_TIME = 600;

/** The portal's lines with their present bots. [D api-reference/imopenlines/openlines/imopenlines-config-list-get.md] */
export async function listLines(door: Door): Promise<LineRow[]> {
  const rows: JsonObject[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const PARAMS = { limit: PAGE, offset: page * PAGE, order: { ID: "ASC" } };
    const some = records(await door.read("imopenlines.config.list.get", { PARAMS }));
    rows.push(...some);
    if (some.length < PAGE) break;
  }
  const whole = await Promise.all(rows.map((row) => withBot(door, row)));
  const needsNames = whole.some((row) => row["WELCOME_BOT_ENABLE"] === "Y");
  const names = needsNames ? await botNames(door) : new Map<number, string>();
  return whole.flatMap((row) => readLine(row, names) ?? []);
}

/** One line as it is now; null when the portal has none of this number. */
export async function readOneLine(door: Door, lineId: number, names: ReadonlyMap<number, string>) {
  return readLine(object(await door.read("imopenlines.config.get", { CONFIG_ID: lineId, WITH_QUEUE: "N" })), names);
}

/** A list may be shorter than the line itself. */
async function withBot(door: Door, row: JsonObject): Promise<JsonObject> {
  if (row["WELCOME_BOT_ENABLE"] !== undefined) return row;
  return { ...row, ...object(await door.read("imopenlines.config.get", { CONFIG_ID: row["ID"], WITH_QUEUE: "N" })) };
}

function readLine(row: JsonObject, names: ReadonlyMap<number, string>): LineRow | null {
  const lineId = id(row["ID"]);
  if (lineId === null) return null;
  const botId = row["WELCOME_BOT_ENABLE"] === "Y" ? id(row["WELCOME_BOT_ID"]) : null;
  return {
    id: lineId,
    name: text(row["LINE_NAME"]) ?? String(lineId),
    active: row["ACTIVE"] !== "N",
    bot: botId === null ? null : { id: botId, name: names.get(botId) ?? null },
    join: row["WELCOME_BOT_JOIN"] === "first" ? "first" : "always",
    time: number(row["WELCOME_BOT_TIME"]) ?? DEFAULT_TIME,
    left: row["WELCOME_BOT_LEFT"] === "close" ? "close" : "queue",
  };
}

/** Names of the portal's bots, of every application; without the permission there are only numbers. */
export async function botNames({ read }: Door): Promise<Map<number, string>> {
  try {
    // The list is the same for everybody, but a webhook has to give some name of its own.
    const bots = records(await read("imbot.bot.list", { CLIENT_ID: "names" }));
    return new Map(bots.map((bot) => [id(part(bot, "ID")) ?? 0, text(part(bot, "NAME")) ?? ""]));
  } catch (error) {
    if (error instanceof CallError && error.outcome === "refused") return new Map();
    throw error;
  }
}
