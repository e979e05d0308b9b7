import type { Clock } from "../../../rest/clock";

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to run, and then goes from one task to the next without waiting. */
export class VirtualClock implements Clock {
  readonly #tasks: Task[] = [];
  #now: number;
  #order = 0;

  constructor(start = 1_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  soon(task: () => void): void {
    this.#add(0, task);
  }

  after(delay: number, task: () => void): () => void {
    const added = this.#add(Math.max(0, delay), task);
    return () => {
      const at = this.#tasks.indexOf(added);
      if (at >= 0) this.#tasks.splice(at, 1);
    };
  }

  /** Tasks that are still to come. */
  get pending(): number {
    return this.#tasks.length;
  }

  /** Runs everything that is due until `end` (an instant), or until nothing is left. */
  async run(end = Infinity): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#tasks[0];
      if (!next || next.at > end) break;
      this.#tasks.shift();
      this.#now = next.at;
      next.run();
    }
    if (end !== Infinity) this.#now = Math.max(this.#now, end);
  }

  /** Runs for `duration` ms. */
  async pass(duration: number): Promise<void> {
    await this.run(this.#now + duration);
  }

  #add(delay: number, run: () => void): Task {
    const task = { at: this.#now + delay, order: this.#order++, run };
    let place = this.#tasks.length;
    while (place > 0 && isLater(this.#tasks[place - 1], task)) place--;
    this.#tasks.splice(place, 0, task);
    return task;
  }
}

const isLater = (one: Task | undefined, other: Task): boolean => one !== undefined && one.at > other.at;

/** Ends when all promises that can settle by themselves have done so. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
