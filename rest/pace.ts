import { BATCH_SIZE } from "./batch";

/** How long a batch should take at most, ms: the portal cuts at 60 s, and a lost answer leaves all its calls in doubt. */
const BATCH_DURATION = 20_000;

/** How many calls a request to a portal may carry, by how slow that portal has been. */
export class Pace {
  /** How long a call takes, ms; 0 as long as nobody knows. */
  #callDuration = 0;
  #noBatchUntil = 0;

  /** @param now ms @returns how many calls the next request may carry */
  batchSize(now: number): number {
    if (this.#noBatchUntil > now) return 1;
    if (this.#callDuration === 0) return BATCH_SIZE;
    return Math.max(1, Math.min(BATCH_SIZE, Math.floor(BATCH_DURATION / this.#callDuration)));
  }

  /** A request with so many `calls` was answered after `took` ms. */
  answered(calls: number, took: number): void {
    const each = took / calls;
    // Single calls give the first idea of how slow the portal is; batches then tell it better.
    if (this.#callDuration === 0) this.#callDuration = each;
    else if (calls > 1) this.#callDuration = 0.7 * this.#callDuration + 0.3 * each;
  }

  /** A request with so many `calls` failed after `took` ms: a batch that ran into the time limit was too long. */
  failed(calls: number, took: number): void {
    if (calls > 1 && took > BATCH_DURATION) this.#callDuration = took / calls;
  }

  /** Some portals charge the batch itself: until `moment` (ms) there are only single calls. */
  avoidBatchesUntil(moment: number): void {
    this.#noBatchUntil = moment;
  }
}
