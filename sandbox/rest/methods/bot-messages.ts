/** Messages of bots, both generations. [S 7.3, 8.3] */
import type { Bot, Chat, Message } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import { addMessage } from "../../portal/messages";
import { isArray, phpInt, phpString, phpTrim, type Params } from "../../portal/php";
import { cutText } from "../content";
import { RestError } from "../errors";
import * as shapes from "../shapes";
import { dialogChat, dialogIdOf, v2Chat } from "./dialog";
import { clientIdentity, mapOf, v1Bot, v2Bool, v2Bot } from "./identity";
import { v1Content, v2Content, valueOf } from "./message-content";
import { isV2, type Call, type Method } from "./method";

const SCOPES = ["imbot"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ACTIONS =
  /^IMBOT_AGENT_ACTION_(?:THINKING|SEARCHING|GENERATING|ANALYZING|PROCESSING|TRANSLATING|CONNECTING|CHECKING|CALCULATING|READING_DOCS|COMPOSING)$/;

function v1Refused(portal: Portal): RestError {
  return portal.settings.maskErrors
    ? new RestError("CANCELED", "The message was not sent")
    : new RestError("WRONG_REQUEST", "Message isn't added");
}

function messageAdd(call: Call): number {
  const { portal, params } = call;
  const bot = v1Bot(call, clientIdentity(call, false));
  const isPrivate = phpInt(params.FROM_USER_ID) > 0 && phpInt(params.TO_USER_ID) > 0;
  const dialogId = isPrivate ? String(phpInt(params.TO_USER_ID)) : dialogIdOf(params.DIALOG_ID);
  if (typeof params.MESSAGE !== "string" || phpTrim(params.MESSAGE) === "") {
    throw new RestError("MESSAGE_EMPTY", "Message can't be empty");
  }
  const { attach, keyboard } = v1Content(params);
  const chat = dialogChat(portal, bot, dialogId);
  if (!chat?.members.has(bot.id) || keyboard.state === "oversize") throw v1Refused(portal);
  const inside = isPrivate || params.SYSTEM === "Y";
  const name = portal.users.get(bot.id)?.name ?? "";
  const text = cutText(phpTrim(params.MESSAGE));
  bot.countMessage++;
  return addMessage(portal, chat, {
    authorId: inside ? 0 : bot.id,
    text: inside && chat.type === "lines" ? `[b]${name}[/b]\n${text}` : text,
    system: inside,
    attach: valueOf(attach),
    keyboard: valueOf(keyboard),
    toClient: chat.type === "lines" && !inside && params.SKIP_CONNECTOR !== "Y",
  }).id;
}

/** An earlier message of the same templateId, or null when it is free. [S 8.3] */
function templateMessage(portal: Portal, key: string | null): number | null {
  const known = key === null ? undefined : portal.templates.find(key, portal.now());
  if (known === undefined) return null;
  if (portal.now() < known.workUntil) {
    throw new RestError("MESSAGE_DUPLICATED_BY_UUID", "A message with this uuid is being processed");
  }
  return known.messageId;
}

function forwardIds(fields: Params): number {
  if (!isArray(fields.forwardIds)) return 0;
  const uuids = Object.keys(fields.forwardIds);
  if (uuids.length > 100) throw new RestError("TOO_MANY_MESSAGES", "Too many messages to forward");
  if (uuids.some((uuid) => !UUID.test(uuid))) throw new RestError("WRONG_UUID", "Wrong uuid");
  return uuids.length;
}

function messageSend(call: Call): unknown {
  const bot = v2Bot(call);
  const chat = v2Chat(call, bot, "CHAT_NOT_FOUND");
  const fields = mapOf(call.params.fields);
  const { attach, keyboard } = v2Content(fields);
  const text = phpTrim(phpString(fields.message));
  if (text === "" && attach.state === "absent" && forwardIds(fields) === 0) {
    throw new RestError("EMPTY_MESSAGE", "Message is empty");
  }
  checkReply(chat, fields.replyId);
  const message = { text: cutText(text), attach: valueOf(attach), keyboard: valueOf(keyboard) };
  return { id: sendOnce(call, bot, chat, fields, message), uuidMap: {} };
}

function checkReply(chat: Chat, replyId: unknown): void {
  const id = phpInt(replyId);
  if (id > 0 && !chat.messages.some((message) => message.id === id)) {
    throw new RestError("REPLY_ERROR", "The message to reply to was not found");
  }
}

function sendOnce(
  call: Call,
  bot: Bot,
  chat: Chat,
  fields: Params,
  content: { text: string; attach: unknown; keyboard: unknown },
): number {
  const { portal } = call;
  const system = v2Bool(fields.system, false);
  const templateId = phpString(fields.templateId);
  const key = UUID.test(templateId) && !system ? `${bot.id}|${templateId}` : null;
  const earlier = templateMessage(portal, key);
  if (earlier !== null) return earlier;
  bot.countMessage++;
  const message: Message = addMessage(portal, chat, {
    ...content,
    authorId: system ? 0 : bot.id,
    system,
    toClient: chat.type === "lines" && !system && !v2Bool(fields.skipConnector, false),
    templateId: key === null ? null : templateId,
  });
  if (key !== null) portal.templates.add(key, message.id, portal.now(), call.workMs);
  return message.id;
}

function notify(call: Call): unknown {
  const bot = v2Bot(call);
  const chat = v2Chat(call, bot, "ACCESS_DENIED");
  const code = phpString(call.params.statusMessageCode);
  const seconds = Math.min(600, Math.max(1, phpInt(call.params.duration) || 30));
  showTyping(call.portal, chat, bot, seconds, ACTIONS.test(code) ? code : "");
  return { result: true };
}

function chatGet(call: Call): unknown {
  const bot = v2Bot(call);
  return { chat: shapes.v2Chat(v2Chat(call, bot, "ACCESS_DENIED"), bot) };
}

function sendTyping(call: Call): true {
  const { portal, params } = call;
  const identity = clientIdentity(call, false);
  const dialogId = dialogIdOf(params.DIALOG_ID);
  const bot = v1Bot(call, identity);
  const chat = dialogChat(portal, bot, dialogId);
  if (chat?.members.has(bot.id)) showTyping(portal, chat, bot, 30, "");
  return true;
}

function showTyping(portal: Portal, chat: Chat, bot: Bot, seconds: number, code: string): void {
  chat.typing = { userId: bot.id, until: portal.now() + seconds * 1000, code };
  portal.changed("chat", chat.id);
}

export const botMessageMethods: Method[] = [
  { name: "imbot.message.add", scopes: SCOPES, upper: true, run: messageAdd },
  { name: "imbot.chat.sendTyping", scopes: SCOPES, upper: true, run: sendTyping },
  { name: "imbot.v2.Chat.Message.send", scopes: SCOPES, upper: false, present: isV2, run: messageSend },
  { name: "imbot.v2.Chat.get", scopes: SCOPES, upper: false, present: isV2, run: chatGet },
  { name: "imbot.v2.Chat.InputAction.notify", scopes: SCOPES, upper: false, present: isV2, run: notify },
];
