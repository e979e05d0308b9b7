/** What PHP makes of one command of a batch: `parse_url`, then `parse_str`, with PHP's own limits. */

export type PhpArray = { [key: string]: PhpArray | string };

const MAX_VARIABLES = 1000;
const MAX_NESTING = 64;

export interface Command {
  readonly method: string;
  readonly params: PhpArray;
}

export function readCommand(command: string): Command {
  const withoutFragment = command.split("#")[0] ?? "";
  const mark = withoutFragment.indexOf("?");
  if (mark < 0) return { method: withoutFragment, params: {} };
  return { method: withoutFragment.slice(0, mark), params: parseString(withoutFragment.slice(mark + 1)) };
}

function parseString(query: string): PhpArray {
  const root: PhpArray = {};
  for (const pair of query.split("&").slice(0, MAX_VARIABLES)) {
    const equals = pair.indexOf("=");
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const path = pathOf(name);
    if (path.length - 1 <= MAX_NESTING) setAt(root, path, equals < 0 ? "" : decoded(pair.slice(equals + 1)));
  }
  return root;
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));

function pathOf(name: string): string[] {
  const bracket = name.indexOf("[");
  const first = (bracket < 0 ? name : name.slice(0, bracket)).replace(/[ .]/g, "_");
  const rest = bracket < 0 ? [] : [...name.slice(bracket).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
  return [first, ...rest];
}

function setAt(root: PhpArray, path: readonly string[], value: string): void {
  let node = root;
  path.forEach((part, depth) => {
    const key = part === "" ? String(Object.keys(node).length) : part;
    if (depth === path.length - 1) {
      put(node, key, value);
      return;
    }
    let child = Object.hasOwn(node, key) ? node[key] : undefined;
    if (typeof child !== "object") put(node, key, (child = {}));
    node = child;
  });
}

const put = (target: PhpArray, key: string, value: PhpArray | string): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
};

/** The same data as PHP would hold it if nothing were lost: arrays by number, leaves as text. */
export function asPhp(value: unknown): PhpArray | string {
  if (typeof value !== "object" || value === null) return String(value);
  const array: PhpArray = {};
  for (const [key, item] of Object.entries(value)) put(array, key, asPhp(item));
  return array;
}

/** PHP's `\S` sees bytes: a non-breaking space is no space there. */
const REFERENCE = /\$(result|next|total|time|error)[^ \t\n\v\f\r]*\[[^\]]+\]/i;

/** Whether the portal would put another command's result into this text. */
export function isRewritten(text: string): boolean {
  return REFERENCE.test(Buffer.from(text, "utf8").toString("latin1"));
}

/** All texts of a value, however deep. */
export function textsOf(value: PhpArray | string): string[] {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(textsOf);
}
