import assert from "node:assert/strict";
import { dirname } from "node:path";
import { definitionOf, filesBelow, LANGUAGES, nodeSets, readText, scriptsOf } from "../support/project";
import { catalogue, formOf, formsOf, keysOf, NAMESPACE, withoutForm } from "../support/words";

const SETS = nodeSets();

/** What the log says of the memory of events and answers. */
const WARNINGS = [
  ...["journalFile", "journalLine", "custodyMemory", "shared", "goneNode", "eventsGone", "smallerPage"],
  ...["knownElsewhere", "tooLong", "weakToken"],
];

const placeholders = (text: string): string[] => [...text.matchAll(/__\w+?__/g)].map(([name]) => name).sort();

/** The dialog of a set as HTML, without the script that registers it. */
function dialog(set: string): string {
  return scriptsOf(readText(`dist/nodes/${set}.html`))
    .filter(({ attributes }) => attributes.includes("data-template-name"))
    .map(({ code }) => code)
    .join("\n");
}

/** Keys that a dialog or its script asks the catalogues for, as `set:key`. */
function usedKeys(set: string): string[] {
  const html = readText(`dist/nodes/${set}.html`);
  const inDialog = [...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, list]) => (list ?? "").split(";"));
  const inScript = [...html.matchAll(/_\(\s*"([^"]+)"\s*[,)]/g)].map(([, key]) => key ?? "");
  const both = [...html.matchAll(/\? "([\w-]+\.output\.\w+)" : "([\w-]+\.output\.\w+)"/g)].flatMap(([, a, b]) => [
    a,
    b,
  ]);
  return [...inDialog, ...inScript, ...both.map(String)]
    .map((key) => key.replace(/^\[\w+\]/, ""))
    .filter((key) => !key.startsWith("node-red:") && !key.endsWith("."))
    .map((key) => (key.startsWith(NAMESPACE) ? key.slice(NAMESPACE.length) : `${set}:${key}`));
}

/** Where the modules of a folder of the editor find their texts, unless that is the catalogue of the portal. */
const FOLDER_TEXTS: Record<string, [set: string, prefix: string]> = {
  "editor/message": ["bitrix24-send", "bitrix24-send.compose."],
  "editor/methods": ["bitrix24-call", "bitrix24-call."],
};

/** Keys that a module of the editor names in full, as `set:key`. */
function keysOfModule(file: string): string[] {
  const code = readText(file);
  const [set, prefix] = FOLDER_TEXTS[dirname(file)] ?? ["bitrix24-portal", ""];
  const own = [
    ...[...code.matchAll(/\btext\("([\w.]+)"/g)].map(([, key]) => key ?? ""),
    ...[...code.matchAll(/\b(?:control|select|iconButton)\((?:'[^']*'|"[^"]*"), "([\w.]+)"/g)].map(
      ([, key]) => key ?? "",
    ),
  ];
  const mistakes = [...code.matchAll(/\bmistake\("(\w+)", (?:"(\w+)"|\w+)/g)].flatMap(([, rule, field]) => [
    `bitrix24-portal:validate.${rule}`,
    ...(field === undefined ? [] : [`bitrix24-portal:field.${field}`]),
  ]);
  return [...own.map((key) => `${set}:${prefix}${key}`), ...mistakes];
}

describe("the texts of the package", () => {
  it("have the same keys in all languages", () => {
    for (const set of SETS) {
      const [first, ...others] = LANGUAGES.map((language) => [...keysOf(catalogue(language, set))].sort());
      for (const other of others) assert.deepEqual(other, first, set);
    }
  });

  it("have the same placeholders in all languages", () => {
    for (const set of SETS) {
      const english = catalogue("en-US", set);
      const original = (key: string): string => english.get(key) ?? english.get(`${withoutForm(key)}_other`) ?? "";
      for (const language of LANGUAGES)
        for (const [key, text] of catalogue(language, set))
          assert.deepEqual(placeholders(text), placeholders(original(key)), `${language} ${set}: ${key}`);
    }
  });

  /** A number and a unit, or a number alone on a node: the same for any number. */
  const uncounted = ["status.waiting", "portal.lines.seconds"];

  it("have every plural form that the numbers of their language take", () => {
    for (const set of SETS)
      for (const language of LANGUAGES) {
        const texts = [...catalogue(language, set)];
        const counted = texts.filter(([key, text]) => text.includes("__count__") && !uncounted.includes(key));
        for (const key of new Set(counted.map(([key]) => withoutForm(key)))) {
          const forms = counted.filter(([one]) => withoutForm(one) === key).map(([one]) => formOf(one));
          assert.deepEqual(forms.sort(), formsOf(language), `${language} ${set}: ${key}`);
        }
        const without = texts.filter(([key, text]) => formOf(key) !== undefined && !text.includes("__count__"));
        assert.deepEqual(without, [], `${language} ${set}`);
      }
  });

  const sameEverywhere = /^(portal\.placeholder\.|typed\.takes\.(target|method|params)$|bitrix24-transfer\.node)/;

  it("are nowhere empty and really Russian in Russian", () => {
    for (const set of SETS) {
      for (const language of LANGUAGES)
        for (const [key, text] of catalogue(language, set))
          assert.notEqual(text.trim(), "", `${language} ${set}: ${key}`);
      for (const [key, text] of catalogue("ru", set))
        if (!sameEverywhere.test(key)) assert.match(text, /[а-яё]/i, `${set}: ${key}`);
      for (const language of LANGUAGES.filter((name) => name !== "ru"))
        for (const [key, text] of catalogue(language, set))
          assert.doesNotMatch(text, /[а-яё]/i, `${language} ${set}: ${key}`);
    }
  });

  it("are nowhere left in English: what has three words or more differs in each language", () => {
    const words = (text: string): number => text.replace(/__\w+?__/g, "").match(/\p{L}{2,}/gu)?.length ?? 0;
    const left: string[] = [];
    for (const set of SETS) {
      const english = catalogue("en-US", set);
      for (const language of LANGUAGES.filter((name) => name !== "en-US"))
        for (const [key, text] of catalogue(language, set))
          if (!sameEverywhere.test(key) && words(text) >= 3 && text === english.get(key))
            left.push(`${language} ${set}: ${key}`);
    }
    assert.deepEqual(left, []);
  });

  it("are all that dialogs show: no literal text in the HTML", () => {
    for (const set of SETS) {
      const html = dialog(set);
      assert.equal(html.replace(/<[^>]*>/g, "").trim(), "", set);
      assert.doesNotMatch(html, /\s(placeholder|title|alt|aria-label)="/, set);
    }
  });

  it("exist for every key that a dialog asks for", () => {
    const known = new Map(SETS.map((set) => [set, keysOf(catalogue("en-US", set))]));
    for (const set of SETS) {
      const keys = usedKeys(set);
      assert.ok(keys.length > 0, set);
      const missing = keys.filter((key) => {
        const [, where = "", path = ""] = /^([^:]+):(.+)$/.exec(key) ?? [];
        return !known.get(where)?.has(path);
      });
      assert.deepEqual(missing, [], set);
    }
  });

  it("exist for every text that the editor's modules name", () => {
    const known = new Map(SETS.map((set) => [set, keysOf(catalogue("en-US", set))]));
    const keys = filesBelow("editor", ".ts").flatMap((file) => keysOfModule(file).map((key) => ({ file, key })));
    assert.ok(keys.length > 80, String(keys.length));
    const missing = keys.filter(({ key }) => {
      const [set = "", path = ""] = key.split(":");
      return !known.get(set)?.has(path);
    });
    assert.deepEqual(missing, []);
  });

  it("exist for every field and value hint of a dialog", () => {
    const shared = catalogue("en-US", "bitrix24-portal");
    for (const set of SETS)
      for (const name of Object.keys(definitionOf(set).defaults).filter((key) => key.endsWith("Type"))) {
        const field = name.replace(/Type$/, "");
        assert.ok(shared.has(`field.${field}`), `${set}: ${field}`);
        assert.ok(shared.has(`typed.takes.${field}`), `${set}: ${field}`);
      }
  });

  it("exist for every key that the running nodes name", () => {
    const shared = keysOf(catalogue("en-US", "bitrix24-portal"));
    const sources = [...filesBelow("nodes", ".ts"), ...filesBelow("open-channels", ".ts")].map(readText).join("\n");
    const wanted = [
      ...[...sources.matchAll(/statusKey\("(\w+)"\)/g)].map(([, key]) => `status.${key}`),
      ...[...sources.matchAll(/#counted\("(\w+)"/g)].map(([, key]) => `status.${key}`),
      ...[...sources.matchAll(/\bwarn\("(\w+)"/g)].map(([, key]) => `warnings.${key}`),
      ...[...sources.matchAll(/lookUp\([\w.#]+, "([\w.]+)"/g)].map(([, key]) => key ?? ""),
      ...["empty", "unset-variable", "not-a-url", "not-a-webhook", "insecure"].map((reason) => `problems.${reason}`),
      ...["token", "foreign_bot", "too_large", "malformed", "busy", "repeated"].map(
        (why) => `warnings.turnedAway_${why}`,
      ),
      ...WARNINGS.map((key) => `warnings.${key}`),
    ];
    assert.ok(wanted.length > 30);
    assert.deepEqual(
      wanted.filter((key) => !shared.has(key)),
      [],
    );
  });

  it("ask in the title of an error for nothing that an error does not carry", () => {
    const given = ["__method__", "__seconds__", "__waiting__"];
    for (const [key, text] of catalogue("en-US", "bitrix24-portal"))
      if (key.startsWith("errors."))
        assert.deepEqual(
          placeholders(text).filter((name) => !given.includes(name)),
          [],
          key,
        );
  });

  it("keep statuses short enough for a node", () => {
    for (const language of LANGUAGES)
      for (const [key, text] of catalogue(language, "bitrix24-portal"))
        if (key.startsWith("status."))
          assert.ok(text.replace(/__\w+__/, "10000").length < 20, `${language} ${key}: ${text}`);
  });
});

describe("the value pairs", () => {
  it("are complete: a value with its type, a row and a hidden input for the type", () => {
    for (const set of SETS) {
      const names = Object.keys(definitionOf(set).defaults);
      const html = dialog(set);
      for (const typed of names.filter((name) => name.endsWith("Type"))) {
        const value = typed.replace(/Type$/, "");
        assert.ok(names.includes(value), `${set}: ${value}`);
        assert.match(html, new RegExp(`<input type="text" id="node-input-${value}">`), set);
        assert.match(html, new RegExp(`<input type="hidden" id="node-input-${typed}">`), set);
      }
      for (const [, field] of html.matchAll(/<input type="hidden" id="node-input-(\w+)Type">/g))
        assert.ok(names.includes(`${field}Type`), `${set}: ${field}Type is saved`);
    }
  });
});
