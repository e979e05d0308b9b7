/** The part of the control that plays clients and operators. */
import { deleteMessage, editMessage } from "../portal/changes";
import type { Chat, Message, User } from "../portal/entities";
import { press } from "../portal/keyboard";
import type { Portal } from "../portal/memory";
import * as people from "../portal/people";
import { addReaction, deleteReaction, isReaction, reactionOf } from "../portal/reactions";
import type { Control } from "./types";

type PeopleControl = Pick<
  Control,
  | "clientWrites"
  | "editMessage"
  | "deleteMessage"
  | "clientEdits"
  | "clientDeletes"
  | "clientReacts"
  | "transcript"
  | "operatorWrites"
  | "operatorEdits"
  | "operatorDeletes"
  | "operatorReacts"
  | "operatorJoins"
  | "operatorPresses"
  | "operatorAnswers"
  | "operatorFinishes"
>;

/** What there is under an id; throws where there is nothing. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`);
  return value;
}

export function chatOf(portal: Portal, id: number): Chat {
  return found(portal.chats.get(id), `chat ${id}`);
}

export function operatorOf(portal: Portal, id: number): User {
  const user = portal.users.get(id);
  return found(user?.kind === "employee" ? user : undefined, `operator ${id}`);
}

/** A message that people can still do something with. */
function messageOf(portal: Portal, chatId: number, id: number): { chat: Chat; message: Message } {
  portal.schedule.advance(portal.now());
  const chat = chatOf(portal, chatId);
  const message = portal.messages.get(id);
  const here = found(message?.chatId === chatId ? message : undefined, `message ${id} in chat ${chatId}`);
  if (here.deleted) throw new Error(`Message ${id} has been deleted`);
  return { chat, message: here };
}

function ownOf(portal: Portal, chatId: number, id: number, author: "client" | User): { chat: Chat; message: Message } {
  const place = messageOf(portal, chatId, id);
  const authorId = author === "client" ? place.chat.clientId : author.id;
  if (place.message.authorId !== authorId) throw new Error(`Message ${id} was written by somebody else`);
  return place;
}

/** Sets a reaction, or takes away the one that is there. */
function react(portal: Portal, chat: Chat, message: Message, user: User, code: string | null): void {
  const now = reactionOf(message, user.id);
  if (code === now) return;
  if (code === null) return void (now !== null && deleteReaction(portal, chat, message, user, now));
  if (!isReaction(code)) throw new Error(`Unknown reaction: ${code}`);
  addReaction(portal, chat, message, user, code);
}

function clientOf(portal: Portal, chat: Chat): User {
  if (chat.connector !== "livechat") throw new Error(`Reactions do not come from ${chat.connector || "private chats"}`);
  return found(portal.users.get(chat.clientId), `client of chat ${chat.id}`);
}

export function createPeopleControl(portal: Portal): PeopleControl {
  // What has become due by the clock comes before what people do now.
  const advance = (): void => portal.schedule.advance(portal.now());
  const chatNow = (id: number): Chat => {
    advance();
    return chatOf(portal, id);
  };
  return {
    clientWrites(input) {
      advance();
      const written = people.clientWrites(portal, input);
      return { chatId: written.chat.id, messageId: written.message.id, sessionId: written.session.id };
    },
    editMessage(chatId, id, text) {
      const { chat, message } = messageOf(portal, chatId, id);
      editMessage(portal, chat, message, { text });
    },
    deleteMessage(chatId, id) {
      const { chat, message } = messageOf(portal, chatId, id);
      deleteMessage(portal, chat, message);
    },
    clientEdits(chatId, id, text) {
      const { chat, message } = ownOf(portal, chatId, id, "client");
      editMessage(portal, chat, message, { text });
    },
    clientDeletes(chatId, id) {
      const { chat, message } = ownOf(portal, chatId, id, "client");
      deleteMessage(portal, chat, message);
    },
    clientReacts(chatId, id, reaction) {
      const { chat, message } = messageOf(portal, chatId, id);
      react(portal, chat, message, clientOf(portal, chat), reaction);
    },
    transcript: (chatId) => structuredClone(chatNow(chatId).transcript),
    operatorWrites: (userId, chatId, text) =>
      people.operatorWrites(portal, chatNow(chatId), operatorOf(portal, userId), text).id,
    operatorEdits(userId, chatId, id, text) {
      const { chat, message } = ownOf(portal, chatId, id, operatorOf(portal, userId));
      editMessage(portal, chat, message, { text });
    },
    operatorDeletes(userId, chatId, id) {
      const { chat, message } = ownOf(portal, chatId, id, operatorOf(portal, userId));
      deleteMessage(portal, chat, message);
    },
    operatorReacts(userId, chatId, id, reaction) {
      const { chat, message } = messageOf(portal, chatId, id);
      react(portal, chat, message, operatorOf(portal, userId), reaction);
    },
    operatorJoins: (userId, chatId) => people.operatorJoins(portal, chatNow(chatId), operatorOf(portal, userId)),
    operatorPresses(userId, chatId, id, button) {
      const { chat, message } = messageOf(portal, chatId, id);
      return press(portal, chat, message, operatorOf(portal, userId), button);
    },
    operatorAnswers: (userId, chatId) => people.operatorAnswers(portal, chatNow(chatId), operatorOf(portal, userId)),
    operatorFinishes: (userId, chatId) => people.operatorFinishes(portal, chatNow(chatId), operatorOf(portal, userId)),
  };
}
