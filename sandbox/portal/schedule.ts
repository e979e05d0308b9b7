interface Task {
  at: number;
  run: () => void;
}

/** What the portal does by itself later. Due tasks run when somebody looks, or by the server's tick. */
export class Schedule {
  #tasks: Task[] = [];
  #next = Infinity;

  add(at: number, run: () => void): void {
    this.#tasks.push({ at, run });
    this.#next = Math.min(this.#next, at);
  }

  /** Runs what is due, in the order of time. */
  advance(now: number): void {
    while (this.#next <= now) {
      const due = this.#tasks.filter((task) => task.at <= now).sort((a, b) => a.at - b.at);
      this.#tasks = this.#tasks.filter((task) => task.at > now);
      this.#next = this.#tasks.reduce((next, task) => Math.min(next, task.at), Infinity);
      for (const task of due) task.run();
    }
  }

  /** When the next task is due; null: none waits. */
  get next(): number | null {
    return this.#next === Infinity ? null : this.#next;
  }

  clear(): void {
    this.#tasks = [];
    this.#next = Infinity;
  }
}
