import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../support/node-red";
import { LISTED, newAction, WORDS } from "../../support/new-action";
import { LANGUAGES } from "../../support/project";

const LEFT_OUT = new Set(["node_modules", "dist", ".git", "coverage", ...LANGUAGES.map((name) => `examples/${name}`)]);
const TESTS = ["nodes", "help", "locales", "words-used", "glossary", "errors", "examples", "reference", "scorecard"];

/** A copy of the tree, as a clone with its packages installed. */
function copyOfTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "new-action-"));
  const filter = (path: string): boolean => !LEFT_OUT.has(path.slice(projectRoot.length + 1));
  cpSync(projectRoot, folder, { recursive: true, filter });
  // A folder of its own, because the build keeps a cache inside.
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(join(projectRoot, "node_modules")).filter((one) => one !== ".cache"))
    symlinkSync(join(projectRoot, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}

describe("a new action", function () {
  this.timeout(300_000);
  let folder: string;

  const run = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, TEST_COUNTS: "", CI: "" };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env }).catch(
      (error: unknown) => {
        const { stdout: out = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        throw new Error(`node ${args.join(" ")} failed:\n${out}${stderr}`.slice(-4_000));
      },
    );
    return stdout;
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  before(async () => {
    folder = copyOfTree();
    const files = newAction();
    assert.equal(files.size, 10);
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { flag: "wx" });
    }
    const manifest = read("package.json");
    const listed = manifest.replace(/(\n {4}"nodes": \{\n)/, `$1${LISTED}`);
    assert.equal(listed.split("\n").length, manifest.split("\n").length + 1);
    writeFileSync(join(folder, "package.json"), listed);
    await run("scripts/build.mjs");
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is found by the build everywhere: node, texts, help, list of errors, list of methods, reference, examples", () => {
    assert.match(read("dist/nodes/bitrix24-demo.js"), /demoOperation/);
    assert.match(read("dist/nodes/bitrix24-portal.js"), /actions\/demo"/);
    const editor = read("dist/nodes/bitrix24-editor.html");
    for (const word of ["bitrix24-demo", "DEMO_NOTE_EMPTY", "imopenlines.demo.add"])
      assert.ok(editor.includes(word), word);
    const reference = read("docs/reference.md");
    for (const line of [/^## bitrix24-demo$/m, /^\| `DEMO_NOTE_EMPTY` \| `not-sent`/m, /`imopenlines\.demo\.add` \|/])
      assert.match(reference, line);
    for (const language of LANGUAGES) {
      const { palette, title, hint, method, note } = WORDS[language];
      const texts = `dist/nodes/locales/${language}/bitrix24`;
      assert.ok(read(`${texts}-demo.json`).includes(palette), language);
      assert.ok(read(`${texts}-demo.html`).includes(`| \`DEMO_NOTE_EMPTY\` | ${title} ${hint} |`), language);
      const shared = JSON.parse(read(`${texts}-portal.json`)) as {
        errors: Record<string, unknown>;
        field: Record<string, unknown>;
      };
      assert.deepEqual([shared.errors["DEMO_NOTE_EMPTY"], shared.field["note"]], [{ title, hint }, note]);
      const call = JSON.parse(read(`${texts}-call.json`)) as Record<"bitrix24-call", { method: object }>;
      const titles = call["bitrix24-call"].method as { imopenlines: { demo: { add: string } } };
      assert.equal(titles.imopenlines.demo.add, method);
      if (language !== "en-US") assert.ok(read(`examples/${language}/17-leave-a-note.json`).includes(method), language);
    }
  });

  it("keeps to all rules of the package, and passes its own test", async () => {
    const files = [...TESTS.map((name) => `test/package/${name}.test.ts`), "test/nodes/demo.test.ts"];
    const output = await run("node_modules/mocha/bin/mocha.js", ...files, "--grep", "are in the package", "--invert");
    assert.match(output, /\b0 failed/);
  });

  it("passes the type check with its test", async () => {
    const config = { extends: "./tsconfig.json", include: ["test/nodes/demo.test.ts"] };
    writeFileSync(join(folder, "tsconfig.demo.json"), JSON.stringify(config));
    await run("node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.demo.json");
  });
});
