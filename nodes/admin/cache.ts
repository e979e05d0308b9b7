/** How long what the portal told is told again, ms: people open a dialog several times in a row. */
const LIFETIME = 30_000;
const MOST_ENTRIES = 100;
/** Characters of JSON that all answers together may have: a thousand employees with their pictures are 200,000. */
const MOST_CHARACTERS = 4_000_000;

interface Entry {
  readonly until: number;
  readonly answer: Promise<unknown>;
  /** Characters of the answer's JSON; 0 until it is there. */
  size: number;
}

/** Remembers answers for a moment, the latest ones, within bounds of number and size; failures are not remembered. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #size = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Entries and characters that are kept now. */
  get kept(): { readonly entries: number; readonly characters: number } {
    return { entries: this.#entries.size, characters: this.#size };
  }

  get<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#entries.get(key);
    if (known && known.until > this.#now()) return known.answer as Promise<Answer>;
    const answer = ask();
    const entry: Entry = { until: this.#now() + LIFETIME, answer, size: 0 };
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#shrink();
    answer.then(
      (value) => this.#measure(key, entry, value),
      () => {
        if (this.#entries.get(key) === entry) this.#drop(key);
      },
    );
    return answer;
  }

  /** Forgets everything whose key begins so. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.#drop(key);
  }

  #measure(key: string, entry: Entry, value: unknown): void {
    if (this.#entries.get(key) !== entry) return;
    entry.size = (JSON.stringify(value) as string | undefined)?.length ?? 0;
    this.#size += entry.size;
    this.#shrink();
  }

  #drop(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }

  #shrink(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= MOST_ENTRIES && this.#size <= MOST_CHARACTERS) return;
      this.#drop(key);
    }
  }
}
