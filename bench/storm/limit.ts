/** A portal's counter on the standard plan. [D limits.md] */
const BURST = 50;
const PER_SECOND = 2;
const BATCH = 50;

export interface Durations {
  /** What a request takes before its first call, ms. */
  readonly request: number;
  /** What each call in it takes, ms: a portal carries out the calls of a batch one after the other. */
  readonly call: number;
}

/**
 * The shortest time in which anybody can have `calls` carried out, ms: the whole burst at once, every request full
 * when they are scarce, and the counter's next two as soon as it lets them in.
 */
export function theoreticalLimit(calls: number, { request, call }: Durations): number {
  const fullRequests = Math.ceil(calls / BATCH);
  if (fullRequests <= BURST) return request + Math.ceil(calls / BURST) * call;
  return Math.ceil((fullRequests - BURST) / PER_SECOND) * 1000 + request + BATCH * call;
}
