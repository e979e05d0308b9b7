/** What the portal remembers of its traffic. */
import type { LogEntry, RequestEntry } from "./records";

const MAX_ENTRIES = 50_000;

/** A list that forgets its oldest entries. */
export class Recent<T> {
  #entries: T[] = [];
  readonly #max: number;

  constructor(max = MAX_ENTRIES) {
    this.#max = max;
  }

  push(entry: T): void {
    this.#entries.push(entry);
    // Cut rarely and much, so that a push stays cheap.
    if (this.#entries.length > this.#max * 1.2) this.#entries = this.#entries.slice(-this.#max);
  }

  list(): T[] {
    return this.#entries.slice(-this.#max);
  }

  find(test: (entry: T) => boolean): T | undefined {
    return this.#entries.findLast(test);
  }

  clear(): void {
    this.#entries = [];
  }
}

/** Executed calls and HTTP requests, with totals that outlive the forgotten entries. */
export class Journal {
  readonly calls = new Recent<LogEntry>();
  readonly requests = new Recent<RequestEntry>();
  executed = 0;
  received = 0;
  refused = 0;

  addCall(entry: Omit<LogEntry, "n">): void {
    this.calls.push({ n: ++this.executed, ...entry });
  }

  addRequest(entry: Omit<RequestEntry, "id">): RequestEntry {
    const added: RequestEntry = { id: ++this.received, ...entry };
    if (entry.refused) this.refused++;
    this.requests.push(added);
    return added;
  }

  clear(): void {
    this.calls.clear();
    this.requests.clear();
    this.executed = 0;
    this.received = 0;
    this.refused = 0;
  }
}
