/** Whether a text has every word of the query somewhere in it, in any letter case. */
export function hasAllWords(text: string, query: string): boolean {
  const known = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
