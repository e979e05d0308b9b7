/** An address that may be opened from a message, without blanks: nothing but the web and the portal's own pages. */
export function safeAddress(address: unknown): string | null {
  if (typeof address !== "string") return null;
  const text = address.trim();
  return /^(https?:\/\/|\/(?!\/))/i.test(text) ? text : null;
}
