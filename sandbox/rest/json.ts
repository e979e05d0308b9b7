/** How the portal writes its answers. */
import { isArray, phpString } from "../portal/php";

/** Turns maps into what PHP's encoder makes of them: empty or 0..n-1 keys become a list. [S main/lib/web/json.php] */
export function phpShape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(phpShape);
  if (!isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.every((key, index) => key === String(index))) return keys.map((key) => phpShape(value[key]));
  return Object.fromEntries(keys.map((key) => [key, phpShape(value[key])]));
}

const ESCAPED: Record<string, string> = {
  '\\"': "\\u0022",
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "'": "\\u0027",
  "/": "\\/",
};

/** JSON as the portal writes it, with its escapes. */
export function phpJson(value: unknown): string {
  return JSON.stringify(phpShape(value)).replace(/\\.|[<>&'/]/g, (match) => ESCAPED[match] ?? match);
}

/** The `.xml` form of an answer. */
export function phpXml(value: unknown): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<response>${xmlNode(phpShape(value))}</response>`;
}

function xmlNode(value: unknown): string {
  if (!isArray(value)) return phpString(value).replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return Object.keys(value)
    .map((key) => {
      const name = Array.isArray(value) ? "item" : key;
      return `<${name}>${xmlNode(value[key])}</${name}>`;
    })
    .join("");
}
