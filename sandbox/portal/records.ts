/** Faults that are set, and what the portal remembers of its traffic. */
import type { Params } from "./php";

/** A switch for trouble on the way. */
export interface Fault {
  /**
   * Method it applies to (any letter case), or the source of a regular expression; absent = every request.
   * A batch request is the method `batch`, see `insideBatch`.
   */
  method?: string;
  /** How many times; default 1, `Infinity` (in JSON the text "Infinity") forever. */
  count?: number;
  /** Chance for each matching request, default 1. */
  probability?: number;
  /**
   * The call does NOT run: `drop-before` (socket destroyed), `html-503`, `html-200`, `hang`, `redirect` (302), `429` (OPERATION_TIME_LIMIT),
   * `503` (QUERY_LIMIT_EXCEEDED), `empty-error`, `zero-error`, `error-200`, `error`.
   * The call RUNS: `drop-after` (socket destroyed without an answer), `drop-middle` (half of the announced answer, then destroyed),
   * `html-after` (HTML 500), `slow` (answered after `ms`), `no-time` (answer without `time`), `truncated` (complete HTTP answer, half of the JSON).
   */
  kind: FaultKind;
  /** Runs the call before `html-503`, `html-200`, `hang`, `empty-error`, `zero-error`, `error-200` or `error`. */
  executed?: boolean;
  /**
   * `slow`: pause before the answer (default 1000); `hang`: the connection is destroyed after it (default never).
   * For so long a bot message with a `templateId` is still in work: its repeat is MESSAGE_DUPLICATED_BY_UUID.
   */
  ms?: number;
  /** `redirect`: the new base address; absent = the licence page. */
  to?: string;
  /** `error`, `error-200`. */
  code?: string;
  status?: number;
  description?: string;
  /**
   * Looks into batches: the error kinds (`429`, `503`, `empty-error`, `zero-error`, `error`, `error-200`) become the error of each matching sub-call;
   * the other kinds hit the whole request when one of its sub-calls matches.
   */
  insideBatch?: boolean;
}

export const FAULT_KINDS = [
  "drop-before",
  "drop-after",
  "drop-middle",
  "html-503",
  "html-200",
  "html-after",
  "hang",
  "slow",
  "redirect",
  "429",
  "503",
  "empty-error",
  "zero-error",
  "no-time",
  "truncated",
  "error-200",
  "error",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that is set, with how often it struck. */
export interface FaultView extends Fault {
  id: number;
  left: number;
  hits: number;
}

/** One call that the portal executed: it passed method, credentials, scope and limits, and its code ran. */
export interface LogEntry {
  n: number;
  at: number;
  method: string;
  /** As received. */
  params: Params;
  via: "single" | "batch";
  requestId: number;
  user: number;
  ok: boolean;
  error: string | null;
  chatId: number | null;
}

/** One HTTP request under /rest/. */
export interface RequestEntry {
  id: number;
  at: number;
  /** Without the secret. */
  path: string;
  method: string;
  /** null while it is under way, or when it never got an answer. */
  status: number | null;
  fault: FaultKind | null;
  ms: number | null;
  /** Refused by the request counter. */
  refused: boolean;
  /** The counter after this request. */
  level: number;
}
