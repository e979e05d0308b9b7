import { parseWebhookUrl } from "../../../rest/address";
import type { HttpOutcome, HttpRequest, Transport } from "../../../rest/http";
import { openPortal, type Portal, type PortalSettings } from "../../../rest/portal";
import { readCommand } from "./php-query";
import { Random } from "./random";
import type { VirtualClock } from "./virtual-clock";

/** Trouble that strikes a whole request. `ran` says whether its calls are executed nevertheless. */
export type Trouble =
  | { readonly kind: "no-connection" }
  | { readonly kind: "lost"; readonly ran: boolean }
  | { readonly kind: "page"; readonly ran: boolean; readonly status: number }
  | { readonly kind: "error"; readonly status: number; readonly code: string };

export interface Execution {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly at: number;
  readonly request: number;
  readonly batched: boolean;
}

export interface SeenRequest {
  readonly at: number;
  readonly method: string;
  readonly calls: number;
  refused: boolean;
  answeredAt: number | null;
}

interface RequestedCall {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/**
 * A portal in virtual time behind the transport: counts requests step-wise and strictly, runs a batch one call after the
 * other, and gets into whatever trouble a test wants.
 */
export class ScriptedPortal implements Transport {
  readonly executions: Execution[] = [];
  readonly requests: SeenRequest[] = [];
  /** One way, ms. */
  latency: () => number = () => 20;
  /** How long a call takes, ms. */
  callMs = 5;
  trouble: (request: SeenRequest) => Trouble | null = () => null;
  /** The code with which a call fails before it runs, or null. */
  refusal: (call: RequestedCall, request: SeenRequest) => string | null = () => null;
  time: (method: string) => Record<string, unknown> | undefined = () => undefined;
  limit: { burst: number; perSecond: number } | null = { burst: 50, perSecond: 2 };
  highest = 0;
  inFlight = 0;
  /** Requests that were broken off from the other side. */
  stopped = 0;
  readonly #clock: VirtualClock;
  readonly #phase: number;
  #level = 0;
  #steps = 0;

  constructor(clock: VirtualClock, seed = 1) {
    this.#clock = clock;
    this.#phase = new Random(seed).below(1000);
  }

  close(): void {
    this.inFlight = 0;
  }

  /** Another program's request from the same address. */
  foreign(): void {
    this.#count();
  }

  get refused(): number {
    return this.requests.filter((request) => request.refused).length;
  }

  async send({ url, body, signal }: HttpRequest): Promise<HttpOutcome> {
    this.inFlight++;
    const stopped = new Promise<HttpOutcome>((resolve) => {
      signal?.addEventListener("abort", () => {
        this.stopped++;
        resolve({ kind: "failed", sent: true, timedOut: false, reason: "canceled" });
      });
    });
    try {
      const method = url.slice(url.lastIndexOf("/") + 1);
      return await Promise.race([this.#serve(method, JSON.parse(body) as Record<string, unknown>), stopped]);
    } finally {
      this.inFlight--;
    }
  }

  async #serve(method: string, params: Record<string, unknown>): Promise<HttpOutcome> {
    const calls = method === "batch" ? commandsOf(params) : [{ method, params }];
    await this.#pause(this.latency());
    const seen: SeenRequest = { at: this.#clock.now(), method, calls: calls.length, refused: false, answeredAt: null };
    const trouble = this.trouble(seen);
    if (trouble?.kind === "no-connection")
      return { kind: "failed", sent: false, timedOut: false, reason: "ECONNREFUSED" };
    this.requests.push(seen);
    if (this.#count()) {
      seen.refused = true;
      await this.#pause(this.latency());
      return this.#answer(seen, 503, { error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" });
    }
    if (trouble?.kind === "error") return this.#answer(seen, trouble.status, { error: trouble.code });
    const answer = trouble && !trouble.ran ? null : await this.#run(seen, calls);
    await this.#pause(this.latency());
    if (trouble?.kind === "lost") return { kind: "failed", sent: true, timedOut: false, reason: "ECONNRESET" };
    if (trouble?.kind === "page")
      return { kind: "answer", status: trouble.status, location: null, text: "<html></html>" };
    return this.#answer(seen, answer?.status ?? 200, answer?.body ?? {});
  }

  #answer(seen: SeenRequest, status: number, body: object): HttpOutcome {
    seen.answeredAt = this.#clock.now();
    return { kind: "answer", status, location: null, text: JSON.stringify(body) };
  }

  async #run(seen: SeenRequest, calls: RequestedCall[]): Promise<{ status: number; body: object }> {
    const batched = seen.method === "batch";
    const results: Record<string, unknown> = {};
    const errors: Record<string, unknown> = {};
    const times: Record<string, unknown> = {};
    for (const [at, call] of calls.entries()) {
      const code = this.refusal(call, seen);
      if (code !== null && !batched) return { status: statusOf(code), body: { error: code, error_description: "" } };
      if (code !== null) errors[`c${at}`] = { error: code, error_description: "" };
      else {
        await this.#pause(this.callMs);
        const { length } = this.executions;
        this.executions.push({ ...call, at: this.#clock.now(), request: this.requests.indexOf(seen), batched });
        const time = this.time(call.method);
        if (!batched) return { status: 200, body: { result: length, time } };
        results[`c${at}`] = length;
        if (time) times[`c${at}`] = time;
      }
    }
    // PHP writes an empty map as a list.
    const map = (entries: Record<string, unknown>): unknown => (Object.keys(entries).length === 0 ? [] : entries);
    return {
      status: 200,
      body: { result: { result: map(results), result_error: map(errors), result_time: map(times) } },
    };
  }

  /** Whether the counter turns a request away. */
  #count(): boolean {
    if (!this.limit) return false;
    const steps = Math.floor((this.#clock.now() + this.#phase) / 1000);
    this.#level = Math.max(0, this.#level - (steps - this.#steps) * this.limit.perSecond) + 1;
    this.#steps = steps;
    this.highest = Math.max(this.highest, this.#level);
    return this.#level > this.limit.burst;
  }

  #pause(duration: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(duration, resolve);
    });
  }
}

const statusOf = (code: string): number =>
  code === "ERROR_METHOD_NOT_FOUND" ? 404 : code === "OPERATION_TIME_LIMIT" ? 429 : 400;

function commandsOf(params: Record<string, unknown>): RequestedCall[] {
  return Object.values(params["cmd"] as Record<string, string>).map(readCommand);
}

let portals = 0;

/** An address that no other test uses: what is known about one is kept as long as the process lives. */
export const freshWebhook = () => parseWebhookUrl(`https://portal-${++portals}.example/rest/1/secret-of-the-webhook/`);

/** The whole door in front of a scripted portal. */
export function openScripted(
  clock: VirtualClock,
  script: ScriptedPortal,
  settings: Partial<PortalSettings> = {},
): Portal {
  const random = new Random(1);
  return openPortal({
    webhook: freshWebhook(),
    random: () => random.next(),
    ...settings,
    clock,
    transport: script,
  });
}
