/** How control and page see the portal's memory. */
import { isoDate } from "../portal/dates";
import { STATUS, type Bot, type Chat, type Line, type Message, type User } from "../portal/entities";
import type { Portal } from "../portal/memory";
import type { BotView, ChatView, LineView, MessageView, OperatorView, Owner } from "../portal/view-types";

/** Who has the conversation. */
export function ownerOf(portal: Portal, chat: Chat): Owner {
  const { session } = chat;
  if (session === null) return "closed";
  if (portal.bots.has(session.operatorId)) return "bot";
  return session.operatorId > 0 && session.status >= STATUS.answered ? "human" : "waiting";
}

export function chatView(portal: Portal, chat: Chat): ChatView {
  const { session, typing } = chat;
  return {
    id: chat.id,
    title: chat.title,
    type: chat.type,
    userCode: chat.userCode,
    connector: chat.connector,
    client: chat.clientName,
    clientId: chat.clientId,
    members: [...chat.members],
    owner: ownerOf(portal, chat),
    operatorId: session?.operatorId ?? 0,
    line: session === null ? chat.lastLineId : (portal.lineOf(chat)?.id ?? 0),
    originalLine: chat.lineId,
    session: session && { id: session.id, status: session.status },
    messages: chat.messages.map(messageView),
    crm: structuredClone(chat.crm),
    typing: typing !== null && typing.until > portal.now() ? { ...typing, leftMs: typing.until - portal.now() } : null,
  };
}

function messageView(message: Message): MessageView {
  const { at, chatId: _chatId, templateId: _templateId, ...view } = message;
  return { ...view, date: isoDate(at) };
}

export function lineView(line: Line): LineView {
  const { turn: _turn, ...settings } = line;
  return structuredClone(settings);
}

export function operatorView(user: User): OperatorView {
  const { id, name, lastName, online, active } = user;
  return { id, name, lastName, online, active };
}

export function botView(portal: Portal, bot: Bot): BotView {
  const { id, code, api, type, openline, eventMode, webhookUrl } = bot;
  const name = portal.users.get(id)?.name ?? "";
  return { id, code, name, api, type, openline, eventMode, webhookUrl: webhookUrl?.split("?")[0] ?? null };
}
