/** ISO 8601 with the server's offset, as the portal writes dates. */
export function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "+00:00");
}
