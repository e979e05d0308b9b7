import assert from "node:assert/strict";
import { LANGUAGES, nodeSets, readText, type Language } from "../support/project";

const SETS = nodeSets();

/** Every text of a language's catalogues, in small letters. */
function textsOf(language: Language): string[] {
  const leaves = (tree: object): string[] =>
    Object.values(tree).flatMap((value: unknown) =>
      typeof value === "object" && value !== null ? leaves(value) : [String(value).toLowerCase()],
    );
  return SETS.flatMap((set) => leaves(JSON.parse(readText(`dist/nodes/locales/${language}/${set}.json`)) as object));
}

describe("the help pages", () => {
  const headings: Record<Language, string[]> = {
    "en-US": ["Inputs", "Outputs", "Details", "References"],
    ru: ["Принимает", "Выводит", "Подробности", "Ссылки"],
    de: ["Eingangsdaten", "Ausgangsdaten", "Details", "Referenzen"],
    "es-ES": ["Entradas", "Salidas", "Detalles", "Referencias"],
    "pt-BR": ["Entradas", "Saídas", "Detalhes", "Referências"],
  };

  it("begin with a short paragraph and keep the order of the sections", () => {
    for (const set of SETS)
      for (const language of LANGUAGES) {
        const help = readText(`dist/nodes/locales/${language}/${set}.html`);
        assert.match(
          help,
          new RegExp(`^<script type="text/markdown" data-help-name="${set}">\n[^\n#]{20,160}\n\n### `),
          set,
        );
        const found = [...help.matchAll(/^### (.+)$/gm)].map(([, title]) => title ?? "");
        const expected = headings[language].filter((title) => found.includes(title));
        assert.deepEqual(found, expected, `${language} ${set}`);
        assert.deepEqual(found.slice(-2), headings[language].slice(-2), `${language} ${set}`);
      }
  });

  it("write every property so that the sidebar shows it whole", () => {
    for (const set of SETS)
      for (const language of LANGUAGES)
        for (const line of readText(`dist/nodes/locales/${language}/${set}.html`)
          .split("\n")
          .filter((text) => text.startsWith(":")))
          assert.match(line, /^: [^:()]+\([^:()]+\) : [^:]+$/, `${language} ${set}`);
  });

  it("say the same in all languages: as many properties, sections and error codes", () => {
    const shape = (help: string): Record<string, unknown> => ({
      properties: [...help.matchAll(/^: ([^(]+)\(/gm)].map(([, name]) => name),
      sections: [...help.matchAll(/^#+ /gm)].length,
      codes: [...help.matchAll(/^\| `(.+)` \|/gm)].map(([, code]) => code),
      links: [...help.matchAll(/^- \[/gm)].length,
      paragraphs: help.split(/\n{2,}/).length,
      // What is written in code marks is the same everywhere: a sentence that one language lacks is missed here.
      marked: [...new Set([...help.matchAll(/`([^`]+)`/g)].map(([, words]) => words ?? ""))]
        .filter((words) => !words.startsWith("[b]"))
        .sort(),
    });
    for (const set of SETS) {
      const [english, ...others] = LANGUAGES.map((language) =>
        shape(readText(`dist/nodes/locales/${language}/${set}.html`)),
      );
      for (const other of others) assert.deepEqual(other, english, set);
    }
  });

  it("call fields, choices, buttons and nodes in quotes as the dialogs of that language do", () => {
    const strange: string[] = [];
    for (const language of LANGUAGES) {
      const words = textsOf(language);
      for (const set of SETS) {
        const [, ...lines] = readText(`dist/nodes/locales/${language}/${set}.html`).split("\n");
        for (const [, ...found] of lines.join("\n").matchAll(/"([^"\n]+)"|„([^“\n]+)“|«([^»\n]+)»/g)) {
          const name = found.find((part) => part !== undefined) ?? "";
          if (!words.includes(name.toLowerCase()) && name !== "Битрикс24.Network")
            strange.push(`${language} ${set}: ${name}`);
        }
      }
    }
    assert.deepEqual(strange, []);
  });
});
