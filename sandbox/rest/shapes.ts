/** Objects that methods and events share: chats, users, bots, messages as the portal shows them. [S 8, 10.6] */
import { allItems, mainItem } from "../portal/crm";
import { isoDate } from "../portal/dates";
import { fullName, type Bot, type Chat, type Message, type User } from "../portal/entities";
import type { Portal } from "../portal/memory";
import { isArray, type Params } from "../portal/php";

/** `crm|type|id|pause|waitAction|sessionId|dateCreate|lineId|blockDate|blockReason` [10.5] */
export function entityData1(chat: Chat): string {
  const { session } = chat;
  const created = session === null ? 0 : Math.floor(session.startedAt / 1000);
  const current = session?.lineId ?? chat.lastLineId;
  const moved = current === chat.lineId ? 0 : current;
  return `${mainItem(chat.crm)}|N|N|${session?.id ?? 0}|${created}|${moved}|0|0`;
}

export const ENTITY_DATA_3 = "N";

/** The string that addresses a chat for a bot. */
export function dialogId(chat: Chat, bot: Bot | null): string {
  if (chat.type === "lines" || bot === null) return `chat${chat.id}`;
  return String([...chat.members].find((id) => id !== bot.id) ?? 0);
}

export function v2Chat(chat: Chat, bot: Bot | null): Params {
  const isLine = chat.type === "lines";
  return {
    id: chat.id,
    dialogId: dialogId(chat, bot),
    name: chat.title,
    type: isLine ? "lines" : "private",
    messageType: isLine ? "L" : "P",
    owner: chat.ownerId,
    color: "#df532d",
    avatar: "",
    description: "",
    extranet: isLine,
    containsCollaber: false,
    entityType: isLine ? "LINES" : "",
    entityId: chat.userCode,
    entityData1: isLine ? entityData1(chat) : "",
    entityData2: isLine ? allItems(chat.crm) : "",
    entityData3: isLine ? ENTITY_DATA_3 : "",
    entityLink: { type: isLine ? "LINES" : "", url: "" },
    diskFolderId: 0,
    permissions: { manageUsersAdd: "member", manageUsersDelete: "manager", manageUi: "member", canPost: "member" },
    parentChatId: 0,
    parentMessageId: 0,
    isNew: false,
    textFieldEnabled: true,
    backgroundId: null,
  };
}

export function v2User(user: User): Params {
  const isClient = user.kind === "client";
  return {
    id: user.id,
    active: user.active,
    name: fullName(user),
    firstName: user.name,
    lastName: user.lastName,
    workPosition: user.position,
    color: "#3e99ce",
    avatar: "",
    gender: user.gender || "M",
    birthday: "",
    extranet: isClient,
    bot: user.kind === "bot" || user.kind === "network",
    connector: isClient,
    externalAuthId: isClient ? "imconnector" : user.kind === "bot" ? "bot" : "default",
    status: user.online ? "online" : "offline",
    idle: false,
    lastActivityDate: false,
    absent: false,
    departments: isClient ? [] : [1],
    phones: false,
    type: isClient ? "extranet" : user.kind === "bot" ? "bot" : "user",
    website: "",
    email: "",
  };
}

/** The bot as its own application sees it. */
export function v2Bot(portal: Portal, bot: Bot): Params {
  return {
    id: bot.id,
    code: bot.code,
    type: bot.type,
    isHidden: bot.hidden,
    isSupportOpenline: bot.openline,
    isReactionsEnabled: bot.reactions,
    backgroundId: bot.backgroundId,
    language: portal.settings.language,
    moduleId: "rest",
    eventMode: bot.eventMode,
    countMessage: bot.countMessage,
    countCommand: bot.countCommand,
    countChat: bot.countChat,
    countUser: 0,
  };
}

export function v2Message(message: Message): Params {
  return {
    id: message.id,
    chatId: message.chatId,
    chat_id: message.chatId,
    authorId: message.authorId,
    author_id: message.authorId,
    date: isoDate(message.at),
    text: message.text,
    isSystem: message.system,
    uuid: message.templateId,
    forward: null,
    params: v2Params(message),
    viewedByOthers: false,
  };
}

/** Empty is a list, as PHP has it. */
function v2Params(message: Message): Params | never[] {
  const { files, attach, keyboard, edited, deleted } = message;
  const params: Params = {
    ...(files.length > 0 ? { FILE_ID: files.map((file) => file.id) } : {}),
    ...(attach === null ? {} : { ATTACH: [attach] }),
    ...(isArray(keyboard) ? { KEYBOARD: keyboard.BUTTONS } : {}),
    ...(edited ? { IS_EDITED: "Y" } : {}),
    ...(deleted ? { IS_DELETED: "Y" } : {}),
  };
  return Object.keys(params).length === 0 ? [] : params;
}
