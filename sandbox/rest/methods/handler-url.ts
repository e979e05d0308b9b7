/** Which addresses the portal would deliver events to. [S 7.1; D event-bind.md] */
import type { Portal } from "../../portal/memory";

/** The reason why an address is refused, or null. */
export function handlerProblem(portal: Portal, address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return "Wrong handler URL";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "Unsupported handler protocol";
  if (isLoopback(url.hostname)) return portal.settings.allowLoopbackHandlers ? null : "Wrong handler URL";
  return url.hostname.includes(".") ? null : "Wrong handler URL";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d+){3}$/.test(host);
}
