/** How long what the portal told is told again, ms: people open a dialog several times in a row. */
const LIFETIME = 30_000;
const MOST_ENTRIES = 100;

interface Entry {
  readonly until: number;
  readonly answer: Promise<unknown>;
}

/** Remembers answers for a moment; failures are not remembered. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#entries.get(key);
    if (known && known.until > this.#now()) return known.answer as Promise<Answer>;
    const answer = ask();
    this.#forgetOldest();
    this.#entries.set(key, { until: this.#now() + LIFETIME, answer });
    answer.catch(() => this.#entries.delete(key));
    return answer;
  }

  /** Forgets everything whose key begins so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MOST_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
