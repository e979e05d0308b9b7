const STARS = "***";
/** Shorter texts would be found in every sentence; a secret that short is none. */
const SHORTEST_SECRET = 4;
const WEBHOOK_SHAPE = /(\/rest\/(?:api\/)?[^/\s"'<>]{1,64}\/)[A-Za-z0-9_-]{8,}(?=[/\s"'<>?#]|$)/g;

/** Takes secrets out of whatever leaves this package. */
export interface Redactor {
  /** `text` without any known secret, however it is written. */
  text(text: string): string;
  /** `value` without any known secret in its strings and keys; the same object when there is none. */
  value<T>(value: T): T;
  /** Whether `text` holds a known secret. */
  finds(text: string): boolean;
}

/** The ways in which one secret turns up in addresses, forms, JSON and pages. */
function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const found = [secret, json, json.replace(/\//g, "\\/"), escapeHtml(secret)];
  if (secret.isWellFormed()) {
    const url = encodeURIComponent(secret);
    const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
    found.push(url, strict, lowerEscapes(url), lowerEscapes(strict), strict.replace(/%20/g, "+"));
    found.push(encodeURI(secret), encodeURIComponent(url));
  }
  return found;
}

const lowerEscapes = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

const HTML_ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => HTML_ESCAPES[char] ?? char);

/** A redactor for these secrets; empty and very short ones are left out. */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const known = secrets.filter((secret): secret is string => (secret?.length ?? 0) >= SHORTEST_SECRET);
  // Longest first: what stands inside another spelling must not leave the rest of it behind.
  const needles = [...new Set(known.flatMap(spellings))].sort((a, b) => b.length - a.length);

  const finds = (text: string): boolean => needles.some((needle) => text.includes(needle));
  const withoutKnown = (input: string): string => {
    let output = input;
    for (const needle of needles) if (output.includes(needle)) output = output.replaceAll(needle, STARS);
    return output;
  };
  const text = (input: string): string => {
    const output = withoutKnown(input);
    return output.includes("/rest/") ? output.replace(WEBHOOK_SHAPE, `$1${STARS}`) : output;
  };
  // What only looks like a webhook may be a client's own words, which must arrive as they were written.
  const value = <T>(input: T): T =>
    (holds(input, finds, new Set()) ? redactDeep(input, withoutKnown, new Map()) : input) as T;
  return { text, value, finds };
}

function holds(input: unknown, finds: (text: string) => boolean, seen: Set<object>): boolean {
  if (typeof input === "string") return finds(input);
  if (typeof input !== "object" || input === null || seen.has(input)) return false;
  seen.add(input);
  return Object.entries(input).some(([key, item]) => finds(key) || holds(item, finds, seen));
}

function redactDeep(input: unknown, text: (input: string) => string, seen: Map<object, unknown>): unknown {
  if (typeof input === "string") return text(input);
  if (typeof input !== "object" || input === null) return input;
  const known = seen.get(input);
  if (known !== undefined) return known;
  if (Array.isArray(input)) {
    const list: unknown[] = [];
    seen.set(input, list);
    for (const item of input) list.push(redactDeep(item, text, seen));
    return list;
  }
  const copy: Record<string, unknown> = {};
  seen.set(input, copy);
  for (const [key, item] of Object.entries(input)) {
    // A key named __proto__ would otherwise change the copy's prototype instead of becoming a key.
    Object.defineProperty(copy, text(key), {
      value: redactDeep(item, text, seen),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
