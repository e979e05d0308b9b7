import { authorIn } from "./author";
import type { Delivery } from "./delivery";
import { readDialogLine } from "./dialog-line";
import { topicOf, type BotEvent, type EventUser } from "./event";
import { readParts, type Parts } from "./generations";
import { identityOf } from "./identity";
import { id, moment, number, text } from "./parts";
import { withoutSecrets } from "./strip-secrets";

export type { Delivery } from "./delivery";

/**
 * Any delivery as one shape; nothing that is missing, odd or unknown makes it fail.
 * @param delivery one event, see `splitDelivery`
 * @param botId our bot, where an event of the older API names several; null takes the first
 * @returns the event as a flow gets it for the first time
 */
export function decodeEvent(delivery: Delivery, botId: number | null = null): BotEvent {
  const name = delivery.name.toUpperCase();
  const topic = topicOf(name);
  const parts = readParts(name, delivery.data, botId);
  const raw = withoutSecrets(delivery.data);
  const isOpenChannel = text(parts.entityType) === "LINES" || topic.startsWith("session-");
  return {
    topic,
    payload: payloadOf(topic, parts, raw),
    conversation: {
      event: { id: delivery.id ?? identityOf(delivery), name, date: moment(delivery.date), delivery: 1 },
      bot: { id: id(parts.bot.id), code: text(parts.bot.code) },
      chatId: id(parts.chatId),
      dialogId: text(parts.dialogId) ?? (typeof parts.dialogId === "number" ? String(parts.dialogId) : null),
      messageId: id(parts.messageId),
      isOpenChannel,
      line: isOpenChannel ? readDialogLine(parts) : null,
      user: readUser(parts, botId),
      language: text(parts.language),
      raw,
    },
  };
}

/** From the part that the event is about: the message of a command is only the place where a button was. */
function payloadOf(topic: string, parts: Parts, raw: unknown): unknown {
  if (topic === "command") return parts.command ?? "";
  if (topic === "message" || topic === "update") return typeof parts.text === "string" ? parts.text : "";
  return raw;
}

/** An absent user with author 0 is the system itself. */
function readUser(parts: Parts, botId: number | null): EventUser | null {
  const { author, bot } = parts;
  const userId = number(author.id);
  if (userId === null) return null;
  const firstName = text(author.firstName);
  const lastName = text(author.lastName);
  const name = text(author.name) ?? text([firstName, lastName].filter(Boolean).join(" "));
  return { id: userId, name, firstName, lastName, isClient: authorIn(parts, botId ?? id(bot.id)) === "client" };
}
