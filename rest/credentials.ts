import type { WebhookAddress } from "./address";

/** Who calls. An inbound webhook is wholly in the path; other kinds of credentials find their place behind this interface. */
export interface Credentials {
  /** Everything up to and with `/rest/`. */
  readonly base: string;
  /** Tells callers apart; calls of different callers never share a batch. Never shown. */
  readonly identity: string;
  readonly secrets: readonly string[];
  /** The address of `method` below `base`, which may be the new base of a renamed portal. */
  url(base: string, method: string): string;
}

/** The credentials that a webhook's URL holds. */
export function webhookCredentials({ base, userId, code }: WebhookAddress): Credentials {
  return {
    base,
    identity: `${userId}/${code}`,
    secrets: [code],
    url: (current, method) => `${current}${userId}/${code}/${method}`,
  };
}
