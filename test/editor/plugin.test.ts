import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import vm from "node:vm";
import { projectRoot } from "../support/node-red";
import { filesBelow, nodeSets, plugins, readText, scriptsOf } from "../support/project";

/** Runs the plugin on a page that has nothing but a window; gives the page back. */
function load(script: string): vm.Context {
  const page = vm.createContext({});
  vm.runInContext("window = this", page);
  vm.runInContext(script, page);
  return page;
}

describe("the editor's plugin", function () {
  this.timeout(30_000);
  let html = "";

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "plugin-"));
    try {
      await promisify(execFile)(process.execPath, [join(projectRoot, "scripts/bundle-editor.mjs"), folder]);
      html = readFileSync(join(folder, "nodes/bitrix24-editor.html"), "utf8");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const script = (): string => scriptsOf(html).find(({ attributes }) => /javascript/.test(attributes))?.code ?? "";

  it("is the only one", () => {
    assert.deepEqual(plugins(), ["bitrix24-editor"]);
  });

  it("holds one script and one sheet made of all, which end where they should", () => {
    assert.equal(scriptsOf(html).length, 1);
    assert.equal(html.match(/<\/?style>/g)?.join(), "<style>,</style>");
    const sheets = filesBelow("editor", ".css");
    assert.ok(sheets.length > 5);
    for (const sheet of sheets) assert.ok(html.includes(readText(sheet)), sheet);
  });

  it("leaves one global, and asks the editor for nothing before a dialog opens: it may come before everything else", () => {
    const page = load(script());
    assert.deepEqual(Object.keys(page), ["window", "Bitrix24"]);
  });

  it("has everything that the forms call", () => {
    const page = load(script());
    const called = nodeSets().flatMap((type) => {
      const all = [...readText(`dist/nodes/${type}.html`).matchAll(/\bBitrix24\w*(?:\.\w+)+/g)].map(([call]) => call);
      assert.ok(all.length > 3, type);
      return all;
    });
    for (const call of new Set(called)) assert.equal(vm.runInContext(`typeof ${call}`, page), "function", call);
    const members = [...(vm.runInContext("Object.keys(Bitrix24)", page) as string[])];
    assert.deepEqual(
      members.filter((member) => !called.some((call) => call.split(".")[1] === member)),
      [],
    );
  });

  it("needs no feature of Node.js", () => {
    assert.doesNotMatch(script(), /\b(?:require\(|process\.|Buffer\b|__dirname)/);
  });
});
