import type { CallError } from "../../rest/errors";

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

/**
 * The error for something that is wrong before anything was sent; `code` is one that was declared, and the portal's own
 * for that mistake where it has one.
 * @param details values for the texts that people read
 * @param method the REST method, where it is not the one that the action calls first
 */
export type Refuse<Code extends string> = (
  code: Code,
  details?: Readonly<Record<string, string>>,
  method?: string,
) => CallError;

/** What a field may use while it makes a value of what was read. */
export interface Parsing<Code extends string> {
  readonly refuse: Refuse<Code>;
  readonly warn: Warn;
  /** The plain properties in force, as they were read. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The first value of a reading, or undefined. `null` and `""` never get this far: they count as missing. */
export const firstOf = (reading: Reading): unknown => reading[0]?.value;
