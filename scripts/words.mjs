// The words of the package: locales/<language>/<subject>.json holds what several places say, nodes/<name>/words/<language>.md
// the labels (front matter) and the help (Markdown) of one node. Node-RED wants one catalogue and one help page per node.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { declarations } from "./declarations.mjs";
import { withErrors } from "./help.mjs";
import { inRoot } from "./run.mjs";

const require = createRequire(import.meta.url);
/**
 * Loaded late: whoever imports this may be about to install it.
 * @returns {typeof import("yaml")}
 */
const yaml = () => require("yaml");

/** Texts of the examples and of the help pages; the package ships what is made of them. */
const EXAMPLES = "examples.json";
const HELP = "help.json";
/** The catalogue that all nodes share is the one of their config node, which every flow has. */
const SHARED = "portal";
/** The node whose dialog lists methods with what they do. */
const CALL = "call";
const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n\n?/;

/** Parts of a node's front matter that go into the catalogue that all nodes share, and where they go there. */
const GIVEN = { errors: ["errors"], field: ["field"], takes: ["typed", "takes"] };

const readFiles = new Map();

/** What `parse` makes of a file; a file is read again only after it has changed. The answer is the caller's own. */
function read(path, parse) {
  const { mtimeMs } = statSync(path);
  if (readFiles.get(path)?.mtimeMs !== mtimeMs)
    readFiles.set(path, { mtimeMs, content: parse(readFileSync(path, "utf8")) });
  return structuredClone(readFiles.get(path).content);
}

const readJson = (path) => read(path, JSON.parse);

/** Languages that the package speaks. */
export const languages = () => readdirSync(inRoot("locales"));

/** Names of the nodes: the folders with a form. */
export const nodeNames = () =>
  readdirSync(inRoot("nodes")).filter((name) => existsSync(inRoot("nodes", name, "form.html")));

/** Adds entries to an object inside `words`; a text that is there already is never replaced. */
function give(words, path, entries, name) {
  const place = path.reduce((inside, key) => (inside[key] ??= {}), words);
  for (const [key, entry] of Object.entries(entries ?? {})) {
    if (key in place) throw new Error(`nodes/${name}/words: ${[...path, key].join(".")} has a text already`);
    place[key] = entry;
  }
}

/**
 * Texts by subject, in one object: those of a subject never have the first name of another one's. What only one node
 * needs comes from that node's words.
 */
export function sharedWords(language) {
  const files = readdirSync(inRoot("locales", language)).filter((file) => file !== EXAMPLES && file !== HELP);
  const words = Object.assign({}, ...files.sort().map((file) => readJson(inRoot("locales", language, file))));
  for (const name of nodeNames()) {
    const { given } = nodeWords(name, language);
    for (const [part, path] of Object.entries(GIVEN)) give(words, path, given[part], name);
  }
  return words;
}

/** Labels and help of one node in one language, and what it gives to the words that all nodes share. */
export function nodeWords(name, language) {
  return read(inRoot("nodes", name, "words", `${language}.md`), (text) => {
    const { errors, field, takes, methods, examples, ...labels } =
      yaml().parse(FRONT_MATTER.exec(text)?.[1] ?? "") ?? {};
    return { labels, given: { errors, field, takes, methods, examples }, help: text.replace(FRONT_MATTER, "") };
  });
}

/** What the methods of a node's own do, for the list of methods. */
function giveMethods(titles, name, language) {
  for (const [method, title] of Object.entries(nodeWords(name, language).given.methods ?? {})) {
    const steps = method.split(".");
    give(titles, steps.slice(0, -1), { [steps.at(-1) ?? method]: title }, name);
  }
}

/** What Node-RED's catalogue of a node holds. */
export function catalogue(name, language) {
  const shared = sharedWords(language);
  const { labels } = nodeWords(name, language);
  if (name === CALL) for (const other of nodeNames()) giveMethods(labels.method, other, language);
  const own = { palette: shared.palette, [`bitrix24-${name}`]: labels };
  return name === SHARED ? { ...own, ...shared } : own;
}

/** Texts of the examples in a language; undefined where they are not translated. */
export function exampleWords(language) {
  const path = inRoot("locales", language, EXAMPLES);
  if (!existsSync(path)) return undefined;
  const words = readJson(path);
  for (const name of nodeNames()) give(words, ["*"], nodeWords(name, language).given.examples, name);
  return words;
}

/** The help page of a node; what its declaration says of errors is told in the words of those errors. */
export function helpOf(name, language, operation) {
  const { help } = nodeWords(name, language);
  if (operation === undefined) return help;
  return withErrors(help, operation, {
    titles: sharedWords(language).errors,
    words: readJson(inRoot("locales", language, HELP)).help,
    language,
  });
}

/** Writes catalogues and help pages where Node-RED looks for them: beside the nodes of the build in `folder`. */
export function writeWords(folder) {
  const { operations } = declarations(join(folder, ".."));
  for (const language of languages()) {
    mkdirSync(join(folder, "locales", language), { recursive: true });
    for (const name of nodeNames()) {
      const base = join(folder, "locales", language, `bitrix24-${name}`);
      writeFileSync(`${base}.json`, `${JSON.stringify(catalogue(name, language), null, 1)}\n`);
      const help = helpOf(
        name,
        language,
        operations.find(({ type }) => type === `bitrix24-${name}`),
      );
      writeFileSync(
        `${base}.html`,
        `<script type="text/markdown" data-help-name="bitrix24-${name}">\n${help}</script>\n`,
      );
    }
  }
}
