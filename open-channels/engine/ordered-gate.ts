import { onAbort } from "../../rest/abort";
import type { Clock } from "../../rest/clock";
import { notSent, type CallError } from "../../rest/errors";
import type { Portal } from "../../rest/portal";

/** How long a message's values may hold up the messages behind it, ms: nobody can keep an order with what never comes. */
const VALUES_WITHIN = 1_000;
/** How often deadlines are looked at while messages wait, ms. */
const SWEEP = 250;

/** What a turn tells its gate. */
interface Gate {
  pass(turn: Turn): void;
  letPass(turn: Turn): void;
}

/** A message's place in the order of arrival, from its arrival until its first call stands in the queue. */
export class Turn {
  /** Key of the conversation. */
  readonly key: string;
  /** Resolves when everybody ahead has passed; null when nobody is. */
  readonly ahead: Promise<void> | null;
  /** Resolves when the next one may go. */
  readonly own: Promise<void>;
  /** Until when it may wait, whatever it waits for, ms. */
  readonly deadline: number;
  readonly enteredAt: number;
  readonly #gate: Gate;
  #open: () => void = () => undefined;
  #fail: ((error: CallError) => void) | null = null;

  constructor(
    gate: Gate,
    { key, ahead }: { key: string; ahead: Promise<void> | null },
    enteredAt: number,
    deadline: number,
  ) {
    this.#gate = gate;
    this.key = key;
    this.ahead = ahead;
    this.enteredAt = enteredAt;
    this.deadline = deadline;
    this.own = new Promise((resolve) => (this.#open = resolve));
  }

  /** It waits no more, and the next one may go; calling it again does nothing. */
  pass(): void {
    this.#gate.pass(this);
  }

  /** The next one may go although this one still waits, with its place in the count and its deadline. */
  letPass(): void {
    this.#gate.letPass(this);
  }

  /** For the gate alone: who waits for this one goes. */
  open(): void {
    this.#open();
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
    const now = this.#clock.now();
    const turn = new Turn(this, { key, ahead: this.#last.get(key) ?? null }, now, now + maxWait);
    this.#last.set(key, turn.own);
    this.#waiting.add(turn);
    this.#sweepSoon();
    return turn;
  }

  /** See {@link Turn.pass}. */
  pass(turn: Turn): void {
    this.#waiting.delete(turn);
    this.letPass(turn);
  }

  /** See {@link Turn.letPass}. */
  letPass(turn: Turn): void {
    if (this.#last.get(turn.key) === turn.own) this.#last.delete(turn.key);
    turn.open();
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
