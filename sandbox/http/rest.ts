/** Requests below /rest/ over HTTP: reading them, letting real time pass, writing what the portal replies. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { arrive, serve, type Edge, type Reply } from "../rest/edge";
import type { Steps } from "../rest/gateway";
import { readTarget } from "../rest/request";
import { readBody, readRequest } from "./bodies";

/** Takes one request below /rest/ from its arrival to its answer. */
export async function handleRest(
  edge: Edge,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { portal } = edge.world;
  const entry = arrive(edge, url.pathname, readTarget(url.pathname).method, request.socket.remoteAddress ?? "");
  response.on("finish", () => (entry.status = response.statusCode));
  response.on("close", () => {
    entry.ms = portal.now() - entry.at;
    portal.changed("request");
  });
  let body: Buffer;
  try {
    body = await readBody(request);
  } catch (error) {
    // The sender went away, or sent more than the portal takes: there is nobody to answer.
    if (!(error instanceof Error)) throw error;
    request.destroy();
    return;
  }
  const rest = await readRequest(request, url, body);
  write(response, await inRealTime(serve(edge, entry, rest, url.pathname + url.search)));
}

async function inRealTime<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause(step.value);
  }
}

function write(response: ServerResponse, reply: Reply): void {
  if (reply.end === "none") return void response.destroy();
  if (reply.end === "never") {
    if (reply.breakAfterMs !== undefined) setTimeout(() => response.destroy(), reply.breakAfterMs).unref();
    return;
  }
  const bytes = Buffer.from(reply.text);
  response.writeHead(reply.status, {
    ...reply.headers,
    "Content-Length": bytes.length,
    "Access-Control-Allow-Origin": "*",
  });
  if (reply.end === "whole") response.end(bytes);
  else response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}
