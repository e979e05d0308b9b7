import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Delivery } from "../../open-channels/events/decode";
import type { Acceptance } from "../../open-channels/events/inbox";
import { decodeForm } from "../../open-channels/events/form";
import { id, part, records, text } from "../../open-channels/events/parts";
import { stripSecrets } from "../../open-channels/events/strip-secrets";
import { isObject, type JsonObject } from "../../rest/envelope";

/** A bot that takes posted events. */
export interface Receiver {
  readonly token: string;
  readonly botId: number | null;
  /** Takes a verified event into safety. */
  accept(delivery: Delivery): Promise<Acceptance>;
  /** Lets the flow begin with what was accepted. */
  deliver(): void;
  /** Told about each delivery that was turned away or came twice. */
  onTurnedAway(reason: "token" | "foreign-bot" | "too-large" | "malformed" | "repeated" | "unwanted"): void;
}

/** A request as Node-RED's web server hands it over: its own parser may have read the body already. */
type PostRequest = IncomingMessage & { params?: Record<string, string>; body?: unknown };

const LARGEST_BODY = 5 * 1024 * 1024;
/** The portal does not wait long, and a slow disk is no reason to be throttled by it, ms. */
const ANSWER_WITHIN = 30;

/** How long a delivery waits for an address that is closed in the middle of a deploy, ms. */
const REOPENS_WITHIN = 10_000;

/** An address that is about to be opened again: what waits for that, and the end of waiting. */
interface Reopening {
  readonly waiting: Set<() => void>;
  readonly limit: NodeJS.Timeout;
}

const receivers = new Map<string, Receiver>();
const reopening = new Map<string, Reopening>();

/**
 * Opens the address of a config node. The result closes it: for good, or for the moment of a deploy, in which the
 * portal's deliveries wait because it does not repeat them.
 */
export function openReceiver(nodeId: string, receiver: Receiver): (forGood: boolean) => void {
  receivers.set(nodeId, receiver);
  stopWaiting(nodeId);
  return (forGood) => {
    if (receivers.get(nodeId) !== receiver) return;
    receivers.delete(nodeId);
    if (forGood) return;
    const limit = setTimeout(() => stopWaiting(nodeId), REOPENS_WITHIN).unref();
    reopening.set(nodeId, { waiting: new Set(), limit });
  };
}

function stopWaiting(nodeId: string): void {
  const { waiting, limit } = reopening.get(nodeId) ?? {};
  reopening.delete(nodeId);
  // Left running it would end the waiting of a later deploy.
  clearTimeout(limit);
  for (const wake of waiting ?? []) wake();
}

async function receiverOf(nodeId: string): Promise<Receiver | undefined> {
  const waiting = reopening.get(nodeId)?.waiting;
  if (waiting) await new Promise<void>((resolve) => waiting.add(resolve));
  return receivers.get(nodeId);
}

/**
 * Answers a delivery: 200 accepted, 403 wrong or missing token, 413 too large, 400 malformed, 404 nobody here,
 * 503 nobody takes events. The flow begins only after the answer.
 */
export async function answerDelivery(request: PostRequest, response: ServerResponse): Promise<void> {
  const nodeId = request.params?.["id"] ?? "";
  if (!receivers.has(nodeId) && !reopening.has(nodeId)) return end(response, 404);
  const body = await readBody(request);
  const receiver = await receiverOf(nodeId);
  if (!receiver) return end(response, 404);
  if (body === "too-large" || body === "malformed") {
    receiver.onTurnedAway(body);
    return end(response, body === "too-large" ? 413 : 400);
  }
  const name = text(body["event"]);
  if (!isFrom(body, receiver)) {
    receiver.onTurnedAway("token");
    return end(response, 403);
  }
  if (name === null) {
    receiver.onTurnedAway("malformed");
    return end(response, 400);
  }
  const data = isObject(body["data"]) ? body["data"] : {};
  if (isForeign(data, receiver)) {
    receiver.onTurnedAway("foreign-bot");
    return end(response, 403);
  }
  const taken = receiver.accept({ name, id: null, date: body["ts"], data: stripSecrets(data) as JsonObject });
  const soon = await Promise.race([taken, afterAWhile()]);
  end(response, soon === "full" ? 503 : 200);
  const acceptance = await taken;
  if (acceptance === "new") setImmediate(() => receiver.deliver());
  else receiver.onTurnedAway(acceptance === "full" ? "unwanted" : "repeated");
}

const afterAWhile = (): Promise<null> => new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN, null));

function end(response: ServerResponse, status: number): void {
  // What is left of a body that was turned away is not waited for.
  if (status >= 400) response.setHeader("Connection", "close");
  response.statusCode = status;
  response.end();
}

/** Whether the portal sent it: it knows the bot's token, bare or behind `custom`. [S imbot/lib/V2] */
function isFrom(body: JsonObject, { token }: Receiver): boolean {
  const told = part(body["auth"], "application_token");
  if (token === "" || typeof told !== "string") return false;
  // Both are compared, so that the time taken tells nothing about which one fits.
  return [isSame(told, token), isSame(told, `custom${token}`)].includes(true);
}

const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** Whether it is for other bots alone: the older API can name several. */
function isForeign(data: JsonObject, { botId }: Receiver): boolean {
  const named = [...records(data["BOT"]), ...records(data["COMMAND"])].map((bot) => bot["BOT_ID"]);
  const told = [part(data["bot"], "id"), data["BOT_ID"], ...named].map(id).filter((each) => each !== null);
  return botId !== null && told.length > 0 && !told.includes(botId);
}

async function readBody(request: PostRequest): Promise<JsonObject | "too-large" | "malformed"> {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) {
    request.resume();
    return "too-large";
  }
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) {
    request.resume();
    return "malformed";
  }
  // With the default admin root the editor's own parser has read the stream, and it does not come again.
  if (isObject(request.body)) return request.body;
  const bytes = await readBytes(request);
  return typeof bytes === "string" ? bytes : (decodeForm(bytes.toString("utf8")) ?? "malformed");
}

/** Reads a body by its events: a loop over the stream would take the connection away before the answer. */
function readBytes(request: PostRequest): Promise<Buffer | "too-large" | "malformed"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
      else resolve("too-large");
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    // The sender went away in the middle of it.
    request.on("error", () => resolve("malformed"));
    request.on("close", () => resolve("malformed"));
  });
}
