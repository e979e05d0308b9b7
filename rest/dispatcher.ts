import { batchAnswer, batchParams, BATCH_SIZE } from "./batch";
import { Breaker } from "./breaker";
import { plans, RequestBudget, type Plan } from "./budget";
import type { Clock } from "./clock";
import type { Answer } from "./envelope";
import { asCallError, CallError, forMethod, notSent, outcomeUnknown } from "./errors";
import { Metrics } from "./metrics";
import { OperatingWatch } from "./operating";
import type { Command, PendingCall } from "./pending";
import { decideRepeat, type RepeatPolicy } from "./repeat";
import { WaitingCalls } from "./waiting";

/** How long a batch should take at most, ms: the portal cuts at 60 s, and a lost answer leaves all its calls in doubt. */
const BATCH_DURATION = 20_000;
/** How long an older method name is used before the newer one is tried again, ms. */
const UNKNOWN_METHOD_MEMORY = 3_600_000;
/** How often deadlines are looked at while calls wait, ms. */
const SWEEP = 1_000;

/**
 * All traffic with one portal address, whoever causes it: the portal counts requests per address, so there is one
 * dispatcher per address in the process. It decides when a call goes, with which others, and whether it goes again.
 */
export class Dispatcher {
  readonly metrics = new Metrics();
  readonly #clock: Clock;
  readonly #policy: RepeatPolicy;
  readonly #waiting = new WaitingCalls();
  readonly #operating = new OperatingWatch();
  readonly #breaker = new Breaker();
  readonly #unknownMethods = new Map<string, number>();
  readonly #budget = new RequestBudget(plans.standard);
  readonly #users = new Set<{ readonly plan: Plan }>();
  #noBatchUntil = 0;
  #callDuration = 0;
  #scheduled = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, policy: RepeatPolicy) {
    this.#clock = clock;
    this.#policy = policy;
  }

  /** Adds a user with its idea of the portal's plan; of several ideas the smallest counts. The result takes it back. */
  join(plan: Plan): () => void {
    const user = { plan };
    this.#users.add(user);
    this.#adoptPlan();
    return () => {
      this.#users.delete(user);
      this.#adoptPlan();
    };
  }

  #adoptPlan(): void {
    const all = [...this.#users].map((user) => user.plan);
    const [first, ...others] = all;
    if (first) this.#budget.plan = others.reduce((least, plan) => (plan.burst < least.burst ? plan : least), first);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  enqueue(call: PendingCall): void {
    this.metrics.calls++;
    const now = this.#clock.now();
    while (call.otherwise && (this.#unknownMethods.get(call.method) ?? 0) > now) useAlternative(call, call.otherwise);
    this.#waiting.add(call);
    this.#schedule();
  }

  /** Takes a waiting call back, or gives a running one `grace` ms before it counts as unknown. */
  cancel(call: PendingCall, grace: number): void {
    if (call.settled || call.cancelled) return;
    call.cancelled = true;
    if (!call.running) {
      this.#waiting.remove(call);
      this.#reject(call, notSent("CANCELLED", { method: call.method }));
      return;
    }
    call.forget = this.#clock.after(grace, () => {
      this.#reject(call, outcomeUnknown("TIMEOUT", { method: call.method, description: "stopped while running" }));
    });
  }

  /** How long calls of this caller's `method` are paused by the portal, ms. */
  pausedFor(identity: string, method: string): number {
    return Math.max(0, this.#operating.freeAt(`${identity} ${method}`) - this.#clock.now());
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
    for (const call of this.#waiting.removeWhere((waiting) => waiting.deadline <= now)) this.#expire(call, now);
    if (this.#breaker.open) this.#runWhileAway(now);
    else this.#start(this.#budget.available(now), now);
    this.#wakeUp(now);
  }

  /** Nobody waits for a portal that is away; one call, or a poll, looks whether it is back. */
  #runWhileAway(now: number): void {
    if (this.#breaker.allows(now)) this.#start(Math.min(1, this.#budget.available(now)), now, 1);
    const stranded = this.#waiting.removeWhere((call) => call.lane !== "polling");
    for (const call of stranded) this.#reject(call, notSent("CONNECTION_FAILED", { method: call.method }));
  }

  #start(requests: number, now: number, batchSize = this.#batchSize()): void {
    if (requests < 1 || this.#waiting.size === 0) return;
    const isHeld = (call: PendingCall): boolean =>
      call.notBefore > now || this.#operating.freeAt(`${call.requester.identity} ${call.method}`) > now;
    for (const { calls } of this.#waiting.take({ requests, batchSize, isHeld })) {
      this.#budget.start(now);
      void this.#send(calls, { startedAt: now, isProbe: this.#breaker.started() });
    }
  }

  #batchSize(): number {
    if (this.#noBatchUntil > this.#clock.now()) return 1;
    if (this.#callDuration === 0) return BATCH_SIZE;
    return Math.max(1, Math.min(BATCH_SIZE, Math.floor(BATCH_DURATION / this.#callDuration)));
  }

  async #send(calls: PendingCall[], attempt: Attempt): Promise<void> {
    const [first] = calls;
    if (!first) return;
    for (const call of calls) {
      call.attempts++;
      call.running = true;
    }
    const batched = calls.length > 1;
    this.metrics.requests++;
    if (batched) this.metrics.batches++;
    const sent = batched
      ? first.requester.post("batch", batchParams(calls.map((call) => call.command ?? "")))
      : first.requester.post(first.method, first.params, first.timeout);
    const answer = await sent.catch((error: unknown) => asCallError(error, first.method));
    if (answer instanceof CallError) this.#failed(calls, answer, attempt);
    else this.#answered(calls, answer, attempt);
    for (const { chat } of calls) if (chat !== null) this.#waiting.release(chat);
    this.#schedule();
  }

  #answered(calls: PendingCall[], answer: Answer, { startedAt }: Attempt): void {
    const batched = calls.length > 1;
    const now = this.#clock.now();
    this.#budget.end(now);
    this.#breaker.succeeded();
    const each = (now - startedAt) / calls.length;
    // Single calls give the first idea of how slow the portal is; batches then tell it better.
    if (this.#callDuration === 0) this.#callDuration = each;
    else if (batched) this.#callDuration = 0.7 * this.#callDuration + 0.3 * each;
    const own = calls.map((call, at) => (batched ? batchAnswer(answer, at, call.method) : answer));
    if (own.some((one) => one instanceof CallError && one.is("QUERY_LIMIT_EXCEEDED"))) this.#turnedAway(now);
    calls.forEach((call, at) => {
      const one = own[at];
      if (one instanceof CallError) this.#retryOrFail(call, one, now);
      else if (one) this.#succeed(call, one, batched, now);
    });
  }

  #turnedAway(now: number): void {
    this.metrics.refusals++;
    this.#budget.refuse(now);
  }

  #failed(calls: PendingCall[], error: CallError, { startedAt, isProbe }: Attempt): void {
    const now = this.#clock.now();
    this.#budget.end(now);
    if (error.is("QUERY_LIMIT_EXCEEDED")) this.#turnedAway(now);
    // A page with status 500 is one method's own fault; the others come from a portal that is not there.
    if (error.status === null || (error.is("BAD_RESPONSE") && error.status !== 500)) this.#breaker.failed(now, isProbe);
    else this.#breaker.succeeded();
    // A batch that ran into the time limit was too long for this portal.
    if (calls.length > 1 && now - startedAt > BATCH_DURATION) this.#callDuration = (now - startedAt) / calls.length;
    if (calls.length > 1 && error.is("OPERATION_TIME_LIMIT")) {
      // Some portals charge the batch itself: go on with single calls until its time is given back.
      const key = `${calls[0]?.requester.identity ?? ""} batch`;
      this.#operating.block(key, now);
      this.#noBatchUntil = this.#operating.freeAt(key);
      for (const call of calls) this.#again(call, 0);
      return;
    }
    for (const call of calls) this.#retryOrFail(call, forMethod(error, call.method), now);
  }

  #succeed(call: PendingCall, answer: Answer, batched: boolean, now: number): void {
    this.#operating.record(`${call.requester.identity} ${call.method}`, answer.time, now);
    for (const method of call.unknownMethods) this.#unknownMethods.set(method, now + UNKNOWN_METHOD_MEMORY);
    call.running = false;
    if (call.settled) return;
    call.settled = true;
    call.forget?.();
    call.succeed({ ...answer, method: call.method, attempts: call.attempts, batched });
    call.ended();
  }

  #retryOrFail(call: PendingCall, error: CallError, now: number): void {
    call.running = false;
    if (call.settled) return;
    if (error.is("OPERATION_TIME_LIMIT")) this.#operating.block(`${call.requester.identity} ${call.method}`, now);
    const decision = decideRepeat(
      error,
      {
        safe: call.safe,
        attempts: call.attempts,
        hasAlternative: call.otherwise !== undefined,
        leftInDoubt: call.leftInDoubt,
      },
      this.#policy,
    );
    if (error.outcome === "unknown") call.leftInDoubt = true;
    if (!decision.repeat || (decision.when === "pause" && this.#breaker.open && !call.leftInDoubt)) {
      if (!error.is("ERROR_METHOD_NOT_FOUND"))
        for (const method of call.unknownMethods) this.#unknownMethods.set(method, now + UNKNOWN_METHOD_MEMORY);
      this.#reject(call, error);
      return;
    }
    if (decision.when === "now" && call.otherwise) {
      call.unknownMethods.push(call.method);
      useAlternative(call, call.otherwise);
    }
    this.#again(call, decision.when === "pause" ? now + this.#policy.pause(call.attempts) : 0);
  }

  /** Puts a call back to its place in the queue, unless nobody wants it any more. */
  #again(call: PendingCall, notBefore: number): void {
    call.running = false;
    if (call.settled) return;
    if (call.cancelled) {
      this.#reject(call, notSent("CANCELLED", { method: call.method }));
      return;
    }
    this.metrics.repeats++;
    call.notBefore = notBefore;
    this.#waiting.add(call);
  }

  #expire(call: PendingCall, now: number): void {
    const seconds = Math.round((now - call.madeAt) / 1000);
    this.#reject(call, notSent("WAITED_TOO_LONG", { method: call.method, details: { seconds } }));
  }

  /** Ends a call. Once an attempt was lost nothing that follows can say that it did not run. */
  #reject(call: PendingCall, error: CallError): void {
    if (call.settled) return;
    call.settled = true;
    call.forget?.();
    const inDoubt = call.leftInDoubt && error.outcome !== "unknown";
    const { code, method, status, description, details } = error;
    const told = inDoubt ? outcomeUnknown(code, { method, status, description, details }) : error;
    this.metrics.failed(told.code);
    call.fail(told);
    call.ended();
  }

  /** Sets the one timer to the next moment at which something can change without an answer arriving. */
  #wakeUp(now: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.size === 0) return;
    const at = Math.min(now + SWEEP, this.#budget.nextChange(now), this.#waiting.nextStart(now));
    this.#cancelTimer = this.#clock.after(Math.max(1, at - now), () => {
      this.#cancelTimer = undefined;
      this.#run();
    });
  }
}

/** One request on its way. */
interface Attempt {
  readonly startedAt: number;
  /** It looks whether a portal that was away is back. */
  readonly isProbe: boolean;
}

function useAlternative(call: PendingCall, otherwise: Command): void {
  call.method = otherwise.method;
  call.params = otherwise.params;
  call.safe = otherwise.safe ?? call.safe;
  call.otherwise = otherwise.otherwise;
  call.command = undefined;
}

/** The dispatchers of this process, by portal address. They stay, because the portal's counter does too. */
const dispatchers = new Map<string, Dispatcher>();

/** The dispatcher of `address`, made when it is asked for first. */
export function dispatcherFor(address: string, clock: Clock, policy: RepeatPolicy): Dispatcher {
  let dispatcher = dispatchers.get(address);
  if (!dispatcher) dispatchers.set(address, (dispatcher = new Dispatcher(clock, policy)));
  return dispatcher;
}
