/** One form POST, for event deliveries. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { PostedEvent } from "../rest/events";

const TIMEOUT_MS = 15_000;

/** Resolves with the status of the answer, whose body is ignored. */
export function post(event: PostedEvent, signal: AbortSignal): Promise<number> {
  const { body } = event;
  return new Promise((resolve, reject) => {
    const url = new URL(event.url);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const headers = {
      "Content-Type": event.contentType,
      "Content-Length": Buffer.byteLength(body),
      "User-Agent": "Bitrix24 Webhook Engine",
    };
    const request = send(url, { method: "POST", headers, agent: false, timeout: TIMEOUT_MS, signal }, (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", reject);
    request.end(body);
  });
}
