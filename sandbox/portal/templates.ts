/** What the portal remembers of `templateId`s, so that a repeated send adds no second message. [S 8.3] */
const MEMORY_MS = 3600_000;

interface Sent {
  messageId: number;
  at: number;
  /** Until then the first send is still in work for the outside. */
  workUntil: number;
}

export class Templates {
  readonly #sent = new Map<string, Sent>();

  /** The message that this key means at that time; nothing when the key is free (again). */
  find(key: string, now: number): Sent | undefined {
    const sent = this.#sent.get(key);
    return sent !== undefined && now - sent.at < MEMORY_MS ? sent : undefined;
  }

  /** Remembers a message that was sent now, and forgets the keys whose hour is over. */
  add(key: string, messageId: number, now: number, workMs: number): void {
    for (const [old, { at }] of this.#sent) {
      if (now - at < MEMORY_MS) break;
      this.#sent.delete(old);
    }
    // Put at the end, so that the order stays that of time.
    this.#sent.delete(key);
    this.#sent.set(key, { messageId, at: now, workUntil: now + workMs });
  }

  get size(): number {
    return this.#sent.size;
  }

  clear(): void {
    this.#sent.clear();
  }
}
