import { isObject, type JsonObject } from "../../rest/envelope";
import { isNewGeneration, type Delivery } from "./delivery";
import { id } from "./parts";

/**
 * Takes a delivery apart into its events. The older API puts all commands of a message, and all bots of an
 * application that a message concerns, into one; bot platform 2.0 always delivers one event.
 * [D api-reference/chat-bots/outdated/events]
 * @param delivery as it was posted or fetched
 * @param botId our bot; null while it is not known, then nobody's records are taken out
 * @returns one delivery for each command of our bot, else the delivery itself, always without other bots' records;
 * none when it names other bots only
 */
export function splitDelivery(delivery: Delivery, botId: number | null): Delivery[] {
  const { name, data } = delivery;
  if (isNewGeneration(name) || !(isPresent(data["BOT"]) || isPresent(data["COMMAND"]))) return [delivery];
  const bots = ownRecords(data["BOT"], botId);
  const commands = ownRecords(data["COMMAND"], botId);
  if (bots.length === 0 && commands.length === 0) return [];
  const common = isPresent(data["BOT"]) ? { ...data, BOT: likeBefore(data["BOT"], bots) } : data;
  if (commands.length === 0) return [{ ...delivery, data: omitCommands(common) }];
  return commands.map((command) => ({
    ...delivery,
    data: { ...common, COMMAND: likeBefore(data["COMMAND"], [command]) },
  }));
}

type Entry = readonly [key: string, record: JsonObject];

const isPresent = (value: unknown): boolean => entriesOf(value).length > 0;

/** The records of a map or of a list: form parsers turn small numeric keys into either. */
function entriesOf(value: unknown): Entry[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

/** A record that does not say whose it is may be ours. */
function ownRecords(value: unknown, botId: number | null): Entry[] {
  return entriesOf(value).filter(([, record]) => {
    const owner = id(record["BOT_ID"]);
    return botId === null || owner === null || owner === botId;
  });
}

const likeBefore = (before: unknown, entries: readonly Entry[]): unknown =>
  Array.isArray(before) ? entries.map(([, record]) => record) : Object.fromEntries(entries);

function omitCommands(data: JsonObject): JsonObject {
  const { COMMAND: _command, ...rest } = data;
  return rest;
}
