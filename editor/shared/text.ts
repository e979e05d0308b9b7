const SHARED = "@bitrix24-flows/node-red-open-channels/bitrix24-portal:";

/** What the editor shows instead of a secret that is already stored. */
export const STORED_SECRET = "__PWRD__";

/** Values for the gaps of a text; `defaultValue` stands in for a text that is missing. */
export type TextValues = Readonly<Record<string, unknown>>;

/**
 * A text of the catalogue that all nodes of the package share.
 * @param key its path, such as `field.chatId`
 */
export const text = (key: string, values?: TextValues): string => RED._(SHARED + key, values);

/** A text of one node's own catalogue, such as `ofNode("bitrix24-send", "bitrix24-send.compose.title")`. */
export const ofNode = (type: string, key: string, values?: TextValues): string =>
  RED._(`@bitrix24-flows/node-red-open-channels/${type}:${key}`, values);

/** A word that the editor itself has on its buttons: `cancel`, `close`, `done`. */
export const ofEditor = (word: string): string => RED._(`common.label.${word}`);

/** Whether `value` is nothing but a reference to an environment variable, which only the runtime can look up. */
export const isEnvReference = (value: unknown): boolean =>
  typeof value === "string" && /^\s*(\$\{[^}]+\}|\$\([a-zA-Z_]\w*\))\s*$/.test(value);

/** `value` as the text of a form field; anything that no field can hold is empty. */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Whether a form field was left empty or holds white space only. */
export const isBlank = (value: unknown): boolean => asText(value).trim() === "";
