/** Where a bot speaks: the chat behind a dialog id, and its right to be there. */
import type { Bot, Chat, Message } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import { privateChat } from "../../portal/people";
import { phpInt, phpString } from "../../portal/php";
import { RestError } from "../errors";
import type { Call } from "./method";

const DIALOG = /^(?:\d+|(?:chat|sg|crm)\d+)$/;

/** The chat behind `chatN` or a user id; the private one is made when it is needed. */
export function dialogChat(portal: Portal, bot: Bot, dialogId: string): Chat | undefined {
  if (dialogId.startsWith("chat")) return portal.chats.get(Number(dialogId.slice(4)));
  const user = portal.users.get(Number(dialogId));
  return user?.kind === "employee" && user.active ? privateChat(portal, bot.id, user) : undefined;
}

/** v1: DIALOG_ID as the portal accepts it. */
export function dialogIdOf(value: unknown): string {
  const id = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (!DIALOG.test(id)) throw new RestError("DIALOG_ID_EMPTY", "Dialog ID can't be empty");
  return id;
}

/** v2: the chat that a bot may act in. */
export function v2Chat(call: Call, bot: Bot, missing: "CHAT_NOT_FOUND" | "ACCESS_DENIED"): Chat {
  const dialogId = phpString(call.params.dialogId);
  const chat = DIALOG.test(dialogId) ? dialogChat(call.portal, bot, dialogId) : undefined;
  if (chat === undefined) throw new RestError(missing, "Chat not found");
  if (!chat.members.has(bot.id)) throw new RestError("ACCESS_DENIED", "You do not have access to this chat");
  return chat;
}

/** v2: a number that the method cannot do without; its absence is the framework's own error. [I] */
export function neededId(call: Call, name: string): number {
  const value = call.params[name];
  if (value === undefined || value === null || value === "") {
    throw new RestError("100", `Could not find value for parameter {${name}}`);
  }
  return phpInt(value);
}

/** v2: the message of `messageId`; one that is not there is treated like a foreign one. [D chat-message-update.md] */
export function v2Message(call: Call): { chat: Chat; message: Message } {
  const place = call.portal.messageAt(neededId(call, "messageId"));
  if (place === undefined) throw new RestError("ACCESS_DENIED", "Access denied");
  return place;
}

/** v1: the message of MESSAGE_ID, or nothing where there is none. */
export function v1Message(call: Call): { chat: Chat; message: Message } | undefined {
  const id = phpInt(call.params.MESSAGE_ID);
  if (id <= 0) throw new RestError("MESSAGE_ID_ERROR", "Message ID can't be empty");
  return call.portal.messageAt(id);
}
