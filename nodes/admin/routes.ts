import type { NodeAPI } from "node-red";
import { repairBot } from "../../open-channels/bot/repair";
import { isWeakToken } from "../../open-channels/bot/token";
import { testConnection } from "../../open-channels/portal/connection-test";
import { throughDoor, type Door } from "../../open-channels/portal/door";
import { applyLines, previewLines, readWishes } from "../../open-channels/portal/line-changes";
import { listLines } from "../../open-channels/portal/lines";
import { listOperators } from "../../open-channels/portal/operators";
import { AddressError, type WebhookAddress } from "../../rest/address";
import { isObject } from "../../rest/envelope";
import { asCallError, CallError, notSent } from "../../rest/errors";
import { asPortalNode } from "../runtime/portal-node";
import { describeError, lookUp } from "../runtime/texts";
import { readWish } from "./bot-wish";
import { AnswerCache } from "./cache";
import { listChannels } from "./channels";
import { passes } from "./permission";
import { addressOf, isUnset, needsWrite, stored, type DialogRequest } from "./request";

/** What a dialog shows when something went wrong. */
interface Told {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly method: string | null;
  /** The portal's own words, so that the dialog can write the sentence in its user's language. */
  readonly description: string;
}

type Handler = (request: DialogRequest) => Promise<object>;

/** Refused, and neither the editor's login nor the address of the route is to blame. */
const REFUSED = 422;
/** Logged in, and not allowed to make this machine call what was typed. */
const FORBIDDEN = 403;

/** A question to the portal that changes nothing. */
type Question = (door: Door, request: DialogRequest, webhook: WebhookAddress) => Promise<object>;

/** The routes behind the dialogs. They work before the first deploy, with what has been typed so far. */
export function registerAdminRoutes(RED: NodeAPI): void {
  const cache = new AnswerCache();
  const read = RED.auth.needsPermission("bitrix24-portal.read");
  const write = RED.auth.needsPermission("bitrix24-portal.write");
  const route = (path: string, permission: typeof read, handle: Handler): void => {
    RED.httpAdmin.post(`/bitrix24/:id/${path}`, permission, (request, response, next) => {
      const mayWrite = (): Promise<boolean> => passes(write, request, response);
      answer(RED, { request, mayWrite, handle }).then(({ status, body }) => response.status(status).json(body), next);
    });
  };

  route("test", read, tester(RED));
  route("bot", write, botMaker(RED));
  route("lines", read, lineLister(RED, cache));
  route("lines/preview", read, linePreviewer(RED));
  route("lines/apply", write, lineChanger(RED, cache));
  route(
    "operators",
    read,
    cached(RED, cache, "operators", async (door) => ({ operators: await listOperators(door) })),
  );
  route("channels", read, async ({ id }) => ({ channels: listChannels(RED, id) }));
}

function about(RED: NodeAPI, ask: Question): Handler {
  return (request) => {
    const address = addressOf(RED, request);
    const settings = { ...address, plan: request.body["plan"], secrets: [] };
    return throughDoor(settings, (door) => ask(door, request, address.webhook));
  };
}

function cached(RED: NodeAPI, cache: AnswerCache, name: string, ask: (door: Door) => Promise<object>): Handler {
  return (request) => {
    const { base, userId, code } = addressOf(RED, request).webhook;
    const key = `${base} ${name} ${userId}/${code}`;
    if (request.body["fresh"] === true) cache.forget(key);
    return cache.get(key, () => about(RED, ask)(request));
  };
}

const tester = (RED: NodeAPI): Handler =>
  about(RED, async (door, request, { base }) => {
    const weakToken = hasWeakToken(RED, request);
    return { host: new URL(base).host, ...(await testConnection(door)), weakToken };
  });

const botMaker =
  (RED: NodeAPI): Handler =>
  (request) => {
    const address = addressOf(RED, request);
    const wish = readWish(RED, request, address.webhook);
    const settings = { ...address, plan: request.body["plan"], secrets: [wish.token] };
    return throughDoor(settings, (door) => repairBot(door, wish));
  };

function lineLister(RED: NodeAPI, cache: AnswerCache): Handler {
  const lines = cached(RED, cache, "lines", async (door) => ({ lines: await listLines(door) }));
  return async (request) => {
    // Which of the bots is ours, where a bot is at work already.
    const bot = asPortalNode(RED.nodes.getNode(request.id))?.connection?.bot.knownId ?? null;
    return { ...(await lines(request)), bot };
  };
}

const linePreviewer = (RED: NodeAPI): Handler =>
  about(RED, (door, { body }) => {
    const { botId, lines } = readWishes(body);
    return previewLines(door, botId, lines);
  });

const lineChanger = (RED: NodeAPI, cache: AnswerCache): Handler =>
  about(RED, async (door, { body }, { base }) => {
    const { botId, lines } = readWishes(body);
    cache.forget(`${base} lines `);
    const done = await applyLines(door, { botId, lines, mark: body["mark"] });
    cache.forget(`${base} lines `);
    return done;
  });

/** Of the token that is stored; the dialog itself sees one that is typed. */
const hasWeakToken = (RED: NodeAPI, { id }: DialogRequest): boolean => {
  const token = stored(RED, id, "botToken");
  return !isUnset(token) && isWeakToken(token);
};

interface PostRequest {
  readonly params: unknown;
  readonly body: unknown;
  is(type: string): unknown;
}

interface Posted {
  readonly request: PostRequest;
  readonly mayWrite: () => Promise<boolean>;
  readonly handle: Handler;
}

async function answer(RED: NodeAPI, { request, mayWrite, handle }: Posted): Promise<{ status: number; body: object }> {
  const { id } = request.params as { id?: string };
  const node = id === undefined ? null : (RED.nodes.getNode(id) as { type?: string } | null);
  // A page of somebody else can make a browser post a form, but not JSON.
  if (id === undefined || (node && node.type !== "bitrix24-portal") || !request.is("json") || !isObject(request.body))
    return { status: 400, body: {} };
  const question = { id, body: request.body };
  if (needsWrite(RED, question) && !(await mayWrite()))
    return { status: FORBIDDEN, body: { error: tell(RED, notSent("ADDRESS_NOT_STORED")) } };
  try {
    return { status: 200, body: await handle(question) };
  } catch (error) {
    return { status: REFUSED, body: { error: tell(RED, error) } };
  }
}

function tell(RED: NodeAPI, error: unknown): Told {
  if (error instanceof AddressError) {
    const message = lookUp(RED, `problems.${error.reason}`) ?? error.message;
    const hint = lookUp(RED, "portal.hint.webhook") ?? "";
    return { code: error.reason, message, hint, method: null, description: "" };
  }
  if (!(error instanceof CallError))
    RED.log.error(error instanceof Error ? (error.stack ?? "") : "bitrix24: unexpected");
  const known = asCallError(error, null);
  return {
    code: known.code,
    ...describeError(RED, known, "bot"),
    method: known.method,
    description: known.description,
  };
}
