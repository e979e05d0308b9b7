import type { NodeAPI } from "node-red";
import type { CallError } from "../../rest/errors";

const NAMESPACE = "@bitrix24-flows/node-red-open-channels/bitrix24-portal";

type Values = Readonly<Record<string, string | number>>;

/** A text of the shared catalogue in the server's language, or null when there is none. */
export function lookUp(RED: NodeAPI, path: string, values: Values = {}): string | null {
  const text: unknown = RED._(`${NAMESPACE}:${path}`, { ...values });
  return typeof text === "string" && !text.endsWith(path) ? text : null;
}

/** A key of the shared catalogue as it stands in statuses, which every editor translates for its own user. */
export const statusKey = (name: string): string => `${NAMESPACE}:status.${name}`;

export interface ErrorTexts {
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do about it; empty when nothing is known. */
  readonly hint: string;
}

/**
 * What people read about a failure. `variant` names the use of the method, because one code can mean different things.
 */
export function describeError(RED: NodeAPI, error: CallError, variant: string): ErrorTexts {
  const { code, method, description, details } = error;
  const values = { method: method ?? "", description, ...details };
  const find = (part: "title" | "hint"): string | null => {
    for (const name of catalogueNames(code, variant)) {
      const text = lookUp(RED, `errors.${name}.${part}`, values);
      if (text !== null) return text;
    }
    return null;
  };
  const title = find("title");
  const fallback = description || `${code}${method ? ` (${method})` : ""}`;
  return {
    message: title === null ? fallback : withDetails(title, error),
    hint: find("hint") ?? lookUp(RED, `errors.UNKNOWN_ERROR.hint`, values) ?? "",
  };
}

function catalogueNames(code: string, variant: string): string[] {
  const safe = /^\w+$/.test(code) ? code : "UNKNOWN_ERROR";
  const spellings = [...new Set([safe, safe.toUpperCase()])];
  return [...spellings.map((name) => `${name}_${variant}`), ...spellings];
}

/** The portal's own words, the reason of a broken connection, a parameter's name: they may know more than our title. */
function withDetails(title: string, { description, details }: CallError): string {
  const words = [details["argument"] ?? "", description].filter((part) => part !== "").join(": ");
  return words === "" || title.includes(words) ? title : `${title.replace(/\.$/, "")} (${words.replace(/\.$/, "")}).`;
}
