import { notSent, type CallError } from "../../rest/errors";

/** One value that the payload carried under a REST name, or that a typed field gave (then `name` is null). */
export interface Found {
  readonly name: string | null;
  readonly value: unknown;
}

/** What was read for one property: nothing, one value, or several that contradict each other. */
export type Reading = readonly Found[];

/** Tells the flow's author about something that is not an error. */
export type Warn = (key: WarningKey, details?: Record<string, string | number>) => void;

export type WarningKey = "attachOld" | "attachDropped" | "keyboardDropped" | "textCut";

/** A wrong value, found before anything was sent; `code` is the portal's own code for that mistake. */
export const invalid = (code: string, method: string, details: Record<string, string> = {}): CallError =>
  notSent(code, { method, details });

/** The first value of a reading, or undefined. `null` and `""` never get this far: they count as missing. */
export const firstOf = (reading: Reading): unknown => reading[0]?.value;
