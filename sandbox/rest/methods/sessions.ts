/** `imopenlines.bot.session.*`: what a bot does with a conversation. [S 5.3-5.6] */
import { identityOf } from "../../portal/bots";
import { fullName, STATUS, type Chat, type User } from "../../portal/entities";
import type { Portal } from "../../portal/memory";
import { note, systemMessage } from "../../portal/messages";
import { PhpFatal, phpInt, phpString, phpTruthy } from "../../portal/php";
import { answer, endBotPart, finish, greet, loadSession, moveToLine } from "../../portal/sessions";
import { RestError } from "../errors";
import { anyCase } from "./identity";
import type { Call, Method } from "./method";

const SCOPES = ["imopenlines"];

/** The id as PHP sees it; nothing usable is the code all four share. */
function chatIdOf(value: unknown): number {
  const id = phpInt(value);
  if (id <= 0) throw new RestError("CHAT_ID_EMPTY", "Chat ID can't be empty");
  return id;
}

function lineChat(portal: Portal, id: number): Chat | undefined {
  const chat = portal.chats.get(id);
  return chat?.type === "lines" ? chat : undefined;
}

function callersBot(call: Call): User & { kind: "bot" } {
  const clientId = phpString(anyCase(call, "CLIENT_ID"));
  if (clientId === "") throw new RestError("ACCESS_DENIED", "Access denied! Client ID not specified.", 403);
  const bot = call.portal.firstBot(identityOf(clientId));
  const user = bot && call.portal.users.get(bot.id);
  if (user?.kind !== "bot") throw new RestError("BOT_ID_ERROR", "Bot not found");
  return { ...user, kind: "bot" };
}

function operator(call: Call): true {
  const { portal } = call;
  const chat = lineChat(portal, chatIdOf(call.params.CHAT_ID));
  const session = chat && loadSession(portal, chat);
  if (session === undefined || !portal.bots.has(session.operatorId)) {
    throw new RestError("WRONG_CHAT", "Operator is not a bot");
  }
  endBotPart(portal, chat as Chat, session);
  return true;
}

interface Target {
  kind: "user" | "line";
  id: number;
}

/** TRANSFER_ID is folded in first; then a user wins over an open channel. [S 5.4] */
function targetOf(call: Call): Target {
  let { USER_ID: userId, QUEUE_ID: queueId } = call.params;
  const transferId = call.params.TRANSFER_ID;
  if (transferId !== undefined && transferId !== null) {
    const text = phpString(transferId);
    if (text.startsWith("queue")) queueId = text.slice("queue".length);
    else userId = text;
  }
  if (userId !== undefined && userId !== null)
    return { kind: "user", id: positive(userId, "USER_ID_EMPTY", "User ID") };
  if (queueId !== undefined && queueId !== null)
    return { kind: "line", id: positive(queueId, "QUEUE_ID_EMPTY", "QUEUE ID") };
  throw new RestError("TRANSFER_ID_EMPTY", "Queue ID or User ID can't be empty");
}

function positive(value: unknown, code: string, name: string): number {
  const id = phpInt(value);
  if (id <= 0) throw new RestError(code, `${name} can't be empty`);
  return id;
}

function transfer(call: Call): true {
  const { portal } = call;
  const chatId = chatIdOf(call.params.CHAT_ID);
  const target = targetOf(call);
  const bot = callersBot(call);
  const chat = lineChat(portal, chatId);
  if (chat === undefined || chat.locked) throw wrongOperator();
  if (target.kind === "user") {
    const leave = call.params.LEAVE === "Y" || call.params.LEAVE === true;
    toUser(portal, chat, bot, employee(portal, target.id), leave);
  } else toLine(portal, chat, bot, target.id);
  return true;
}

function wrongOperator(): RestError {
  return new RestError("OPERATOR_WRONG", "You can not redirect to this operator");
}

function employee(portal: Portal, id: number): User {
  const user = portal.users.get(id);
  if (user?.kind !== "employee" || !user.active) throw wrongOperator();
  return user;
}

function toUser(portal: Portal, chat: Chat, bot: User, user: User, leave: boolean): void {
  const session = loadSession(portal, chat);
  const wasAnswered = session.status >= STATUS.answered;
  answer(portal, chat, session, user);
  note(portal, chat, "toUser", { bot: fullName(bot), user: fullName(user) });
  // A fresh session only drops the bot from the operators' lists: it stays a member in spite of LEAVE=Y.
  if (leave && wasAnswered) chat.members.delete(bot.id);
}

function toLine(portal: Portal, chat: Chat, bot: User, lineId: number): void {
  const line = portal.lines.get(lineId);
  const caller = portal.bots.get(bot.id);
  if (line === undefined || caller === undefined) throw wrongOperator();
  moveToLine(portal, chat, loadSession(portal, chat), line, caller);
}

function finishSession(call: Call): true {
  const { portal } = call;
  const chatId = chatIdOf(call.params.CHAT_ID);
  const bot = callersBot(call);
  const chat = lineChat(portal, chatId);
  const session = chat?.session;
  if (chat === undefined || !session) return true;
  // The bot answers, as an operator would, and everybody else leaves.
  session.operatorId = bot.id;
  session.waiting = false;
  chat.members.add(bot.id);
  for (const id of [...chat.members]) if (portal.users.get(id)?.kind === "employee") chat.members.delete(id);
  finish(portal, chat, session, bot);
  return true;
}

function messageSend(call: Call): true {
  const { portal, params } = call;
  const chat = lineChat(portal, chatIdOf(call.params.CHAT_ID));
  if (typeof params.MESSAGE === "object" && params.MESSAGE !== null) throw new PhpFatal("MESSAGE is no string");
  if (chat === undefined) return true;
  loadSession(portal, chat);
  if (params.NAME === "WELCOME") greet(portal, chat, portal.lineOf(chat));
  if (params.NAME === "DEFAULT" && phpTruthy(params.MESSAGE)) {
    systemMessage(portal, chat, phpString(params.MESSAGE), true);
  }
  return true;
}

export const sessionMethods: Method[] = [
  { name: "imopenlines.bot.session.operator", scopes: SCOPES, upper: true, run: operator },
  { name: "imopenlines.bot.session.transfer", scopes: SCOPES, upper: false, run: transfer },
  { name: "imopenlines.bot.session.finish", scopes: SCOPES, upper: true, run: finishSession },
  { name: "imopenlines.bot.session.message.send", scopes: SCOPES, upper: true, run: messageSend },
  { name: "imopenlines.revision.get", scopes: SCOPES, upper: true, run: () => ({ rest: 2, web: 1, mobile: 1 }) },
];
