/** What stands in front of the portal: request counter, redirects, trouble, and the writing of answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { batchMethods, runBatch } from "./batch";
import { RestError } from "./errors";
import { faultError } from "./faults";
import {
  authenticate,
  CUT,
  envelope,
  FATAL,
  isFatal,
  refusal,
  requireMethod,
  runCall,
  Wall,
  WallReached,
  type Answer,
  type CallContext,
  type World,
} from "./gateway";
import { phpJson, phpXml } from "./json";
import { RATES, type RequestCounter } from "./limits";
import { readBody, readRequest, readTarget, type RestRequest } from "./request";
import type { Fault, RequestEntry } from "./types";

export interface Edge {
  world: World;
  counter: RequestCounter;
  base: string;
}

const COUPON_PAGE = "/bitrix/coupon_activation.php";
const HTML_ERROR =
  "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>";
const HTML_LOGIN =
  "<!DOCTYPE html><html><head><title>Authorization</title></head><body><form>Log in</form></body></html>";
const HTML_TIMEOUT = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>";
const HTML_FATAL = "<html><head><title>500 Internal Server Error</title></head><body><h1>500</h1></body></html>";

/** Takes one request below /rest/ from its arrival to its answer. */
export async function handleRest(
  edge: Edge,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { portal, journal } = edge.world;
  const target = readTarget(url.pathname);
  const at = portal.now();
  const counted = count(edge, request);
  const entry = journal.addRequest({
    at,
    path: target.secret === null ? url.pathname : url.pathname.replace(/^(\/rest\/[^/]+\/)[^/]+/, "$1***"),
    method: target.method,
    status: null,
    fault: null,
    ms: null,
    ...counted,
  });
  response.on("finish", () => (entry.status = response.statusCode));
  response.on("close", () => {
    entry.ms = portal.now() - at;
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
  portal.schedule.advance(portal.now());
  if (portal.settings.latencyMs > 0) await pause(portal.settings.latencyMs);
  await route(edge, entry, await readRequest(request, url, body), response, url);
}

function count(edge: Edge, request: IncomingMessage): { level: number; refused: boolean } {
  const { settings, now } = edge.world.portal;
  if (settings.requestLimit === "off") return { level: 0, refused: false };
  return edge.counter.hit(request.socket.remoteAddress ?? "", now(), RATES[settings.requestLimit]);
}

async function route(
  edge: Edge,
  entry: RequestEntry,
  rest: RestRequest,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { portal, faults } = edge.world;
  const { settings } = portal;
  const send = (answer: Answer): void => sendAnswer(response, answer, rest.format);
  if (entry.refused) {
    send(refusal(portal, new RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503)));
    return;
  }
  if (settings.licenceExpired) return redirect(response, COUPON_PAGE);
  if (settings.renamedTo !== null) return redirect(response, moved(settings.renamedTo, url));
  const isBatch = rest.method.toLowerCase() === "batch";
  const fault = faults.forRequest(rest.method, () => (isBatch ? batchMethods(rest.params) : []), portal.random);
  if (fault === undefined) {
    send(await answer(edge, entry, rest, 0));
    return;
  }
  entry.fault = fault.kind;
  portal.changed("fault");
  await strike(fault, response, send, url, () => answer(edge, entry, rest, fault.ms ?? 0), rest.format);
}

function moved(base: string, url: URL): string {
  return base.replace(/\/+$/, "") + url.pathname + url.search;
}

/** The portal's own answer. */
async function answer(edge: Edge, entry: RequestEntry, rest: RestRequest, extraMs: number): Promise<Answer> {
  const { world } = edge;
  const { portal } = world;
  const isBatch = rest.method.toLowerCase() === "batch";
  try {
    if (portal.settings.closed) throw new RestError("PORTAL_DELETED", "Portal was deleted", 403);
    if (!isBatch) requireMethod(portal, rest.method);
    const userId = authenticate(world, rest.userId, rest.secret);
    const { callMs, wallMs } = portal.settings;
    const wall = new Wall(wallMs);
    const context: CallContext = {
      wall,
      requestId: entry.id,
      userId,
      via: "single",
      base: edge.base,
      workMs: extraMs,
    };
    if (isBatch) return await runBatch(world, rest.params, context);
    await wall.spend(callMs);
    return envelope(portal, runCall(world, rest.method, rest.params, rest.start, context));
  } catch (error) {
    if (error instanceof RestError) return refusal(portal, error);
    if (isFatal(error)) return FATAL;
    if (error instanceof WallReached) return CUT;
    throw error;
  }
}

const EXECUTE_FIRST = new Set(["drop-after", "drop-middle", "html-after", "slow", "no-time", "truncated"]);

/** Answers as the fault wants it; see `Fault` for which kinds run the call. */
async function strike(
  fault: Fault,
  response: ServerResponse,
  send: (answer: Answer) => void,
  url: URL,
  run: () => Promise<Answer>,
  format: RestRequest["format"],
): Promise<void> {
  const ran = EXECUTE_FIRST.has(fault.kind) || fault.executed === true ? await run() : FATAL;
  switch (fault.kind) {
    case "drop-before":
    case "drop-after":
      response.destroy();
      return;
    case "drop-middle":
      dropMiddle(response, ran, format);
      return;
    case "hang":
      if (fault.ms !== undefined) setTimeout(() => response.destroy(), fault.ms).unref();
      return;
    case "slow":
      await pause(fault.ms ?? 1000);
      send(ran);
      return;
    case "no-time":
      send({ status: ran.status, body: withoutTime(ran.body) });
      return;
    case "truncated": {
      const text = bodyText(ran, format);
      writeText(response, ran.status, contentType(format), text.slice(0, Math.floor(text.length / 2)));
      return;
    }
    case "html-503":
      writeText(response, 503, "text/html", HTML_ERROR);
      return;
    case "html-200":
      writeText(response, 200, "text/html", HTML_LOGIN);
      return;
    case "html-after":
      writeText(response, 500, "text/html", HTML_FATAL);
      return;
    case "redirect":
      redirect(response, fault.to === undefined ? COUPON_PAGE : moved(fault.to, url));
      return;
    case "429":
    case "503":
    case "empty-error":
    case "zero-error":
    case "error-200":
    case "error": {
      const error = faultError(fault);
      send({ status: error.status, body: { error: error.code, error_description: error.message } });
    }
  }
}

function withoutTime(body: Answer["body"]): Answer["body"] {
  if (body === null) return null;
  const { time: _time, ...rest } = body;
  return rest;
}

function bodyText(answer: Answer, format: RestRequest["format"]): string {
  if (answer.body === null) return answer.status === CUT.status ? HTML_TIMEOUT : "";
  return format === "xml" ? phpXml(answer.body) : phpJson(answer.body);
}

function contentType(format: RestRequest["format"]): string {
  return format === "xml" ? "text/xml; charset=utf-8" : "application/json; charset=utf-8";
}

function sendAnswer(response: ServerResponse, answer: Answer, format: RestRequest["format"]): void {
  writeText(
    response,
    answer.status,
    answer.body === null ? "text/html" : contentType(format),
    bodyText(answer, format),
  );
}

function writeText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(text),
    "Access-Control-Allow-Origin": "*",
  });
  response.end(text);
}

function dropMiddle(response: ServerResponse, answer: Answer, format: RestRequest["format"]): void {
  const text = Buffer.from(bodyText(answer, format));
  response.writeHead(answer.status, { "Content-Type": contentType(format), "Content-Length": text.length });
  response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.destroy());
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { Location: location, "Content-Length": 0 });
  response.end();
}
