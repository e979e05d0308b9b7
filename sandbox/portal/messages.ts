/** Messages enter a chat, and the bots that listen hear of them. [S 10.3] */
import { callCommands } from "./commands";
import type { Chat, Message } from "./entities";
import type { Portal } from "./memory";
import { reach } from "./transcript";
import type { FileInfo } from "./view-types";
import { systemText, type SystemText } from "./words";

export interface NewMessage {
  authorId: number;
  text: string;
  system?: boolean;
  attach?: unknown;
  keyboard?: unknown;
  files?: FileInfo[];
  toClient?: boolean;
  templateId?: string | null;
}

/** Puts a message into a chat and tells the bots that listen. */
export function addMessage(portal: Portal, chat: Chat, input: NewMessage): Message {
  const message: Message = {
    id: portal.lastingId("message"),
    chatId: chat.id,
    authorId: input.authorId,
    text: input.text,
    system: input.system ?? false,
    attach: input.attach ?? null,
    keyboard: input.keyboard ?? null,
    files: (input.files ?? []).map((file) => ({ ...file, id: portal.nextId("file", 301) })),
    at: portal.now(),
    toClient: input.toClient ?? false,
    templateId: input.templateId ?? null,
    edited: false,
    deleted: false,
    reactions: [],
  };
  chat.messages.push(message);
  portal.messages.set(message.id, message);
  reach(portal, chat, message);
  // Who has spoken is not typing any more, whatever duration was asked for.
  if (chat.typing?.userId === message.authorId) chat.typing = null;
  portal.changed("chat", chat.id);
  if (!message.system) announce(portal, chat, message);
  return message;
}

/** A new message is an event, or a call of commands and then no message. Bots and the system are not heard. [S 10.3] */
function announce(portal: Portal, chat: Chat, message: Message): void {
  const user = portal.users.get(message.authorId);
  if (user === undefined || user.kind === "bot" || user.kind === "network") return;
  const called = callCommands(portal, { chat, message, user, text: message.text, context: "TEXTAREA" });
  if (called === 0) tellBots(portal, chat, message, "MESSAGEADD");
}

/** Tells the bots in the chat; changes of a bot's own messages reach it as well. [S 10.6] */
export function tellBots(
  portal: Portal,
  chat: Chat,
  message: Message,
  name: "MESSAGEADD" | "MESSAGEUPDATE" | "MESSAGEDELETE",
): void {
  const user = portal.users.get(message.authorId) ?? null;
  for (const id of chat.members) {
    const bot = portal.bots.get(id);
    if (bot !== undefined && (chat.type === "private" || bot.openline)) {
      portal.hooks.botEvent({ name, bot, chat, message, user });
    }
  }
}

export function systemMessage(portal: Portal, chat: Chat, text: string, toClient = false): Message {
  return addMessage(portal, chat, { authorId: 0, text, system: true, toClient });
}

/** What the portal itself remarks in a conversation, in its language; clients do not see it. */
export function note(portal: Portal, chat: Chat, key: SystemText, values: Record<string, string | number> = {}): void {
  systemMessage(portal, chat, systemText(portal.settings.language, key, values));
}
