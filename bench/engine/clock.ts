import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../rest/clock";

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A day of timers in a few seconds: what is due later waits until time is passed, what is due soon really comes soon. */
export class PassingClock implements Clock {
  #now = Date.UTC(2026, 8, 21);
  readonly #tasks = new Set<Task>();

  now(): number {
    return this.#now;
  }

  soon(task: () => void): void {
    setImmediate(task);
  }

  after(delay: number, run: () => void): () => void {
    const task = { at: this.#now + delay, run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Lets time pass, ms; after each moment at which something was due, what follows from it is done first. */
  async pass(duration: number): Promise<void> {
    const end = this.#now + duration;
    for (let due = this.#takeDue(end); due.length > 0; due = this.#takeDue(end)) {
      for (const { run } of due) run();
      await settled();
    }
    this.#now = end;
  }

  /** Everything that is due at the next moment, in the order in which it was asked for. */
  #takeDue(end: number): Task[] {
    let next = Infinity;
    for (const { at } of this.#tasks) next = Math.min(next, at);
    if (next > end) return [];
    this.#now = Math.max(this.#now, next);
    const due = [...this.#tasks].filter(({ at }) => at <= this.#now);
    for (const task of due) this.#tasks.delete(task);
    return due;
  }
}

/** The turns that a chain of promises and writes to memory may take. */
const TURNS = 4;

async function settled(): Promise<void> {
  for (let left = TURNS; left > 0; left--) await turn();
}
