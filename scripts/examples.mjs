// The examples in every language: examples/*.json are edited, examples/<language>/ is made of them by the build.
// Run by itself, this file gives the edited ones their places on the canvas.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { layOut } from "./examples-layout.mjs";
import { inRoot } from "./run.mjs";
import { catalogue, exampleWords, languages as allLanguages, sharedWords } from "./words.mjs";

// A text is a whole value, or one literal within a value: a string in JSON, what 'single quotes' or a /pattern/ hold in
// JSONata. Codes in JSONata stand in "double quotes", so that no translation can touch them. A catalogue,
// locales/<language>/examples.json, says { example: { English text: translation } }; "*" holds what several share.

/** Properties that are text as they stand, and those that may be text or hold some: with the property that tells how. */
const PLAIN = ["label", "info", "name", "botName", "template"];
const TYPED = {
  message: "messageType",
  params: "paramsType",
  property: "propertyType",
  to: "tot",
  v: "vt",
  value: "type",
};

const isText = (text) => /\p{L}/u.test(text);

/** Strings that are values; those before a colon are names. */
function inJson(code, translate) {
  return code.replace(/("(?:[^"\\]|\\.)*")(\s*:)?/g, (match, literal, colon) =>
    colon === undefined ? JSON.stringify(translate(JSON.parse(literal))) : match,
  );
}

/** Codes are matched as well, so that a quotation mark within one does not begin a text. */
const JSONATA_LITERALS = /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|(?<=[(,]\s*)\/((?:[^/\\]|\\.)+)\//g;

function inJsonata(code, translate) {
  return code.replace(JSONATA_LITERALS, (literal, text, pattern) => {
    if (pattern !== undefined) return `/${translate(pattern)}/`;
    if (text === undefined) return literal;
    const plain = JSON.parse(`"${text.replace(/\\.|"/g, (mark) => (mark === '"' ? '\\"' : mark))}"`);
    return `'${JSON.stringify(translate(plain)).slice(1, -1).replaceAll("'", "\\u0027")}'`;
  });
}

const BY_TYPE = { str: (text, translate) => translate(text), json: inJson, jsonata: inJsonata };

/** Names of environment variables, kinds of automatic messages, and what a switch compares with are codes. */
function isCode(owner, name) {
  if (name === "name") return "value" in owner;
  if (name === "template") return owner.type !== "template";
  return name === "v" && owner.vt === "str" && owner.t !== "regex";
}

function mapValue(owner, name, translate) {
  const value = owner[name];
  if (typeof value !== "string") return mapTexts(value, translate);
  const read = PLAIN.includes(name) ? BY_TYPE.str : BY_TYPE[owner[TYPED[name]]];
  if (read === undefined || isCode(owner, name)) return value;
  return read(value, (text) => (isText(text) ? translate(text) : text));
}

/** A flow, or a part of one, with each of its texts replaced by what `translate` answers to it. */
export function mapTexts(part, translate) {
  if (Array.isArray(part)) return part.map((entry) => mapTexts(entry, translate));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.keys(part).map((name) => [name, mapValue(part, name, translate)]));
}

/**
 * The same flow under ids of its own, so that two languages can be imported side by side. They count on from one hash:
 * random digits cannot be compressed, and would be a tenth of the package.
 */
function withOwnIds(flow, language) {
  const own = createHash("sha256").update(`${language}:${flow[0].id}`).digest("hex").slice(0, 13);
  const ids = new Map(flow.map(({ id }, at) => [id, own + at.toString(16).padStart(3, "0")]));
  return JSON.parse(JSON.stringify(flow), (_, value) => ids.get(value) ?? value);
}

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** What an editor in `language` shows on a node: its name, or what our nodes say of themselves without one. */
function labelsIn(language) {
  return (node) => {
    if (node.type === "inject" && (node.repeat || node.crontab || node.once)) return `${node.name} ↻`;
    if (node.name || !node.type.startsWith("bitrix24-")) return node.name || node.type;
    const { palette, node: label } = catalogue(node.type.replace("bitrix24-", ""), language)[node.type];
    if (node.events?.length === 1) return `${palette}: ${sharedWords(language).topic[node.events[0]]}`;
    return typeof label === "string" ? label : label[node.mode ?? "auto"];
  };
}

/** An example in another language. A text that the catalogue does not know stays as it is. */
export function translated(flow, language, texts) {
  const spoken = mapTexts(flow, (text) => texts[text] ?? text);
  return withOwnIds(layOut(spoken, labelsIn(language)), language);
}

/** An example without its number, which says what to try first: catalogues and tests name it like this. */
export const exampleName = (file) => basename(file, ".json").replace(/^\d+-/, "");

/** A language's texts of one example, those that it shares with others included. */
export const textsFor = (catalogue, name) => ({ ...catalogue["*"], ...catalogue[name] });

/** Languages that the examples are translated into. */
export const languages = () => allLanguages().filter((language) => exampleWords(language) !== undefined);

const flowsIn = (folder) => (existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : []);

/** The examples as they are edited. */
export const exampleFiles = () => flowsIn(inRoot("examples")).map((file) => inRoot("examples", file));

/** Says whether each language has each example, and no other one. */
export function areExamplesWritten() {
  const wanted = flowsIn(inRoot("examples")).sort().join();
  return languages().every((language) => flowsIn(inRoot("examples", language)).sort().join() === wanted);
}

/** Makes examples/<language>/ for each language that has a catalogue. */
export function writeExamples() {
  const wanted = exampleFiles().map((file) => basename(file));
  for (const language of languages()) {
    const texts = exampleWords(language);
    const folder = inRoot("examples", language);
    mkdirSync(folder, { recursive: true });
    for (const file of flowsIn(folder)) if (!wanted.includes(file)) rmSync(join(folder, file));
    for (const file of wanted) {
      const own = textsFor(texts, exampleName(file));
      const flow = translated(readJson(inRoot("examples", file)), language, own);
      writeFileSync(join(folder, file), JSON.stringify(flow));
    }
  }
}

/** An English example with every node in its place. */
export const laidOut = (flow) => layOut(structuredClone(flow), labelsIn("en-US"));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const file of exampleFiles()) writeFileSync(file, `${JSON.stringify(laidOut(readJson(file)), null, 2)}\n`);
