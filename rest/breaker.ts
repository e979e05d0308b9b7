import type { CallError } from "./errors";

const FAILURES = 5;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;
/** A portal that lets a request wait this long, ms, may be away, also where the caller gave up first. */
const SILENCE = 10_000;
/** Codes of requests that got no answer. */
const UNREACHABLE = new Set(["CONNECTION_FAILED", "CONNECTION_LOST", "TIMEOUT"]);

/** A request that has failed. */
export interface FailedRequest {
  readonly isProbe: boolean;
  /** It was ended from here. */
  readonly isGivenUp: boolean;
  /** How long it was on its way, ms. */
  readonly took: number;
}

/** Knows whether a portal is away, so that messages need not wait for connections that cannot come about. */
export class Breaker {
  #failures = 0;
  #openUntil = 0;
  #pause = FIRST_PAUSE;
  #probing = false;

  get open(): boolean {
    return this.#openUntil > 0;
  }

  /** Whether a request may go at `now` (ms). While the portal is away only one at a time may, to look. */
  allows(now: number): boolean {
    return !this.open || (!this.#probing && now >= this.#openUntil);
  }

  /** A request goes out; whether it is the one that looks if the portal is back. */
  started(): boolean {
    this.#probing ||= this.open;
    return this.open;
  }

  /** An answer arrived: the portal is there. */
  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
    this.#pause = FIRST_PAUSE;
    this.#probing = false;
  }

  /** A request ended without saying anything about the portal: it was taken back, or never left. */
  gaveUp(isProbe: boolean): void {
    if (isProbe) this.#probing = false;
  }

  /**
   * No answer, or a page instead of one. What set out before the portal was known to be away says nothing new about it,
   * and must not let a second probe out beside the running one.
   */
  failed(now: number, isProbe: boolean): void {
    if (isProbe) {
      this.#probing = false;
      this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    } else if (this.open || ++this.#failures < FAILURES) return;
    this.#openUntil = now + this.#pause;
  }

  /** What a failure says about whether the portal is there. */
  learn(error: CallError, { isProbe, isGivenUp, took }: FailedRequest, now: number): void {
    if (error.status === null) {
      // Ended from here, or a fault of this package: neither says anything, unless the portal had been silent for long.
      if (isGivenUp ? took < SILENCE : !UNREACHABLE.has(error.code)) this.gaveUp(isProbe);
      else this.failed(now, isProbe);
      return;
    }
    // A page with status 500 is one method's own fault; the others come from a portal that is not there.
    if (error.is("BAD_RESPONSE") && error.status !== 500) this.failed(now, isProbe);
    else this.succeeded();
  }
}
