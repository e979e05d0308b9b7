import { isLicenceRedirect, movedBase } from "./address";
import type { Clock } from "./clock";
import type { Credentials } from "./credentials";
import { readEnvelope, type Answer, type Cleaner } from "./envelope";
import { CallError, notSent, outcomeUnknown } from "./errors";
import type { HttpOutcome, Transport } from "./http";
import type { Redactor } from "./redact";
import type { StopSignal } from "./stop";

export interface PostLimits {
  /** Longest time for request and answer, ms; undefined: the usual. */
  readonly timeout?: number | undefined;
  /** Ends it at once; what it was is then unknown, unless it had not left yet. */
  readonly signal?: StopSignal;
}

/** Sends one request as one caller. */
export interface Requester {
  /** Calls of requesters with the same identity may travel in one batch. */
  readonly identity: string;
  /** Takes this caller's secrets out of what the portal says. */
  readonly clean: Cleaner;
  /**
   * @param body from {@link encodeParams}
   * @throws CallError
   */
  post(method: string, body: string, limits?: PostLimits): Promise<Answer>;
}

export interface RequesterParts {
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly redactor: Redactor;
  readonly clock: Clock;
  /** Longest time for request and answer unless a call brings its own, ms. */
  readonly timeout: number;
  /** Called once when the portal turns out to live under another host. */
  readonly onMoved: (host: string) => void;
}

/**
 * Parameters as a request carries them.
 * @throws CallError `ERROR_ARGUMENT`, `not-sent`, for what JSON cannot carry: a BigInt, a circle, a value that throws
 */
export function encodeParams(method: string, params: object): string {
  let body: unknown;
  try {
    body = JSON.stringify(params);
  } catch (error) {
    const description = error instanceof Error ? error.message.slice(0, LONGEST_REASON) : "";
    throw notSent("ERROR_ARGUMENT", { method, description });
  }
  if (typeof body !== "string") throw notSent("ERROR_ARGUMENT", { method });
  return body;
}

/** Puts credentials, transport and redaction together. */
export function createRequester(parts: RequesterParts): Requester {
  const { credentials, transport, redactor, clock, onMoved } = parts;
  let base = credentials.base;

  async function send(method: string, body: string, limits: PostLimits): Promise<Answer> {
    const { timeout = parts.timeout, signal } = limits;
    const endsAt = clock.now() + timeout;
    const outcome = await transport.send({ url: credentials.url(base, method), body, timeout, signal });
    const answer = requireAnswer(outcome, method);
    if (answer.status < 300 || answer.status >= 400) return readAnswer(answer, method);
    if (isLicenceRedirect(answer.location)) throw notSent("LICENSE_EXPIRED", { method, status: answer.status });
    const moved = movedBase(base, answer.location);
    if (moved === null) throw notSent("PORTAL_MOVED", { method, status: answer.status });
    // The old address did not run anything, so the call is made once more, at the new one.
    const url = credentials.url(moved, method);
    const left = Math.max(1, endsAt - clock.now());
    const second = requireAnswer(await transport.send({ url, body, timeout: left, signal }), method);
    if (second.status >= 300 && second.status < 400) throw notSent("PORTAL_MOVED", { method, status: second.status });
    if (base !== moved) {
      base = moved;
      onMoved(new URL(moved).host);
    }
    return readAnswer(second, method);
  }

  function readAnswer(answer: HttpAnswer, method: string): Answer {
    const envelope = readEnvelope(answer.status, answer.text, method, redactor);
    return redactor.mayHold(answer.text) ? redactor.value(envelope) : envelope;
  }

  return {
    identity: `${credentials.base} ${credentials.identity}`,
    clean: redactor,
    post: (method, body, limits = {}) => send(method, body, limits),
  };
}

/** Characters of a reason that are kept. */
const LONGEST_REASON = 200;

type HttpAnswer = Extract<HttpOutcome, { kind: "answer" }>;

function requireAnswer(outcome: HttpOutcome, method: string): HttpAnswer {
  if (outcome.kind === "answer") return outcome;
  const fields = { method, description: outcome.reason };
  if (!outcome.sent) throw notSent("CONNECTION_FAILED", fields);
  throw outcomeUnknown(outcome.timedOut ? "TIMEOUT" : "CONNECTION_LOST", fields);
}

/** The error as it may leave `rest/`: all its texts are for people, and none holds a secret. */
export function withoutSecrets(error: CallError, redactor: Redactor): CallError {
  return new CallError({
    code: redactor.name(error.code),
    outcome: error.outcome,
    method: error.method === null ? null : redactor.name(error.method),
    status: error.status,
    description: redactor.text(error.description),
    details: Object.fromEntries(
      Object.entries(error.details).map(([name, value]) => [
        name,
        typeof value === "string" ? redactor.text(value) : value,
      ]),
    ),
  });
}
