import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../support/node-red";
import { readText } from "../support/project";

interface ReferenceScript {
  readonly reference: () => string;
}

describe("docs/reference.md", () => {
  it("is what the build makes of declarations, forms, and words: npm run build writes it", async () => {
    const script = pathToFileURL(join(projectRoot, "scripts/reference.mjs")).href;
    const { reference } = (await import(script)) as ReferenceScript;
    assert.equal(readText("docs/reference.md"), reference());
  });
});
