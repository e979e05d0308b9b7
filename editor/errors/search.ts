import type { CodeEntry } from "./codes";

/** Most codes are in capitals; what is in small letters is the beginning of a known one more often than a new one. */
const CODE = /^[A-Z]\w{2,}$/;
const SMALL_CODE = /^[a-z]+_\w+$/;

/**
 * What was typed when it looks like a code, and codes that were ticked before, as far as they are listed nowhere.
 * @param listed every code that is listed
 */
export function unlisted(query: string, ticked: readonly string[], listed: readonly string[]): CodeEntry[] {
  const known = listed.map((code) => code.toLowerCase());
  const isPart = known.some((code) => code.includes(query.toLowerCase()));
  const isCode = CODE.test(query) || (SMALL_CODE.test(query) && !isPart);
  const codes = new Set([...ticked, ...(isCode ? [query] : [])]);
  return [...codes].filter((code) => !known.includes(code.toLowerCase())).map((code) => ({ code, outcomes: [] }));
}

/** The ticked codes in the order of the list, then those that are not in it. */
export const inOrder = (ticked: readonly string[], listed: readonly string[]): string[] => [
  ...listed.filter((code) => ticked.includes(code)),
  ...ticked.filter((code) => !listed.includes(code)),
];
