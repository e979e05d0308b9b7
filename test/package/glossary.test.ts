import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../support/node-red";
import { filesBelow, LANGUAGES, nodeSets, readText, type Language } from "../support/project";
import { catalogue, flatten } from "../support/words";

interface Place {
  where: string;
  text: string;
}

/** The rows of the tables of a Markdown file below a heading, without the head. */
function rowsBelow(heading: string): string[][] {
  const [, section = ""] = readText("docs/glossary.md").split(`## ${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n\n?/;

/** Help without what is not prose: tables of errors, links to pages of Bitrix24, blocks of code. */
const prose = (help: string): string[] => help.split("\n").filter((line) => !/^(\||- \[)/.test(line));

/** Every text of a language about this package, as the sources write it; what bots of examples say to clients is not. */
function textsOf(language: Language): Place[] {
  const own = filesBelow(`locales/${language}`, ".json").filter((path) => !path.endsWith("/examples.json"));
  const portal = filesBelow("sandbox", ".json").filter((path) =>
    new RegExp(`/locales/(${language}|${language === "en-US" ? "en" : language})\\.json$`).test(path),
  );
  const files = [...own, ...portal, `scripts/locales/${language}.json`].flatMap((path) =>
    flatten(JSON.parse(readText(path)) as object).map(([key, text]) => ({ where: `${path}: ${key}`, text })),
  );
  const pages = nodeSets().map((set) => `nodes/${set.replace("bitrix24-", "")}/words/${language}.md`);
  const helps = pages
    .filter((path) => existsSync(join(projectRoot, path)))
    .flatMap((path) => {
      const page = readText(path);
      const labels = flatten((parse(FRONT_MATTER.exec(page)?.[1] ?? "") ?? {}) as object);
      return [
        ...labels.map(([key, text]) => ({ where: `${path}: ${key}`, text })),
        ...prose(page.replace(FRONT_MATTER, "")).map((text) => ({ where: path, text })),
      ];
    });
  return [...files, ...helps];
}

/** A text without names: code marks, quotes, placeholders, REST names, addresses, and the key-like parts of formats. */
const plain = (text: string): string =>
  text
    .replace(/`[^`]*`|"[^"]*"|„[^“]*“|«[^»]*»|__\w+__|\{\w+\}|https?:\S+/g, " ")
    .replace(/\b[\w-]+(?:[.|_][\w*-]+)+/g, " ")
    .replace(/\b[A-Z][A-Z_0-9]+\b/g, " ");

/** What an unwanted word may mean after all: a window of the editor, the end of a line of text. */
const MEANT = /\b(this|node's) dialog\b|\bline breaks?\b/gi;

/** A word of the list as an expression: `*` is any ending, and a word begins and ends at borders that any script has. */
const expression = (word: string): RegExp =>
  new RegExp(
    `(?<![\\p{L}\\p{N}])${word.replace(/[.?+^$()[\]{}|\\]/g, "\\$&").replaceAll("*", "[\\p{L}'’]*")}(?![\\p{L}\\p{N}])`,
    "iu",
  );

describe("the glossary", () => {
  const terms = rowsBelow("Terms");
  const unwanted = rowsBelow("Words we do not use");

  it("names each thing once, in every language", () => {
    assert.ok(terms.length > 20);
    for (const row of terms) {
      assert.equal(row.length, 6, row.join(" | "));
      for (const cell of row) assert.notEqual(cell, "", row.join(" | "));
    }
    const names = terms.map(([english]) => english);
    assert.deepEqual(names, [...new Set(names)]);
  });

  it("has no term that the texts do not use", () => {
    const columns: Language[] = ["en-US", "de", "es-ES", "pt-BR", "ru"];
    const unused = columns.flatMap((language, at) => {
      const all = textsOf(language)
        .map(({ text }) => text.toLowerCase())
        .join("\n");
      // The end of a word changes with its place in a sentence.
      const stem = (word: string): string => (word.length > 4 ? word.slice(0, -2) : word.slice(0, 3));
      return terms
        .map(([english, , ...others]) => [english, ...others][at] ?? "")
        .filter((term) => !new RegExp(term.toLowerCase().split(" ").map(stem).join("\\p{L}*\\s\\p{L}*"), "u").test(all))
        .map((term) => `${language}: ${term}`);
    });
    assert.deepEqual(unused, []);
  });

  it("knows a word instead for each word that is not used, in each language", () => {
    for (const [language = "", words = "", instead = ""] of unwanted) {
      assert.ok((LANGUAGES as readonly string[]).includes(language), language);
      assert.ok(words !== "" && instead !== "", words);
    }
    assert.deepEqual(new Set(unwanted.map(([language]) => language)), new Set(LANGUAGES));
  });

  for (const language of LANGUAGES)
    it(`keeps the words that are not used out of the texts: ${language}`, () => {
      const rules = unwanted
        .filter(([of]) => of === language)
        .flatMap(([, words = ""]) => words.split(",").map((word) => expression(word.trim())));
      const found = textsOf(language).flatMap(({ where, text }) => {
        const words = plain(text).replace(MEANT, " ");
        return rules.filter((rule) => rule.test(words)).map((rule) => `${where}: ${rule.exec(words)?.[0]}: ${text}`);
      });
      assert.deepEqual(found, []);
    });

  it("finds such words where they are, and nothing inside of other words or names", () => {
    const hits = (word: string, text: string): boolean => expression(word).test(plain(text));
    assert.ok(hits("line", "Choose a line."));
    assert.ok(hits("бесед*", "Конец беседы"));
    for (const text of ["online", "Pass `line` whole", "imopenlines.config.line", "LINE or QUEUE_ID", "underlined"])
      assert.ok(!hits("line", text), text);
    assert.ok(!hits("нод", "методного"));
    assert.ok(catalogue("en-US", "bitrix24-portal").size > 300);
  });
});
