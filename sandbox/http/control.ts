/** The control and the page over HTTP: loopback only, JSON only. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actions, Reads } from "../control/api";
import type { Control } from "../control/types";
import { isArray, phpString, type Params } from "../portal/php";
import type { Fault } from "../portal/records";
import type { ChatView, ClientMessage } from "../portal/view-types";
import { readBody } from "./bodies";
import { servePage } from "./page";
import { openStream } from "./stream";

const PREFIX = "/sandbox/api/";

type Reading<Name extends keyof Reads> = (control: Control, query: URLSearchParams) => ReturnType<Reads[Name]>;
type Action<Name extends keyof Actions> = (control: Control, args: Params) => ReturnType<Actions[Name]>;

const READS: { [Name in keyof Reads]: Reading<Name> } = {
  state: (control) => control.state(),
  settings: (control) => control.settings(),
  chats: (control, query) => control.chats().map((chat) => shortened(chat, query)),
  chat: (control, query) => shortened(control.chat(Number(query.get("chatId"))), query),
  transcript: (control, query) => tail(control.transcript(Number(query.get("chatId"))), query),
  log: (control, query) => tail(after(control.log(), query, "n"), query),
  requests: (control, query) => tail(after(control.requests(), query, "id"), query),
  faults: (control) => control.faults(),
  events: (control) => control.events(),
};

const ACTIONS: { [Name in keyof Actions]: Action<Name> } = {
  clientWrites: (control, args) => control.clientWrites(args as unknown as ClientMessage),
  editMessage: (control, args) => control.editMessage(...place(args), String(args.text)),
  deleteMessage: (control, args) => control.deleteMessage(...place(args)),
  clientEdits: (control, args) => control.clientEdits(...place(args), String(args.text)),
  clientDeletes: (control, args) => control.clientDeletes(...place(args)),
  clientReacts: (control, args) => control.clientReacts(...place(args), reactionIn(args)),
  operatorWrites: (control, args) => control.operatorWrites(...operator(args), String(args.text)),
  operatorEdits: (control, args) => control.operatorEdits(...operator(args), Number(args.messageId), String(args.text)),
  operatorDeletes: (control, args) => control.operatorDeletes(...operator(args), Number(args.messageId)),
  operatorReacts: (control, args) =>
    control.operatorReacts(...operator(args), Number(args.messageId), reactionIn(args)),
  operatorJoins: (control, args) => control.operatorJoins(...operator(args)),
  operatorPresses: (control, { button, ...args }) =>
    control.operatorPresses(
      ...operator(args),
      Number(args.messageId),
      typeof button === "number" ? button : String(button),
    ),
  operatorAnswers: (control, args) => control.operatorAnswers(...operator(args)),
  operatorFinishes: (control, args) => control.operatorFinishes(...operator(args)),
  reset: (control) => control.reset(),
  configure: (control, args) => control.configure(args),
  addOperator: (control, args) => control.addOperator(args as Parameters<Control["addOperator"]>[0]),
  setOnline: (control, args) => control.setOnline(Number(args.userId), Boolean(args.online)),
  setActive: (control, args) => control.setActive(Number(args.userId), Boolean(args.active)),
  addLine: (control, args) => control.addLine(args as Parameters<Control["addLine"]>[0]),
  updateLine: (control, { id, ...line }) => control.updateLine(Number(id), line),
  addNetworkLine: (control, args) =>
    control.addNetworkLine(String(args.code), args.state === "inactive" ? "inactive" : "active"),
  addCrmItem: (control, args) => control.addCrmItem(args as unknown as Parameters<Control["addCrmItem"]>[0]),
  lockChat: (control, args) => control.lockChat(Number(args.chatId), Boolean(args.locked)),
  addFault: (control, args) => control.addFault(args as unknown as Fault),
  removeFault: (control, args) => control.removeFault(Number(args.id)),
  clearFaults: (control) => control.clearFaults(),
  resend: (control, args) => control.resend(Number(args.deliveryId)),
  spendOperating: (control, args) => control.spendOperating(String(args.method), Number(args.seconds)),
  resetCounter: (control) => control.resetCounter(),
};

function place(args: Params): [chatId: number, messageId: number] {
  return [Number(args.chatId), Number(args.messageId)];
}

function operator(args: Params): [userId: number, chatId: number] {
  return [Number(args.userId), Number(args.chatId)];
}

function reactionIn(args: Params): string | null {
  return args.reaction === null || args.reaction === undefined ? null : phpString(args.reaction);
}

/** `after=N`: only what came later than entry N, so that a follower asks for what it has not seen. */
function after<K extends string, T extends Record<K, number>>(list: T[], query: URLSearchParams, key: K): T[] {
  const known = Number(query.get("after"));
  return known > 0 ? list.slice(list.findLastIndex((entry) => entry[key] <= known) + 1) : list;
}

/** `messages=N`: only the last N messages of a chat. */
function shortened(chat: ChatView, query: URLSearchParams): ChatView {
  const last = Number(query.get("messages"));
  return last > 0 ? { ...chat, messages: chat.messages.slice(-last) } : chat;
}

/** `last=N`: only the last N entries. */
function tail<T>(list: T[], query: URLSearchParams): T[] {
  const last = Number(query.get("last"));
  return last > 0 ? list.slice(-last) : list;
}

/** Everything that is not /rest/. */
export async function handleSandbox(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!isLoopback(request.socket.remoteAddress)) return sendJson(response, 403, { error: "loopback only" });
  if (!url.pathname.startsWith(PREFIX)) return servePage(request, response, url.pathname);
  if (!sameOrigin(request)) return sendJson(response, 403, { error: "other origins are refused" });
  const name = url.pathname.slice(PREFIX.length);
  try {
    if (request.method === "GET" && name === "stream") return openStream(control, request, response);
    if (request.method === "GET") return read(control, name, url.searchParams, response);
    if (request.method === "POST") return await act(control, name, request, response);
    sendJson(response, 405, { error: "GET or POST" });
  } catch (error) {
    // A wrong argument: the control says what it misses.
    if (!(error instanceof Error)) throw error;
    sendJson(response, 400, { error: error.message });
  }
}

/** Does an address belong to this machine only? */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}

/** A foreign page in the same browser must not drive the portal, whatever name it found for this address. */
function sameOrigin(request: IncomingMessage): boolean {
  const host = request.headers.host ?? "";
  if (!/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host)) return false;
  const { origin } = request.headers;
  return origin === undefined || origin === `http://${host}`;
}

function isNameIn<T extends object>(table: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name);
}

function read(control: Control, name: string, query: URLSearchParams, response: ServerResponse): void {
  if (!isNameIn(READS, name)) return sendJson(response, 404, { error: `There is no ${name}` });
  sendJson(response, 200, { result: READS[name](control, query) });
}

async function act(control: Control, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isNameIn(ACTIONS, name)) return sendJson(response, 404, { error: `There is no ${name}` });
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) {
    return sendJson(response, 415, { error: "Content-Type must be application/json" });
  }
  const text = (await readBody(request)).toString("utf8");
  const args: unknown = text.trim() === "" ? {} : JSON.parse(text);
  if (!isArray(args) || Array.isArray(args)) throw new Error("The body must be a JSON object");
  sendJson(response, 200, { result: ACTIONS[name](control, args) ?? null });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  // JSON has no Infinity, which is a fault's count "forever".
  response.end(JSON.stringify(body, (_key, value: unknown) => (value === Infinity ? "Infinity" : value)));
}
