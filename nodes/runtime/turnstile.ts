/** A message's place in the order of arrival. */
export interface Turn {
  /** Resolves when everybody ahead has passed; null when nobody is. */
  readonly ahead: Promise<void> | null;
  /** Lets the next one through; calling it again does nothing. */
  pass(): void;
}

/**
 * Keeps the order in which messages arrived until their calls are queued: reading values and waiting for a bot that is
 * being registered take some messages longer than others.
 */
export class Turnstile {
  #last: Promise<void> | null = null;

  enter(): Turn {
    const ahead = this.#last;
    let pass = (): void => undefined;
    const own = new Promise<void>((resolve) => (pass = resolve));
    this.#last = own;
    return {
      ahead,
      pass: () => {
        if (this.#last === own) this.#last = null;
        pass();
      },
    };
  }
}
