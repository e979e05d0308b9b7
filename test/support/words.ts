import { extname } from "node:path";
import { filesBelow, readText, type Language } from "./project";

/** Begins the name of a catalogue where one node asks for the texts of another. */
export const NAMESPACE = "@bitrix24-flows/node-red-open-channels/";

/** Texts by their keys. */
export type Catalogue = Map<string, string>;

export function flatten(tree: object, prefix = ""): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? flatten(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, String(value)] as [string, string]],
  );
}

/** What Node-RED loads for a node in a language. */
export function catalogue(language: Language, set: string): Catalogue {
  return new Map(flatten(JSON.parse(readText(`dist/nodes/locales/${language}/${set}.json`)) as object));
}

const FORM = /_(zero|one|two|few|many|other)$/;

/** The key that a script asks for: without the plural form that i18next adds for a count. */
export const withoutForm = (key: string): string => key.replace(FORM, "");

/** The plural form in a key: `one` in `lines_one`; undefined for a text without forms. */
export const formOf = (key: string): string | undefined => FORM.exec(key)?.[1];

/** The keys of a catalogue as scripts ask for them. */
export const keysOf = (texts: Catalogue): Set<string> => new Set([...texts.keys()].map(withoutForm));

/** Forms that numbers take in a language: `one` and `other` in English, two more in Russian. */
export const formsOf = (language: string): string[] =>
  [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();

/** A string literal of JavaScript or the value of an HTML attribute, within a line. */
const LITERAL = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;

/**
 * The words in the literals of source code: `bitrix24-send:send.title` and `[placeholder]send.title;[title]send.more` hold
 * `send.title` and `send.more`, a template what is before and behind each value.
 */
export function wordsIn(code: string): Set<string> {
  const words = [...code.matchAll(LITERAL)].flatMap(([, ...found]) =>
    (found.find((part) => part !== undefined) ?? "")
      .replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, " ")
      .split(/[\s;,:|]+/)
      .map((word) => word.replace(/^\[[\w-]+\]/, "")),
  );
  // Quotes inside of a template or of HTML in a script begin and end literals of their own.
  const inner = [...code.matchAll(/["'`:\]]([\w-]+(?:\.[\w-]*)*)["'`;$]/g)].map(([, word]) => word ?? "");
  return new Set([...words, ...inner]);
}

/** Source files below folders, without the declarations of types. */
export const sourcesBelow = (...folders: string[]): string[] =>
  folders
    .flatMap((folder) => filesBelow(folder))
    .filter((path) => [".ts", ".js", ".html"].includes(extname(path)) && !path.endsWith(".d.ts"));
