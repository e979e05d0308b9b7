import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../../rest/envelope";
import { part } from "../events/parts";

/**
 * What the address that was posted to says about the sender. The portal keeps the address with the token in it.
 * [S imbot/lib/V2]
 * @returns `none` where it names no token, as addresses do that were entered by hand
 */
export function addressToken({ url = "" }: IncomingMessage, token: string): "right" | "wrong" | "none" {
  const query = new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?") + 1) : "");
  const named = [...query].filter(([name, value]) => name.toUpperCase() === "CLIENT_ID" && value !== "");
  if (named.length === 0) return "none";
  return named.some(([, value]) => isToken(value, token)) ? "right" : "wrong";
}

/** Whether the portal sent it: it knows the bot's token. */
export const isFromPortal = (body: JsonObject, token: string): boolean =>
  isToken(part(body["auth"], "application_token"), token);

/** Whether it is the bot's token, bare or behind `custom`. A bot without one matches nothing. [S imbot/lib/V2] */
function isToken(found: unknown, token: string): boolean {
  if (token === "" || typeof found !== "string") return false;
  // Both are compared, so that the time taken does not show which one fits.
  return [isSame(found, token), isSame(found, `custom${token}`)].includes(true);
}

const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
