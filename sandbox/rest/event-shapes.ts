/** The data of a bot's events, in both generations. [S 10.3, 10.4, 10.6] */
import { allItems } from "../portal/crm";
import { isoDate } from "../portal/dates";
import {
  fullName,
  type Bot,
  type BotEvent,
  type CalledCommand,
  type Chat,
  type Message,
  type User,
} from "../portal/entities";
import type { Portal } from "../portal/memory";
import type { Params } from "../portal/php";
import { dialogId, ENTITY_DATA_3, entityData1, v2Bot, v2Chat, v2Message, v2User } from "./shapes";

/** The data of a v2 event; fetched events carry the whole bot, delivered ones only its name. */
export function v2EventData(portal: Portal, event: BotEvent, fetched: boolean): Params {
  const { bot, chat, message, user } = event;
  const data: Params = { bot: fetched ? v2Bot(portal, bot) : { id: bot.id, code: bot.code } };
  if (event.name === "DELETE" || chat === null) return data;
  if (event.name === "JOINCHAT") data.dialogId = dialogId(chat, bot);
  const [called] = event.called ?? [];
  if (called !== undefined) data.command = v2Command(called);
  if (event.reaction !== undefined) {
    data.reaction = event.reaction.code;
    data.action = event.reaction.action;
  }
  if (event.name === "MESSAGEDELETE") data.messageId = message?.id ?? 0;
  else if (message !== null) data.message = v2Message(message);
  data.chat = v2Chat(chat, bot);
  data.user = user === null ? null : v2User(user);
  data.language = portal.settings.language;
  return data;
}

function v2Command({ command, params, context }: CalledCommand): Params {
  return { id: command.id, command: `/${command.name}`, params, context: context.toLowerCase() };
}

/** The data of a v1 event. */
export function v1EventData(portal: Portal, event: BotEvent): Params {
  const { bot, chat, message, user } = event;
  if (event.name === "DELETE" || chat === null) return { BOT_ID: bot.id, BOT_CODE: bot.code };
  if (event.called !== undefined && message !== null) return v1CommandData(portal, event, chat, message, event.called);
  const params =
    message === null ? joinParams(portal, bot, chat) : messageParams(portal, bot, chat, message, event.name);
  return {
    BOT: { [bot.id]: { BOT_ID: bot.id, BOT_CODE: bot.code } },
    PARAMS: params,
    ...(user === null ? {} : { USER: v1User(user) }),
  };
}

/** All commands of one application by their ids: of two calls of the same command the later one counts. [10.4] */
function v1CommandData(
  portal: Portal,
  { bot, user }: BotEvent,
  chat: Chat,
  message: Message,
  called: CalledCommand[],
): Params {
  const commands = called.map(({ command, params, context }): [string, Params] => [
    String(command.id),
    {
      BOT_ID: command.botId,
      BOT_CODE: portal.bots.get(command.botId)?.code ?? "",
      COMMAND: command.name,
      COMMAND_ID: command.id,
      COMMAND_PARAMS: params,
      COMMAND_CONTEXT: context,
      MESSAGE_ID: message.id,
    },
  ]);
  const inChat = [...chat.members].filter((id) => portal.bots.has(id)).map((id): [string, number] => [String(id), id]);
  const { COMMAND_CONTEXT: _context, ...params } = messageParams(portal, bot, chat, message, "MESSAGEADD");
  return {
    COMMAND: Object.fromEntries(commands),
    PARAMS: { ...params, BOT_IN_CHAT: Object.fromEntries(inChat) },
    ...(user === null ? {} : { USER: withoutFlags(v1User(user)) }),
  };
}

function withoutFlags(user: Params): Params {
  return Object.fromEntries(Object.entries(user).filter(([key]) => !key.startsWith("IS_")));
}

function joinParams(portal: Portal, bot: Bot, chat: Chat): Params {
  const type = chat.type === "lines" ? "L" : "P";
  return {
    CHAT_TYPE: type,
    MESSAGE_TYPE: type,
    BOT_ID: bot.id,
    USER_ID: 0,
    CHAT_ID: chat.id,
    CHAT_AUTHOR_ID: chat.ownerId,
    CHAT_ENTITY_TYPE: chat.type === "lines" ? "LINES" : "",
    CHAT_ENTITY_ID: chat.userCode,
    ACCESS_HISTORY: true,
    SILENT_JOIN: false,
    DIALOG_ID: dialogId(chat, bot),
    LANGUAGE: portal.settings.language,
  };
}

function messageParams(portal: Portal, bot: Bot, chat: Chat, message: Message, name: BotEvent["name"]): Params {
  const isLine = chat.type === "lines";
  const added = name === "MESSAGEADD";
  return {
    MESSAGE: message.text,
    ...(isLine && name !== "MESSAGEDELETE" ? { MESSAGE_ORIGINAL: message.text } : {}),
    ...(added ? {} : { ID: message.id }),
    MESSAGE_ID: message.id,
    ...(isLine ? { CHAT_ID: chat.id } : {}),
    TO_CHAT_ID: chat.id,
    DIALOG_ID: dialogId(chat, bot),
    FROM_USER_ID: message.authorId,
    AUTHOR_ID: message.authorId,
    TO_USER_ID: isLine ? 0 : bot.id,
    MESSAGE_TYPE: isLine ? "L" : "P",
    CHAT_TYPE: isLine ? "L" : "P",
    SYSTEM: message.system ? "Y" : "N",
    ...(isLine ? chatParams(chat) : {}),
    ...(added ? { TEMPLATE_ID: message.templateId ?? "", COMMAND_CONTEXT: "TEXTAREA" } : {}),
    PLATFORM_CONTEXT: "web",
    LANGUAGE: portal.settings.language,
    ...(added && message.files.length > 0 ? fileParams(portal, message) : {}),
  };
}

function chatParams(chat: Chat): Params {
  return {
    CHAT_TITLE: chat.title,
    CHAT_AUTHOR_ID: chat.ownerId,
    CHAT_AVATAR: "",
    CHAT_COLOR: "#df532d",
    CHAT_EXTRANET: "Y",
    CHAT_CAN_POST: "ALL",
    CHAT_USER_COUNT: chat.members.size,
    CHAT_ENTITY_TYPE: "LINES",
    CHAT_ENTITY_ID: chat.userCode,
    CHAT_ENTITY_DATA_1: entityData1(chat),
    CHAT_ENTITY_DATA_2: allItems(chat.crm),
    CHAT_ENTITY_DATA_3: ENTITY_DATA_3,
  };
}

function fileParams(portal: Portal, message: Message): Params {
  const author = fullName(portal.users.get(message.authorId));
  const files = message.files.map((file): [string, Params] => [
    String(file.id),
    {
      id: file.id,
      chatId: message.chatId,
      date: isoDate(message.at),
      type: file.type ?? "file",
      name: file.name,
      extension: /\.([^.]+)$/.exec(file.name)?.[1] ?? "",
      size: file.size ?? 0,
      status: "done",
      progress: 100,
      authorId: message.authorId,
      authorName: author,
    },
  ]);
  return { FILES: Object.fromEntries(files), PARAMS: { FILE_ID: message.files.map((file) => file.id) } };
}

function v1User(user: User): Params {
  const yes = (value: boolean): string => (value ? "Y" : "N");
  return {
    ID: user.id,
    NAME: fullName(user),
    FIRST_NAME: user.name,
    LAST_NAME: user.lastName,
    WORK_POSITION: user.position,
    GENDER: user.gender,
    IS_BOT: yes(user.kind === "bot"),
    IS_CONNECTOR: yes(user.kind === "client"),
    IS_NETWORK: yes(user.kind === "network"),
    IS_EXTRANET: yes(user.kind === "client"),
  };
}
