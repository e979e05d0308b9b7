/** Messages change and go, and the bots of the chat hear of it. [S im/lib/V2/Message/Update, Delete] */
import type { Chat, Message } from "./entities";
import type { Portal } from "./memory";
import { tellBots } from "./messages";
import { removeReached, renewReached } from "./transcript";
import { systemText } from "./words";

/** What is to be different; what is absent stays. */
export interface MessageChange {
  text?: string;
  /** Null takes it away. */
  attach?: unknown;
  keyboard?: unknown;
  /** The client's messenger keeps the old version. */
  skipConnector?: boolean;
}

/** Changes a message; one that has nothing left is deleted. */
export function editMessage(portal: Portal, chat: Chat, message: Message, change: MessageChange): void {
  const { text = message.text, attach = message.attach, keyboard = message.keyboard } = change;
  if (text === "" && attach === null && message.files.length === 0) return deleteMessage(portal, chat, message);
  Object.assign(message, { text, attach, keyboard, edited: true });
  if (change.skipConnector !== true) renewReached(chat, message);
  tellBots(portal, chat, message, "MESSAGEUPDATE");
  portal.changed("chat", chat.id);
}

/** Leaves a remark in the message's place; `complete` takes the message out of the portal's chat. */
export function deleteMessage(portal: Portal, chat: Chat, message: Message, complete = false): void {
  const text = systemText(portal.settings.language, "deleted");
  Object.assign(message, { text, deleted: true, attach: null, keyboard: null, files: [], reactions: [] });
  if (complete) {
    chat.messages = chat.messages.filter((entry) => entry !== message);
    portal.messages.delete(message.id);
  }
  removeReached(chat, message);
  tellBots(portal, chat, message, "MESSAGEDELETE");
  portal.changed("chat", chat.id);
}
