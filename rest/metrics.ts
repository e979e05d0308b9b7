import { BoundedMap } from "./bounded";

/** What one portal's traffic amounted to since the start. Counts only: nothing of what was sent. */
export class Metrics {
  calls = 0;
  requests = 0;
  batches = 0;
  repeats = 0;
  refusals = 0;
  readonly #failures = new BoundedMap<string, number>();

  failed(code: string): void {
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
  }

  snapshot(): object {
    const { calls, requests, batches, repeats, refusals } = this;
    return { calls, requests, batches, repeats, refusals, failures: Object.fromEntries(this.#failures) };
  }
}
