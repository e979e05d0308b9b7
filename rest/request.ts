import { isLicenceRedirect, movedBase } from "./address";
import type { Credentials } from "./credentials";
import { readEnvelope, type Answer } from "./envelope";
import { CallError, notSent, outcomeUnknown } from "./errors";
import type { HttpOutcome, Transport } from "./http";
import type { Redactor } from "./redact";

/** Sends one request as one caller. Rejects with CallError only, free of secrets. */
export interface Requester {
  /** Calls of requesters with the same identity may travel in one batch. */
  readonly identity: string;
  /** @param timeout longest time for request and answer, ms */
  post(method: string, params: object, timeout?: number): Promise<Answer>;
}

export interface RequesterParts {
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly redactor: Redactor;
  /** Told once when the portal turns out to live under another host. */
  readonly onMoved: (host: string) => void;
}

/** Puts credentials, transport and redaction together. */
export function createRequester({ credentials, transport, redactor, onMoved }: RequesterParts): Requester {
  let base = credentials.base;

  async function send(method: string, body: string, timeout: number | undefined): Promise<Answer> {
    const outcome = await transport.send({ url: credentials.url(base, method), body, timeout });
    const answer = requireAnswer(outcome, method);
    if (answer.status < 300 || answer.status >= 400) return readAnswer(answer, method);
    if (isLicenceRedirect(answer.location)) throw notSent("LICENSE_EXPIRED", { method, status: answer.status });
    const moved = movedBase(base, answer.location);
    if (moved === null) throw notSent("PORTAL_MOVED", { method, status: answer.status });
    // The old address did not run anything, so the call is made once more, at the new one.
    const url = credentials.url(moved, method);
    const second = requireAnswer(await transport.send({ url, body, timeout }), method);
    if (second.status >= 300 && second.status < 400) throw notSent("PORTAL_MOVED", { method, status: second.status });
    if (base !== moved) {
      base = moved;
      onMoved(new URL(moved).host);
    }
    return readAnswer(second, method);
  }

  function readAnswer(answer: HttpAnswer, method: string): Answer {
    const envelope = readEnvelope(answer.status, answer.text, method, (words) => redactor.text(words));
    // JSON can write any character as an escape, and only its reader knows what stands there.
    const maySpell = answer.text.includes("\\u") || redactor.finds(answer.text);
    return maySpell ? redactor.value(envelope) : envelope;
  }

  return {
    identity: `${credentials.base} ${credentials.identity}`,
    async post(method, params, timeout) {
      try {
        return await send(method, JSON.stringify(params), timeout);
      } catch (error) {
        throw error instanceof CallError ? withoutSecrets(error, redactor) : error;
      }
    },
  };
}

const LONGEST_DESCRIPTION = 500;

type HttpAnswer = Extract<HttpOutcome, { kind: "answer" }>;

function requireAnswer(outcome: HttpOutcome, method: string): HttpAnswer {
  if (outcome.kind === "answer") return outcome;
  const fields = { method, description: outcome.reason };
  if (!outcome.sent) throw notSent("CONNECTION_FAILED", fields);
  throw outcomeUnknown(outcome.timedOut ? "TIMEOUT" : "CONNECTION_LOST", fields);
}

function withoutSecrets(error: CallError, redactor: Redactor): CallError {
  return new CallError({
    code: redactor.text(error.code),
    outcome: error.outcome,
    method: error.method === null ? null : redactor.text(error.method),
    status: error.status,
    description: redactor.text(error.description).slice(0, LONGEST_DESCRIPTION),
    details: error.details,
  });
}
