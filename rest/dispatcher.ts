import { askAdmission, type Admission } from "./admission";
import { batchAnswer, batchParams } from "./batch";
import { Breaker } from "./breaker";
import { plans, RequestBudget } from "./budget";
import { CallEndings, lastStart } from "./call-endings";
import type { Clock } from "./clock";
import type { Answer } from "./envelope";
import { asCallError, CallError, forMethod, notSent } from "./errors";
import { MethodNames } from "./method-names";
import { Metrics } from "./metrics";
import { OperatingWatch } from "./operating";
import { Pace } from "./pace";
import type { OpenRequest, PendingCall } from "./pending";
import { decideRepeat } from "./repeat";
import { encodeParams } from "./request";
import { Stop } from "./stop";
import { Users } from "./users";
import { WaitingCalls } from "./waiting";

/** How often waiting calls are looked at, ms. */
const SWEEP = 1_000;

/**
 * All traffic with one portal address, whichever config node causes it: the portal counts requests per address, so there
 * is one dispatcher per address in the process. It decides when a call goes, with which others, and whether it goes again.
 */
export class Dispatcher {
  readonly metrics = new Metrics();
  readonly #clock: Clock;
  readonly #waiting = new WaitingCalls();
  readonly #operating = new OperatingWatch();
  readonly #breaker = new Breaker();
  readonly #names = new MethodNames();
  readonly #pace = new Pace();
  readonly #budget = new RequestBudget(plans.standard);
  readonly users = new Users((plan) => (this.#budget.plan = plan));
  readonly #endings: CallEndings;
  readonly #admission: Admission;
  #scheduled = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#endings = new CallEndings(clock, this.metrics);
    this.#admission = {
      clock,
      refuse: (call, error) => this.#endings.reject(call, error),
      putBack: (call) => this.#putBack(call),
      comeAgain: (calls) => this.#comeAgain(calls),
    };
  }

  /** Whether anybody has joined and not left. */
  get isUsed(): boolean {
    return this.users.size > 0;
  }

  /** Whether nobody uses it and the portal's counter has run empty, so that nothing would be lost with it. */
  get isDone(): boolean {
    return !this.isUsed && this.#waiting.size === 0 && this.#budget.isEmpty(this.#clock.now());
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  enqueue(call: PendingCall): void {
    this.metrics.calls++;
    this.#names.choose(call, this.#clock.now());
    this.#waiting.add(call);
    this.#schedule();
  }

  /** Takes a waiting call back, or gives a running one `grace` ms before it counts as unknown. */
  cancel(call: PendingCall, grace: number): void {
    if (call.settled || call.cancelled) return;
    call.cancelled = true;
    if (call.request) {
      this.#endings.endAt(call, Math.min(call.endBy, this.#clock.now() + grace), "stopped while running");
      return;
    }
    this.#waiting.remove(call);
    this.#endings.reject(call, notSent("CANCELLED", { method: call.method }));
  }

  /** How long calls of this caller's `method` are paused by the portal, ms. */
  pausedFor(identity: string, method: string): number {
    return Math.max(0, this.#operating.freeAt(identity, method) - this.#clock.now());
  }

  /** Whether the portal is known to be away. */
  get away(): boolean {
    return this.#breaker.open;
  }

  snapshot(): object {
    const now = this.#clock.now();
    return {
      waiting: this.#waiting.size,
      away: this.#breaker.open,
      budget: { plan: this.#budget.plan, refusals: this.#budget.refusals, ...this.#budget.snapshot(now) },
      operating: this.#operating
        .snapshot(now)
        .map(({ key, ...use }) => ({ method: key.slice(key.lastIndexOf(" ") + 1), ...use })),
      counts: this.metrics.snapshot(),
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    // At the end of the turn all calls made in it are known, so that they can be spread evenly over the requests.
    this.#clock.soon(() => {
      this.#scheduled = false;
      this.#run();
    });
  }

  #run(): void {
    const now = this.#clock.now();
    for (const call of this.#waiting.removeWhere((waiting) => lastStart(waiting) <= now)) this.#endings.expire(call);
    if (this.#breaker.open) this.#runWhileAway(now);
    else this.#start(this.#budget.available(now), now);
    this.#wakeUp(now);
  }

  /** Nobody waits for a portal that is away; one call, or a poll, looks whether it is back. */
  #runWhileAway(now: number): void {
    if (this.#breaker.allows(now)) this.#start(Math.min(1, this.#budget.available(now)), now, 1);
    const stranded = this.#waiting.removeWhere((call) => call.lane !== "polling");
    for (const call of stranded) this.#endings.reject(call, notSent("CONNECTION_FAILED", { method: call.method }));
  }

  #start(requests: number, now: number, batchSize = this.#pace.batchSize(now)): void {
    if (requests < 1 || this.#waiting.size === 0) return;
    const isHeld = (call: PendingCall): boolean =>
      call.notBefore > now || this.#operating.freeAt(call.requester.identity, call.method) > now;
    for (const { calls } of this.#waiting.take({ requests, batchSize, isHeld })) {
      this.#budget.start(now);
      const isProbe = this.#breaker.started();
      void this.#send({ calls, isProbe, startedAt: undefined, counted: false, stop: new Stop() });
    }
  }

  /** From the moment its calls are taken until they may be followed by others; never rejects. */
  async #send(request: OpenRequest): Promise<void> {
    try {
      const admission = askAdmission(request.calls, this.#admission);
      if (admission) {
        for (const call of request.calls) this.#endings.expireInTime(call);
        request.calls = await admission;
      }
      const calls = request.calls.filter((call) => !call.settled);
      if (calls.length > 0) await this.#exchange(request, calls);
    } catch (error) {
      // A fault of this package: the calls must not wait for ever, nor the portal for being looked at again.
      this.#breaker.gaveUp(request.isProbe);
      for (const call of request.calls) if (!call.settled) this.#endings.reject(call, asCallError(error, call.method));
    } finally {
      this.#close(request);
    }
  }

  /** Gives back what a request has taken, however it ended. */
  #close(request: OpenRequest): void {
    const now = this.#clock.now();
    this.#count(request, now);
    if (request.startedAt === undefined) this.#breaker.gaveUp(request.isProbe);
    for (const { chat } of request.calls) if (chat !== null) this.#waiting.release(chat);
    this.#schedule();
  }

  /** Only what went out counts with the portal. */
  #count(request: OpenRequest, now: number): void {
    if (request.counted) return;
    request.counted = true;
    if (request.startedAt === undefined) this.#budget.withdraw(now);
    else this.#budget.end(now);
  }

  async #exchange(request: OpenRequest, calls: PendingCall[]): Promise<void> {
    const [first] = calls;
    if (!first) return;
    const batched = calls.length > 1;
    const method = batched ? "batch" : first.method;
    const body = this.#bodyOf(calls, first);
    if (body === null) return;
    this.#begin(request, calls);
    const { timeout } = first;
    const signal = request.stop;
    const answer = await first.requester
      .post(method, body, batched ? { signal } : { timeout, signal })
      .catch((error: unknown) => asCallError(error, first.method));
    const now = this.#clock.now();
    this.#count(request, now);
    if (answer instanceof CallError) this.#failed(request, calls, answer, now);
    else this.#answered(request, calls, answer, now);
  }

  /** What the request carries; null when the one call has ended because JSON cannot carry it. */
  #bodyOf(calls: readonly PendingCall[], first: PendingCall): string | null {
    try {
      return calls.length > 1
        ? encodeParams("batch", batchParams(calls.map((call) => call.command ?? "")))
        : encodeParams(first.method, first.params);
    } catch (error) {
      if (calls.length > 1) throw error;
      this.#endings.reject(first, asCallError(error, first.method));
      return null;
    }
  }

  #begin(request: OpenRequest, calls: readonly PendingCall[]): void {
    const now = this.#clock.now();
    request.startedAt = now;
    for (const call of calls) {
      call.attempts++;
      call.request = request;
      call.forget?.();
      if (call.endBy !== Infinity) this.#endings.endAt(call, call.endBy, "no answer within the time of the call");
    }
    this.metrics.requests++;
    if (calls.length > 1) this.metrics.batches++;
  }

  #answered(request: OpenRequest, calls: PendingCall[], answer: Answer, now: number): void {
    const batched = calls.length > 1;
    this.#breaker.succeeded();
    this.#pace.answered(calls.length, now - (request.startedAt ?? now));
    const own = calls.map((call, at) =>
      batched ? batchAnswer(answer, at, call.method, call.requester.clean) : answer,
    );
    if (own.some((one) => one instanceof CallError && one.is("QUERY_LIMIT_EXCEEDED"))) this.#turnedAway(now);
    this.#each(calls, (call, at) => {
      const one = own[at];
      if (one instanceof CallError) this.#retryOrFail(call, one, now);
      else if (one) this.#succeed(call, one, batched, now);
    });
  }

  /** Does it for each call; what fails for one of them must not concern the others. */
  #each(calls: readonly PendingCall[], task: (call: PendingCall, at: number) => void): void {
    calls.forEach((call, at) => {
      try {
        task(call, at);
      } catch (error) {
        this.#endings.reject(call, asCallError(error, call.method));
      }
    });
  }

  #turnedAway(now: number): void {
    this.metrics.refusals++;
    this.#budget.refuse(now);
  }

  #failed(request: OpenRequest, calls: PendingCall[], error: CallError, now: number): void {
    const took = now - (request.startedAt ?? now);
    if (error.is("QUERY_LIMIT_EXCEEDED")) this.#turnedAway(now);
    this.#breaker.learn(error, { isProbe: request.isProbe, isGivenUp: request.stop.aborted, took }, now);
    this.#pace.failed(calls.length, took);
    if (calls.length > 1 && error.is("OPERATION_TIME_LIMIT")) {
      // Some portals charge the batch itself: go on with single calls until its time is given back.
      const identity = calls[0]?.requester.identity ?? "";
      this.#operating.block(identity, "batch", now);
      this.#pace.avoidBatchesUntil(this.#operating.freeAt(identity, "batch"));
      this.#each(calls, (call) => this.#again(call, 0));
      return;
    }
    this.#each(calls, (call) => this.#retryOrFail(call, forMethod(error, call.method), now));
  }

  #succeed(call: PendingCall, answer: Answer, batched: boolean, now: number): void {
    this.#operating.record(call.requester.identity, call.method, answer.time, now);
    this.#names.remember(call, now);
    this.#endings.succeed(call, answer, batched);
  }

  #retryOrFail(call: PendingCall, error: CallError, now: number): void {
    if (call.settled) return;
    if (error.is("OPERATION_TIME_LIMIT")) this.#operating.block(call.requester.identity, call.method, now);
    const decision = decideRepeat(
      error,
      {
        safe: call.safe,
        attempts: call.attempts,
        hasAlternative: call.otherwise !== undefined,
        leftInDoubt: call.doubt !== null,
      },
      call.policy,
    );
    if (error.outcome === "unknown") call.doubt = error;
    const notBefore = decision.repeat && decision.when === "pause" ? now + call.policy.pause(call.attempts) : 0;
    const isHopeless = notBefore > 0 && ((this.#breaker.open && !call.doubt) || notBefore >= lastStart(call));
    if (!decision.repeat || isHopeless) {
      if (!error.is("ERROR_METHOD_NOT_FOUND")) this.#names.remember(call, now);
      this.#endings.reject(call, error);
      return;
    }
    if (decision.when === "now" && call.otherwise) this.#names.fallBack(call, call.otherwise);
    this.#again(call, notBefore);
  }

  /** Puts a call back to its place in the queue, unless nobody wants it any more. */
  #again(call: PendingCall, notBefore: number): void {
    if (call.settled) return;
    if (call.cancelled) {
      this.#endings.reject(call, notSent("CANCELLED", { method: call.method }));
      return;
    }
    call.forget?.();
    call.request = null;
    this.metrics.repeats++;
    call.notBefore = notBefore;
    this.#waiting.add(call);
  }

  #putBack(call: PendingCall): void {
    if (call.settled) return;
    call.forget?.();
    this.#waiting.add(call);
    this.#schedule();
  }

  /** Calls about which the answer came late: each goes by itself, so that it holds up nobody. */
  #comeAgain(calls: readonly PendingCall[]): void {
    for (const call of calls) {
      call.command = "";
      if (call.chat !== null) this.#waiting.release(call.chat);
      this.#putBack(call);
    }
    this.#schedule();
  }

  /** Sets the one timer to the next moment at which something can change without an answer arriving. */
  #wakeUp(now: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.size === 0) return;
    const at = Math.min(now + SWEEP, this.#budget.nextChange(now), this.#waiting.nextChange(now));
    this.#cancelTimer = this.#clock.after(Math.max(1, at - now), () => {
      this.#cancelTimer = undefined;
      this.#run();
    });
  }
}
