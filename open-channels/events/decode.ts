import type { JsonObject } from "../../rest/envelope";
import { readDialogLine } from "./dialog-line";
import { topicOf, type BotEvent, type EventUser } from "./event";
import { flag, id, moment, number, object, part, records, text } from "./parts";
import { stripSecrets } from "./strip-secrets";

/** An event as one of the three deliveries hands it over. */
export interface Delivery {
  readonly name: string;
  /** The queue's id, when it was fetched. */
  readonly id: number | string | null;
  /** ISO text or Unix seconds. */
  readonly date: unknown;
  readonly data: JsonObject;
}

/** What both generations of the bot API say, under one set of names. */
interface Parts {
  readonly bot: { readonly id: unknown; readonly code: unknown };
  readonly chatId: unknown;
  readonly dialogId: unknown;
  readonly messageId: unknown;
  readonly text: unknown;
  readonly entityType: unknown;
  readonly entityId: unknown;
  readonly data1: unknown;
  readonly data2: unknown;
  readonly user: EventUser | null;
  readonly language: unknown;
}

/** Any delivery as one shape; nothing that is missing or unknown makes it fail. */
export function decodeEvent(delivery: Delivery): BotEvent {
  const name = delivery.name.toUpperCase();
  const topic = topicOf(name);
  const parts = /^ONIMBOTV2/.test(name) ? readNewParts(delivery.data) : readOldParts(delivery.data);
  const raw = stripSecrets(delivery.data);
  const isOpenChannel = text(parts.entityType) === "LINES" || topic.startsWith("session-");
  const hasText = topic === "message" || topic === "command" || topic === "update";
  return {
    topic,
    payload: hasText ? (typeof parts.text === "string" ? parts.text : "") : raw,
    conversation: {
      event: { id: delivery.id, name, date: moment(delivery.date) },
      bot: { id: id(parts.bot.id), code: text(parts.bot.code) },
      chatId: id(parts.chatId),
      dialogId: text(parts.dialogId) ?? (typeof parts.dialogId === "number" ? String(parts.dialogId) : null),
      messageId: id(parts.messageId),
      isOpenChannel,
      line: isOpenChannel ? readDialogLine(parts) : null,
      user: parts.user,
      language: text(parts.language),
      raw,
    },
  };
}

/** Bot platform 2.0, fetched or posted. [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events] */
function readNewParts(data: JsonObject): Parts {
  const { bot, chat, message, command, user } = data;
  const messageText = part(message, "text") ?? commandText(part(command, "command"), part(command, "params"));
  const chatId = part(chat, "id") ?? part(message, "chatId");
  return {
    bot: { id: part(bot, "id"), code: part(bot, "code") },
    chatId,
    dialogId: part(chat, "dialogId") ?? data["dialogId"],
    messageId: part(message, "id") ?? data["messageId"],
    text: messageText,
    entityType: part(chat, "entityType"),
    entityId: part(chat, "entityId"),
    data1: part(chat, "entityData1"),
    data2: part(chat, "entityData2"),
    user: readUser(user, part(message, "authorId"), {
      first: "firstName",
      last: "lastName",
      connector: "connector",
    }),
    language: data["language"],
  };
}

/** The older bot API. [D api-reference/chat-bots/outdated/events] */
function readOldParts(data: JsonObject): Parts {
  const params = object(data["PARAMS"]);
  const [bot = {}] = records(data["BOT"]).concat(records(data["COMMAND"]));
  const chat = part(sessionOf(data["DATA"]), "chat");
  return {
    bot: { id: bot["BOT_ID"] ?? params["BOT_ID"] ?? data["BOT_ID"], code: bot["BOT_CODE"] ?? data["BOT_CODE"] },
    chatId: params["CHAT_ID"] ?? privateChat(params) ?? part(chat, "chat_id") ?? part(chat, "id"),
    dialogId: params["DIALOG_ID"],
    messageId: params["MESSAGE_ID"] ?? bot["MESSAGE_ID"],
    text: params["MESSAGE"] ?? commandText(bot["COMMAND"], bot["COMMAND_PARAMS"]),
    entityType: params["CHAT_ENTITY_TYPE"],
    entityId: params["CHAT_ENTITY_ID"],
    data1: params["CHAT_ENTITY_DATA_1"],
    data2: params["CHAT_ENTITY_DATA_2"],
    user: readUser(data["USER"], params["FROM_USER_ID"] ?? params["AUTHOR_ID"], {
      first: "FIRST_NAME",
      last: "LAST_NAME",
      connector: "IS_CONNECTOR",
    }),
    language: params["LANGUAGE"] ?? data["LANGUAGE"],
  };
}

/** Sessions come as an object, on some portals as a list of one. [D api-reference/imopenlines/openlines/events] */
const sessionOf = (data: unknown): unknown => (part(data, "chat") === undefined ? records(data)[0] : data);

/** In a private dialogue the chat stands in another place. */
const privateChat = (params: JsonObject): unknown =>
  params["MESSAGE_TYPE"] === "P" ? params["TO_CHAT_ID"] : undefined;

const commandText = (command: unknown, params: unknown): string | undefined => {
  const words = [command, params].filter((word) => typeof word === "string" && word !== "");
  return words.length > 0 ? words.join(" ") : undefined;
};

/** An absent user with author 0 is the system itself. */
function readUser(
  user: unknown,
  authorId: unknown,
  names: { readonly first: string; readonly last: string; readonly connector: string },
): EventUser | null {
  const userId = number(part(user, "id")) ?? number(authorId);
  if (userId === null) return null;
  const firstName = text(part(user, names.first));
  const lastName = text(part(user, names.last));
  const name = text(part(user, "name")) ?? text([firstName, lastName].filter(Boolean).join(" "));
  return { id: userId, name, firstName, lastName, isClient: userId > 0 && flag(part(user, names.connector)) };
}
