import { id, part } from "../events/parts";
import { CallError, outcomeUnknown } from "../../rest/errors";
import type { Success } from "../../rest/portal";

/**
 * What a portal refuses a webhook with before any method runs. All of them have sentences of our own.
 * [D error-codes.md] [D limits.md]
 */
const AT_THE_DOOR = new Set(
  (
    "INVALID_CREDENTIALS NO_AUTH_FOUND INVALID_REQUEST EXPIRED_TOKEN INSUFFICIENT_SCOPE ACCESS_DENIED AUTHORIZATION_ERROR " +
    "PAYMENT_REQUIRED WRONG_LICENSE PORTAL_DELETED METHOD_CONFIRM_WAITING METHOD_CONFIRM_DENIED QUERY_LIMIT_EXCEEDED " +
    "OVERLOAD_LIMIT INTERNAL_SERVER_ERROR CONNECTION_LOST TIMEOUT BAD_RESPONSE"
  ).split(" "),
);

/** The name of a network failure, which holds no word of the other side. */
const FAILURE = /^[A-Z_]{2,40}$/;

/** The measurements that Bitrix24 adds to its answers. [D api-reference/data-types.md] */
const MEASURED = ["start", "finish", "duration"];

/**
 * Lets an address that was just typed prove that a Bitrix24 portal is there, by the answer to `profile`. Before that,
 * nothing that it says may be shown: it can be any service in this machine's network.
 * @throws CallError in words of our own only
 */
export async function requirePortal(ask: () => Promise<Success>): Promise<void> {
  let answer: Success;
  try {
    answer = await ask();
  } catch (error) {
    throw error instanceof CallError ? withoutForeignWords(error) : error;
  }
  if (!isPortals(answer)) throw outcomeUnknown("BAD_RESPONSE", { method: answer.method });
}

/** Portals that do not measure are known by what `profile` holds. [D api-reference/common/users/profile.md] */
function isPortals({ result, time }: Success): boolean {
  const isMeasured = MEASURED.every((name) => typeof part(time, name) === "number");
  return isMeasured || (id(part(result, "ID")) !== null && typeof part(result, "ADMIN") === "boolean");
}

function withoutForeignWords(error: CallError): CallError {
  const { code, outcome, method, details, description } = error;
  const isOurs = outcome === "not-sent" || AT_THE_DOOR.has(code.toUpperCase());
  return new CallError({
    code: isOurs ? code : "BAD_RESPONSE",
    outcome: isOurs ? outcome : "unknown",
    method,
    details,
    description: FAILURE.test(description) ? description : "",
  });
}
