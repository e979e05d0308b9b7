/** How the portal's language sees values: casts, truth, lists and maps. */

/** Parameters of a call, as they came in. */
export type Params = Record<string, unknown>;

/** A PHP type error: the portal dies with HTTP 500 and no JSON. [S 2.4] */
export class PhpFatal extends Error {}

const NUMERIC_PREFIX = /^[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/;
const INT_MAX = 2 ** 63;

/** PHP's `(int)` cast. [S 2.4] */
export function phpInt(value: unknown): number {
  switch (typeof value) {
    case "boolean":
      return value ? 1 : 0;
    case "number":
      return clampInt(value);
    case "string": {
      const match = NUMERIC_PREFIX.exec(value);
      return match?.[1] === undefined ? 0 : clampInt(Number(match[1]));
    }
    case "object":
      return value === null || Object.keys(value).length === 0 ? 0 : 1;
    default:
      return 0;
  }
}

function clampInt(value: number): number {
  if (!Number.isFinite(value)) return 0;
  return Math.max(-INT_MAX, Math.min(INT_MAX, Math.trunc(value))) || 0;
}

/** PHP's string conversion of a typed parameter; a list or map is a type error. */
export function phpString(value: unknown): string {
  if (value === null || value === undefined || value === false) return "";
  if (value === true) return "1";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new PhpFatal("string expected");
}

/** PHP's truth: `""`, `"0"`, 0, null, false and empty lists are false. */
export function phpTruthy(value: unknown): boolean {
  if (value === "" || value === "0") return false;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** PHP's `trim`. */
export function phpTrim(value: string): string {
  return value.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, "");
}

/** A map or list (both are arrays in PHP). */
export function isArray(value: unknown): value is Params {
  return typeof value === "object" && value !== null;
}

/** Sets an own key, whatever its name. */
export function setKey(target: Params, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else target[key] = value;
}

/** Top-level keys in capitals; the last of equal names wins. */
export function upperKeys(params: Params): Params {
  const result: Params = {};
  for (const key of Object.keys(params)) setKey(result, key.toUpperCase(), params[key]);
  return result;
}
