import type { CodeWith, COMMON_ERRORS, Outcome } from "./codes";

export type { Outcome } from "./codes";

export interface CallErrorFields {
  readonly code: string;
  readonly outcome: Outcome;
  /** The REST method, or null when none was chosen yet. */
  readonly method?: string | null;
  /** HTTP status, or null when there was no answer. */
  readonly status?: number | null;
  /** The portal's own words, or the reason in one line; never an address or a secret. */
  readonly description?: string;
  /** Values for the texts that people read, such as the seconds waited. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** The one error that leaves `rest/`. Fields are own properties, because Node-RED copies nothing else. */
export class CallError extends Error {
  readonly code: string;
  readonly outcome: Outcome;
  readonly method: string | null;
  readonly status: number | null;
  readonly description: string;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(fields: CallErrorFields) {
    const description = fields.description ?? "";
    super(description === "" ? fields.code : `${fields.code}: ${description}`);
    this.name = "Bitrix24Error";
    this.code = fields.code;
    this.outcome = fields.outcome;
    this.method = fields.method ?? null;
    this.status = fields.status ?? null;
    this.description = description;
    this.details = fields.details ?? {};
  }

  /** Whether it has this code, given in capitals: the portal writes one code in small letters here and in capitals there. */
  is(code: string): boolean {
    return this.code.toUpperCase() === code;
  }
}

type Details = Omit<CallErrorFields, "code" | "outcome">;
/** Codes that any call can end with in this way. */
type Common<Ended extends Outcome> = CodeWith<typeof COMMON_ERRORS, Ended>;

/**
 * The call never ran: it was refused here, could not connect, or was taken back while it waited.
 * @param code one that every call can have; whoever has more of them names their type
 */
export const notSent = <Code extends string = Common<"not-sent">>(
  code: NoInfer<Code>,
  fields: Details = {},
): CallError => new CallError({ ...fields, code, outcome: "not-sent" });

/**
 * The queue is at its limit; the call was not added.
 * @param waiting how many calls wait
 */
export const queueFull = (method: string | null, waiting: number): CallError =>
  notSent("QUEUE_FULL", { method, details: { waiting } });

/**
 * The call waited as long as it may and never went out.
 * @param waited how long it has waited, ms
 */
export const waitedTooLong = (method: string | null, waited: number): CallError =>
  notSent("WAITED_TOO_LONG", { method, details: { seconds: Math.round(waited / 1000) } });

/** The portal answered with an error; the code is its own. */
export const refused = (code: string, fields: Details = {}): CallError =>
  new CallError({ ...fields, code, outcome: "refused" });

/** The request went out and no readable answer came back. */
export const outcomeUnknown = <Code extends string = Common<"unknown">>(
  code: NoInfer<Code>,
  fields: Details = {},
): CallError => new CallError({ ...fields, code, outcome: "unknown" });

/** The same failure as seen by one of the calls that shared a request. */
export const forMethod = (error: CallError, method: string): CallError =>
  new CallError({
    code: error.code,
    outcome: error.outcome,
    method,
    status: error.status,
    description: error.description,
    details: error.details,
  });

/** Any failure as a CallError. What is not one is a fault of this package, and nothing is known about the call. */
export function asCallError(error: unknown, method: string | null): CallError {
  if (error instanceof CallError) return error;
  const description = error instanceof Error ? error.message.slice(0, 200) : "unexpected";
  return outcomeUnknown("BAD_RESPONSE", { method, description });
}
