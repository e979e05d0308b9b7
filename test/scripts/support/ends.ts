import assert from "node:assert/strict";

/** Not part of the suite: `test/scripts/test-jobs.test.ts` runs it to see what becomes of tests that end in this way. */
describe("ends", () => {
  const way = process.env["WAY"];

  it("passes", () => {
    assert.ok(way !== undefined);
  });

  it("comes to the way it was asked for", () => {
    if (way === "fails") assert.equal("this", "that");
    if (way === "breaks off") process.exit(0);
    if (way === "lives on") setInterval(() => undefined, 1_000);
    if (way === "hangs") for (;;);
  });
});
