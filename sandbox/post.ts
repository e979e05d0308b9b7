/** One form POST, for event deliveries. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

const TIMEOUT_MS = 15_000;

/** Resolves with the status of the answer, whose body is ignored. */
export function post(address: string, body: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
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
