/** The rows of the log: what a request came to, in words that need no page. */
import type { LogEntry, RequestEntry } from "../../../portal/records";
import { isPoll } from "../data/recent";

const SECRET_NAMES = /^(?:bottoken|client_id|auth|access_token)$/i;

export interface Row {
  key: string;
  request: RequestEntry;
  /** Null: nothing of the request was executed. */
  call: LogEntry | null;
  method: string;
}

/** One row for each executed call, and for each request of which nothing was executed; the latest first. */
export function rowsOf(requests: readonly RequestEntry[], calls: readonly LogEntry[]): Row[] {
  const byRequest = new Map<number, LogEntry[]>();
  for (const call of calls) byRequest.set(call.requestId, [call, ...(byRequest.get(call.requestId) ?? [])]);
  return [...requests].reverse().flatMap((request): Row[] => {
    const own = byRequest.get(request.id);
    if (own === undefined) return [{ key: `r${request.id}`, request, call: null, method: request.method }];
    return own.map((call) => ({ key: `c${call.n}`, request, call, method: call.method }));
  });
}

/** The rows whose method holds the text, with or without those that poll for events. */
export function filtered(rows: readonly Row[], text: string, withPolls: boolean): Row[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(({ method }) => (withPolls || !isPoll(method)) && method.toLowerCase().includes(wanted));
}

export function isBatch({ request, call }: Row): boolean {
  return call === null ? /^batch$/i.test(request.method) : call.via === "batch";
}

/** How it went: `waiting` while it is under way. */
export function toneOf({ request, call }: Row): "waiting" | "good" | "bad" {
  if (request.ms === null) return "waiting";
  return request.status === null || request.status >= 400 || call?.error ? "bad" : "good";
}

/** Status and error code; `noAnswer` is said of a connection that ended without a status. */
export function codeOf({ request, call }: Row, noAnswer: string): string {
  const silent = request.status === null && request.ms !== null;
  const status = silent ? noAnswer : String(request.status ?? "…");
  return call?.error ? `${status} ${call.error}` : status;
}

/** Parameters as text. Pictures of the page are shown to others; what may call the portal does not belong in them. */
export function shownParams(params: LogEntry["params"]): string {
  const masked = (name: string, value: unknown): unknown =>
    SECRET_NAMES.test(name) && typeof value === "string" && value !== "" ? "•••" : value;
  return JSON.stringify(params, masked, 2);
}
