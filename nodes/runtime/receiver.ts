import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Delivery } from "../../open-channels/events/decode";
import { decodeForm } from "../../open-channels/events/form";
import { id, part, records, text } from "../../open-channels/events/parts";
import { stripSecrets } from "../../open-channels/events/strip-secrets";
import { isObject, type JsonObject } from "../../rest/envelope";

/** A bot that takes posted events. */
export interface Receiver {
  readonly token: string;
  readonly botId: number | null;
  /** Takes a verified event into safety; resolves with false when it had come before. */
  accept(delivery: Delivery): Promise<boolean>;
  /** Lets the flow begin with what was accepted. */
  deliver(): void;
  /** Told about each delivery that was turned away or came twice. */
  onTurnedAway(reason: "token" | "foreign-bot" | "too-large" | "malformed" | "repeated"): void;
}

/** A request as Node-RED's web server hands it over: its own parser may have read the body already. */
type PostRequest = IncomingMessage & { params?: Record<string, string>; body?: unknown };

const LARGEST_BODY = 5 * 1024 * 1024;
/** The portal does not wait long, and a slow disk is no reason to be throttled by it, ms. */
const ANSWER_WITHIN = 30;

const receivers = new Map<string, Receiver>();

/** Opens the address of a config node. The result closes it, unless somebody else has it by then. */
export function openReceiver(nodeId: string, receiver: Receiver): () => void {
  receivers.set(nodeId, receiver);
  return () => {
    if (receivers.get(nodeId) === receiver) receivers.delete(nodeId);
  };
}

/**
 * Answers a delivery: 200 accepted, 403 wrong or missing token, 413 too large, 400 malformed, 404 nobody here.
 * The flow begins only after the answer.
 */
export async function answerDelivery(request: PostRequest, response: ServerResponse): Promise<void> {
  const receiver = receivers.get(request.params?.["id"] ?? "");
  if (!receiver) return end(response, 404);
  const body = await readBody(request);
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
  await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN))]);
  end(response, 200);
  if (await taken) setImmediate(() => receiver.deliver());
  else receiver.onTurnedAway("repeated");
}

function end(response: ServerResponse, status: number): void {
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

function isForeign(data: JsonObject, { botId }: Receiver): boolean {
  const told = id(part(data["bot"], "id")) ?? id(records(data["BOT"])[0]?.["BOT_ID"]);
  return told !== null && botId !== null && told !== botId;
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
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) return "too-large";
    chunks.push(chunk as Buffer);
  }
  return decodeForm(Buffer.concat(chunks).toString("utf8")) ?? "malformed";
}
