import assert from "node:assert/strict";
import { knownMethods } from "../../open-channels/actions/methods/known";
import { DECLARED } from "../support/error-codes";
import { definitionOf, filesBelow, nodeSets, readText } from "../support/project";
import { catalogue, flatten, keysOf, sourcesBelow, withoutForm, wordsIn } from "../support/words";

const SETS = nodeSets();

/** Whether the rest of a key is something that the sources know. */
type Known = (rest: string) => boolean;

const read = (...folders: string[]): { path: string; code: string }[] =>
  sourcesBelow(...folders).map((path) => ({ path, code: readText(path) }));

const SOURCES = read("nodes", "editor", "open-channels", "rest");

const wordsOf = (scripts: RegExp): Set<string> =>
  new Set(SOURCES.filter(({ path }) => scripts.test(path)).flatMap(({ code }) => [...wordsIn(code)]));

const WORDS = wordsOf(/./);
const CODE = SOURCES.map(({ code }) => code).join("\n");
const inWords: Known = (rest) => WORDS.has(rest);

const PROPERTIES = new Set(
  SETS.flatMap((set) => {
    const { defaults, credentials = {} } = definitionOf(set);
    return [...Object.keys(defaults), ...Object.keys(credentials)];
  }),
);

/** Names of parameters as the form of a method looks them up: `botId` and `BOT_ID` are one. */
const PARAMETERS = new Set(
  knownMethods()
    .flatMap(({ params }) => Object.keys(params))
    .map((name) => name.replace(/[^A-Za-z]/g, "").toUpperCase()),
);

const CODES = new Set([...DECLARED.values()].flat());

/** A code, or a code and the use of the method that gives it a meaning of its own: `NOT_FOUND_join`. */
const isCode: Known = (rest) => {
  const [name = ""] = rest.split(".");
  return CODES.has(name) || WORDS.has(name) || (/_[a-z_]+$/.test(name) && isCode(name.replace(/_[a-z]+$/, "")));
};

const isStatus: Known = (rest) => new RegExp(`\\b(statusKey|counted)\\("${rest}"`).test(CODE);
const isWarning: Known = (rest) => inWords(rest) || inWords(rest.replace(/^turnedAway_/, "").replaceAll("_", "-"));

/** Words of those modules that name texts by the ends of their keys, by the beginning of those keys. */
const ROOTS: Record<string, Set<string>> = {
  ...Object.fromEntries(SETS.map((set) => [`${set}.`, wordsOf(/editor\/labels\//)])),
  "bitrix24-send.compose.": wordsOf(/editor\/message\//),
  "bitrix24-call.": wordsOf(/editor\/(methods|labels)\//),
};

/** Keys that scripts put together, by their beginnings: the one place where such a beginning is declared. */
const FAMILIES: Record<string, Known> = {
  "status.": isStatus,
  "warnings.": isWarning,
  "problems.": inWords,
  "errors.": isCode,
  "field.": (rest) => PROPERTIES.has(rest) || inWords(rest),
  "typed.takes.": (rest) => PROPERTIES.has(`${rest}Type`),
  "topic.": inWords,
  "validate.": inWords,
  "picker.group.": inWords,
  "picker.told.": inWords,
  "picker.gone.": inWords,
  "errorPicker.group.": inWords,
  "errorPicker.outcome.": inWords,
  "portal.scope.": inWords,
  "portal.lines.": (rest) => rest.split(".").every(inWords),
  "portal.lines.change.": inWords,
  "bitrix24-call.named.": inWords,
  "bitrix24-call.method.": inWords,
  "bitrix24-call.param.": (rest) => PARAMETERS.has(rest),
  "bitrix24-send.node.": inWords,
  "bitrix24-send.compose.add.": inWords,
  "bitrix24-send.compose.wrong.": inWords,
  "bitrix24-send.compose.mark.": (rest) => new RegExp(`\\b${rest}\\b`).test(CODE),
  "bitrix24-send.compose.actions.": (rest) => new RegExp(`\\b${rest}\\b`).test(CODE),
  "bitrix24-send.compose.colors.": inWords,
  "bitrix24-send.compose.blocks.": (rest) => new RegExp(`\\b${rest}\\b`).test(CODE),
  "bitrix24-transfer.node.": inWords,
};

/** What Node-RED itself looks for: the heading of a palette category. */
const OF_NODE_RED = ["palette.label.Bitrix24"];

const KEYS = new Set(SETS.flatMap((set) => [...keysOf(catalogue("en-US", set))]));

/** Words that can only be keys or the beginnings of keys: their first part is one of a key. */
const candidates = (pattern: RegExp): string[] => {
  const first = new Set([...KEYS].map((key) => key.split(".")[0]));
  return [...WORDS].filter((word) => pattern.test(word) && first.has(word.split(".")[0]));
};

const isUsed: Known = (key) =>
  WORDS.has(key) ||
  OF_NODE_RED.includes(key) ||
  Object.entries(ROOTS).some(([begin, words]) => key.startsWith(begin) && words.has(key.slice(begin.length))) ||
  Object.entries(FAMILIES).some(([begin, known]) => key.startsWith(begin) && known(key.slice(begin.length)));

describe("the keys of texts", () => {
  it("are all used: no text is kept that nothing shows", () => {
    assert.deepEqual(
      [...KEYS].filter((key) => !isUsed(key)),
      [],
    );
  });

  it("all have a text when a source names them whole", () => {
    const files = /\.(svg|html|json|js|ts)$/;
    assert.deepEqual(
      candidates(/^[\w-]+(\.[\w-]+)+$/).filter(
        (key) => !KEYS.has(key) && !(`${key}.` in FAMILIES) && !files.test(key) && !key.endsWith("_"),
      ),
      [],
    );
  });

  it("are put together only as it is declared above", () => {
    const begun = candidates(/^[\w-]+\.([\w-]+\.)*$/);
    assert.deepEqual(
      begun.filter((begin) => !(begin in FAMILIES) && !(begin in ROOTS)),
      [],
    );
    const roots = (begin: string): string[] => ["", ...Object.keys(ROOTS).filter((root) => begin.startsWith(root))];
    const dead = Object.keys(FAMILIES).filter(
      (begin) => !roots(begin).some((root) => WORDS.has(begin.slice(root.length))),
    );
    assert.deepEqual(dead, []);
  });
});

describe("the keys of the practice portal's texts", () => {
  const sources = read("sandbox");
  const words = new Set(sources.flatMap(({ code }) => [...wordsIn(code)]));
  const code = sources.map((source) => source.code).join("\n");

  /** Beginnings of keys that are put together; what stands behind them comes from the portal. */
  const families = ["fault.", "reaction.", "owner.", "connector.", "status.", "typing."];

  it("are all used", () => {
    const named = (part: string): boolean => new RegExp(`\\b${part}\\b`).test(code);
    const unused: string[] = [];
    for (const file of filesBelow("sandbox", ".json").filter((path) => path.endsWith("locales/en.json")))
      for (const [key] of flatten(JSON.parse(readText(file)) as object)) {
        const plain = key.replace(/\.(one|few|many|other)$/, "");
        const family = families.find((begin) => plain.startsWith(begin));
        // The page asks by keys; the portal itself takes the parts of an object.
        const used = file.includes("/page/") ? words.has(family ?? plain) : plain.split(".").every(named);
        if (!used) unused.push(`${file}: ${key}`);
      }
    assert.deepEqual(unused, []);
  });

  it("of the first start are all used", () => {
    const scripts = filesBelow("scripts", ".mjs").map(readText).join("\n");
    const english = JSON.parse(readText("scripts/locales/en-US.json")) as object;
    assert.deepEqual(
      Object.keys(english).filter((key) => !new RegExp(`\\b${withoutForm(key)}\\b`).test(scripts)),
      [],
    );
  });
});
