import type { CallError } from "./errors";

/** What has to be known of a call to decide whether it may be made again. */
export interface RepeatableCall {
  /** A second run certainly has no effect: reads, bot messages with a templateId. */
  readonly safe: boolean;
  /** How often it has been sent so far, this time included. */
  readonly attempts: number;
  /** A newer name of the method failed and an older one is left to try. */
  readonly hasAlternative: boolean;
  /** An earlier attempt ended without an answer, so the portal may still be at work on it. */
  readonly leftInDoubt: boolean;
}

export type RepeatDecision =
  | { readonly repeat: false }
  | {
      readonly repeat: true;
      /** What to wait for before it goes again. */
      readonly when: "now" | "request-budget" | "method-reset" | "pause";
    };

export interface RepeatPolicy {
  /** Attempts for failures that a short pause can cure. */
  readonly attempts: number;
  /** Pause before the attempt after `attempt`, ms. */
  readonly pause: (attempt: number) => number;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 4_000;

/**
 * A client waits for an answer: four attempts within about two seconds, then the flow learns of it.
 * Half of each pause is random: what failed together must not come back together, again and again.
 * @param random a number from 0 up to, and without, 1
 */
export const conversationPolicy = (random: () => number): RepeatPolicy => ({
  attempts: 4,
  pause: (attempt) => (Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) / 2) * (1 + random()),
});

/**
 * "Did it run?" A call is made again only when it certainly did not, or when a second run certainly has no effect.
 * [D limits.md] [D error-codes.md]
 */
export function decideRepeat(error: CallError, call: RepeatableCall, policy: RepeatPolicy): RepeatDecision {
  const again = (when: "now" | "request-budget" | "method-reset" | "pause"): RepeatDecision => ({ repeat: true, when });
  const attemptsLeft = call.attempts < policy.attempts;

  switch (error.code.toUpperCase()) {
    // The request counter turned it away before anything was looked at.
    case "QUERY_LIMIT_EXCEEDED":
      return again("request-budget");
    // The method's ten minutes of execution are used up; checked before it runs.
    case "OPERATION_TIME_LIMIT":
      return again("method-reset");
    // Decided before credentials are looked at. The older name is another method, for which "no effect twice" was never
    // said: after an attempt that may have run it could do the same a second time.
    case "ERROR_METHOD_NOT_FOUND":
      return call.hasAlternative && !call.leftInDoubt ? again("now") : { repeat: false };
    // The portal could not reach the authorization server, so it never came to the method.
    case "CONNECTION_ERROR":
      return error.outcome === "refused" && attemptsLeft ? again("pause") : { repeat: false };
    // Our own earlier attempt is still being written; its id comes with the next answer.
    case "MESSAGE_DUPLICATED_BY_UUID":
      return call.leftInDoubt && call.attempts < policy.attempts * 3 ? again("pause") : { repeat: false };
    // Not a byte left this machine.
    case "CONNECTION_FAILED":
      return error.outcome === "not-sent" && attemptsLeft ? again("pause") : { repeat: false };
    default:
      // In doubt: only what a second run cannot double. An answer that refuses, or a refusal of our own, is final.
      return error.outcome === "unknown" && call.safe && attemptsLeft ? again("pause") : { repeat: false };
  }
}
