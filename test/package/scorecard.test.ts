import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodeRedFolder, projectRoot } from "../support/node-red";
import { definitionOf, examples, manifest, nodeSets, readText } from "../support/project";

/** A version or the lower end of a range as comparable numbers. */
function parts(version: string): [number, number, number] {
  const [major, minor, patch] = (/(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version) ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  return [major ?? 0, minor ?? 0, patch ?? 0];
}

function reaches(version: string, range: string): boolean {
  assert.match(range, /^>=\d/, `${range} has no upper end`);
  const [have, want] = [parts(version), parts(range)];
  const differing = have.findIndex((part, index) => part !== want[index]);
  return differing === -1 || (have[differing] ?? 0) > (want[differing] ?? 0);
}

describe("the Flow Library's scorecard", () => {
  const pkg = manifest();

  it("finds licence, repository, bug tracker, description and both READMEs", () => {
    assert.equal(pkg.license, "Apache-2.0");
    assert.match(readText("LICENSE"), /Apache License\s+Version 2\.0/);
    assert.match(pkg.repository.url, /^git\+https:\/\//);
    assert.match(pkg.bugs.url, /^https:\/\//);
    assert.ok(pkg.description.length > 40);
    assert.ok(readText("README.md").length > 2000);
    assert.ok(readText("README.ru.md").length > 2000);
  });

  it("finds a scoped name with node-red in it and the keyword that lists the package", () => {
    assert.match(pkg.name, /^@[a-z0-9-]+\/node-red-[a-z-]+$/);
    assert.ok(pkg.keywords.includes("node-red"));
  });

  it("finds the installed Node-RED inside the declared range", () => {
    const { version } = JSON.parse(readText(`${nodeRedFolder.slice(projectRoot.length + 1)}/package.json`)) as {
      version: string;
    };
    assert.ok(reaches(version, pkg["node-red"].version), `${version} is outside ${pkg["node-red"].version}`);
    assert.ok(reaches("4.0.0", pkg["node-red"].version));
  });

  it("finds an engines range that admits Node 20 and the lowest Node of the newest Node-RED", () => {
    assert.ok(reaches("20.0.0", pkg.engines.node));
    assert.ok(reaches("22.9.0", pkg.engines.node));
  });

  it("finds six dependencies or fewer, open to newer minor releases, and not Node-RED itself", () => {
    const names = Object.keys(pkg.dependencies);
    assert.ok(names.length <= 6, names.join());
    assert.deepEqual(
      names.filter((name) => /^node-red(-\d)?$/.test(name)),
      [],
    );
    for (const [name, range] of Object.entries(pkg.dependencies))
      assert.match(range, /^(\^\d+\.\d+\.\d+( \|\| )?)+$/, name);
  });

  it("finds every node type in an example that is a list of nodes", () => {
    const used = new Set<string>();
    for (const [name, flow] of examples()) {
      assert.ok(Array.isArray(flow), name);
      for (const node of flow) used.add(node.type);
    }
    assert.deepEqual(
      nodeSets().filter((type) => !used.has(type)),
      [],
    );
  });

  it("can read every definition: literal type, inline object, no spread, category in place", () => {
    for (const type of nodeSets()) {
      const html = readText(`dist/nodes/${type}.html`);
      assert.match(html, /<script type="text\/javascript">/, type);
      assert.match(html, new RegExp(`RED\\.nodes\\.registerType\\(\\s*["']${type}["'],\\s*\\{`), type);
      assert.doesNotMatch(html, /\.\.\.[A-Za-z{[(]/, `${type} spreads something into its definition`);
      const category = type === "bitrix24-portal" ? "config" : "Bitrix24";
      assert.match(html, new RegExp(`category:\\s*["']${category}["']`), type);
      assert.equal(definitionOf(type).category, category);
    }
  });

  it("finds the plugin and the icons where Node-RED looks for them", () => {
    // Where the build lays what it bundles.
    assert.deepEqual(pkg["node-red"].plugins, { "bitrix24-editor": "dist/nodes/bitrix24-editor.html" });
    for (const type of nodeSets()) {
      const { icon } = definitionOf(type);
      if (icon?.endsWith(".svg")) assert.ok(existsSync(join(projectRoot, "icons", icon)), `${type}: ${icon}`);
    }
  });
});
