import type { JsonObject } from "../../rest/envelope";
import { outcomeUnknown } from "../../rest/errors";
import type { ActionCallOptions, ActionSuccess } from "../engine/work";
import { parseId } from "../ids";
import { choice, pair } from "./fields";
import { readParams, requireMethod } from "./method";
import { findMethod } from "./methods/known";
import type { Identity } from "./methods/method";
import { chatKey, operation, type Bot, type RunContext } from "./operation";
import { badPage, pagesOf, type Paging } from "./pages";

/** Calls any REST method; the way out to everything that has no node of its own. */
export const callOperation = operation({
  type: "bitrix24-call",
  methods: [],
  methodField: "method",
  fields: {
    method: pair({
      names: ["method"],
      codes: ["ERROR_METHOD_NOT_FOUND"],
      sample: "imopenlines.revision.get",
      parse: requireMethod,
    }),
    params: pair({ names: ["params"], codes: ["ERROR_ARGUMENT"], sample: { CHAT_ID: 12 }, parse: readParams }),
    paging: choice(["one", "all", "stream"]),
  },
  errors: { ERROR_METHOD_NOT_FOUND: "refused", WRONG_AUTH_TYPE: "refused" },
  result: { rest: 32, web: 1, mobile: 1 },
  help: ["ERROR_METHOD_NOT_FOUND", "insufficient_scope", "ERROR_ARGUMENT", "CONNECTION_LOST", "WAITED_TOO_LONG"],
  run(context, { method, params, paging }) {
    const given = withIdentity(method, params, context.bot);
    if (paging === "all") return callAll(context, method, withoutStart(given));
    if (paging === "stream") return callInPages(context, method, withoutStart(given));
    return callOnce(context, method, given);
  },
});

const NEEDS_CLIENT_ID = /^(imopenlines\.bot\.session\.(transfer|finish)|imbot\.(?!v2\.).*)$/i;
const NEEDS_BOT_TOKEN = /^imbot\.v2\.(?!Revision\.)/i;

/** Under which name a method wants the bot's token. What is not known of a method is told from its name. */
function identityOf(method: string): Identity | null {
  const known = findMethod(method);
  if (known) return known.identity ?? null;
  return NEEDS_BOT_TOKEN.test(method) ? "botToken" : NEEDS_CLIENT_ID.test(method) ? "CLIENT_ID" : null;
}

/** Adds the bot's token where webhooks need it, unless the flow gives its own. */
function withIdentity(method: string, params: JsonObject, bot: Bot): JsonObject {
  const name = identityOf(method);
  if (name === null || bot.token === "") return params;
  const isGiven = Object.keys(params).some((key) => key.toUpperCase() === name.toUpperCase());
  return isGiven ? params : { ...params, [name]: bot.token };
}

const READ = /\.(get|list|fields|count|search|getlist|getall|getlastid|find)$/i;
const READ_BY_NAME = /^(profile|scope|methods|events|app\.info|server\.time)$/i;
/** Reads by their name that delete what they return. [S rest/lib/eventoffline.php] */
const CONSUMES = /^event\.offline\.get$/i;

function isRead(method: string): boolean {
  const known = findMethod(method);
  if (known) return known.reads === true;
  return (READ.test(method) || READ_BY_NAME.test(method)) && !CONSUMES.test(method);
}

function optionsFor(method: string, params: JsonObject, signal: AbortSignal): ActionCallOptions {
  const safe = isRead(method);
  const chatId = chatOf(params);
  return chatId === null ? { safe, signal } : { safe, signal, chat: chatKey(chatId), chatId, lane: "conversation" };
}

/** The chat that the parameters name, so that the call keeps its place among the chat's messages. */
function chatOf(params: JsonObject): number | null {
  for (const [key, value] of Object.entries(params)) {
    const name = key.toUpperCase().replaceAll("_", "");
    if (name === "CHATID") return parseId(value);
    if (name === "DIALOGID" && typeof value === "string") return parseId(/^chat(\d+)$/.exec(value)?.[1]);
  }
  return null;
}

function callOnce({ portal, signal }: RunContext, method: string, params: JsonObject): Promise<ActionSuccess> {
  return portal.call(method, params, optionsFor(method, params, signal));
}

/** Where to begin is decided here, and `start: -1` would keep the portal from saying that there is more. [S rest/classes/general/rest.php] */
const withoutStart = (params: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(params).filter(([name]) => name.toUpperCase() !== "START"));

const pagingOf = (context: RunContext, method: string, params: JsonObject): Paging => ({
  method,
  // What is not a plain read would be done once more to find out whether there is more of it.
  mayGuess: isRead(method),
  ask: (start) => callOnce(context, method, start === null ? params : { ...params, start }),
});

async function callAll(context: RunContext, method: string, params: JsonObject): Promise<ActionSuccess> {
  const items: unknown[] = [];
  let attempts = 0;
  let last: ActionSuccess | undefined;
  for await (const { success, list } of pagesOf(pagingOf(context, method, params))) {
    if (list === null && !last) return success;
    if (list === null) throw badPage(method, "a later page holds no list");
    for (const item of list) items.push(item);
    attempts += success.attempts;
    last = success;
  }
  if (!last) throw outcomeUnknown("BAD_RESPONSE", { method });
  return { ...last, result: items, attempts };
}

async function callInPages(context: RunContext, method: string, params: JsonObject): Promise<null> {
  let index = 0;
  for await (const { success, list, isLast } of pagesOf(pagingOf(context, method, params))) {
    context.page({ ...success, result: list ?? success.result, index, count: isLast ? index + 1 : null });
    index++;
  }
  return null;
}

declare module "./operation" {
  interface Actions {
    readonly call: typeof callOperation;
  }
}
