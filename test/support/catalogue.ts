import assert from "node:assert/strict";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import { projectRoot } from "./node-red";
import { readText } from "./project";

export type Language = "en-US" | "ru";

const NAMESPACE = "@bitrix24-flows/node-red-open-channels";
const SHARED = "bitrix24-portal";

interface I18n {
  init(settings: { lang: string }): void;
  registerMessageCatalog(namespace: string, folder: string, file: string): Promise<void>;
  i: { changeLanguage(language: string): Promise<unknown> };
  _(key: string, values?: object): string;
}

/**
 * Gives the nodes Node-RED's own lookup of texts, which the test helper leaves out.
 * @param load `require` as the Node-RED under test sees it
 */
export async function useCatalogues(load: NodeJS.Require, language: Language): Promise<(RED: NodeAPI) => void> {
  const { i18n } = load("@node-red/util") as { i18n: I18n };
  i18n.init({ lang: "en-US" });
  await i18n.registerMessageCatalog(
    `${NAMESPACE}/${SHARED}`,
    join(projectRoot, "dist/nodes/locales"),
    `${SHARED}.json`,
  );
  await i18n.i.changeLanguage(language);
  return (RED) => {
    (RED as { _: unknown })._ = (key: string, values?: object) =>
      i18n._(key.includes(":") ? key : `${NAMESPACE}/${SHARED}:${key}`, values);
  };
}

const catalogues = new Map<Language, unknown>();

/**
 * A text of the shared catalogue as it is in the file; undefined when there is none.
 * @param count chooses the plural form where the text has several
 */
export function text(path: string, language: Language = "en-US", count = 0): string | undefined {
  if (!catalogues.has(language))
    catalogues.set(language, JSON.parse(readText(`dist/nodes/locales/${language}/${SHARED}.json`)));
  const find = (key: string): unknown =>
    key
      .split(".")
      .reduce<unknown>(
        (found, name) => (found as Record<string, unknown> | undefined)?.[name],
        catalogues.get(language),
      );
  const found = find(path) ?? find(`${path}_${new Intl.PluralRules(language).select(count)}`);
  return typeof found === "string" ? found : undefined;
}

/** The key of a status, which editors translate. */
export const statusKey = (name: string): string => {
  assert.ok(text(`status.${name}`), `no text for the status ${name}`);
  return `${NAMESPACE}/${SHARED}:status.${name}`;
};

const escaped = (words: string): string => words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** The sentence of the catalogue with anything in its places, and with the portal's own words behind it. */
function sentencePattern(title: string): RegExp {
  const body = escaped(title.replace(/\.$/, "")).replace(/__\w+__/g, "\\S.*");
  return new RegExp(`^${body}( \\(.+\\))?\\.?$`, "s");
}

export interface Told {
  code: string;
  message: string;
  method: string | null;
  status: number | null;
  outcome: string;
  hint: string;
}

export interface Expected {
  code: string;
  outcome: "not-sent" | "refused" | "unknown";
  method?: string | null;
  status?: number | null;
  /** The use of the method, where one code means different things. */
  variant?: string;
  language?: Language;
}

/** Holds an error to everything that the contract says of it: its fields, one sentence, what to do. */
export function assertTold(error: unknown, expected: Expected): void {
  const { code, outcome, method, status, variant = "", language = "en-US" } = expected;
  const told = error as Told;
  assert.deepEqual(Object.keys(told).sort(), ["code", "hint", "message", "method", "outcome", "status"]);
  assert.equal(told.code, code);
  assert.equal(told.outcome, outcome, told.message);
  if (method !== undefined) assert.equal(told.method, method);
  if (status !== undefined) assert.equal(told.status, status);
  const entry = [`${code}_${variant}`, code].find((name) => text(`errors.${name}.title`, language) !== undefined);
  assert.ok(entry, `the catalogue has no entry ${code}`);
  assert.match(told.message, sentencePattern(text(`errors.${entry}.title`, language) ?? ""));
  assert.match(told.hint, sentencePattern(text(`errors.${entry}.hint`, language) ?? ""));
  assertReadable(told);
}

/** Nothing that a machine left behind. */
export function assertReadable({ message, hint }: Told): void {
  for (const words of [message, hint]) {
    assert.doesNotMatch(words, /__|undefined|\[object|\bnull\b| {2}|\bof is\b|[:,] *$|: *\./, words);
    assert.match(words, /^[\p{Lu}"'\d].*\S$/su, words);
  }
}
