import type { JsonObject } from "../../rest/envelope";
import { isNewGeneration } from "./delivery";
import { firstSaid, id, object, part, records, text } from "./parts";

/** What both generations of the bot API say, under one set of names; nothing of it is checked yet. */
export interface Parts {
  readonly bot: { readonly id: unknown; readonly code: unknown };
  readonly chatId: unknown;
  readonly dialogId: unknown;
  readonly messageId: unknown;
  /** What was written; of a command the message that carries it, which may be the bot's own. */
  readonly text: unknown;
  /** The command with its parameters, `/pick XL`; null where there is none. */
  readonly command: string | null;
  readonly entityType: unknown;
  readonly entityId: unknown;
  readonly data1: unknown;
  readonly data2: unknown;
  readonly author: AuthorParts;
  readonly language: unknown;
}

/** What is said about the author. Flags are undefined where the portal says nothing. */
export interface AuthorParts {
  readonly id: unknown;
  readonly name: unknown;
  readonly firstName: unknown;
  readonly lastName: unknown;
  readonly isConnector: unknown;
  readonly isBot: unknown;
  /** `imconnector` for clients, `bot` for bots. */
  readonly authId: unknown;
  /** Whether the message is the system's, whoever it names. */
  readonly isSystem: unknown;
}

/**
 * Finds the parts of a delivery of either generation.
 * @param name the portal's name of the event
 * @param data its data, with or without secrets
 * @param botId our bot, where an event of the older API names several; null takes the first
 */
export const readParts = (name: string, data: JsonObject, botId: number | null): Parts =>
  isNewGeneration(name) ? readNewParts(data) : readOldParts(data, botId);

/** Bot platform 2.0, fetched or posted. [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events] */
function readNewParts(data: JsonObject): Parts {
  const { bot, chat, message, command, user } = data;
  return {
    bot: { id: part(bot, "id"), code: part(bot, "code") },
    chatId: firstSaid(part(chat, "id"), part(message, "chatId")),
    dialogId: firstSaid(part(chat, "dialogId"), data["dialogId"]),
    messageId: firstSaid(part(message, "id"), data["messageId"]),
    text: part(message, "text"),
    command: commandText(part(command, "command"), part(command, "params")),
    entityType: part(chat, "entityType"),
    entityId: part(chat, "entityId"),
    data1: part(chat, "entityData1"),
    data2: part(chat, "entityData2"),
    author: {
      id: firstSaid(part(user, "id"), part(message, "authorId")),
      name: part(user, "name"),
      firstName: part(user, "firstName"),
      lastName: part(user, "lastName"),
      isConnector: part(user, "connector"),
      isBot: part(user, "bot"),
      authId: part(user, "externalAuthId"),
      isSystem: part(message, "isSystem"),
    },
    language: data["language"],
  };
}

/** The older bot API. [D api-reference/chat-bots/outdated/events] */
function readOldParts(data: JsonObject, botId: number | null): Parts {
  const params = object(data["PARAMS"]);
  const user = data["USER"];
  const [command = {}] = ownFirst(records(data["COMMAND"]), botId);
  const [bot = command] = ownFirst(records(data["BOT"]), botId);
  const chat = part(sessionOf(data["DATA"]), "chat");
  return {
    bot: {
      id: firstSaid(bot["BOT_ID"], params["BOT_ID"], data["BOT_ID"]),
      code: firstSaid(bot["BOT_CODE"], data["BOT_CODE"]),
    },
    chatId: firstSaid(params["CHAT_ID"], privateChat(params), part(chat, "chat_id"), part(chat, "id")),
    dialogId: params["DIALOG_ID"],
    messageId: firstSaid(params["MESSAGE_ID"], command["MESSAGE_ID"]),
    text: params["MESSAGE"],
    command: commandText(command["COMMAND"], command["COMMAND_PARAMS"]),
    entityType: params["CHAT_ENTITY_TYPE"],
    entityId: params["CHAT_ENTITY_ID"],
    data1: params["CHAT_ENTITY_DATA_1"],
    data2: params["CHAT_ENTITY_DATA_2"],
    author: {
      id: firstSaid(part(user, "id"), params["FROM_USER_ID"], params["AUTHOR_ID"]),
      name: part(user, "name"),
      firstName: part(user, "FIRST_NAME"),
      lastName: part(user, "LAST_NAME"),
      isConnector: part(user, "IS_CONNECTOR"),
      isBot: part(user, "IS_BOT"),
      authId: part(user, "EXTERNAL_AUTH_ID"),
      isSystem: params["SYSTEM"],
    },
    language: firstSaid(params["LANGUAGE"], data["LANGUAGE"]),
  };
}

/** The records, those of our bot before the others. */
function ownFirst(found: readonly JsonObject[], botId: number | null): readonly JsonObject[] {
  const own = botId === null ? undefined : found.find((record) => id(record["BOT_ID"]) === botId);
  return own === undefined ? found : [own];
}

/** Sessions come as an object, on some portals as a list of one. [D api-reference/imopenlines/openlines/events] */
const sessionOf = (data: unknown): unknown => (part(data, "chat") === undefined ? records(data)[0] : data);

/** In a private dialogue the chat stands in another place. */
const privateChat = (params: JsonObject): unknown =>
  params["MESSAGE_TYPE"] === "P" ? params["TO_CHAT_ID"] : undefined;

/** The older API leaves the slash out; both give the same text. */
function commandText(command: unknown, params: unknown): string | null {
  const name = text(command);
  const words = name === null || name.startsWith("/") ? name : `/${name}`;
  return [words, text(params)].filter((word) => word !== null).join(" ") || null;
}
