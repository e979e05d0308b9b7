/** Gives numbers from 0 to below 1, as `Math.random` does. */
export type RandomSource = () => number;

/** What the portal leaves to chance: gaps of ids, faults that strike sometimes, late deliveries. */
export class Random {
  /** At least 0, below 1. */
  readonly next: RandomSource;

  constructor(source: RandomSource) {
    this.next = source;
  }

  /** A whole number from 0 to `below - 1`. */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }
}

/** A small generator that gives the same numbers for the same seed. */
export function seeded(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
