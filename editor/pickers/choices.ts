/** One thing that can be chosen. */
export interface Row {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly note: string;
  /** The name of an icon; employees have faces instead. */
  readonly icon?: string;
  readonly photo?: string | null;
  readonly online?: boolean;
}

/** Where choices of one kind come from. */
export interface Source {
  readonly kind: string;
  /**
   * @param fresh whether what was known before does not count
   * @returns the rows; rejects with a Refusal that says why there are none
   */
  load(fresh: boolean): Promise<readonly Row[]>;
  /** Whether a value that is not among them is right as well. */
  readonly isOpenEnded?: boolean;
  /** False when asking again would bring the same. */
  readonly mayAskAgain?: boolean;
  /** Whether there may be more than these. */
  mayHoldMore?(rows: readonly Row[]): boolean;
}

/** Why a source has nothing to offer, as a sentence in the user's language. */
export class Refusal extends Error {}

/** The words of a failed load. A fault of this package is none of them. */
export function wordsOf(reason: unknown): string {
  if (reason instanceof Refusal) return reason.message;
  throw reason;
}
