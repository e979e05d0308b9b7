/** The nested form encoding of PHP: query strings, form bodies, the commands of a batch, posted events. */
import { isArray, phpString, setKey, type Params } from "../portal/php";

type Tree = Map<string, Tree | string>;

/** PHP's `parse_str`, with its limit of variables. [D data-encoding] */
export function parseStr(text: string, maxVars = 1000): Params {
  const root: Tree = new Map();
  let count = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (++count > maxVars) break;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    put(root, name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return treeToObject(root);
}

/** Builds the nested value out of names like `a[b][]`, for multipart fields. */
export function nestFields(fields: Iterable<[string, string]>): Params {
  const root: Tree = new Map();
  for (const [name, value] of fields) put(root, name, value);
  return treeToObject(root);
}

function decode(text: string): string {
  const plain = text.replace(/\+/g, " ");
  if (!plain.includes("%")) return plain;
  try {
    return decodeURIComponent(plain);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return decodeBytes(plain);
  }
}

/** Broken percent encoding is kept as far as it can be read. */
function decodeBytes(text: string): string {
  const bytes = text.replace(/%([0-9a-fA-F]{2})|[^\x00-\x7f]/g, (match: string, hex: string | undefined) =>
    hex === undefined ? Buffer.from(match, "utf8").toString("latin1") : String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The path of a form field's name; `a[b` without its closing bracket is the plain name `a_b`. */
function fieldPath(name: string): string[] {
  const trimmed = name.replace(/^ +/, "");
  const open = trimmed.indexOf("[");
  if (open <= 0) return [trimmed.replace(/[ .[]/g, "_")];
  const base = trimmed.slice(0, open).replace(/[ .]/g, "_");
  const path = [base];
  let rest = trimmed.slice(open);
  while (rest.startsWith("[")) {
    const close = rest.indexOf("]");
    if (close < 0) return path.length > 1 ? path : [base + rest.replace(/[ .[]/g, "_")];
    path.push(rest.slice(1, close));
    rest = rest.slice(close + 1);
  }
  return path;
}

function put(root: Tree, name: string, value: string): void {
  const path = fieldPath(name);
  if (path[0] === "") return;
  let node = root;
  path.forEach((part, index) => {
    const key = part === "" && index > 0 ? nextIndex(node) : part;
    if (index === path.length - 1) {
      node.set(key, value);
      return;
    }
    let child = node.get(key);
    if (!(child instanceof Map)) {
      child = new Map<string, Tree | string>();
      node.set(key, child);
    }
    node = child;
  });
}

function nextIndex(node: Tree): string {
  let next = 0;
  for (const key of node.keys()) if (/^\d+$/.test(key)) next = Math.max(next, Number(key) + 1);
  return String(next);
}

function treeToObject(tree: Tree): Params {
  const result: Params = {};
  for (const [key, value] of tree) setKey(result, key, value instanceof Map ? treeToValue(value) : value);
  return result;
}

function treeToValue(tree: Tree): unknown {
  let index = 0;
  for (const key of tree.keys()) if (key !== String(index++)) return treeToObject(tree);
  return [...tree.values()].map((value) => (value instanceof Map ? treeToValue(value) : value));
}

/** PHP's `http_build_query`: nulls and empty arrays vanish, booleans are `1` and `0`. [S 5.3] */
export function buildQuery(data: Params): string {
  const parts: string[] = [];
  for (const key of Object.keys(data)) appendField(parts, encodeURIComponent(key), data[key]);
  return parts.join("&");
}

function appendField(parts: string[], name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (isArray(value)) {
    for (const key of Object.keys(value)) appendField(parts, `${name}%5B${encodeURIComponent(key)}%5D`, value[key]);
    return;
  }
  const text = value === false ? "0" : phpString(value);
  parts.push(`${name}=${encodeURIComponent(text).replace(/%20/g, "+")}`);
}
