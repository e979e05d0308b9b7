import type { Clock } from "../../../rest/clock";

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
  #now = 1_000_000;
  readonly #tasks = new Set<Task>();

  now(): number {
    return this.#now;
  }

  soon(task: () => void): void {
    this.after(0, task);
  }

  after(delay: number, run: () => void): () => void {
    const task = { at: this.#now + delay, run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Lets time pass; what is due runs in its order. */
  pass(duration: number): void {
    const end = this.#now + duration;
    for (;;) {
      const [next] = [...this.#tasks].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  /** How long until something is due; null when nothing is. */
  get nextIn(): number | null {
    const times = [...this.#tasks].map(({ at }) => at - this.#now);
    return times.length === 0 ? null : Math.min(...times);
  }
}
