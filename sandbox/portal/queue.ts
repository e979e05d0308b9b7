/** Who of an open channel's people gets a conversation. [S 4.1] */
import { fullName, STATUS, type Chat, type Line, type Session, type User } from "./entities";
import type { Portal } from "./memory";
import { note, systemMessage } from "./messages";

/** Offers the conversation to a free operator, or leaves it waiting. */
export function askQueue(portal: Portal, chat: Chat, session: Session): void {
  const line = portal.lines.get(session.lineId);
  const free = line === undefined ? [] : freeOperators(portal, line);
  session.waiting = free.length === 0;
  if (session.waiting) {
    note(portal, chat, "nobodyFree");
    noAnswerLater(portal, chat, session, line);
  } else offer(portal, chat, session, line, free);
}

function offer(portal: Portal, chat: Chat, session: Session, line: Line | undefined, free: User[]): void {
  session.waiting = false;
  if (line?.queueType === "all") {
    for (const user of free) chat.members.add(user.id);
    portal.changed("chat", chat.id);
    return;
  }
  const chosen = free[0];
  if (chosen === undefined) return;
  if (line !== undefined) line.turn = line.queue.indexOf(chosen.id) + 1;
  session.operatorId = chosen.id;
  chat.ownerId = chosen.id;
  chat.members.add(chosen.id);
  note(portal, chat, "assigned", { user: fullName(chosen) });
}

/** The free people of an open channel, in the order in which they are asked. */
function freeOperators(portal: Portal, line: Line): User[] {
  const start = line.queueType === "evenly" && line.queue.length > 0 ? line.turn % line.queue.length : 0;
  const order = [...line.queue.slice(start), ...line.queue.slice(0, start)];
  const free: User[] = [];
  for (const id of order) {
    const user = portal.users.get(id);
    if (user?.kind === "employee" && user.active && user.online && !isFull(portal, line, id)) {
      free.push(user);
      if (line.queueType !== "all") break;
    }
  }
  return free;
}

function isFull(portal: Portal, line: Line, userId: number): boolean {
  if (line.maxChat <= 0) return false;
  let count = 0;
  for (const chat of portal.chats.values()) if (chat.session?.operatorId === userId) count++;
  return count >= line.maxChat;
}

function noAnswerLater(portal: Portal, chat: Chat, session: Session, line: Line | undefined): void {
  const text = line?.noAnswerText;
  if (line === undefined || !text) return;
  portal.schedule.add(portal.now() + line.noAnswerTime * 1000, () => {
    if (chat.session === session && session.status < STATUS.answered && session.waiting) {
      systemMessage(portal, chat, text, true);
    }
  });
}

/** Somebody became free: waiting conversations of the open channels are offered again. */
export function distributeWaiting(portal: Portal): void {
  for (const chat of portal.chats.values()) {
    const session = chat.session;
    if (!session?.waiting) continue;
    const line = portal.lineOf(chat);
    const free = line === undefined ? [] : freeOperators(portal, line);
    if (free.length > 0) offer(portal, chat, session, line, free);
  }
}
