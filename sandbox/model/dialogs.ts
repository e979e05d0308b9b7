/** What happens in a dialog: sessions, members, operators, the bot's part. [S 4, 5] */
import { TEXTS } from "../texts";
import type { FileInfo } from "../types";
import { STATUS, type Bot, type Chat, type Line, type Message, type Session, type User } from "./entities";
import type { Portal } from "./portal";
import { askQueue } from "./queue";

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

export function fullName(user: User | undefined): string {
  return user === undefined ? "" : `${user.name} ${user.lastName}`.trim();
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
  };
  chat.messages.push(message);
  // Who has spoken is not typing any more, whatever duration was asked for.
  if (chat.typing?.userId === message.authorId) chat.typing = null;
  portal.changed("chat", chat.id);
  if (!message.system) tellBots(portal, chat, message, "MESSAGEADD");
  return message;
}

/** No event for messages of bots or the system. [S 10.3] */
export function tellBots(
  portal: Portal,
  chat: Chat,
  message: Message,
  name: "MESSAGEADD" | "MESSAGEUPDATE" | "MESSAGEDELETE",
): void {
  const user = portal.users.get(message.authorId);
  if (user === undefined || user.kind === "bot" || user.kind === "network") return;
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

/** The line that a session belongs to now. */
export function lineOf(portal: Portal, chat: Chat): Line | undefined {
  return portal.lines.get(chat.session?.lineId ?? chat.lineId);
}

/** The bot that the line has chosen and that joins its dialogs. */
export function welcomeBot(portal: Portal, line: Line | undefined): Bot | undefined {
  if (line === undefined || !line.botEnabled || line.bot === null) return undefined;
  const bot = portal.bots.get(line.bot);
  return bot?.openline ? bot : undefined;
}

/** The open session; on a closed dialog a new one, with the rules of the welcome bot. [S 4.2] */
export function loadSession(portal: Portal, chat: Chat): Session {
  return chat.session ?? openSession(portal, chat);
}

/** Begins a dialog; the line decides whether its bot joins or the queue is asked. */
export function openSession(portal: Portal, chat: Chat, withBot = true): Session {
  const session: Session = {
    id: portal.lastingId("session"),
    lineId: chat.lineId,
    status: STATUS.new,
    operatorId: 0,
    startedAt: portal.now(),
    waiting: false,
  };
  chat.session = session;
  chat.sessionCount++;
  portal.chatBySession.set(session.id, chat);
  systemMessage(portal, chat, TEXTS.sessionStarted(session.id));
  if (!withBot) return session;
  const line = portal.lines.get(session.lineId);
  const bot = welcomeBot(portal, line);
  if (bot !== undefined && line !== undefined && (line.botJoin === "always" || chat.sessionCount === 1)) {
    botJoins(portal, chat, bot);
    session.operatorId = bot.id;
    chat.ownerId = bot.id;
    if (line.botTime > 0) handOverLater(portal, chat, session, line.botTime);
  } else {
    greet(portal, chat, line);
    askQueue(portal, chat, session);
  }
  return session;
}

/** Adds a bot; it hears of it once. */
export function botJoins(portal: Portal, chat: Chat, bot: Bot): void {
  if (chat.members.has(bot.id)) return;
  chat.members.add(bot.id);
  bot.countChat++;
  portal.hooks.botEvent({ name: "JOINCHAT", bot, chat, message: null, user: null });
}

/** The line's greeting. */
export function greet(portal: Portal, chat: Chat, line: Line | undefined): void {
  if (line?.welcomeText && chat.connector !== "network") systemMessage(portal, chat, line.welcomeText, true);
}

function handOverLater(portal: Portal, chat: Chat, session: Session, seconds: number): void {
  portal.schedule.add(portal.now() + seconds * 1000, () => {
    if (chat.session === session && portal.bots.has(session.operatorId)) endBotPart(portal, chat, session);
  });
}

/** The bot's part ends, the queue is asked for the next operator. [S 5.3] */
export function endBotPart(portal: Portal, chat: Chat, session: Session): void {
  const bot = portal.users.get(session.operatorId);
  if (lineOf(portal, chat)?.welcomeBotLeft !== "close") chat.members.delete(session.operatorId);
  session.operatorId = 0;
  session.status = STATUS.skipped;
  chat.ownerId = 0;
  systemMessage(portal, chat, TEXTS.botEnded(fullName(bot)));
  askQueue(portal, chat, session);
}

/** An employee becomes the responsible operator; the welcome bot leaves where the line says so. [S 5.4] */
export function answer(portal: Portal, chat: Chat, session: Session, user: User, note: string): void {
  for (const id of [...chat.members]) {
    if (id !== user.id && portal.users.get(id)?.kind === "employee") chat.members.delete(id);
  }
  const bot = welcomeBot(portal, lineOf(portal, chat));
  if (bot !== undefined && lineOf(portal, chat)?.welcomeBotLeft === "queue") chat.members.delete(bot.id);
  chat.members.add(user.id);
  chat.ownerId = user.id;
  session.operatorId = user.id;
  session.waiting = false;
  session.status = STATUS.answered;
  systemMessage(portal, chat, note);
}

/** Moves the dialog to another line; everybody but clients and the calling bot leaves. [S 5.4] */
export function moveToLine(portal: Portal, chat: Chat, session: Session, line: Line, bot: Bot): void {
  for (const id of [...chat.members]) {
    if (id !== bot.id && portal.users.get(id)?.kind !== "client") chat.members.delete(id);
  }
  session.lineId = line.id;
  session.operatorId = 0;
  session.status = STATUS.skipped;
  chat.ownerId = 0;
  systemMessage(portal, chat, TEXTS.toLine(fullName(portal.users.get(bot.id)), line.name));
  askQueue(portal, chat, session);
}

/** Closes by the line's rules: a closing text or a vote only puts an active dialog into status 50 at first. [S 5.5] */
export function finish(portal: Portal, chat: Chat, session: Session, by: User): void {
  const line = lineOf(portal, chat);
  const last = [line?.closeText, line?.voteText].filter((text): text is string => Boolean(text));
  if (last.length === 0 || session.status >= STATUS.closing) {
    close(portal, chat, session, TEXTS.finished(fullName(by)));
    return;
  }
  for (const text of last) systemMessage(portal, chat, text, true);
  session.status = STATUS.closing;
  portal.schedule.add(portal.now() + (line?.closeTime ?? 0) * 1000, () => {
    if (chat.session === session && session.status === STATUS.closing) {
      close(portal, chat, session, TEXTS.closedByItself);
    }
  });
}

function close(portal: Portal, chat: Chat, session: Session, note: string): void {
  systemMessage(portal, chat, note);
  session.status = STATUS.closed;
  chat.lastLineId = session.lineId;
  chat.session = null;
  chat.ownerId = 0;
  for (const id of [...chat.members]) {
    if (portal.users.get(id)?.kind !== "client") chat.members.delete(id);
  }
  portal.changed("chat", chat.id);
}
