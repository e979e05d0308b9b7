/** What clients and operators do in conversations. */
import { fullName, STATUS, type Chat, type Message, type Session, type User } from "./entities";
import type { Portal } from "./memory";
import { addMessage, note } from "./messages";
import { answer, endBotPart, finish, loadSession, openSession } from "./sessions";
import type { ClientMessage } from "./view-types";

/** A client writes from a channel: chat and session open as needed. "0" hands over after the event. [S 4.3] */
export function clientWrites(portal: Portal, input: ClientMessage): { chat: Chat; message: Message; session: Session } {
  const chat = clientChat(portal, input);
  if (input.crm !== undefined) chat.crm = structuredClone(input.crm);
  const session = loadSession(portal, chat);
  const operatorBefore = portal.bots.get(session.operatorId);
  const message = addMessage(portal, chat, { authorId: chat.clientId, text: input.text, files: input.files ?? [] });
  if (session.status >= STATUS.closing) session.status = STATUS.client;
  else if (operatorBefore === undefined && session.status >= STATUS.answered) {
    session.status = session.status === STATUS.operator ? STATUS.clientAfter : STATUS.client;
  }
  if (input.text.trim() === "0" && portal.bots.has(session.operatorId)) endBotPart(portal, chat, session);
  return { chat, message, session };
}

function clientChat(portal: Portal, input: ClientMessage): Chat {
  const connector = input.connector ?? "livechat";
  if (!portal.lines.has(input.line)) throw new Error(`There is no line ${input.line}`);
  const key = `client|${connector}|${input.line}|${input.client}`;
  const known = portal.chatByCode.get(key);
  if (known !== undefined) return known;
  const clientId = clientOf(portal, connector, input.client);
  const id = portal.nextId("chat", 101);
  const outside = connector === "livechat" ? portal.nextId("livechat", 5001) : 700_000_000 + clientId;
  const outsideUser = connector === "livechat" ? clientId : outside;
  const chat: Chat = {
    ...emptyChat(id, "lines"),
    title: `${input.client} - ${portal.lines.get(input.line)?.name ?? ""}`,
    userCode: `${connector}|${input.line}|${outside}|${outsideUser}`,
    connector,
    lineId: input.line,
    lastLineId: input.line,
    clientId,
    clientName: input.client,
    members: new Set([clientId]),
  };
  portal.chats.set(id, chat);
  portal.chatByCode.set(key, chat);
  portal.chatByCode.set(chat.userCode, chat);
  return chat;
}

export function emptyChat(id: number, type: Chat["type"]): Chat {
  return {
    id,
    type,
    title: "",
    userCode: "",
    connector: "",
    lineId: 0,
    lastLineId: 0,
    clientId: 0,
    clientName: "",
    members: new Set(),
    ownerId: 0,
    messages: [],
    transcript: [],
    sessionCount: 0,
    session: null,
    locked: false,
    typing: null,
    crm: [],
  };
}

function clientOf(portal: Portal, connector: string, name: string): number {
  const key = `${connector}|${name}`;
  const known = portal.clientIds.get(key);
  if (known !== undefined) return known;
  const [first = name, ...rest] = name.split(" ");
  const user = portal.addUser({ name: first, lastName: rest.join(" "), kind: "client" });
  portal.clientIds.set(key, user.id);
  portal.changed("user");
  return user.id;
}

/** The private chat of a bot and a user. */
export function privateChat(portal: Portal, botId: number, user: User): Chat {
  const key = `private|${botId}|${user.id}`;
  const known = portal.chatByCode.get(key);
  if (known !== undefined) return known;
  const id = portal.nextId("chat", 101);
  const chat: Chat = { ...emptyChat(id, "private"), title: fullName(user), members: new Set([botId, user.id]) };
  chat.clientName = fullName(user);
  portal.chats.set(id, chat);
  portal.chatByCode.set(key, chat);
  return chat;
}

/** An operator takes the conversation; on a closed one a new session begins with them. */
export function operatorAnswers(portal: Portal, chat: Chat, user: User): void {
  const session = chat.session ?? openSession(portal, chat, false);
  if (session.operatorId === user.id && session.status >= STATUS.answered) return;
  answer(portal, chat, session, user);
  note(portal, chat, "answered", { user: fullName(user) });
}

/** An operator writes, taking the conversation first. */
export function operatorWrites(portal: Portal, chat: Chat, user: User, text: string): Message {
  if (chat.type === "lines") operatorAnswers(portal, chat, user);
  const message = addMessage(portal, chat, { authorId: user.id, text, toClient: true });
  if (chat.session !== null) chat.session.status = STATUS.operator;
  return message;
}

export function operatorFinishes(portal: Portal, chat: Chat, user: User): void {
  if (chat.session !== null) finish(portal, chat, chat.session, user);
}

/** An employee comes into a chat to look and take part; the conversation keeps its owner. [S 6.2] */
export function operatorJoins(portal: Portal, chat: Chat, user: User): void {
  if (chat.members.has(user.id)) return;
  chat.members.add(user.id);
  note(portal, chat, "joined", { user: fullName(user) });
}
