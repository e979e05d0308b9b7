import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "../support/node-red";

interface Result {
  passed: number;
  failed: number;
  output?: string;
}

interface TestJobs {
  tests(name: string, wanted: object): { run(): Promise<Result> };
}

describe("the processes of a test run", function () {
  this.timeout(60_000);
  let script: TestJobs;
  before(async () => {
    script = (await import(pathToFileURL(join(projectRoot, "scripts/test-jobs.mjs")).href)) as TestJobs;
  });

  const end = (way: string): Promise<Result> =>
    script
      .tests(way, {
        files: ["test/scripts/support/ends.ts"],
        node: process.execPath,
        env: { WAY: way },
        options: [],
        live: false,
        limits: { exit: 1_500, test: 6_000 },
      })
      .run();

  it("count what passed", async () => {
    const { passed, failed, output } = await end("passes");
    assert.deepEqual([passed, failed, output], [2, 0, undefined]);
  });

  it("tell completely what failed", async () => {
    const { passed, failed, output } = await end("fails");
    assert.deepEqual([passed, failed], [1, 1]);
    assert.match(output ?? "", /comes to the way[\s\S]*this[\s\S]*that[\s\S]*ends\.ts/);
  });

  it("have failed when they break off, however calmly", async () => {
    const { passed, failed, output } = await end("breaks off");
    assert.deepEqual([passed, failed], [1, 1]);
    assert.match(output ?? "", /broke off with code 0: ends comes to the way/);
  });

  it("are ended when something goes on behind the last test", async () => {
    const { passed, failed, output } = await end("lives on");
    assert.deepEqual([passed, failed], [2, 1]);
    assert.match(output ?? "", /something they started still runs/);
  });

  it("are ended when a test hangs, which is named", async () => {
    const { failed, output } = await end("hangs");
    assert.equal(failed, 1);
    assert.match(output ?? "", /hang: ends comes to the way/);
  });
});
