import type { IncomingMessage } from "node:http";
import { decodeForm } from "../../open-channels/events/form";
import { repairForm } from "../../open-channels/events/form-repair";
import { isObject, type JsonObject } from "../../rest/envelope";
import type { Place } from "../../open-channels/bot/room";

/** A request as Node-RED's web server hands it over: its own parser may have read the body already. */
export type PostRequest = IncomingMessage & { params?: Record<string, string>; body?: unknown };

/** Why a body was not read: `busy` when too many others are being read. */
export type Unread = "too-large" | "malformed" | "busy";

/** In bytes; the documented deliveries have some ten thousand. */
export const LARGEST_BODY = 5 * 1024 * 1024;

/**
 * What a request keeps in memory before its body is read: nothing to speak of, unless another parser has read it.
 * @returns bytes; of a body without a length the most that it may have
 */
export const bytesInMemory = ({ body, headers }: PostRequest): number =>
  isObject(body) ? Number(headers["content-length"] ?? LARGEST_BODY) : 0;

/**
 * Reads a form.
 * @param place takes up what the body needs in memory, if nobody has read it yet
 */
export async function readBody(request: PostRequest, place: Place): Promise<JsonObject | Unread> {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) return "too-large";
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return "malformed";
  // With the default admin root the editor's own parser has read the stream, and it does not come again.
  if (isObject(request.body)) return repairForm(request.body);
  const bytes = await readBytes(request, place);
  return typeof bytes === "string" ? bytes : (decodeForm(bytes.toString("utf8")) ?? "malformed");
}

/** Reads a body by its events: a loop over the stream would take the connection away before the answer. */
function readBytes(request: PostRequest, place: Place): Promise<Buffer | Unread> {
  // Nothing would come any more from a sender who has gone while the request waited.
  if (request.destroyed) return Promise.resolve("malformed");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Buffer | Unread): void => {
      request.off("data", take);
      chunks.length = 0;
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > LARGEST_BODY) finish("too-large");
      else if (!place.grow(chunk.length)) finish("busy");
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => finish(Buffer.concat(chunks)));
    // The sender went away in the middle of it.
    request.once("error", () => finish("malformed"));
    request.once("close", () => finish("malformed"));
  });
}
