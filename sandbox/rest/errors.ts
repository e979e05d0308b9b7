/** An answer of refusal: `{error, error_description}` with a status. [S lib/restexception.php] */
export class RestError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extras: Record<string, unknown>;

  constructor(code: string, description: string, status = 400, extras: Record<string, unknown> = {}) {
    super(description);
    this.code = code;
    this.status = status;
    this.extras = extras;
  }
}

/** Statuses that the documentation gives otherwise than the server's source. [D system-errors.md] */
const DOCS_STATUS: Record<string, number> = {
  INVALID_CREDENTIALS: 403,
  INVALID_REQUEST: 400,
  insufficient_scope: 403,
  OVERLOAD_LIMIT: 503,
  user_access_error: 403,
  PORTAL_DELETED: 500,
  BOT_OWNERSHIP_ERROR: 403,
};

/** The status of a refusal, by the column that the portal is set to. */
export function statusOf(error: RestError, statuses: "source" | "docs"): number {
  return statuses === "docs" ? (DOCS_STATUS[error.code] ?? error.status) : error.status;
}

/** The method was refused its scope; inside a batch the description is empty. [S] */
export function scopeError(inBatch: boolean): RestError {
  const text = "The request requires higher privileges than provided by the webhook token";
  return new RestError("insufficient_scope", inBatch ? "" : text, 401);
}
