/** Reading what bots have put into attachments and keyboards, whatever it is. */
export type Fields = Record<string, unknown>;

export function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One thing, or a list or numbered map of them, as a list. */
export function listOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) || "0" in value ? Object.values(value) : [value];
}

/** The same without what has no fields. */
export function entries(value: unknown): Fields[] {
  return listOf(value).filter(isMap);
}

/** A text or a number as text; everything else is empty. */
export function wordsIn(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
