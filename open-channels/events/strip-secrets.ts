import { isObject, type JsonObject } from "../../rest/envelope";

/** Parts of a delivery that give access to the portal or prove who sent it. */
const SECRET =
  /^(auth|access_token|refresh_token|application_token|token|bottoken|client_id|client_secret|app_sid|sessid)$/i;

/** A copy without anything secret. */
export function stripSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripSecrets);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, item] of Object.entries(value))
    if (!SECRET.test(name) && name !== "__proto__") copy[name] = stripSecrets(item);
  return copy;
}
