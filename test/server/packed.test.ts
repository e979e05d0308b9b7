import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox";
import { startNodeRed, type NodeRed } from "../support/node-red";
import { installPacked, type InstalledPackage } from "../support/packed";
import { LANGUAGES, manifest, nodeSets, plugins, readText } from "../support/project";

const { name, version } = manifest();

interface NodeSet {
  id: string;
  module: string;
  version: string;
  types: string[];
  enabled: boolean;
  err?: unknown;
}

/** A node that sets one property of the message. */
function change(id: string, next: string, property: string, value: string, type: string) {
  const rules = [{ t: "set", p: property, pt: "msg", to: value, tot: type }];
  return { id, z: "flow1", x: 500, y: 40, type: "change", rules, wires: [[next]] };
}

/** An address that runs one action node and answers with its result, or with the error of output 2. */
function action(path: string, node: Record<string, unknown>) {
  const at = (x: number) => ({ z: "flow1", x, y: 40 });
  return [
    { id: `in-${path}`, type: "http in", url: `/${path}`, method: "post", wires: [[`do-${path}`]], ...at(100) },
    { id: `do-${path}`, portal: "portal1", name: "", ...node, wires: [[`ok-${path}`], [`bad-${path}`]], ...at(300) },
    change(`ok-${path}`, `answer-${path}`, "payload", '{"result": payload, "call": bitrix24.call}', "jsonata"),
    { id: `answer-${path}`, type: "http response", statusCode: "200", wires: [], ...at(700) },
    change(`bad-${path}`, `error-${path}`, "payload", "error", "msg"),
    { id: `error-${path}`, type: "http response", statusCode: "400", wires: [], ...at(700) },
  ];
}

const FLOW = [
  { id: "flow1", type: "tab", label: "Packed" },
  { id: "portal1", type: "bitrix24-portal", name: "Practice", auth: "webhook", plan: "standard" },
  ...action("operator", { type: "bitrix24-operator", chatId: "", chatIdType: "auto" }),
  ...action("send", {
    type: "bitrix24-send",
    mode: "automatic",
    chatId: "",
    chatIdType: "auto",
    message: "",
    messageType: "auto",
  }),
];

interface FlowError {
  code: string;
  message: string;
  method: string;
  outcome: string;
  hint: string;
}

describe("the packed package in a real Node-RED", function () {
  this.timeout(180_000);
  let installed: InstalledPackage | undefined;
  let sandbox: Sandbox | undefined;
  let nodeRed: NodeRed | undefined;
  const userDir = () => installed?.userDir ?? assert.fail("the package is installed");
  const portal = () => sandbox ?? assert.fail("the sandbox runs");
  const editor = () => nodeRed ?? assert.fail("Node-RED runs");

  const start = (
    settings: Record<string, unknown>,
    credentials: Record<string, { webhookUrl: string }> = { portal1: { webhookUrl: portal().webhookUrl } },
  ) => startNodeRed({ userDir: userDir(), flows: FLOW, credentials, settings: { ...settings, httpNodeRoot: "/flow" } });
  const run = (path: string, body: unknown) => editor().request(`flow/${path}`, { body });
  const calls = () =>
    portal()
      .control.log()
      .map(({ method }) => method.toLowerCase());

  before(async () => {
    installed = await installPacked();
    sandbox = await startSandbox();
    nodeRed = await start({});
  });
  beforeEach(() => portal().control.reset());
  after(async () => {
    await nodeRed?.stop();
    await sandbox?.close();
    await installed?.remove();
  });

  it("loads every node set without an error", async () => {
    const sets = (await editor().request("nodes")).json<NodeSet[]>().filter((set) => set.module === name);
    assert.deepEqual(
      sets.map((set) => set.id).sort(),
      nodeSets()
        .map((set) => `${name}/${set}`)
        .sort(),
    );
    for (const set of sets) {
      assert.equal(set.err, undefined, `${set.id}: ${String(set.err)}`);
      assert.equal(set.enabled, true, set.id);
      assert.equal(set.version, version, set.id);
      assert.deepEqual(set.types, [set.id.split("/").at(-1)]);
    }
  });

  it("serves what the dialogs share, and every dialog", async () => {
    const shared = await editor().request("plugins", { headers: { accept: "text/html" } });
    const [plugin, ...others] = plugins();
    assert.deepEqual(others, []);
    const [, own = ""] = shared.text.split(`[red-plugin:${name}/${plugin}] --- -->\n`);
    assert.match(own, /^<style>\n[^<]+<\/style>\n<script type="text\/javascript">\n[^]*window\.Bitrix24 ?= ?Bitrix24/);
    const dialogs = await editor().request("nodes", { headers: { accept: "text/html" } });
    for (const type of nodeSets()) assert.ok(dialogs.text.includes(`data-template-name="${type}"`), type);
  });

  it("serves every icon that a node asks for", async () => {
    const dialogs = await editor().request("nodes", { headers: { accept: "text/html" } });
    const wanted = [...dialogs.text.matchAll(/icon:\s*"(bitrix24-[^"]+\.svg)"/g)].map((match) => match[1] ?? "");
    const offered = (await editor().request("icons")).json<Record<string, string[]>>()[name] ?? [];
    assert.ok(wanted.length > 0);
    assert.deepEqual(
      wanted.filter((icon) => !offered.includes(icon)),
      [],
    );
    for (const icon of wanted) {
      const answer = await editor().request(`icons/${name}/${icon}`);
      assert.equal(answer.status, 200, icon);
      assert.match(answer.text, /<svg/, icon);
    }
  });

  it("serves catalogues and help in all languages", async () => {
    for (const language of LANGUAGES) {
      const catalogues = (await editor().request(`nodes/messages?lng=${language}`)).json<Record<string, unknown>>();
      const help = await editor().request("nodes", { headers: { accept: "text/html", "accept-language": language } });
      for (const type of nodeSets()) {
        const source = (ending: string): string => readText(`dist/nodes/locales/${language}/${type}.${ending}`);
        assert.deepEqual(catalogues[`${name}/${type}`], JSON.parse(source("json")), `${language}: ${type}`);
        assert.ok(help.text.includes(source("html").trim()), `${language}: help of ${type}`);
      }
    }
  });

  it("hands a dialog to an operator: one call on the portal, its result in the flow", async () => {
    const [chat] = portal().control.chats();
    assert.ok(chat);
    const answer = await run("operator", { CHAT_ID: chat.id });
    assert.equal(answer.status, 200, answer.text);
    const { result, call } = answer.json<{ result: unknown; call: { method: string; attempts: number } }>();
    assert.equal(result, true);
    assert.deepEqual([call.method, call.attempts], ["imopenlines.bot.session.operator", 1]);
    assert.deepEqual(calls(), ["imopenlines.bot.session.operator"]);
    assert.notEqual(portal().control.chat(chat.id).owner, "bot");
  });

  it("refuses a wrong chat id on the spot, with a hint in plain English", async () => {
    const answer = await run("operator", { CHAT_ID: "12abc" });
    assert.equal(answer.status, 400, answer.text);
    const error = answer.json<FlowError>();
    assert.equal(error.code, "CHAT_ID_EMPTY");
    assert.equal(error.outcome, "not-sent");
    for (const text of [error.message, error.hint]) assert.match(text, /^[A-Z][^а-яё]{15,}[.!?]$/, text);
    assert.doesNotMatch(error.hint, /errors\.|__/);
    assert.deepEqual(calls(), []);
  });

  it("passes the portal's refusal on with its code", async () => {
    portal().control.addFault({ kind: "error", code: "ACCESS_DENIED", status: 403, description: "Access denied" });
    const error = (await run("operator", { CHAT_ID: portal().control.chats()[0]?.id })).json<FlowError>();
    assert.equal(error.code, "ACCESS_DENIED");
    assert.equal(error.outcome, "refused");
    assert.ok(error.hint.length > 15, error.hint);
  });

  it("keeps the webhook out of flows, settings, credentials answers and the log", async () => {
    await run("send", { CHAT_ID: portal().control.chats()[0]?.id, MESSAGE: "Hello" });
    const paths = ["flows", "settings", "credentials/bitrix24-portal/portal1", "nodes", "flow/flow1"];
    for (const path of paths) {
      const { text } = await editor().request(path);
      assert.ok(!text.includes(portal().secret), path);
    }
    assert.ok(!editor().log().includes(portal().secret));
  });

  it("survives a full deploy: the same address answers again", async () => {
    const deployed = await editor().deploy((await editor().request("flows")).json<Record<string, unknown>[]>());
    assert.equal(deployed.status, 204, deployed.text);
    const answer = await run("send", { CHAT_ID: portal().control.chats()[0]?.id, MESSAGE: "Hello" });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(calls(), ["imopenlines.bot.session.message.send"]);
  });

  it("speaks Russian when the server does", async () => {
    await nodeRed?.stop();
    nodeRed = await start({ lang: "ru" });
    const error = (await run("operator", { CHAT_ID: "12abc" })).json<FlowError>();
    assert.equal(error.code, "CHAT_ID_EMPTY");
    for (const text of [error.message, error.hint]) assert.match(text, /[а-яё]{3,}.*[.!?]$/, text);
  });

  it("works with a webhook typed in the editor, which goes to disk encrypted alone", async () => {
    await nodeRed?.stop();
    nodeRed = await start({ credentialSecret: "only for this test" }, {});
    const unset = (await run("operator", { CHAT_ID: portal().control.chats()[0]?.id })).json<FlowError>();
    assert.deepEqual([unset.code, unset.outcome], ["NOT_CONFIGURED", "not-sent"]);

    const credentials = { webhookUrl: portal().webhookUrl };
    await editor().deploy(FLOW.map((node) => (node.id === "portal1" ? { ...node, credentials } : node)));
    const answer = await run("operator", { CHAT_ID: portal().control.chats()[0]?.id });
    assert.equal(answer.status, 200, answer.text);
    const files = await Promise.all(
      ["flows.json", "flows_cred.json"].map((file) => readFile(join(userDir(), file), "utf8")),
    );
    for (const text of files) assert.ok(!text.includes(portal().secret), text);
    assert.match(files[1] ?? "", /^\s*\{\s*"\$":/);
  });
});
