import type { NodeAPI } from "node-red";
import type { EventRoute } from "../../open-channels/bot/registration";
import type { BotWish } from "../../open-channels/bot/repair";
import { isWeakToken } from "../../open-channels/bot/token";
import { parseId } from "../../open-channels/ids";
import type { WebhookAddress } from "../../rest/address";
import { notSent } from "../../rest/errors";
import { handlerUrl } from "../runtime/bot-properties";
import type { AdminCode } from "./errors";
import { isUnset, property, tokenOf, type DialogRequest } from "./request";

/**
 * The bot as a dialog wants it.
 * @throws CallError in the portal's own words for what is missing
 */
export function readWish(RED: NodeAPI, request: DialogRequest, webhook: WebhookAddress): BotWish {
  const value = (name: string): string => {
    const found = property(RED, request, name);
    return isUnset(found) ? "" : found;
  };
  const code = value("botCode");
  const id = parseId(value("botId"));
  if (code === "" && id === null) throw notSent<AdminCode>("BOT_CODE_REQUIRED");
  if (code !== "" && value("botName") === "") throw notSent<AdminCode>("BOT_PROPERTIES_REQUIRED");
  const known = tokenOf(RED, request, webhook);
  if (known !== null && isUnset(known)) throw notSent<AdminCode>("BOT_TOKEN_NOT_SPECIFIED");
  // A bot that exists has a token already, and no other one opens it.
  const token = known ?? (id === null ? property(RED, request, "newToken") : "");
  if (token === "") throw notSent<AdminCode>("BOT_TOKEN_NOT_SPECIFIED");
  // A bot that exists may have such a token; none is registered with one.
  if (id === null && isWeakToken(token) && token === typedToken(request))
    throw notSent<AdminCode>("BOT_TOKEN_TOO_SHORT");
  const events = routeOf(RED, request, token);
  return { code, id, name: value("botName"), token, isNewToken: known === null, events };
}

const typedToken = ({ body }: DialogRequest): unknown =>
  typeof body["botToken"] === "string" ? body["botToken"].trim() : null;

function routeOf(RED: NodeAPI, request: DialogRequest, token: string): EventRoute {
  if (request.body["eventMode"] !== "webhook") return { mode: "fetch" };
  const url = handlerUrl(RED, { publicUrl: property(RED, request, "publicUrl") }, request.id);
  if (url === null) throw notSent<AdminCode>("PUBLIC_URL_MISSING");
  // The portal finds a bot with a token by this parameter. [S imbot/lib/V2]
  return { mode: "webhook", url: `${url}?CLIENT_ID=${encodeURIComponent(token)}` };
}
