/** Whether `value` is an object with names, such as JSON's `{…}`. */
export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
