// docs/reference.md: what flows can rely on, made of the declarations, the forms, and the English words.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import vm from "node:vm";
import { declarations } from "./declarations.mjs";
import { wordsOf } from "./help.mjs";
import { inRoot } from "./run.mjs";
import { catalogue, nodeWords, sharedWords } from "./words.mjs";

const LANGUAGE = "en-US";
const NODE_RED = { "common.label.name": "Name" };
/** What no form shows: the editor keeps the name of what was chosen from a list. */
const LABEL = "The name of the value, as the list showed it when it was chosen; for the editor only";
const CALL = { attempts: 1, batched: false, time: { duration: 0.03 } };
const ERROR = { code: "CONNECTION_LOST", outcome: "unknown", status: null };

/** The texts that all nodes share, as they are now. */
let words;

const require = createRequire(import.meta.url);
const code = (value) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
const cell = (text) => String(text).replaceAll("|", "\\|").replaceAll("\n", " ");
const table = (head, rows) =>
  rows.length === 0
    ? []
    : [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).concat("");

/** What a form registers, and the form itself. */
function formOf(name) {
  const html = readFileSync(inRoot("nodes", name, "form.html"), "utf8");
  /** @type {{ defaults?: object, credentials?: object }} */
  const definition = {};
  const RED = {
    _: (key) => key,
    nodes: { registerType: (_type, registered) => Object.assign(definition, registered) },
  };
  for (const [, script = ""] of html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g))
    vm.runInNewContext(script, { RED });
  return { html, definition };
}

/** A text as a form names it. */
function textOf(key, name) {
  const [, place = "", path = ""] = /^(?:(.*):)?(.*)$/.exec(key) ?? [];
  if (place === "node-red") return NODE_RED[path] ?? "";
  const own = catalogue(name, LANGUAGE);
  const text = path.split(".").reduce((inside, step) => inside?.[step], place === "" ? own : words);
  return typeof text === "string" ? text : "";
}

/** The texts that a form shows for a property: its label, and its choices. */
function wordsOfProperty(html, property, name) {
  const input = `node-(?:config-)?input-${property}`;
  const label = new RegExp(`<label for="${input}"([^>]*)>(.*?)</label>`).exec(html);
  const key = /data-i18n="([^"]+)"/.exec(label?.slice(1).join("") ?? "")?.[1];
  const select = new RegExp(`<select id="${input}">([\\s\\S]*?)</select>`).exec(html)?.[1] ?? "";
  const choices = [...select.matchAll(/<option value="([^"]*)" data-i18n="([^"]+)">/g)];
  const fallback = nodeWords(name, LANGUAGE).labels.label?.[property] ?? words.field[property] ?? "";
  return {
    label: (key && textOf(key, name)) || fallback,
    choices: choices.map(([, value, text]) => [value, textOf(text, name)]),
  };
}

function propertiesOf(name) {
  const { html, definition } = formOf(name);
  const { defaults = {}, credentials = {} } = definition;
  const rows = Object.entries(defaults)
    .filter(([property]) => !(property.endsWith("Type") && property.slice(0, -4) in defaults))
    .map(([property, { value, type }]) => {
      const { label, choices } = wordsOfProperty(html, property, name);
      const typeOf = Array.isArray(value) ? "list" : typeof value;
      const isPair = `${property}Type` in defaults;
      const kind = isPair ? `value, with its type in ${code(`${property}Type`)}` : (type ?? typeOf);
      const usual = isPair ? "from the message (`auto`)" : value === "" ? "" : code(value);
      const meaning = property.endsWith("Label") ? LABEL : label;
      return [code(property), kind, usual, meaning + choices.map(([one, text]) => `; ${code(one)}: ${text}`).join("")];
    });
  const secret = Object.keys(credentials).map((property) => {
    const { label } = wordsOfProperty(html, property, name);
    return [code(property), "credential", "", label || "reserved"];
  });
  return table(["Property", "Type", "Default", "Meaning"], [...rows, ...secret]);
}

/** The lines of a help page that describe fields, by output; those of the input come under 0. */
function fieldsIn(help) {
  const fields = [];
  /** @type {string | number} */
  let output = 0;
  for (const line of help.split("\n")) {
    const [, number, title] = /^(\d)\. (.+)$/.exec(line) ?? [];
    if (number !== undefined) output = `${number} (${title})`;
    const [, field, type, meaning] = /^: ([^(]+) \(([^)]+)\) : (.+)$/.exec(line) ?? [];
    if (field !== undefined) fields.push({ output, field: field.replaceAll("*", ""), type, meaning });
  }
  return fields;
}

const pairsOf = (operation) =>
  operation.ways.flatMap(({ fields }) => Object.values(fields).filter(({ kind }) => kind === "pair"));

function messagesOf(name, operation, eventFields) {
  const fields = fieldsIn(nodeWords(name, LANGUAGE).help);
  const samples = new Map(
    operation ? pairsOf(operation).flatMap(({ names, sample }) => names.map((one) => [one, sample])) : [],
  );
  const sampleOf = (field) => {
    const found = field.split(/, |\./).flatMap((part) => (samples.has(part) ? [code(samples.get(part))] : []));
    return found.join(", ");
  };
  const read = fields.filter(({ output }) => output === 0);
  const written = fields.filter(({ output }) => output !== 0);
  const results = operation ? [...new Set(operation.ways.map(({ result }) => code(result)))].join(" or ") : "";
  const writtenSample = ({ field, output }) => {
    if (field === "payload" && operation && output.startsWith("1")) return results;
    const method = operation?.ways.at(-1).methods[0] ?? "imopenlines.revision.get";
    return field === "bitrix24.call" ? code({ method, ...CALL }) : field === "error" ? code({ ...ERROR, method }) : "";
  };
  return [
    ...(read.length > 0 ? ["**Reads from the message**", ""] : []),
    ...table(
      ["Field", "Type", "Meaning", "Sample"],
      read.map(({ field, type, meaning }) => [code(field), type, meaning, sampleOf(field)]),
    ),
    ...(written.length > 0 ? ["**Writes into the message**", ""] : []),
    ...table(
      ["Output", "Field", "Type", "Meaning", "Sample"],
      written.map((one) => [one.output, code(one.field), one.type, one.meaning, writtenSample(one)]),
    ),
    ...(name === "event"
      ? table(
          ["Field of `msg.bitrix24`", "Meaning", "Sample"],
          Object.entries(eventFields).map(([field, { meaning, sample }]) => [code(field), meaning, code(sample)]),
        )
      : []),
  ];
}

const rowOf = (one, outcomes, about) => {
  const { title, hint } = wordsOf(one, about, words.errors, LANGUAGE);
  return [code(one), [outcomes].flat().map(code).join(", "), title, hint];
};
const ERROR_HEAD = ["Code", "Outcome", "Meaning", "What to do"];

function errorsIn(operation, errorsOf) {
  if (operation === undefined) return [];
  const lines = operation.ways.toReversed().map(({ when, texts, methods }) => {
    const about = { type: operation.type, texts, method: code(methods[0] ?? "msg.error.method") };
    const rows = errorsOf(operation, when).own.map((entry) => rowOf(entry.code, entry.outcomes, about));
    const settings = Object.entries(when).map(([property, value]) => code(`${property} = ${value}`));
    const title = settings.length === 0 ? "**Errors**" : `**Errors with ${settings.join(" and ")}**`;
    return rows.length === 0 ? [] : [title, "", ...table(ERROR_HEAD, rows)];
  });
  return lines.flat();
}

function nodeLines(name, parts) {
  const type = `bitrix24-${name}`;
  const operation = parts.operations.find((one) => one.type === type);
  const [about] = nodeWords(name, LANGUAGE).help.split("\n");
  const methods = [...new Set(operation?.ways.flatMap((way) => way.methods) ?? [])].map(code).join(", ");
  return [
    ...[`## ${type}`, "", about, ""],
    ...(methods === "" ? [] : [`Methods: ${methods}.`, ""]),
    ...propertiesOf(name),
    ...messagesOf(name, operation, parts.eventFields),
    ...errorsIn(operation, parts.errorsOf),
  ];
}

function methodLines(methods) {
  const rows = methods.map(({ name, params, errors, reads, identity }) => [
    code(name),
    Object.entries(params)
      .map(([param, kind]) => `${code(param)} ${kind}`)
      .join(", "),
    reads ? "yes" : "",
    identity ? code(identity) : "",
    errors.map(code).join(", "),
  ]);
  const about =
    "A star marks parameters that the method needs. The bot's token is added unless the parameters carry one.";
  return ["## Methods with a form", "", about, "", ...table(["Method", "Parameters", "Reads", "Token", "Codes"], rows)];
}

/** The reference as text, out of a build. */
export function reference(folder = inRoot("dist")) {
  words = sharedWords(LANGUAGE);
  const { operations, methods, errorsOf } = declarations(folder);
  const { EVENT_FIELDS } = require(join(folder, "open-channels/events/fields.js"));
  const { COMMON_ERRORS } = require(join(folder, "rest/codes.js"));
  const { nodes } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"))["node-red"];
  const names = Object.keys(nodes).map((type) => type.replace("bitrix24-", ""));
  const common = Object.entries(COMMON_ERRORS).map(([one, outcomes]) =>
    rowOf(one, outcomes, { type: "", texts: "", method: code("msg.error.method") }),
  );
  return [
    ...["# Reference", "", "The build makes this page of the nodes' declarations, forms and words: change those.", ""],
    ...["`not-sent` never ran, `refused` was answered with an error, `unknown` may have run.", ""],
    ...names.flatMap((name) => nodeLines(name, { operations, errorsOf, eventFields: EVENT_FIELDS })),
    ...["## Errors of every call", "", ...table(ERROR_HEAD, common)],
    ...methodLines(methods),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
