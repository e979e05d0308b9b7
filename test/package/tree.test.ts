import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../support/node-red";
import { filesBelow, manifest, readText } from "../support/project";

interface Locked {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
  engines?: { node?: string };
  resolved?: string;
}

describe("the production tree", () => {
  const lock = JSON.parse(readText("package-lock.json")) as { packages: Record<string, Locked> };
  const production = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional,
  );

  it("has forty packages or fewer, the declared ones among them", () => {
    assert.ok(production.length <= 40, `${production.length} packages`);
    const paths = production.map(([path]) => path);
    for (const name of Object.keys(manifest().dependencies)) assert.ok(paths.includes(`node_modules/${name}`), name);
  });

  it("runs nothing while it is installed and compiles nothing", () => {
    assert.deepEqual(
      production.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
      [],
    );
    for (const [path] of production) {
      assert.ok(existsSync(join(projectRoot, path)), `${path} is installed`);
      assert.deepEqual(filesBelow(path, ".node", ".gyp"), [], path);
    }
  });

  it("names no address to download from, so that any mirror serves it", () => {
    assert.deepEqual(
      Object.entries(lock.packages)
        .filter(([, { resolved }]) => resolved !== undefined)
        .map(([path]) => path),
      [],
    );
  });
});
