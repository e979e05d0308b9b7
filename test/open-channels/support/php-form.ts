/** A body as PHP's http_build_query writes it: nested names in brackets, lists with their positions, nothing for null. */
export function phpForm(values: Readonly<Record<string, unknown>>): string {
  const fields: string[] = [];
  const add = (name: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === "object")
      for (const [key, item] of Object.entries(value)) add(`${name}[${encode(key)}]`, item);
    else fields.push(`${name}=${encode(scalar(value))}`);
  };
  for (const [name, value] of Object.entries(values)) add(encode(name), value);
  return fields.join("&").replace(/\[/g, "%5B").replace(/\]/g, "%5D");
}

const hex = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;

/** PHP leaves fewer letters as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/%20/g, "+")
    .replace(/[!'()*~]/g, (letter) => hex(letter.charCodeAt(0)));

const scalar = (value: unknown): string => (typeof value === "boolean" ? (value ? "1" : "0") : String(value));

/** The same for texts with bytes in them that need not be UTF-8. */
export function brokenForm(
  values: Readonly<Record<string, Readonly<Record<string, (string | Uint8Array)[]>>>>,
): string {
  const piece = (part: string | Uint8Array): string =>
    typeof part === "string" ? encode(part) : [...part].map(hex).join("");
  return Object.entries(values)
    .flatMap(([name, fields]) =>
      Object.entries(fields).map(([key, pieces]) => `${name}%5B${key}%5D=${pieces.map(piece).join("")}`),
    )
    .join("&");
}
