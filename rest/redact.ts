import { isObject } from "./envelope";

const STARS = "***";
/** Shorter texts would be found in every sentence; a secret that short is none. */
const SHORTEST_SECRET = 4;
/** Codes and methods are words that flows switch on: a secret that could itself be such a word is not looked for there. */
const SHORTEST_IN_NAMES = 8;
/** In data only what no person writes by accident counts as a secret. */
const SHORTEST_IN_DATA = 16;
/** One bounded and one unbounded repetition, the latter of signs that no alternative shares: linear in the text. */
const WEBHOOK_SHAPE = /(\/rest\/(?:api\/)?[^/\s"'<>]{1,64}\/)[A-Za-z0-9_-]{8,}(?![^/\s"'<>?#])/g;

/** Takes secrets out of what leaves this package. */
export interface Redactor {
  /**
   * A text for people, such as an error, a log line or a status, without any known secret.
   * Looked for are the usual spellings: plain, in addresses and forms, in JSON, in HTML. Time is linear in the text.
   */
  text(text: string): string;
  /** A code or a method's name: as `text`, but secrets shorter than 8 characters, which may be ordinary words, stay. */
  name(name: string): string;
  /**
   * Data: each string that is a secret of at least 16 characters, whole, is replaced. Anything else arrives as it was
   * written, keys included; the same object when there is nothing to hide.
   */
  value<T>(value: T): T;
  /** Whether JSON read from `json` may hold a string that `value` would replace. */
  mayHold(json: string): boolean;
}

/** A redactor for these secrets; empty and very short ones are left out. */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const known = [...new Set(secrets)].filter(
    (secret): secret is string => secret !== undefined && secret.length >= SHORTEST_SECRET,
  );
  const everywhere = longestFirst(known.flatMap(spellingsOf));
  const inNames = longestFirst(known.filter((secret) => secret.length >= SHORTEST_IN_NAMES).flatMap(spellingsOf));
  const inData: ReadonlySet<string> = new Set(known.filter((secret) => secret.length >= SHORTEST_IN_DATA));
  const inJson = [...new Set([...inData].flatMap(spellingsOf))];
  return {
    text: (text) => withoutWebhook(without(everywhere, text)),
    name: (name) => withoutWebhook(without(inNames, name)),
    value: <T>(value: T): T => (holds(value, inData) ? (replaced(value, inData) as T) : value),
    // JSON can write any character as an escape, and only its reader knows what that means.
    mayHold: (json) => inData.size > 0 && (json.includes("\\u") || inJson.some((spelling) => json.includes(spelling))),
  };
}

const without = (spellings: readonly string[], text: string): string =>
  spellings.reduce((rest, spelling) => rest.replaceAll(spelling, STARS), text);

/** Another portal's webhook is a secret too, although nobody here knows it. */
const withoutWebhook = (text: string): string =>
  text.includes("/rest/") ? text.replace(WEBHOOK_SHAPE, `$1${STARS}`) : text;

/** What is inside of another spelling must not leave the rest of it behind. */
const longestFirst = (spellings: readonly string[]): string[] =>
  [...new Set(spellings)].sort((one, other) => other.length - one.length);

/** A secret as addresses, forms, JSON and pages write it. Mixtures of these are nobody's spelling. */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const php = escapedAsPhp(json);
  return [
    secret,
    json,
    json.replaceAll("/", "\\/"),
    php,
    asciiOnly(php),
    JSON.stringify(json).slice(1, -1),
    JSON.stringify(php).slice(1, -1),
    [...Array(secret.length).keys()].map((at) => unicodeEscape(secret.charCodeAt(at))).join(""),
    ...pages(secret),
    // Half of a surrogate pair has no bytes that an address could hold.
    ...(secret.isWellFormed() ? addresses(secret) : []),
  ];
}

const unicodeEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;

/** Bitrix24 escapes the signs of HTML and slashes. [S main/lib/web/json.php] */
const escapedAsPhp = (json: string): string =>
  json
    .replaceAll("/", "\\/")
    .replaceAll('\\"', "\\u0022")
    .replace(/[<>&']/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const asciiOnly = (json: string): string => json.replace(/[^ -~]/g, (unit) => unicodeEscape(unit.charCodeAt(0)));

function addresses(secret: string): string[] {
  const strict = encodeURIComponent(secret).replace(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const upper = [
    encodeURIComponent(secret),
    encodeURI(secret),
    strict,
    new URLSearchParams({ x: secret }).toString().slice(2),
    encodeURIComponent(encodeURIComponent(secret)),
  ].flatMap((way) => [way, way.replaceAll("%20", "+")]);
  return upper.flatMap((way) => [way, way.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())]);
}

const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;" };

function pages(secret: string): string[] {
  const named = secret.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign);
  return [
    named,
    named.replaceAll("&#039;", "&#39;"),
    named.replaceAll("&#039;", "&apos;"),
    secret.replace(/[&<>]/g, (sign) => NAMED[sign] ?? sign),
    secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  ];
}

/** Lists and plain objects are data; what has a class of its own is not looked into. */
const isContainer = (value: unknown): value is Record<string, unknown> | unknown[] =>
  Array.isArray(value) || (isObject(value) && isPlain(value));

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** With a list of its own instead of the stack, which data nested deeply enough would exhaust. */
function holds(value: unknown, secrets: ReadonlySet<unknown>): boolean {
  if (secrets.size === 0) return false;
  const seen = new Set<unknown>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const item = open.pop();
    if (secrets.has(item)) return true;
    if (!isContainer(item) || seen.has(item)) continue;
    seen.add(item);
    for (const inner of Object.values(item)) open.push(inner);
  }
  return false;
}

function replaced(value: unknown, secrets: ReadonlySet<unknown>): unknown {
  const copies = new Map<object, object>();
  const open: [source: object, copy: object][] = [];
  const copyOf = (item: unknown): unknown => {
    if (secrets.has(item)) return STARS;
    if (!isContainer(item)) return item;
    let copy = copies.get(item);
    if (!copy) {
      copy = Array.isArray(item) ? [] : {};
      copies.set(item, copy);
      open.push([item, copy]);
    }
    return copy;
  };
  const result = copyOf(value);
  for (let next = open.pop(); next; next = open.pop()) {
    const [source, copy] = next;
    for (const [key, item] of Object.entries(source) as [string, unknown][])
      // A key named __proto__ would otherwise change the copy's prototype instead of becoming a key.
      Object.defineProperty(copy, key, { value: copyOf(item), enumerable: true, writable: true, configurable: true });
  }
  return result;
}
