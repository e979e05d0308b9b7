/** What happens in a conversation: sessions, members, operators, the bot's part. [S 4, 5] */
import { fullName, STATUS, type Bot, type Chat, type Line, type Session, type User } from "./entities";
import type { Portal } from "./memory";
import { note, systemMessage } from "./messages";
import { askQueue } from "./queue";

/** The bot that the open channel has chosen and that joins its conversations. */
export function welcomeBot(portal: Portal, line: Line | undefined): Bot | undefined {
  if (line === undefined || !line.botEnabled || line.bot === null) return undefined;
  const bot = portal.bots.get(line.bot);
  return bot?.openline ? bot : undefined;
}

/** The open session; on a closed conversation a new one, by the rules of the welcome bot. [S 4.2] */
export function loadSession(portal: Portal, chat: Chat): Session {
  return chat.session ?? openSession(portal, chat);
}

/** Begins a conversation; the open channel decides whether its bot joins or the queue is asked. */
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
  note(portal, chat, "sessionStarted", { id: session.id });
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

/** The open channel's greeting. */
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
  if (portal.lineOf(chat)?.welcomeBotLeft !== "close") chat.members.delete(session.operatorId);
  session.operatorId = 0;
  session.status = STATUS.skipped;
  chat.ownerId = 0;
  note(portal, chat, "botEnded", { bot: fullName(bot) });
  askQueue(portal, chat, session);
}

/** An employee becomes the responsible operator; the welcome bot leaves where the open channel says so. [S 5.4] */
export function answer(portal: Portal, chat: Chat, session: Session, user: User): void {
  for (const id of [...chat.members]) {
    if (id !== user.id && portal.users.get(id)?.kind === "employee") chat.members.delete(id);
  }
  const bot = welcomeBot(portal, portal.lineOf(chat));
  if (bot !== undefined && portal.lineOf(chat)?.welcomeBotLeft === "queue") chat.members.delete(bot.id);
  chat.members.add(user.id);
  chat.ownerId = user.id;
  session.operatorId = user.id;
  session.waiting = false;
  session.status = STATUS.answered;
}

/** Moves the conversation to another open channel; everybody but clients and the calling bot leaves. [S 5.4] */
export function moveToLine(portal: Portal, chat: Chat, session: Session, line: Line, bot: Bot): void {
  for (const id of [...chat.members]) {
    if (id !== bot.id && portal.users.get(id)?.kind !== "client") chat.members.delete(id);
  }
  session.lineId = line.id;
  session.operatorId = 0;
  session.status = STATUS.skipped;
  chat.ownerId = 0;
  note(portal, chat, "toLine", { bot: fullName(portal.users.get(bot.id)), line: line.name });
  askQueue(portal, chat, session);
}

/** Closes by the open channel's rules: a closing text or a vote only puts an active conversation into status 50 at first. [S 5.5] */
export function finish(portal: Portal, chat: Chat, session: Session, by: User): void {
  const line = portal.lineOf(chat);
  const last = [line?.closeText, line?.voteText].filter((text): text is string => Boolean(text));
  if (last.length === 0 || session.status >= STATUS.closing) {
    note(portal, chat, by.kind === "bot" ? "finishedByBot" : "finished", { user: fullName(by) });
    close(portal, chat, session);
    return;
  }
  for (const text of last) systemMessage(portal, chat, text, true);
  session.status = STATUS.closing;
  portal.schedule.add(portal.now() + (line?.closeTime ?? 0) * 1000, () => {
    if (chat.session === session && session.status === STATUS.closing) {
      note(portal, chat, "closedByItself");
      close(portal, chat, session);
    }
  });
}

function close(portal: Portal, chat: Chat, session: Session): void {
  session.status = STATUS.closed;
  chat.lastLineId = session.lineId;
  chat.session = null;
  chat.ownerId = 0;
  for (const id of [...chat.members]) {
    if (portal.users.get(id)?.kind !== "client") chat.members.delete(id);
  }
  portal.changed("chat", chat.id);
}
