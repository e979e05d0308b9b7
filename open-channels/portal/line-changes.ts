import { createHash } from "node:crypto";
import { id, number, records } from "../events/parts";
import type { JsonObject } from "../../rest/envelope";
import { CallError, notSent } from "../../rest/errors";
import type { LineCode } from "./errors";
import type { Door } from "./door";
import { botNames, listLines, readOneLine, type BotRule, type LineRow } from "./lines";

/** What a dialog wants of one line. */
export interface LineWish extends BotRule {
  readonly id: number;
  /** Whether our bot shall answer there. */
  readonly on: boolean;
}

export type Property = "bot" | "join" | "time" | "left";

export interface LineChange {
  readonly id: number;
  readonly name: string;
  readonly changes: readonly { readonly what: Property; readonly from: BotValue; readonly to: BotValue }[];
}

type BotValue = string | number | null;

export interface Preview {
  readonly changes: readonly LineChange[];
  /** Stands for exactly these changes: they are applied only while the lines are as they were seen. */
  readonly mark: string;
}

export interface Applied extends Preview {
  /** The lines as they are now; null when they could not be listed again: the changes stand all the same. */
  readonly lines: readonly LineRow[] | null;
}

const MOST_LINES = 500;
const LONGEST_TIME = 24 * 3600;

/** The lines of a dialog, as far as they can be understood. */
export function readWishes(body: JsonObject): { botId: number; lines: LineWish[] } {
  const botId = id(body["bot"]);
  if (botId === null) throw notSent<LineCode>("BOT_ID_REQUIRED");
  const lines = records(body["lines"]).slice(0, MOST_LINES).flatMap(readWish);
  return { botId, lines };
}

function readWish(line: JsonObject): LineWish[] {
  const lineId = id(line["id"]);
  if (lineId === null) return [];
  const time = number(line["time"]);
  if (time === null || time < 0 || time > LONGEST_TIME) throw notSent<LineCode>("LINE_TIME");
  return [
    {
      id: lineId,
      on: line["on"] === true,
      join: line["join"] === "first" ? "first" : "always",
      time,
      left: line["left"] === "close" ? "close" : "queue",
    },
  ];
}

/** What would change on the portal; asks only. */
export async function previewLines(door: Door, botId: number, wishes: readonly LineWish[]): Promise<Preview> {
  const names = await botNames(door);
  const seen = await Promise.all(
    wishes.map(async (wish) => {
      const line = await readOneLine(door, wish.id, names);
      return line === null ? null : changeOf(line, wish, { id: botId, name: names.get(botId) ?? null });
    }),
  );
  const changes = seen.filter((change) => change !== null && change.changes.length > 0) as LineChange[];
  return { changes, mark: createHash("sha256").update(JSON.stringify(changes)).digest("hex") };
}

type Bot = NonNullable<LineRow["bot"]>;

function changeOf(line: LineRow, wish: LineWish, own: Bot): LineChange {
  const isOurs = line.bot?.id === own.id;
  const { id: lineId, name } = line;
  // The bot of somebody else is none of our business where ours is not wanted.
  if (!wish.on && !isOurs) return { id: lineId, name, changes: [] };
  const bot =
    isOurs === wish.on ? [] : [{ what: "bot" as const, from: label(line.bot), to: label(wish.on ? own : null) }];
  const rules = wish.on ? (["join", "time", "left"] as const).filter((what) => line[what] !== wish[what]) : [];
  return { id: lineId, name, changes: [...bot, ...rules.map((what) => ({ what, from: line[what], to: wish[what] }))] };
}

const label = (bot: Bot | null): string | null => (bot === null ? null : (bot.name ?? `#${bot.id}`));

/**
 * Brings the changes to the portal, line after line.
 * [D api-reference/imopenlines/openlines/imopenlines-config-update.md]
 * @throws CallError LINES_CHANGED when somebody else changed a line since it was looked at
 */
export async function applyLines(
  door: Door,
  { botId, lines, mark }: { botId: number; lines: readonly LineWish[]; mark: unknown },
): Promise<Applied> {
  const preview = await previewLines(door, botId, lines);
  if (preview.mark !== mark) throw notSent<LineCode>("LINES_CHANGED");
  for (const { id: lineId } of preview.changes) {
    const wish = lines.find((line) => line.id === lineId);
    if (wish === undefined) continue;
    const params = { CONFIG_ID: lineId, PARAMS: fieldsOf(wish, botId) };
    await door.portal.call("imopenlines.config.update", params, { safe: true });
  }
  return { ...preview, lines: await linesAfter(door) };
}

async function linesAfter(door: Door): Promise<LineRow[] | null> {
  try {
    return await listLines(door);
  } catch (error) {
    if (error instanceof CallError) return null;
    throw error;
  }
}

function fieldsOf({ on, join, time, left }: LineWish, botId: number): JsonObject {
  if (!on) return { WELCOME_BOT_ENABLE: "N" };
  return {
    WELCOME_BOT_ENABLE: "Y",
    WELCOME_BOT_ID: botId,
    WELCOME_BOT_JOIN: join,
    WELCOME_BOT_TIME: time,
    WELCOME_BOT_LEFT: left,
  };
}
