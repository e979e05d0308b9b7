import type { Pair, Wanted } from "./picker";
import type { Row } from "./choices";

/** The employee that a typed value stands for. */
export function asOperator(type: string, value: string): Wanted | null {
  return isNumber(type, value) ? { kind: "operators", id: String(Number(value)) } : null;
}

/**
 * The employee or the line that a transfer's typed value stands for.
 * @param kind of target: `user`, `line`, or either of them
 */
export function asTarget(kind: string, type: string, value: string): Wanted | null {
  const line = isLiteral(type) && kind !== "user" ? /^queue(\d+)$/.exec(value)?.[1] : undefined;
  if (line !== undefined) return { kind: "lines", id: String(Number(line)) };
  if (!isNumber(type, value)) return null;
  return { kind: kind === "line" ? "lines" : "operators", id: String(Number(value)) };
}

/** A target as it is saved. Where it may be either, a line says that it is one. */
export const targetPair = (kind: string, row: Row): Pair =>
  row.kind === "lines" && kind === "auto" ? { type: "str", value: `queue${row.id}` } : { type: "num", value: row.id };

const isLiteral = (type: string): boolean => type === "num" || type === "str";

const isNumber = (type: string, value: string): boolean => isLiteral(type) && /^\d+$/.test(value);
