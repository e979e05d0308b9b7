// The words of the package: locales/<language>/<subject>.json holds what several places say, nodes/<name>/words/<language>.md
// the labels (front matter) and the help (Markdown) of one node. Node-RED wants one catalogue and one help page per node.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { inRoot } from "./run.mjs";

/** Texts of the examples; the package ships what is made of them. */
const EXAMPLES = "examples.json";
/** The catalogue that all nodes share is the one of their config node, which every flow has. */
const SHARED = "portal";
const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n\n?/;

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Languages that the package speaks. */
export const languages = () => readdirSync(inRoot("locales"));

/** Names of the nodes: the folders with a form. */
export const nodeNames = () =>
  readdirSync(inRoot("nodes")).filter((name) => existsSync(inRoot("nodes", name, "form.html")));

/** Texts by subject, in one object: those of a subject never have the first name of another one's. */
export function sharedWords(language) {
  const files = readdirSync(inRoot("locales", language)).filter((file) => file !== EXAMPLES);
  return Object.assign({}, ...files.sort().map((file) => readJson(inRoot("locales", language, file))));
}

/** Labels and help of one node in one language. */
export function nodeWords(name, language) {
  const text = readFileSync(inRoot("nodes", name, "words", `${language}.md`), "utf8");
  const labels = parse(FRONT_MATTER.exec(text)?.[1] ?? "") ?? {};
  return { labels, help: text.replace(FRONT_MATTER, "") };
}

/** What Node-RED's catalogue of a node holds. */
export function catalogue(name, language) {
  const shared = sharedWords(language);
  const own = { palette: shared.palette, [`bitrix24-${name}`]: nodeWords(name, language).labels };
  return name === SHARED ? { ...own, ...shared } : own;
}

/** Texts of the examples in a language; undefined where they are not translated. */
export function exampleWords(language) {
  const path = inRoot("locales", language, EXAMPLES);
  return existsSync(path) ? readJson(path) : undefined;
}

/** Writes catalogues and help pages where Node-RED looks for them: beside the nodes of the build in `folder`. */
export function writeWords(folder) {
  for (const language of languages()) {
    mkdirSync(join(folder, "locales", language), { recursive: true });
    for (const name of nodeNames()) {
      const base = join(folder, "locales", language, `bitrix24-${name}`);
      writeFileSync(`${base}.json`, `${JSON.stringify(catalogue(name, language), null, 1)}\n`);
      const { help } = nodeWords(name, language);
      writeFileSync(
        `${base}.html`,
        `<script type="text/markdown" data-help-name="bitrix24-${name}">\n${help}</script>\n`,
      );
    }
  }
}
