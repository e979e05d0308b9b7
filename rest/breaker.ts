const FAILURES = 5;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;

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

  started(): void {
    if (this.open) this.#probing = true;
  }

  /** An answer arrived: the portal is there. */
  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
    this.#pause = FIRST_PAUSE;
    this.#probing = false;
  }

  /** No answer, or a page instead of one. */
  failed(now: number): void {
    this.#failures++;
    this.#probing = false;
    if (this.#failures < FAILURES) return;
    if (this.open) this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    this.#openUntil = now + this.#pause;
  }
}
