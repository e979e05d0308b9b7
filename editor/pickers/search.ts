import { hasAllWords } from "../shared/search";
import type { Row } from "./choices";

/** The first letters of the first two words of a name. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();

/** Whether a row has every word of the query somewhere in it. */
export const matches = ({ name, id, note }: Row, query: string): boolean => hasAllWords(`${name} ${id} ${note}`, query);

/**
 * The place after a step up or down in a list that goes round.
 * @param active the place before, -1 for none
 */
export function moved(active: number, step: 1 | -1, length: number): number {
  if (active === -1) return step === 1 ? 0 : length - 1;
  return (active + step + length) % length;
}
