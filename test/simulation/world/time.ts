/** Virtual time: tasks in a binary heap, and a loop that lets all promises settle between two tasks. */

/** A task at its time; taken back when `run` is null. */
export interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** Tasks in a row without time passing after which somebody spins. */
const SPINNING = 200_000;
/** Steps handed to the event loop at once; between two of them Node.js settles all promises. */
const STRIDE = 64;

export class VirtualTime {
  /** Milliseconds since 1970 in the simulated world. */
  now: number;
  readonly #heap: Entry[] = [];
  #soon: (() => void)[] = [];
  #soonAt = 0;
  #order = 0;
  #still = 0;
  /** How many tasks have run. */
  steps = 0;

  constructor(start: number) {
    this.now = start;
  }

  /** Runs `task` after `delay` ms; the result takes it back. */
  after(delay: number, task: () => void): () => void {
    const entry = this.add(delay, task);
    return () => (entry.run = null);
  }

  /** The same; the entry's `run` can be set to null. */
  add(delay: number, task: () => void): Entry {
    const entry: Entry = { at: this.now + Math.max(0, delay), order: this.#order++, run: task };
    this.#push(entry);
    return entry;
  }

  /** Runs `task` before time goes on. */
  soon(task: () => void): void {
    this.#soon.push(task);
  }

  /** Lets the world go on until `end`. Rejects with what a task throws. */
  run(end: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const step = (isLast: boolean): void => {
        if (over) return;
        try {
          over = !this.#next(end);
          if (over) resolve();
        } catch (error) {
          over = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        if (isLast && !over) stride();
      };
      const stride = (): void => {
        for (let at = 1; at <= STRIDE; at++) setImmediate(step, at === STRIDE);
      };
      stride();
    });
  }

  /** Runs the next task. @returns false when there is none before `end` */
  #next(end: number): boolean {
    const soon = this.#soon[this.#soonAt];
    if (soon) {
      this.#soonAt++;
      if (this.#soonAt === this.#soon.length) {
        this.#soon = [];
        this.#soonAt = 0;
      }
      if (++this.#still > SPINNING) throw new Error("spinning: many tasks, and no time passes");
      this.steps++;
      soon();
      return true;
    }
    const entry = this.#pop(end);
    if (!entry) {
      this.now = Math.max(this.now, end);
      return false;
    }
    if (entry.at > this.now) {
      this.now = entry.at;
      this.#still = 0;
    } else if (++this.#still > SPINNING) throw new Error("spinning: many tasks, and no time passes");
    this.steps++;
    entry.run?.();
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up] as Entry;
      if (before(parent, entry)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  /** The first entry that has not been taken back, unless it lies behind `end`. */
  #pop(end: number): Entry | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || (first.run !== null && first.at > end)) return undefined;
      const last = this.#heap.pop() as Entry;
      if (this.#heap.length > 0) this.#sink(last);
      if (first.run !== null) return first;
    }
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (before(entry, heap[child] as Entry)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = entry;
  }
}

const before = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);
