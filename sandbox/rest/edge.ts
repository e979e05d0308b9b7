/** What is in front of the portal: request counter, redirects, trouble. Knows no sockets and no timers. */
import type { Fault, RequestEntry } from "../portal/records";
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
  type Steps,
  type World,
} from "./gateway";
import { phpJson, phpXml } from "./json";
import { RATES, type RequestCounter } from "./limits";
import type { RestRequest } from "./request";

export interface Edge {
  world: World;
  counter: RequestCounter;
  base: string;
}

/** What goes back to the caller, before any socket. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** `half`: all is announced, half is sent, then the connection breaks; `none`: it breaks without an answer; `never`: nothing happens. */
  end: "whole" | "half" | "none" | "never";
  /** `never`: the connection breaks after so many milliseconds all the same. */
  breakAfterMs?: number;
}

const COUPON_PAGE = "/bitrix/coupon_activation.php";
const HTML_ERROR =
  "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>";
const HTML_LOGIN =
  "<!DOCTYPE html><html><head><title>Authorization</title></head><body><form>Log in</form></body></html>";
const HTML_TIMEOUT = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>";
const HTML_FATAL = "<html><head><title>500 Internal Server Error</title></head><body><h1>500</h1></body></html>";

/** Notes the arrival of a request and counts it against the limit of its sender's address. */
export function arrive(edge: Edge, path: string, method: string, address: string): RequestEntry {
  const { portal, journal } = edge.world;
  const { requestLimit } = portal.settings;
  const counted =
    requestLimit === "off"
      ? { level: 0, refused: false }
      : edge.counter.hit(address, portal.now(), RATES[requestLimit]);
  return journal.addRequest({
    at: portal.now(),
    path: path.replace(/^(\/rest\/[^/]+\/)[^/]+/, "$1***"),
    method,
    status: null,
    fault: null,
    ms: null,
    ...counted,
  });
}

/** Takes a request that has arrived to its reply; `target` is path and query, for redirects. */
export function* serve(edge: Edge, entry: RequestEntry, rest: RestRequest, target: string): Steps<Reply> {
  const { portal, faults } = edge.world;
  const { settings } = portal;
  portal.schedule.advance(portal.now());
  if (settings.latencyMs > 0) yield settings.latencyMs;
  if (entry.refused) {
    return written(refusal(portal, new RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503)), rest.format);
  }
  if (settings.licenceExpired) return redirect(COUPON_PAGE);
  if (settings.renamedTo !== null) return redirect(moved(settings.renamedTo, target));
  const isBatch = rest.method.toLowerCase() === "batch";
  const fault = faults.forRequest(rest.method, () => (isBatch ? batchMethods(rest.params) : []), portal.random);
  if (fault === undefined) return written(yield* answer(edge, entry, rest, 0), rest.format);
  entry.fault = fault.kind;
  portal.changed("fault");
  return yield* strike(fault, target, () => answer(edge, entry, rest, fault.ms ?? 0), rest.format);
}

function moved(base: string, target: string): string {
  return base.replace(/\/+$/, "") + target;
}

/** The portal's own answer. */
function* answer(edge: Edge, entry: RequestEntry, rest: RestRequest, extraMs: number): Steps<Answer> {
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
    if (isBatch) return yield* runBatch(world, rest.params, context);
    yield* wall.spend(callMs);
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
function* strike(fault: Fault, target: string, run: () => Steps<Answer>, format: RestRequest["format"]): Steps<Reply> {
  const ran = EXECUTE_FIRST.has(fault.kind) || fault.executed === true ? yield* run() : FATAL;
  switch (fault.kind) {
    case "drop-before":
    case "drop-after":
      return { ...page(ran.status, ""), end: "none" };
    case "drop-middle":
      return { ...written(ran, format), end: "half" };
    case "hang":
      return { ...page(ran.status, ""), end: "never", ...(fault.ms === undefined ? {} : { breakAfterMs: fault.ms }) };
    case "slow":
      yield fault.ms ?? 1000;
      return written(ran, format);
    case "no-time":
      return written({ status: ran.status, body: withoutTime(ran.body) }, format);
    case "truncated": {
      const reply = written(ran, format);
      return { ...reply, text: reply.text.slice(0, Math.floor(reply.text.length / 2)) };
    }
    case "html-503":
      return page(503, HTML_ERROR);
    case "html-200":
      return page(200, HTML_LOGIN);
    case "html-after":
      return page(500, HTML_FATAL);
    case "redirect":
      return redirect(fault.to === undefined ? COUPON_PAGE : moved(fault.to, target));
    case "429":
    case "503":
    case "empty-error":
    case "zero-error":
    case "error-200":
    case "error": {
      const error = faultError(fault);
      return written({ status: error.status, body: { error: error.code, error_description: error.message } }, format);
    }
  }
}

function withoutTime(body: Answer["body"]): Answer["body"] {
  if (body === null) return null;
  const { time: _time, ...rest } = body;
  return rest;
}

function written(answer: Answer, format: RestRequest["format"]): Reply {
  if (answer.body === null) return page(answer.status, answer.status === CUT.status ? HTML_TIMEOUT : "");
  const [type, text] =
    format === "xml" ? ["text/xml", phpXml(answer.body)] : ["application/json", phpJson(answer.body)];
  return { ...page(answer.status, text), headers: { "Content-Type": `${type}; charset=utf-8` } };
}

function page(status: number, html: string): Reply {
  return { status, headers: { "Content-Type": "text/html" }, text: html, end: "whole" };
}

function redirect(location: string): Reply {
  return { status: 302, headers: { Location: location }, text: "", end: "whole" };
}
