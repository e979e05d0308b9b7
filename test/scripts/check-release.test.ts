import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../support/node-red";

interface CheckRelease {
  mistakesOf(tag: string, version: string, changelog: string): string[];
}

const CHANGELOG = `# Changelog

## 1.3.0 — unreleased

- more

## 1.2.0 — 2026-12-01

- a thing

## 1.1.0

## 1.0.0 — 2026-01-01

- the first
`;

describe("the check of a release", () => {
  let script: CheckRelease;
  before(async () => {
    script = (await import(pathToFileURL(join(projectRoot, "scripts/check-release.mjs")).href)) as CheckRelease;
  });

  it("lets a tag pass that equals the version and has an entry", () => {
    assert.deepEqual(script.mistakesOf("v1.2.0", "1.2.0", CHANGELOG), []);
    assert.deepEqual(script.mistakesOf("v1.0.0", "1.0.0", CHANGELOG), []);
  });

  it("finds another tag, and none", () => {
    assert.equal(script.mistakesOf("v1.2.1", "1.2.0", CHANGELOG).length, 1);
    assert.equal(script.mistakesOf("1.2.0", "1.2.0", CHANGELOG).length, 1);
    assert.equal(script.mistakesOf("", "1.2.0", CHANGELOG).length, 1);
  });

  it("finds a version without an entry, with an empty one, and one that is called unreleased", () => {
    assert.match(script.mistakesOf("v2.0.0", "2.0.0", CHANGELOG).join(), /no entry/);
    assert.match(script.mistakesOf("v1.1.0", "1.1.0", CHANGELOG).join(), /empty/);
    assert.match(script.mistakesOf("v1.3.0", "1.3.0", CHANGELOG).join(), /unreleased/);
  });
});
