/** What ends a request early. An `AbortSignal` is one; {@link Stop} is a lighter one. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Ends one request, and is its own signal. Every request has one or two of them and hardly any is used, and an
 * `AbortController` with its signal takes longer to make than all else that is done here for a call.
 */
export class Stop implements StopSignal {
  aborted = false;
  #listeners: (() => void)[] = [];

  /** Ends it, once; listeners are called in the order in which they came. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  addEventListener(_type: "abort", listener: () => void): void {
    if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}
