/** Which entries of the traffic stay. */

/** The call with which bots fetch their events. */
export function isPoll(method: string): boolean {
  return /^imbot\.v2\.event\.get$/i.test(method);
}

/**
 * The newest `max` entries, in their order. Polls beyond a fifth of that go first: they are made all day and must not
 * push out the calls that somebody wants to see.
 */
export function newest<T extends { method: string }>(list: T[], max: number): T[] {
  if (list.length <= max) return list;
  const left = { polls: max / 5, others: max };
  const kept = new Set<T>();
  for (const entry of list.toReversed()) {
    if (left[isPoll(entry.method) ? "polls" : "others"]-- > 0) kept.add(entry);
  }
  return list.filter((entry) => kept.has(entry));
}
