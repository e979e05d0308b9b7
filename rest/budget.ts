/** A portal's request counter: `burst` requests at once, then `perSecond`. [D limits.md] */
export interface Plan {
  readonly burst: number;
  readonly perSecond: number;
}

export const plans = {
  standard: { burst: 50, perSecond: 2 },
  enterprise: { burst: 250, perSecond: 5 },
} as const satisfies Record<string, Plan>;

const STEP = 1000;
/** How long without a refusal until one step of caution is given up, ms. */
const CALM = 20_000;

/**
 * Imitates the portal's counter, never below it: a request counts from the moment it starts, and begins to drain only
 * when it has been answered, because nobody knows when in between the portal counted it. The portal drains in steps
 * whose moment is unknown; the reserve of one step covers that.
 */
export class RequestBudget {
  #plan: Plan;
  #level = 0;
  #running = 0;
  #lastStep = 0;
  #caution = 0;
  #calmSince = 0;
  #pausedUntil = 0;
  refusals = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** Another plan; what has been used stays used. */
  set plan(plan: Plan) {
    this.#plan = plan;
  }

  /** How many requests may start at `now` (ms). */
  available(now: number): number {
    this.#drain(now);
    if (now < this.#pausedUntil) return 0;
    const reserve = this.#plan.perSecond * (1 + this.#caution);
    return Math.max(0, Math.floor(this.#plan.burst - reserve - this.#level - this.#running));
  }

  start(now: number): void {
    this.#drain(now);
    this.#running++;
  }

  /** A started request was answered, or is known to be lost. */
  end(now: number): void {
    this.#drain(now);
    this.#running--;
    if (this.#level === 0) this.#lastStep = now;
    this.#level++;
  }

  /** A started request never left this machine: its place is free again and nothing counts. */
  withdraw(now: number): void {
    this.#drain(now);
    this.#running--;
  }

  /** Whether the portal's counter is empty, as far as it is known here. */
  isEmpty(now: number): boolean {
    this.#drain(now);
    return this.#level === 0 && this.#running === 0 && now >= this.#pausedUntil;
  }

  /** The portal refused a request: somebody else uses up the same address's budget. */
  refuse(now: number): void {
    this.#drain(now);
    this.refusals++;
    const most = Math.floor(this.#plan.burst / 2 / this.#plan.perSecond) - 1;
    if (now >= this.#pausedUntil) this.#caution = Math.min(most, this.#caution + 1);
    this.#calmSince = now;
    this.#level = Math.max(this.#level, this.#plan.burst - this.#running);
    this.#lastStep = now;
    this.#pausedUntil = now + STEP;
  }

  /** When it is worth asking again, ms: the next drain, or the end of a pause. */
  nextChange(now: number): number {
    return Math.max(this.#pausedUntil, this.#lastStep + STEP, now + 1);
  }

  /** What the metrics show. */
  snapshot(now: number): { level: number; running: number; available: number; pausedFor: number } {
    const available = this.available(now);
    return { level: this.#level, running: this.#running, available, pausedFor: Math.max(0, this.#pausedUntil - now) };
  }

  #drain(now: number): void {
    const steps = Math.floor((now - this.#lastStep) / STEP);
    if (steps > 0) {
      this.#level = Math.max(0, this.#level - steps * this.#plan.perSecond);
      this.#lastStep += steps * STEP;
    }
    const calm = Math.floor((now - this.#calmSince) / CALM);
    if (this.#caution > 0 && calm > 0) {
      this.#caution = Math.max(0, this.#caution - calm);
      this.#calmSince += calm * CALM;
    }
  }
}
