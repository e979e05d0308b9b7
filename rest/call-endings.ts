import type { Clock } from "./clock";
import type { Answer } from "./envelope";
import { outcomeUnknown, waitedTooLong, type CallError } from "./errors";
import type { Metrics } from "./metrics";
import type { PendingCall } from "./pending";

/** From when on a call cannot start any more, ms. */
export const lastStart = ({ waitUntil, endBy }: PendingCall): number => Math.min(waitUntil, endBy);

/** How calls end: each once, by its answer, its time, or somebody who does not want it any more. */
export class CallEndings {
  readonly #clock: Clock;
  readonly #metrics: Metrics;

  constructor(clock: Clock, metrics: Metrics) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  succeed(call: PendingCall, answer: Answer, batched: boolean): void {
    if (!settle(call)) return;
    call.succeed({ ...answer, method: call.method, attempts: call.attempts, batched });
    call.ended();
  }

  /**
   * Ends a call. Once an attempt may have run nothing that follows can say that it did not, not even the portal's refusal
   * of a later one: what is known of the call is how that attempt was lost.
   */
  reject(call: PendingCall, error: CallError): void {
    if (!settle(call)) return;
    const reported = call.doubt && error.outcome !== "unknown" ? call.doubt : error;
    this.#metrics.failed(reported.code);
    call.fail(reported);
    call.ended();
  }

  /** Its time to start is over. */
  expire(call: PendingCall): void {
    this.reject(call, waitedTooLong(call.method, this.#clock.now() - call.madeAt));
  }

  /** No time of a call is long enough to be spent on a look at another one. */
  expireInTime(call: PendingCall): void {
    if (call.settled) return;
    const left = lastStart(call) - this.#clock.now();
    call.forget = this.#clock.after(Math.max(0, left), () => this.expire(call));
  }

  /** Ends a call that is on its way at `at` (ms), and the request with it when nobody else waits for that. */
  endAt(call: PendingCall, at: number, description: string): void {
    const { request } = call;
    call.forget?.();
    call.forget = this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      this.reject(call, outcomeUnknown("TIMEOUT", { method: call.method, description }));
      if (request?.calls.every(({ settled }) => settled)) request.stop.abort();
    });
  }
}

/** Marks a call as ended; false when it was already. */
function settle(call: PendingCall): boolean {
  if (call.settled) return false;
  call.settled = true;
  call.forget?.();
  call.onSettled?.();
  return true;
}
