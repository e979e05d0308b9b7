/** The portal behind its edge: the order of checks, then the method. [S classes/general/rest.php] */
import { isoDate } from "../portal/dates";
import type { Journal } from "../portal/journal";
import type { Portal } from "../portal/memory";
import { phpInt, PhpFatal, upperKeys, type Params } from "../portal/php";
import { RestError, scopeError, statusOf } from "./errors";
import { faultError, type Faults } from "./faults";
import type { OperatingTime } from "./limits";
import { Page, type Method } from "./methods/method";
import { askMethod, findMethod } from "./methods/registry";

/** What one call came to. */
export type Outcome =
  { ok: true; result: unknown; next: unknown; total: unknown; time: Params } | { ok: false; error: RestError };

export interface CallContext {
  requestId: number;
  userId: number;
  via: "single" | "batch";
  base: string;
  /** Milliseconds that the call stays in work for the outside. */
  workMs: number;
  wall: Wall;
}

export interface World {
  portal: Portal;
  journal: Journal;
  faults: Faults;
  operating: OperatingTime;
  secret: string;
}

const WEBHOOK_USER = 1;

/** Who is asking: the webhook's user, or a refusal. The method has been looked up before. */
export function authenticate(world: World, userId: string | null, secret: string | null): number {
  if (secret === null) throw new RestError("NO_AUTH_FOUND", "Wrong authorization data", 401);
  if (userId !== String(WEBHOOK_USER) || secret !== world.secret) {
    throw new RestError("INVALID_CREDENTIALS", "Invalid request credentials", 401);
  }
  return WEBHOOK_USER;
}

/** 404 comes before anything about credentials. */
export function requireMethod(portal: Portal, name: string): Method {
  const method = findMethod(portal, name);
  if (method === undefined) throw new RestError("ERROR_METHOD_NOT_FOUND", "Method not found!", 404);
  return method;
}

export function hasScope(portal: Portal, method: Method): boolean {
  return method.scopes.length === 0 || method.scopes.some((scope) => portal.settings.scopes.includes(scope));
}

/** Refuses a method whose execution time is spent. */
export function checkOperating(world: World, key: string): void {
  const { portal, operating } = world;
  if (operating.used(key, portal.now()) > portal.settings.operatingLimit) {
    throw new RestError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429);
  }
}

/** One call after its credentials: scope, link token, operating time, method. Throws only PHP's fatal errors. */
export function runCall(world: World, name: string, params: Params, start: unknown, context: CallContext): Outcome {
  try {
    const method = requireMethod(world.portal, name);
    if (!hasScope(world.portal, method)) throw scopeError(context.via === "batch");
    if ("token" in params) throw new RestError("ACCESS_DENIED", "Access denied! Link check failed", 403);
    const inBatchKey = context.via === "batch" && world.portal.settings.operatingBatch === "batch";
    const key = inBatchKey ? "batch" : method.name.toLowerCase();
    if (!inBatchKey) checkOperating(world, key);
    return execute(world, method, params, start, context, key);
  } catch (error) {
    if (error instanceof RestError) return { ok: false, error };
    throw error;
  }
}

function execute(
  world: World,
  method: Method,
  params: Params,
  start: unknown,
  context: CallContext,
  operatingKey: string,
): Outcome {
  const { portal } = world;
  const user = portal.users.get(context.userId);
  if (user === undefined) throw new RestError("authorization_error", "Unable to authorize user", 401);
  const began = portal.now() - portal.settings.callMs;
  let refusal: string | null = "fatal";
  try {
    const value = method.run({
      portal,
      params: method.upper ? upperKeys(params) : params,
      start: start === undefined || start === null ? 0 : phpInt(start),
      user,
      workMs: context.workMs,
      base: context.base,
      lookUp: (name) => lookUp(portal, name),
    });
    refusal = null;
    charge(world, operatingKey, method, began);
    return { ok: true, ...liftPaging(value), time: timeOf(world, operatingKey, began) };
  } catch (error) {
    if (error instanceof RestError) refusal = error.code;
    throw error;
  } finally {
    world.journal.addCall({
      at: began,
      method: method.name,
      params,
      via: context.via,
      requestId: context.requestId,
      user: context.userId,
      ok: refusal === null,
      error: refusal,
      chatId: chatIdIn(params),
    });
    portal.changed("log");
  }
}

function lookUp(portal: Portal, name: string): { exists: boolean; available: boolean } {
  if (name.toLowerCase() === "batch") return { exists: true, available: true };
  const method = askMethod(portal, name);
  return { exists: method !== undefined, available: method !== undefined && hasScope(portal, method) };
}

function charge(world: World, key: string, method: Method, began: number): void {
  const { portal, operating } = world;
  const now = portal.now();
  const cost = portal.settings.operatingCost[method.name.toLowerCase()] ?? 0;
  operating.charge(key, cost + (now - began) / 1000, now);
}

/** `next` and `total` of a result go beside it, whatever the method. [S rest.php] */
function liftPaging(value: unknown): { result: unknown; next: unknown; total: unknown } {
  if (value instanceof Page) return { result: value.result, next: value.next, total: value.total };
  if (typeof value !== "object" || value === null || !("next" in value || "total" in value)) {
    return { result: value, next: undefined, total: undefined };
  }
  const { next, total, ...result } = value as Params;
  return { result, next, total };
}

/** The `time` object of an answer. */
export function timeOf(world: World, operatingKey: string, began: number): Params {
  const { portal, operating } = world;
  const finished = portal.now();
  const duration = (finished - began) / 1000;
  const resetAt = operating.resetAt(operatingKey, finished);
  return {
    start: began / 1000,
    finish: finished / 1000,
    duration,
    processing: duration,
    date_start: isoDate(began),
    date_finish: isoDate(finished),
    ...(resetAt === undefined ? {} : { operating_reset_at: resetAt }),
    operating: operating.used(operatingKey, finished),
  };
}

/** The chat that a call is about, as far as its parameters say so plainly. */
function chatIdIn(params: Params): number | null {
  for (const key of Object.keys(params)) {
    const name = key.toUpperCase().replace("_", "");
    if (name === "CHATID") return phpInt(params[key]) || null;
    if (name === "DIALOGID") {
      const given = params[key];
      const match = typeof given === "string" ? /^chat(\d+)$/.exec(given) : null;
      if (match !== null) return Number(match[1]);
    }
  }
  return null;
}

/** The body of a refusal. */
export function errorBody(error: RestError): Params {
  return { error: error.code, error_description: error.message, ...error.extras };
}

export interface Answer {
  status: number;
  body: Params | null;
}

/** The envelope of a single call. */
export function envelope(portal: Portal, outcome: Outcome): Answer {
  if (!outcome.ok) return refusal(portal, outcome.error);
  const { result, next, total, time } = outcome;
  return {
    status: 200,
    body: {
      result: result ?? null,
      ...(next === undefined ? {} : { next }),
      ...(total === undefined ? {} : { total }),
      time,
    },
  };
}

export function refusal(portal: Portal, error: RestError): Answer {
  return { status: statusOf(error, portal.settings.statuses), body: errorBody(error) };
}

/** PHP's fatal errors end in HTTP 500 without a body. */
export const FATAL: Answer = { status: 500, body: null };
/** The edge gave up waiting. */
export const CUT: Answer = { status: 504, body: null };

export function isFatal(error: unknown): boolean {
  return error instanceof PhpFatal;
}

/** Work that names the pauses it needs, in milliseconds; who drives it lets them pass on a clock of its own. */
export type Steps<T> = Generator<number, T, void>;

/** The time that one request may take, counted in the pauses of its calls. */
export class Wall {
  #left: number;

  constructor(ms: number) {
    this.#left = ms;
  }

  /** Waits for a call's own time; throws when the request's time is over by then. */
  *spend(ms: number): Steps<void> {
    const left = this.#left;
    this.#left -= ms;
    if (ms > 0) yield Math.max(0, Math.min(ms, left));
    if (ms > left) throw new WallReached();
  }
}

/** The request took longer than the edge waits. */
export class WallReached extends Error {}

/** A fault of an error kind inside a batch, as the outcome of a call. */
export function faultOutcome(fault: Parameters<typeof faultError>[0]): Outcome {
  return { ok: false, error: faultError(fault) };
}
