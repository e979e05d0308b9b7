/** The kinds of faults, in the order in which they are offered. What each means is at `Fault` in the portal's records. */
import type { FaultKind } from "../../../portal/records";

const ERRORS: readonly FaultKind[] = ["429", "503", "empty-error", "zero-error", "error-200", "error"];

/** The call does not run. */
export const NOT_RUN: readonly FaultKind[] = ["drop-before", "html-503", "html-200", "hang", "redirect", ...ERRORS];
/** The call runs. */
export const RUN: readonly FaultKind[] = ["drop-after", "drop-middle", "html-after", "slow", "no-time", "truncated"];
/** What is chosen first. */
export const USUAL: FaultKind = "html-503";

export function isKind(name: string): name is FaultKind {
  return [...NOT_RUN, ...RUN].some((kind) => kind === name);
}

/** Does a fault of this kind become the error of a call inside a batch, instead of striking the whole batch? */
export function strikesInside(kind: FaultKind): boolean {
  return ERRORS.includes(kind);
}
