/** The longest time that a timer of Node.js can wait, s; beyond it one fires at once. */
export const LONGEST_SECONDS = 2_147_483;

/**
 * Seconds as people enter them, for a timer. Fractions are kept.
 * @param value a number, or text of one
 * @param fallback s, for whatever is not a number above zero
 * @returns ms, at most LONGEST_SECONDS × 1000
 */
export function seconds(value: unknown, fallback: number): number {
  const number = asNumber(value);
  return Math.min(number > 0 ? number : fallback, LONGEST_SECONDS) * 1000;
}

/** The shortest time that a dialog accepts, s. */
const SHORTEST_SECONDS = 1;

/** Whether `value` is a time that a dialog accepts, s. Fractions are. */
export function isSeconds(value: unknown): boolean {
  const number = asNumber(value);
  return number >= SHORTEST_SECONDS && number <= LONGEST_SECONDS;
}

/** Whether `seconds` makes less of `value` than was asked for, which deserves a warning. */
export const isCapped = (value: unknown): boolean => asNumber(value) > LONGEST_SECONDS;

/** NaN for what is no number. */
function asNumber(value: unknown): number {
  if (typeof value === "string") return value.trim() === "" ? NaN : Number(value);
  return typeof value === "number" ? value : NaN;
}
