/** Texts in a tree of words, by keys such as `page.title`. */
export interface Words {
  [name: string]: string | Words;
}

export type Values = Record<string, string | number>;

function entryAt(words: Words, key: string): string | Words | undefined {
  let entry: string | Words | undefined = words;
  for (const name of key.split(".")) {
    if (typeof entry !== "object" || !Object.hasOwn(entry, name)) return undefined;
    entry = entry[name];
  }
  return entry;
}

/**
 * A text with its `{values}` put in; the value `count` chooses the plural form. A key without a text is the text.
 */
export function textOf(words: Words, language: string, key: string, values: Values = {}): string {
  const entry = entryAt(words, key);
  const text = typeof entry === "object" ? pluralOf(entry, language, values.count) : entry;
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ""));
}

function pluralOf(forms: Words, language: string, count: string | number | undefined): string | undefined {
  const form = forms[new Intl.PluralRules(language).select(Number(count))] ?? forms.other;
  return typeof form === "string" ? form : undefined;
}

/** Is there a text, not only a group of texts? */
export function hasText(words: Words, key: string): boolean {
  return typeof entryAt(words, key) === "string";
}

/** The first of `offered` that a reader with these languages understands; regions do not matter. */
export function bestLanguage<T extends string>(wanted: readonly string[], offered: readonly T[]): T | undefined {
  const family = (name: string): string | undefined => name.split("-", 1)[0]?.toLowerCase();
  for (const tag of wanted) {
    const found = offered.find((name) => family(name) === family(tag));
    if (found !== undefined) return found;
  }
  return undefined;
}
