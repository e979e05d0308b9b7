/** Where a portal is and who calls it, taken from an inbound webhook's URL. */
export interface WebhookAddress {
  /** Everything up to and with `/rest/`: `https://portal.example/rest/`. */
  readonly base: string;
  readonly userId: string;
  /** The secret part of the URL. */
  readonly code: string;
}

/** Why a pasted text is not a webhook URL. */
export class AddressError extends Error {
  readonly reason: "empty" | "unset-variable" | "not-a-url" | "not-a-webhook" | "insecure";
  constructor(reason: AddressError["reason"]) {
    super(`The webhook address cannot be used: ${reason}`);
    this.name = "AddressError";
    this.reason = reason;
  }
}

/** More than any address of a webhook has; what is longer was pasted by mistake. */
const LONGEST = 2_048;
const OPENING_SIGNS = "\"'<";
const CLOSING_SIGNS = "\"'>";
const UNSET_VARIABLE = /^\$(\{[^}]*\}|\([^)]*\))$/;

/**
 * Reads an inbound webhook's URL as people paste it: with or without a slash at the end, with a method behind it,
 * self-hosted with a port or a path prefix, in quotes, without `https://`.
 * [D settings/how-to-call-rest-api/authorization.md]
 * @throws AddressError when it is none, or when it would send the secret unencrypted over a network
 */
export function parseWebhookUrl(pasted: unknown): WebhookAddress {
  const text = typeof pasted === "string" ? unwrapped(pasted.trim()) : "";
  if (text === "") throw new AddressError("empty");
  if (text.length > LONGEST) throw new AddressError("not-a-url");
  if (UNSET_VARIABLE.test(text)) throw new AddressError("unset-variable");
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  const parts = webhookParts(url.pathname);
  if (!parts) throw new AddressError("not-a-webhook");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new AddressError("insecure");
  return { base: `${url.origin}${parts.prefix}`, userId: parts.userId, code: parts.code };
}

/** Without the quotation marks and brackets that were copied along. */
function unwrapped(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && OPENING_SIGNS.includes(text.charAt(from))) from++;
  while (to > from && CLOSING_SIGNS.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** `…/rest/USER/CODE…` or `…/rest/api/USER/CODE…`, the first that is complete. */
function webhookParts(path: string): { prefix: string; userId: string; code: string } | null {
  const segments = path.split("/");
  for (let at = 1; at < segments.length; at++) {
    if (segments[at] !== "rest") continue;
    for (const user of segments[at + 1] === "api" ? [at + 2, at + 1] : [at + 1]) {
      const [userId, code] = [segments[user] ?? "", segments[user + 1] ?? ""];
      if (userId !== "" && code !== "") return { prefix: `${segments.slice(0, at + 1).join("/")}/`, userId, code };
    }
  }
  return null;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.hostname === "") throw new AddressError("not-a-url");
  return url;
}

/** Whether `hostname` is this machine itself, so that nothing travels over a network. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Bitrix24's own cloud domains, below which every portal of the cloud lives. */
const CLOUD_DOMAINS = new Set(
  "com ru eu de fr es it pl uk in by ua kz uz cn jp vn id mx co com.br com.tr net tech"
    .split(" ")
    .map((ending) => `bitrix24.${ending}`),
);

function isCloudPortal(hostname: string): boolean {
  const dot = hostname.indexOf(".");
  return dot > 0 && CLOUD_DOMAINS.has(hostname.slice(dot + 1).toLowerCase());
}

/**
 * The new base of a portal that answered with a redirect, or null when a secret must not be sent there.
 * Followed are only https addresses directly below Bitrix24's own domains, and loopback for a loopback portal.
 * [D settings/how-to-call-rest-api/change-domen.md]
 */
export function movedBase(oldBase: string, location: string | null): string | null {
  if (location === null || location.length > LONGEST || !URL.canParse(location, oldBase)) return null;
  const target = new URL(location, oldBase);
  const from = new URL(oldBase);
  const rest = target.pathname.indexOf("/rest/");
  if (rest < 0 || target.host === from.host) return null;
  const safe =
    (target.protocol === "https:" && isCloudPortal(target.hostname)) ||
    (/^https?:$/.test(target.protocol) && isLoopback(target.hostname) && isLoopback(from.hostname));
  return safe ? `${target.origin}${target.pathname.slice(0, rest)}/rest/` : null;
}

/** Whether a redirect says that a self-hosted portal's licence has ended. */
export function isLicenceRedirect(location: string | null): boolean {
  return location !== null && location.includes("/bitrix/coupon_activation.php");
}
