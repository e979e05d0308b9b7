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

const hex = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

const LITERAL = /[\\^$.*+?()[\]{}|/-]/g;
// Bounded, because a row of unbounded repetitions would try out every way to share a row of backslashes.
const JSON_SIGNS: Record<string, string> = { '"': '\\\\*"', "/": "\\\\*\\/", "\\": "\\\\{1,4}" };
const JSON_LETTERS: Record<string, string> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };
const HTML_NAMES: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/** A pattern for one character in all the ways in which addresses, forms, JSON and pages write it, also one in another. */
function spellings(char: string): string {
  const codePoint = char.codePointAt(0) ?? 0;
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  const literal = char.replace(LITERAL, "\\$&");
  const ways = [JSON_SIGNS[char] ?? literal, units.map((unit) => `\\\\+u${hex(unit, 4)}`).join("")];
  // Half of a surrogate pair has no bytes of its own.
  if (char.isWellFormed()) ways.push([...Buffer.from(char)].map((byte) => `%(?:25)*${hex(byte, 2)}`).join(""));
  if (char === " ") ways.push("\\+");
  if (JSON_LETTERS[char]) ways.push(`\\\\+${JSON_LETTERS[char]}`);
  if (HTML_NAMES[char])
    ways.push(`&(?:amp;)?(?:${HTML_NAMES[char]}|#0{0,4}${codePoint}|#[xX]0{0,4}${hex(codePoint, 1)});`);
  return `(?:${ways.join("|")})`;
}

const pattern = (secret: string): string => Array.from(secret, spellings).join("");

/** A redactor for these secrets; empty and very short ones are left out. */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const known = secrets.filter((secret): secret is string => (secret?.length ?? 0) >= SHORTEST_SECRET);
  // Longest first: what stands inside another secret must not leave the rest of it behind.
  const longestFirst = [...new Set(known)].sort((a, b) => b.length - a.length);
  const anywhere = longestFirst.length === 0 ? null : new RegExp(longestFirst.map(pattern).join("|"), "g");

  const finds = (text: string): boolean => anywhere !== null && text.search(anywhere) >= 0;
  const withoutKnown = (input: string): string => (anywhere === null ? input : input.replace(anywhere, STARS));
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
