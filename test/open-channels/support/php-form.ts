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

const encode = (text: string): string => encodeURIComponent(text).replace(/%20/g, "+");

const scalar = (value: unknown): string => (typeof value === "boolean" ? (value ? "1" : "0") : String(value));
