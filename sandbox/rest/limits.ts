/** The portal's two limits: requests of an address, and execution time of a method. */

interface Rate {
  burst: number;
  drain: number;
}

export const RATES: Record<"standard" | "enterprise", Rate> = {
  standard: { burst: 50, drain: 2 },
  enterprise: { burst: 250, drain: 5 },
};

/** The step-wise counter: one up for each request, some down each full second; refused requests count. [D limits.md] */
export class RequestCounter {
  readonly #levels = new Map<string, { level: number; second: number }>();

  /** Counts a request; refused when the level is above the burst. */
  hit(address: string, now: number, rate: Rate): { level: number; refused: boolean } {
    const level = this.level(address, now, rate) + 1;
    this.#levels.set(address, { level, second: Math.floor(now / 1000) });
    return { level, refused: level > rate.burst };
  }

  level(address: string, now: number, rate: Rate): number {
    const entry = this.#levels.get(address);
    if (entry === undefined) return 0;
    const steps = Math.max(0, Math.floor(now / 1000) - entry.second);
    return Math.max(0, entry.level - steps * rate.drain);
  }

  /** The highest level of any address. */
  highest(now: number, rate: Rate): number {
    return Math.max(0, ...[...this.#levels.keys()].map((address) => this.level(address, now, rate)));
  }

  reset(): void {
    this.#levels.clear();
  }
}

const BUCKET = 60;
const BUCKETS = 10;
/** Shorter executions are not recorded. [S loadlimiter.php] */
const MINIMAL = 0.1;

/** Execution seconds of each method, in ten buckets of a minute. [D limits.md; S loadlimiter.php] */
export class OperatingTime {
  readonly #buckets = new Map<string, { start: number; spent: number }[]>();

  used(method: string, now: number): number {
    return this.#live(method, now).reduce((sum, bucket) => sum + bucket.spent, 0);
  }

  /** When the oldest bucket is released, in Unix seconds. */
  resetAt(method: string, now: number): number | undefined {
    const oldest = this.#live(method, now)[0];
    return oldest && oldest.start + BUCKET * BUCKETS;
  }

  charge(method: string, seconds: number, now: number): void {
    if (seconds <= MINIMAL) return;
    const live = this.#live(method, now);
    const start = Math.floor(now / 1000 / BUCKET) * BUCKET;
    const last = live.at(-1);
    if (last?.start === start) last.spent += seconds;
    else live.push({ start, spent: seconds });
    this.#buckets.set(method, live);
  }

  reset(): void {
    this.#buckets.clear();
  }

  #live(method: string, now: number): { start: number; spent: number }[] {
    const buckets = this.#buckets.get(method);
    if (buckets === undefined) return [];
    const oldest = now / 1000 - BUCKET * BUCKETS;
    const live = buckets.filter((bucket) => bucket.start > oldest);
    if (live.length !== buckets.length) this.#buckets.set(method, live);
    return live;
  }
}
