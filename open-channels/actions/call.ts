import type { JsonObject } from "../../rest/envelope";
import { outcomeUnknown } from "../../rest/errors";
import type { ActionCallOptions, ActionSuccess } from "../engine/work";
import { readParams, requireMethod } from "./method";
import { chatKey, operation, type Bot, type RunContext } from "./operation";
import { badPage, pagesOf, type Paging } from "./pages";
import { parseId } from "../ids";

/** Calls any REST method; the way out to everything that has no node of its own. */
export const callOperation = operation({
  type: "bitrix24-call",
  pairs: { method: { names: ["method"] }, params: { names: ["params"] } },
  options: { paging: { default: "one" } },
  async run(context, { pairs, options }) {
    const method = requireMethod(pairs.method);
    const given = withIdentity(method, readParams(pairs.params, method), context.bot);
    if (options.paging === "all") return callAll(context, method, withoutStart(given));
    if (options.paging === "stream") return callInPages(context, method, withoutStart(given));
    return callOnce(context, method, given);
  },
});

const NEEDS_CLIENT_ID = /^(imopenlines\.bot\.session\.(transfer|finish)|imbot\.(?!v2\.).*)$/i;
const NEEDS_BOT_TOKEN = /^imbot\.v2\.(?!Revision\.)/i;

/** Adds the bot's token where webhooks need it, under the name the method wants, unless the flow gives its own. */
function withIdentity(method: string, params: JsonObject, bot: Bot): JsonObject {
  const name = NEEDS_BOT_TOKEN.test(method) ? "botToken" : NEEDS_CLIENT_ID.test(method) ? "CLIENT_ID" : null;
  if (name === null || bot.token === "") return params;
  const isGiven = Object.keys(params).some((key) => key.toUpperCase() === name.toUpperCase());
  return isGiven ? params : { ...params, [name]: bot.token };
}

const READ = /\.(get|list|fields|count|search|getlist|getall|getlastid|find)$/i;
const READ_BY_NAME = /^(profile|scope|methods|events|app\.info|server\.time|imopenlines\.network\.join)$/i;
/** Reads by their name that delete what they return. [S rest/lib/eventoffline.php] */
const CONSUMES = /^event\.offline\.get$/i;

const isRead = (method: string): boolean => (READ.test(method) || READ_BY_NAME.test(method)) && !CONSUMES.test(method);

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
