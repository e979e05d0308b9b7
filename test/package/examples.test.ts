import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import jsonata from "jsonata";
import { ensureBuilt } from "../support/built";
import { projectRoot } from "../support/node-red";
import { example, exampleName, examples, LANGUAGES, readText, type FlowNode, type Language } from "../support/project";

/** What `npm start` begins with. */
interface SceneScript {
  demoFlow: (language: string) => FlowNode[];
  sceneTexts: (language: string) => { editor: string; portal: string; tryThis: string; steps: string[]; stop: string };
}

/** What the build makes the translated examples with. */
interface ExamplesScript {
  mapTexts(flow: readonly FlowNode[], translate: (text: string) => string): FlowNode[];
  laidOut(flow: readonly FlowNode[]): FlowNode[];
}

type Catalogue = Record<string, Record<string, string>>;

const OTHERS = LANGUAGES.filter((language) => language !== "en-US");
const SHARED = "*";

/** What `npm start` shows, in the order of its tabs. */
const SCENE = ["first-answer", "support-bot"];

/** Texts that people read in no language: names that the portal gave, patterns of numbers and addresses, codes. */
const SAME_EVERYWHERE = [
  /^[A-Z0-9_]+$/,
  /^[0-9a-f]{32}$/,
  /^(employee|user\.get)$/,
  /^https:\/\/\S+$/,
  /^\^\\W\*\[\d+\]\\W\*\$$/,
  /^\[\\d\].*\\S\+@/,
  /^\^\([A-Z_|]+\)\$$/,
];

/** What a translation has to leave as it is: code, addresses, and names of variables, messages' properties and codes. */
const VERBATIM = /`[^`]+`|https?:\/\/\S+\w|\b[A-Z]+_[A-Z_]+\b|\bHANDOVER\b|\bmsg(\.\w+)+|\berror\.hint\b/g;

const catalogue = (language: Language): Catalogue =>
  JSON.parse(readText(`locales/${language}/examples.json`)) as Catalogue;

/** Every value of a flow that Node-RED reads as an expression, as JSON or as a pattern, with the way it reads it. */
function codeOf(part: unknown): { code: string; kind: "jsonata" | "json" | "regex" }[] {
  if (typeof part !== "object" || part === null) return [];
  const owner = part as Record<string, unknown>;
  return Object.entries(owner).flatMap(([name, value]) => {
    if (typeof value !== "string") return codeOf(value);
    const kind = owner[`${name}Type`] ?? owner[`${name}t`] ?? (name === "to" ? owner["tot"] : undefined);
    if (name === "v" && owner["t"] === "regex") return [{ code: value, kind: "regex" as const }];
    return kind === "jsonata" || kind === "json" ? [{ code: value, kind }] : [];
  });
}

/** Throws when the code cannot be read. */
const READERS = {
  jsonata: (code: string): unknown => jsonata(code),
  json: (code: string): unknown => JSON.parse(code),
  regex: (code: string): unknown => new RegExp(code),
};

async function imported<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(projectRoot, path)).href)) as T;
}

describe("the examples in every language", function () {
  this.timeout(60_000);
  let script: ExamplesScript;

  before(async () => {
    await ensureBuilt();
    script = await imported<ExamplesScript>("scripts/examples.mjs");
  });

  function textsOf(flow: readonly FlowNode[]): string[] {
    const texts = new Set<string>();
    script.mapTexts(flow, (text) => {
      texts.add(text);
      return text;
    });
    return [...texts];
  }

  /** A flow without what may differ: texts, names of ids, and where its nodes stand. */
  function skeleton(flow: readonly FlowNode[]): unknown {
    const places = new Map(flow.map(({ id }, at) => [id, `#${at}`]));
    const bare = script.mapTexts(flow, () => "text").map((node) => ({ ...node, x: 0, y: 0, w: 0, h: 0 }));
    return JSON.parse(JSON.stringify(bare), (_, value: unknown) => places.get(String(value)) ?? value) as unknown;
  }

  it("are all there", () => {
    const names = [...examples().keys()];
    assert.deepEqual(
      names.map((name) => /^(\d\d)-[a-z]+(-[a-z]+)*$/.exec(name)?.[1]),
      Array.from({ length: 16 }, (_, at) => String(at + 1).padStart(2, "0")),
      "numbered by what to try first",
    );
    for (const language of OTHERS) assert.deepEqual([...examples(language).keys()], names, language);
  });

  it("have a translation of every text that people read", () => {
    const missing = OTHERS.flatMap((language) => {
      const texts = catalogue(language);
      return [...examples()].flatMap(([file, flow]) => {
        const name = exampleName(file);
        return textsOf(flow)
          .filter((text) => !SAME_EVERYWHERE.some((pattern) => pattern.test(text)))
          .filter((text) => !(texts[name]?.[text] ?? texts[SHARED]?.[text]))
          .map((text) => `${language} ${name}: ${text}`);
      });
    });
    assert.deepEqual(missing, []);
  });

  it("hold these translations, and none is left over", () => {
    for (const language of OTHERS) {
      const texts = catalogue(language);
      const used = new Set<string>();
      for (const [file, flow] of examples()) {
        const name = exampleName(file);
        const translation = (text: string): string => {
          const section = texts[name]?.[text] === undefined ? SHARED : name;
          used.add(JSON.stringify([section, text]));
          return texts[section]?.[text] ?? text;
        };
        const expected = textsOf(flow).map(translation);
        assert.deepEqual(textsOf(examples(language).get(file) ?? []).sort(), [...new Set(expected)].sort(), name);
      }
      const all = Object.entries(texts).flatMap(([section, entries]) =>
        Object.keys(entries).map((text) => JSON.stringify([section, text])),
      );
      assert.deepEqual(
        all.filter((entry) => !used.has(entry)),
        [],
        language,
      );
    }
  });

  it("keep what a text is joined by, and names and addresses within it", () => {
    const edges = (text: string): unknown[] => [/^\s*/.exec(text)?.[0], /\s*$/.exec(text)?.[0]];
    const verbatim = (text: string): string[] => [...new Set(text.match(VERBATIM) ?? [])].sort();
    for (const language of OTHERS)
      for (const [english, text] of Object.values(catalogue(language)).flatMap((texts) => Object.entries(texts))) {
        assert.deepEqual(edges(text), edges(english), `${language}: ${english}`);
        assert.deepEqual(verbatim(text), verbatim(english), `${language}: ${english}`);
      }
  });

  it("are the same flow apart from texts, ids and places", () => {
    for (const language of OTHERS)
      for (const [name, flow] of examples())
        assert.deepEqual(skeleton(examples(language).get(name) ?? []), skeleton(flow), `${language} ${name}`);
  });

  it("have a title in the reader's language, which the tab shows", () => {
    const title = (flow: readonly FlowNode[]): unknown => flow.find(({ type }) => type === "tab")?.["label"];
    for (const language of OTHERS)
      for (const [name, flow] of examples()) {
        const own = title(examples(language).get(name) ?? []);
        assert.equal(typeof own, "string");
        assert.notEqual(own, title(flow), `${language} ${name}`);
      }
  });

  it("stand where the layout puts them: after a change, node scripts/examples.mjs moves them there", () => {
    for (const [name, flow] of examples()) assert.deepEqual(flow, script.laidOut(flow), name);
  });

  it("fit the canvas of a small laptop, and no wire runs back to the left", () => {
    const CANVAS = 760;
    const number = (node: FlowNode | undefined, name: "x" | "w"): number => Number(node?.[name] ?? 0);
    for (const language of LANGUAGES)
      for (const [name, flow] of examples(language)) {
        const byId = new Map(flow.map((node) => [node.id, node]));
        const wide = flow.filter((node) => number(node, "x") + number(node, "w") > CANVAS);
        const back = flow.filter((node) =>
          ((node["wires"] ?? []) as string[][]).flat().some((id) => number(byId.get(id), "x") <= number(node, "x")),
        );
        assert.deepEqual([...wide, ...back], [], `${language} ${name}`);
      }
  });

  it("can be imported beside each other: no id is there twice", () => {
    const ids = LANGUAGES.flatMap((language) => [...examples(language).values()].flat().map(({ id }) => id));
    assert.ok(ids.length > 1000);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => !/^[0-9a-f]{16}$/.test(id)),
      [],
    );
  });

  it("can be read: expressions, JSON and the patterns that listen to clients", () => {
    const english = codeOf([...examples().values()]).map(({ kind }) => kind);
    assert.deepEqual([...new Set(english)].sort(), ["json", "jsonata", "regex"]);
    for (const language of LANGUAGES) {
      const found = codeOf([...examples(language).values()]);
      for (const { kind, code } of found) assert.doesNotThrow(() => READERS[kind](code), `${language}: ${code}`);
      assert.deepEqual(
        found.map(({ kind }) => kind),
        english,
        language,
      );
    }
  });

  it("begin the practice scene in the machine's language, or in the nearest one", async () => {
    const { demoFlow } = await imported<SceneScript>("scripts/scene.mjs");
    const machines = ["en-GB", "ru-RU", "de-AT", "es-MX", "es-ES", "pt-BR", "pt-PT", "fr-FR"];
    const nearest: Language[] = ["en-US", "ru", "de", "es-ES", "es-ES", "pt-BR", "pt-BR", "en-US"];
    const flows = machines.map((language) => demoFlow(language));
    assert.deepEqual(
      flows,
      nearest.map((language) => SCENE.flatMap((name) => example(name, language))),
    );
  });

  it("are told of in the terminal with words that the demo flow hears", async () => {
    const { demoFlow, sceneTexts } = await imported<SceneScript>("scripts/scene.mjs");
    const english = sceneTexts("en-US");
    for (const language of LANGUAGES) {
      const texts = sceneTexts(language);
      const rules = demoFlow(language).flatMap(({ rules }) => (rules ?? []) as { t: string; v?: string }[]);
      const patterns = rules.filter(({ t }) => t === "regex").map(({ v }) => new RegExp(v ?? "", "i"));
      const words = texts.steps.flatMap((step) => [...step.matchAll(/"([^"]+)"/g)].map(([, word]) => word ?? ""));
      assert.deepEqual(Object.keys(texts), Object.keys(english), language);
      assert.equal(texts.steps.length, english.steps.length, language);
      assert.equal(words.length, 4, language);
      assert.deepEqual(
        words.filter((word) => !patterns.some((pattern) => pattern.test(word))),
        [],
        language,
      );
      if (language !== "en-US") assert.notDeepEqual(texts.steps, english.steps, language);
    }
  });

  it("are in the package, and their catalogues are not", async () => {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
    const options = { cwd: projectRoot, shell: process.platform === "win32" };
    const { stdout } = await promisify(execFile)("npm", args, options);
    const files = [...stdout.matchAll(/"path": "([^"]+)"/g)].map(([, path]) => path ?? "");
    const wanted = LANGUAGES.flatMap((language) =>
      [...examples().keys()].map((name) => `examples/${language === "en-US" ? "" : `${language}/`}${name}.json`),
    );
    const packed = files.filter((path) => path.startsWith("examples/"));
    assert.deepEqual(packed.sort(), wanted.sort());
    assert.deepEqual(
      files.filter((path) => /locales\/[^/]+\/examples/.test(path)),
      [],
    );
  });
});
