import assert from "node:assert/strict";
import { parse } from "yaml";
import { filesBelow, readText } from "../support/project";

interface Step {
  uses?: string;
  run?: string;
}

interface Workflow {
  name: string;
  permissions?: unknown;
  jobs: Record<string, { steps?: Step[]; uses?: string }>;
}

interface Field {
  type: string;
  id?: string;
  attributes: { label?: string; value?: string };
}

interface Form {
  name: string;
  description: string;
  body: Field[];
}

interface Row {
  folder: string;
  quick: boolean;
  bothLines: boolean;
}

const workflows = (): [string, Workflow][] =>
  filesBelow(".github/workflows", ".yml").map((path) => [path, parse(readText(path)) as Workflow]);

const scripts = (): string[] =>
  Object.keys((JSON.parse(readText("package.json")) as { scripts: Record<string, string> }).scripts);

/** What npm knows by itself. */
const BUILT_IN = ["ci", "publish"];

const commandsOf = ({ jobs }: Workflow): string[] =>
  Object.values(jobs)
    .flatMap(({ steps = [] }) => steps)
    .flatMap(({ run = "" }) => run.split("\n"))
    .filter((line) => line.trim() !== "");

describe("the project's files", () => {
  it("have workflows that call only npm, and only scripts that exist", () => {
    assert.ok(workflows().length >= 3);
    const wrong: string[] = [];
    let calls = 0;
    for (const [path, workflow] of workflows()) {
      for (const command of commandsOf(workflow)) {
        const [, isScript, name = ""] = /^npm (run )?([\w:]+)( |$)/.exec(command) ?? [];
        const isKnown = isScript || name === "test" ? scripts().includes(name) : BUILT_IN.includes(name);
        if (!isKnown) wrong.push(`${path}: ${command}`);
        calls++;
      }
    }
    assert.ok(calls >= 5);
    assert.deepEqual(wrong, []);
  });

  it("give workflows no rights but those that are named", () => {
    const open = workflows().filter(([, { permissions }]) => permissions === undefined);
    assert.deepEqual(
      open.map(([path]) => path),
      [],
    );
  });

  it("release only after the checks of every change", () => {
    const release = parse(readText(".github/workflows/release.yml")) as {
      jobs: Record<string, { needs?: string; uses?: string; steps?: Step[] }>;
    };
    const { checks, publish } = release.jobs;
    const commands = publish?.steps?.map(({ run }) => run ?? "") ?? [];
    assert.equal(checks?.uses, "./.github/workflows/ci.yml");
    assert.equal(publish?.needs, "checks");
    assert.ok(commands.findIndex((run) => run.startsWith("npm run check:release")) >= 0);
    assert.match(commands.at(-1) ?? "", /^npm publish --provenance/);
  });

  it("have issue forms whose fields are named and asked for", () => {
    const forms = filesBelow(".github/ISSUE_TEMPLATE", ".yml").filter((path) => !path.endsWith("config.yml"));
    assert.ok(forms.length >= 2);
    for (const path of forms) {
      const { name, description, body } = parse(readText(path)) as Form;
      const fields = body.filter(({ type }) => type !== "markdown");
      assert.ok(name.length > 0 && description.length > 0, path);
      assert.ok(fields.length > 0 && fields.every(({ id, attributes }) => id && attributes.label), path);
      assert.equal(new Set(fields.map(({ id }) => id)).size, fields.length, path);
    }
    assert.ok(
      Array.isArray((parse(readText(".github/ISSUE_TEMPLATE/config.yml")) as { contact_links: unknown }).contact_links),
    );
  });

  it("have a place for each test, and CONTRIBUTING says which", () => {
    const rows = JSON.parse(readText("test/folders.json")) as Row[];
    const tests = filesBelow("test", ".ts").filter((path) => path.endsWith(".test.ts"));
    const lost = tests.filter((path) => !rows.some(({ folder }) => path.startsWith(`${folder}/`)));
    const empty = rows.filter(({ folder }) => !tests.some((path) => path.startsWith(`${folder}/`)));
    const described = [...readText("CONTRIBUTING.md").matchAll(/^\| `(test\/[\w/-]+)`/gm)].map(([, folder]) => folder);
    assert.deepEqual([lost, empty], [[], []]);
    assert.deepEqual(described.sort(), rows.map(({ folder }) => folder).sort());
  });
});
