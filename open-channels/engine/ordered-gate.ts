import { onAbort } from "../../rest/abort";
import type { Clock } from "../../rest/clock";
import { notSent, type CallError } from "../../rest/errors";
import type { Portal } from "../../rest/portal";

/** How long a message's values may hold up the messages behind it, ms: nobody can keep an order with what never comes. */
const VALUES_WITHIN = 1_000;
/** How often deadlines are looked at while messages wait, ms. */
const SWEEP = 250;

/** A message's place in the order of arrival, from its arrival until its first call stands in the queue. */
export class Turn {
  /** Resolves when everybody ahead has passed; null when nobody is. */
  readonly ahead: Promise<void> | null;
  /** Until when it may wait, whatever it waits for, ms. */
  readonly deadline: number;
  readonly enteredAt: number;
  readonly #pass: () => void;
  readonly #letPass: () => void;
  #fail: ((error: CallError) => void) | null = null;

  constructor(
    ahead: Promise<void> | null,
    enteredAt: number,
    deadline: number,
    ways: { readonly pass: () => void; readonly letPass: () => void },
  ) {
    this.ahead = ahead;
    this.enteredAt = enteredAt;
    this.deadline = deadline;
    this.#pass = ways.pass;
    this.#letPass = ways.letPass;
  }

  /** It waits no more, and the next one may go; calling it again does nothing. */
  pass(): void {
    this.#pass();
  }

  /** The next one may go although this one still waits, with its place in the count and its deadline. */
  letPass(): void {
    this.#letPass();
  }

  /**
   * Waits for `work`, but not beyond the deadline, nor when `signal` says that its node stops.
   * @throws CallError WAITED_TOO_LONG, CANCELLED
   */
  async wait<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    let forget = (): void => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
      forget = onAbort(signal, () => reject(notSent("CANCELLED")));
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      forget();
      this.#fail = null;
    }
  }

  expire(now: number): void {
    const seconds = Math.round((now - this.enteredAt) / 1000);
    this.#fail?.(notSent("WAITED_TOO_LONG", { details: { seconds } }));
  }
}

/**
 * Keeps the order in which messages of one conversation arrived until their calls are queued: reading values and waiting
 * for a bot that is being registered take some messages longer than others. Conversations do not wait for each other,
 * and who waits is counted and has a deadline.
 */
export class OrderedGate {
  readonly #clock: Clock;
  readonly #portal: Portal;
  readonly #last = new Map<string, Promise<void>>();
  readonly #waiting = new Set<Turn>();
  #isSweeping = false;

  constructor(portal: Portal, clock: Clock) {
    this.#portal = portal;
    this.#clock = clock;
  }

  /**
   * @param chat key of the conversation; null when it is not known before the values are read
   * @throws CallError QUEUE_FULL
   */
  enter(chat: string | null): Turn {
    const { maxWaiting, maxWait } = this.#portal.limits;
    const waiting = this.#waiting.size + this.#portal.activity().waiting;
    if (waiting >= maxWaiting) throw notSent("QUEUE_FULL", { details: { waiting } });
    const key = chat ?? "";
    const ahead = this.#last.get(key) ?? null;
    let open = (): void => undefined;
    const own = new Promise<void>((resolve) => (open = resolve));
    this.#last.set(key, own);
    const now = this.#clock.now();
    const letPass = (): void => {
      if (this.#last.get(key) === own) this.#last.delete(key);
      open();
    };
    const pass = (): void => {
      this.#waiting.delete(turn);
      letPass();
    };
    const turn: Turn = new Turn(ahead, now, now + maxWait, { pass, letPass });
    this.#waiting.add(turn);
    this.#sweepSoon();
    return turn;
  }

  /** Lets the others pass when this one's values take too long. The result takes that back. */
  passLater(turn: Turn): () => void {
    return this.#clock.after(VALUES_WITHIN, () => turn.letPass());
  }

  #sweepSoon(): void {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#clock.after(SWEEP, () => {
      this.#isSweeping = false;
      const now = this.#clock.now();
      for (const turn of [...this.#waiting]) if (turn.deadline <= now) turn.expire(now);
      if (this.#waiting.size > 0) this.#sweepSoon();
    });
  }
}
