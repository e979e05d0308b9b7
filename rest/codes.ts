/**
 * What is known about a call that failed: `not-sent`, it never ran; `refused`, the portal answered with an error;
 * `unknown`, it may have run.
 */
export type Outcome = "not-sent" | "refused" | "unknown";

/** How a call with some code can have ended. */
export type Outcomes = Outcome | readonly Outcome[];

/**
 * Errors that any call can end with: those of this package, and the portal's own that a webhook can meet. What is waited
 * out (QUERY_LIMIT_EXCEEDED, OPERATION_TIME_LIMIT) leaves as WAITED_TOO_LONG. [D error-codes.md] [D limits.md]
 */
export const COMMON_ERRORS = {
  NOT_CONFIGURED: "not-sent",
  ERROR_ARGUMENT: ["not-sent", "refused"],
  CONNECTION_FAILED: "not-sent",
  CONNECTION_LOST: "unknown",
  TIMEOUT: "unknown",
  BAD_RESPONSE: "unknown",
  INTERRUPTED: "unknown",
  QUEUE_FULL: "not-sent",
  WAITED_TOO_LONG: "not-sent",
  CANCELLED: "not-sent",
  PORTAL_MOVED: "not-sent",
  LICENSE_EXPIRED: "not-sent",
  INVALID_CREDENTIALS: "refused",
  NO_AUTH_FOUND: "refused",
  INVALID_REQUEST: "refused",
  insufficient_scope: "refused",
  ACCESS_DENIED: "refused",
  authorization_error: "refused",
  PAYMENT_REQUIRED: "refused",
  WRONG_LICENSE: "refused",
  METHOD_CONFIRM_WAITING: "refused",
  METHOD_CONFIRM_DENIED: "refused",
  ERROR_METHOD_NOT_FOUND: "refused",
  ERROR_CORE: ["refused", "unknown"],
  INTERNAL_SERVER_ERROR: "unknown",
  OVERLOAD_LIMIT: "refused",
  PORTAL_DELETED: ["refused", "unknown"],
  UNKNOWN_ERROR: ["not-sent", "refused", "unknown"],
} as const satisfies Readonly<Record<string, Outcomes>>;

export type CommonCode = keyof typeof COMMON_ERRORS;

/** The codes of `Errors` that can come with this outcome. */
export type CodeWith<Errors, Ended extends Outcome> = {
  [Code in keyof Errors]: Ended extends (Errors[Code] extends readonly (infer One)[] ? One : Errors[Code])
    ? Code
    : never;
}[keyof Errors] &
  string;

/**
 * The portal's other system errors: of applications, batches, and what is waited out. Lists leave them out; they have
 * texts all the same. [D error-codes.md]
 */
export const RARE_ERRORS = [
  "expired_token",
  "invalid_token",
  "user_access_error",
  "APPLICATION_NOT_FOUND",
  "ERROR_OAUTH",
  "NOT_INSTALLED",
  "CONNECTION_ERROR",
  "WRONG_AUTH_TYPE",
  "ERROR_MANIFEST_IS_NOT_AVAILABLE",
  "ERROR_UNEXPECTED_ANSWER",
  "INTERNAL_WRONG_TRANSPORT",
  "WRONG_ENCODING",
  "QUERY_LIMIT_EXCEEDED",
  "OPERATION_TIME_LIMIT",
  "ERROR_BATCH_LENGTH_EXCEEDED",
  "ERROR_BATCH_METHOD_NOT_ALLOWED",
  "CANCELED",
] as const;
