import { receiverAddress } from "../../open-channels/bot/receiver-address";
import { LONGEST_TOKEN, SHORTEST_TOKEN } from "../../open-channels/bot/token";
import { parseId } from "../../open-channels/ids";
import { isSeconds, LONGEST_SECONDS } from "../../open-channels/seconds";
import { AddressError, parseWebhookUrl } from "../../rest/address";
import { current } from "../shared/node";
import { asText, isBlank, isEnvReference, STORED_SECRET } from "../shared/text";
import { mistake, verdict, type Mistake, type Verdict } from "./mistake";
import { isWeakToken } from "./token";

const MISTAKES: Record<AddressError["reason"], string> = {
  empty: "missing",
  insecure: "https",
  "unset-variable": "webhook",
  "not-a-url": "webhook",
  "not-a-webhook": "webhook",
};

/** What is wrong with a webhook address as it was pasted. */
export function wrongWebhookUrl(value: unknown): Mistake | null {
  try {
    parseWebhookUrl(value);
    return null;
  } catch (error) {
    if (error instanceof AddressError) return mistake(MISTAKES[error.reason], "webhookUrl");
    throw error;
  }
}

/** @param isExisting whether the token belongs to a bot that is there already, which may have a short one */
export function wrongToken(value: unknown, isExisting: boolean): Mistake | null {
  if (isWeakToken(value) && !isExisting) return mistake("weakToken", "botToken", { length: SHORTEST_TOKEN });
  return asText(value).trim().length <= LONGEST_TOKEN ? null : mistake("token", "botToken", { length: LONGEST_TOKEN });
}

/** What is wrong with the address under which Bitrix24 is to reach this Node-RED. */
export function wrongPublicUrl(value: unknown): Mistake | null {
  if (isBlank(value)) return mistake("missing", "publicUrl");
  const address = receiverAddress(value, "/", "id");
  return address !== null && URL.canParse(address) ? null : mistake("url", "publicUrl");
}

const isCount = (value: unknown): boolean => !isBlank(value) && Number.isInteger(Number(value)) && Number(value) >= 1;

/** A field that may name a variable of the environment instead. */
const unlessVariable = (value: unknown, find: () => Mistake | null): Verdict =>
  isEnvReference(value) ? true : verdict(find());

/** Plain properties of the config node and of the event node; each answers true, or says what is wrong. */
export const checkPlain = {
  webhookUrl: (value: unknown): Verdict =>
    value === STORED_SECRET ? true : unlessVariable(value, () => wrongWebhookUrl(value)),
  botToken(node: RedNode, value: unknown): Verdict {
    if (value === STORED_SECRET || isBlank(value)) return true;
    return unlessVariable(value, () => wrongToken(value, !isBlank(current(node, "botId"))));
  },
  botId: (value: unknown): Verdict =>
    value === "" || value === undefined || value === null
      ? true
      : unlessVariable(value, () => (parseId(value) === null ? mistake("id", "botId") : null)),
  botName(node: RedNode, value: unknown): Verdict {
    const isNeeded = !isBlank(current(node, "botCode"));
    return verdict(isNeeded && isBlank(value) ? mistake("botName", "botName") : null);
  },
  publicUrl: (node: RedNode, value: unknown): Verdict =>
    current(node, "eventMode") === "webhook" ? unlessVariable(value, () => wrongPublicUrl(value)) : true,
  count: (field: string, value: unknown): Verdict =>
    unlessVariable(value, () => (isCount(value) ? null : mistake("count", field))),
  seconds: (field: string, value: unknown): Verdict =>
    unlessVariable(value, () => {
      const most = LONGEST_SECONDS.toLocaleString(RED.i18n.lang());
      return isSeconds(value) ? null : mistake("seconds", field, { most });
    }),
};
