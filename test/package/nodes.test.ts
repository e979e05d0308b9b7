import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Field } from "../../open-channels/actions/fields";
import { OPERATIONS } from "../support/declarations";
import { projectRoot } from "../support/node-red";
import { definitionOf, examples, filesBelow, LANGUAGES, nodeSets, readText } from "../support/project";

/** Names that Node-RED keeps for itself on every node; single letters come on top. */
const FORBIDDEN = [
  ...[
    "changed",
    "dirty",
    "id",
    "inputLabels",
    "inputs",
    "moved",
    "outputLabels",
    "outputs",
    "selected",
    "type",
    "users",
  ],
  ...["valid", "validationErrors", "wires", "credentials", "_", "_config", "_alias", "_def"],
];

/** Value pairs that the contract promises for each node. */
const PAIRS: Record<string, string[]> = {
  "bitrix24-send": ["chatId", "message", "code", "userId", "attach", "keyboard"],
  "bitrix24-operator": ["chatId"],
  "bitrix24-transfer": ["chatId", "target"],
  "bitrix24-finish": ["chatId"],
  "bitrix24-join": ["code"],
  "bitrix24-call": ["method", "params"],
};

/** Plain properties and their defaults, as the contract promises them. */
const PLAIN: Record<string, Record<string, unknown>> = {
  "bitrix24-portal": { auth: "webhook", plan: "standard", eventMode: "fetch" },
  "bitrix24-send": { mode: "bot", template: "DEFAULT", urlPreview: true, overPeople: false },
  "bitrix24-transfer": { targetKind: "auto", leave: false },
  "bitrix24-call": { paging: "one" },
  "bitrix24-event": { openChannelsOnly: true, confirm: "handled", confirmTimeout: 60 },
};

const actions = () => OPERATIONS.map(({ type }) => type);

/** What an action reads in any of its ways. */
const fieldsOf = (type: string): [string, Field][] =>
  OPERATIONS.filter((operation) => operation.type === type).flatMap(({ settings, ways }) => [
    ...Object.entries<Field>(settings),
    ...ways.flatMap(({ fields }) => Object.entries(fields)),
  ]);

describe("the nodes of the package", () => {
  it("come as declaration, dialog, catalogue, help, example and test", () => {
    const missing: string[] = [];
    const tests = ["test/nodes", "test/conversation"].flatMap((folder) => filesBelow(folder, ".ts"));
    const inExample = new Set([...examples().values()].flat().map((node) => node.type));
    for (const type of nodeSets()) {
      const name = type.replace("bitrix24-", "");
      const own = existsSync(join(projectRoot, `nodes/${name}/node.ts`));
      const files = [own ? `nodes/${name}/node.ts` : `open-channels/actions/${name}.ts`, `nodes/${name}/form.html`];
      for (const language of LANGUAGES) files.push(`nodes/${name}/words/${language}.md`);
      missing.push(...files.filter((file) => !existsSync(join(projectRoot, file))));
      if (!inExample.has(type)) missing.push(`example of ${type}`);
      if (!tests.some((file) => readText(file).includes(type))) missing.push(`test of ${type}`);
    }
    assert.deepEqual(missing, []);
  });

  it("are all listed: no folder lies about unused", () => {
    const forms = filesBelow("nodes", ".html").filter((file) => file.endsWith("/form.html"));
    assert.deepEqual(
      forms,
      nodeSets()
        .map((type) => `nodes/${type.replace("bitrix24-", "")}/form.html`)
        .sort(),
    );
  });

  it("use no property name that Node-RED keeps for itself", () => {
    for (const type of nodeSets()) {
      const names = Object.keys(definitionOf(type).defaults);
      assert.deepEqual(
        names.filter((name) => name.length === 1 || FORBIDDEN.includes(name)),
        [],
        type,
      );
    }
  });

  it("save every value as a pair that starts as “from message”", () => {
    for (const type of actions()) {
      const { defaults } = definitionOf(type);
      const declared = fieldsOf(type).filter(([, { kind }]) => kind === "pair");
      for (const value of [...(PAIRS[type] ?? []), ...declared.map(([name]) => name)]) {
        assert.ok(value in defaults, `${type}: ${value}`);
        assert.equal(defaults[`${value}Type`]?.value, "auto", `${type}: ${value}Type`);
      }
    }
  });

  it("save exactly what their declarations read, with the same defaults", () => {
    for (const type of actions()) {
      const { defaults } = definitionOf(type);
      for (const [name, field] of fieldsOf(type))
        if (field.kind === "option") assert.equal(defaults[name]?.value, field.default, `${type}: ${name}`);
      const read = new Set(fieldsOf(type).flatMap(([name]) => [name, `${name}Type`]));
      // The labels of values are the editor's own.
      const unread = Object.keys(defaults).filter((name) => !read.has(name) && !/Label$/.test(name));
      assert.deepEqual(unread, ["name", "portal"], type);
    }
  });

  it("start with the promised plain values", () => {
    for (const type of nodeSets()) {
      const { defaults } = definitionOf(type);
      assert.equal(defaults["name"]?.value, "", type);
      for (const [name, value] of Object.entries(PLAIN[type] ?? {}))
        assert.equal(defaults[name]?.value, value, `${type}: ${name}`);
    }
  });

  it("have one input, two labelled outputs and a portal, unless they are the portal", () => {
    for (const type of nodeSets().filter((set) => set !== "bitrix24-portal")) {
      const definition = definitionOf(type);
      assert.equal(definition.inputs, type === "bitrix24-event" ? 0 : 1, type);
      assert.equal(definition.outputs, 2, type);
      assert.ok(definition.outputLabels !== undefined, type);
      assert.equal(definition.defaults["portal"]?.type, "bitrix24-portal", type);
    }
  });

  it("keep the secrets in password credentials that the editor never gets back", () => {
    const { credentials, defaults } = definitionOf("bitrix24-portal");
    for (const name of ["webhookUrl", "botToken"]) {
      assert.equal(credentials?.[name]?.type, "password", name);
      assert.ok(!(name in defaults), `${name} must not be exported with the flow`);
    }
  });

  it("have validators that can tell why: two declared parameters", () => {
    for (const type of nodeSets()) {
      for (const [name, { validate }] of Object.entries(definitionOf(type).defaults)) {
        if (validate !== undefined) assert.equal(validate.length, 2, `${type}: ${name}`);
      }
    }
  });

  it("come with examples that import anywhere: no credentials, no foreign types, wires that lead somewhere", () => {
    const core = [
      "tab",
      "group",
      "comment",
      "inject",
      "debug",
      "function",
      "switch",
      "change",
      "catch",
      "status",
      "template",
    ];
    const known = new Set([
      ...nodeSets(),
      ...core,
      "link in",
      "link out",
      "link call",
      "http request",
      "http in",
      "http response",
    ]);
    for (const more of ["delay", "split", "join", "trigger", "complete", "json", "junction"]) known.add(more);
    for (const [name, flow] of examples()) {
      const ids = new Set(flow.map((node) => node.id));
      assert.equal(ids.size, flow.length, `${name}: ids are unique`);
      for (const node of flow) {
        assert.ok(known.has(node.type), `${name}: ${node.type}`);
        assert.ok(!("credentials" in node), `${name}: ${node.id}`);
        const targets = ((node["wires"] ?? []) as string[][]).flat();
        assert.deepEqual(
          targets.filter((target) => !ids.has(target)),
          [],
          `${name}: ${node.id}`,
        );
        if (node.type.startsWith("bitrix24-") && node.type !== "bitrix24-portal")
          assert.ok(ids.has(String(node["portal"])), `${name}: ${node.id}`);
      }
    }
  });
});
