import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { projectRoot } from "../support/node-red";
import { LANGUAGES, manifest, nodeSets } from "../support/project";

interface Packed {
  size: number;
  unpackedSize: number;
  files: { path: string; size: number; mode: number }[];
}

/** Newer npm versions answer with an object keyed by package, older ones with a list. */
async function packed(): Promise<Packed> {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: projectRoot, shell: process.platform === "win32" });
  const answer = JSON.parse(stdout) as Packed[] | Record<string, Packed>;
  const [first] = Object.values(answer);
  assert.ok(first);
  return first;
}

describe("the packed package", () => {
  let pack: Packed;
  before(async () => {
    pack = await packed();
  });
  const paths = () => pack.files.map(({ path }) => path);

  it("is small", () => {
    // A third of it is the practice portal, a seventh the words in five languages.
    assert.ok(pack.size < 550 * 1024, `${pack.size} bytes packed`);
  });

  it("holds the build, the examples and the documents, and nothing else", () => {
    const allowed =
      /^(dist\/|examples\/.+\.json$|docs\/images\/|package\.json$|README\.md$|README\.ru\.md$|CHANGELOG\.md$|LICENSE$)/;
    assert.deepEqual(
      paths().filter((path) => !allowed.test(path)),
      [],
    );
  });

  it("holds no sources, tests, maps or leftovers", () => {
    const unwanted = /(^|\/)(test|bench|scripts|node_modules)\/|(?<!\.d)\.ts$|\.map$|\.tgz$|(^|\/)\.(?!$)/;
    assert.deepEqual(
      paths().filter((path) => unwanted.test(path)),
      [],
    );
  });

  it("holds all that Node-RED and the command line ask for", () => {
    const { bin, "node-red": nodeRed } = manifest();
    const wanted = [...Object.values(nodeRed.nodes), ...Object.values(nodeRed.plugins), ...Object.values(bin)];
    for (const type of nodeSets()) {
      wanted.push(`dist/nodes/${type}.html`);
      for (const language of LANGUAGES)
        wanted.push(`dist/nodes/locales/${language}/${type}.json`, `dist/nodes/locales/${language}/${type}.html`);
    }
    wanted.push("README.md", "README.ru.md", "CHANGELOG.md", "LICENSE");
    assert.deepEqual(
      wanted.filter((path) => !paths().includes(path)),
      [],
    );
    assert.ok(
      paths().some((path) => /^dist\/nodes\/icons\/.+\.svg$/.test(path)),
      "icons",
    );
    assert.ok(
      paths().some((path) => /^examples\/.+\.json$/.test(path)),
      "examples",
    );
  });
});
