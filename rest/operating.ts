import { BoundedMap } from "./bounded";
import { wholeNumber, type PortalTime } from "./envelope";

/** Seconds of execution a method may use in ten minutes; the portal's own default. [D limits.md] [S rest/lib/engine/access/loadlimiter.php] */
const LIMIT = 420;
/** From here on calls of the method are spaced out. */
const NEAR = 0.8 * LIMIT;
const LONGEST_GAP = 5_000;
const BASKET = 60_000;
const WINDOW = 600_000;

interface MethodUse {
  seconds: number;
  resetAt: number;
  freeAt: number;
  blocked: boolean;
}

/** Watches how much execution time each method of each caller has used, as the portal reports it. */
export class OperatingWatch {
  readonly #uses = new BoundedMap<string, MethodUse>();

  /** Takes over what an answer says about `method` as called by `identity`. `now` in ms. */
  record(identity: string, method: string, time: PortalTime | null, now: number): void {
    const seconds = time?.["operating"];
    if (typeof seconds !== "number" || seconds <= 0) return;
    const use = this.#use(keyOf(identity, method));
    use.seconds = seconds;
    use.blocked = false;
    use.resetAt = now + untilReset(time, now);
    const near = Math.min(1, Math.max(0, (seconds - NEAR) / (LIMIT - NEAR)));
    use.freeAt = near > 0 ? now + near * LONGEST_GAP : 0;
  }

  /** The portal refused it with OPERATION_TIME_LIMIT; its answer carries no time, so the last known one counts. */
  block(identity: string, method: string, now: number): void {
    const use = this.#use(keyOf(identity, method));
    use.blocked = true;
    use.freeAt = use.resetAt > now ? use.resetAt : now + BASKET;
  }

  /** From when on such a call may start, ms; 0 when it need not wait. */
  freeAt(identity: string, method: string): number {
    return this.#uses.size === 0 ? 0 : (this.#uses.get(keyOf(identity, method))?.freeAt ?? 0);
  }

  /** What the metrics show: seconds used and the pause still to come, by method. */
  snapshot(now: number): { key: string; seconds: number; blocked: boolean; pausedFor: number }[] {
    return [...this.#uses].map(([key, use]) => ({
      key,
      seconds: use.seconds,
      blocked: use.blocked && use.freeAt > now,
      pausedFor: Math.max(0, use.freeAt - now),
    }));
  }

  #use(key: string): MethodUse {
    const use = this.#uses.get(key) ?? { seconds: 0, resetAt: 0, freeAt: 0, blocked: false };
    // Set anew also when it is known: those in use are the last to be forgotten.
    this.#uses.set(key, use);
    return use;
  }
}

const keyOf = (identity: string, method: string): string => `${identity} ${method}`;

/** Milliseconds until the oldest basket empties, measured on the portal's own clock where it tells it. */
function untilReset(time: PortalTime | null, now: number): number {
  const resetAt = wholeNumber(time?.["operating_reset_at"]);
  if (resetAt === null) return BASKET;
  const finish = time?.["finish"];
  const portalNow = typeof finish === "number" && finish > 0 ? finish * 1000 : now;
  return Math.min(WINDOW, Math.max(1000, resetAt * 1000 - portalNow));
}
