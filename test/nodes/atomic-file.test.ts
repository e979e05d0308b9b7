import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDraftOf, replaceFile } from "../../nodes/runtime/atomic-file";

describe("a state file that is replaced as a whole", () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "atomic-"));
    path = join(folder, "bot.json");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("holds the new content, is readable for its owner only, and leaves nothing else", async () => {
    await replaceFile(path, "old");
    await replaceFile(path, "нов\u{1f600}");
    const names = await readdir(folder);
    const content = await readFile(path, "utf8");
    const { mode } = await stat(path);
    assert.equal(content, "нов\u{1f600}");
    assert.deepEqual(names, ["bot.json"]);
    if (process.platform !== "win32") assert.equal(mode & 0o777, 0o600);
  });

  it("never shows a part to a reader", async () => {
    const contents = ["a", "b"].map((letter) => letter.repeat(3_000_000));
    await replaceFile(path, contents[0] ?? "");
    let done = false;
    const writing = (async () => {
      for (let round = 0; round < 10; round++) await replaceFile(path, contents[round % 2] ?? "");
      done = true;
    })();
    const seen = new Set<string>();
    while (!done) seen.add(await readFile(path, "utf8"));
    await writing;
    assert.deepEqual(
      [...seen].filter((content) => !contents.includes(content)).map(({ length }) => length),
      [],
    );
    assert.ok(seen.size > 0);
  });

  it("fails with the reason, takes its draft away, and leaves what was there", async () => {
    await mkdir(path);
    await writeFile(join(path, "inside"), "kept");
    await assert.rejects(replaceFile(path, "new"), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    await assert.rejects(replaceFile(join(folder, "away", "bot.json"), "new"), /ENOENT/);
    assert.deepEqual(await readdir(folder), ["bot.json"]);
    assert.equal(await readFile(join(path, "inside"), "utf8"), "kept");
  });

  it("is whole after its writer was killed in the middle, and the draft is known as one", async function () {
    this.timeout(30_000);
    const writer = `
      const { replaceFile } = require(${JSON.stringify(require.resolve("../../nodes/runtime/atomic-file"))});
      const content = JSON.stringify({ text: "x".repeat(20_000_000) });
      (async () => { for (;;) { await replaceFile(${JSON.stringify(path)}, content); process.send("written"); } })();`;
    const script = join(folder, "writer.cjs");
    await writeFile(script, writer);
    const child = fork(script, { execArgv: ["--require", require.resolve("tsx/cjs")] });
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    const { text } = JSON.parse(await readFile(path, "utf8")) as { text: string };
    const others = (await readdir(folder)).filter((name) => !["bot.json", "writer.cjs"].includes(name));
    assert.equal(text.length, 20_000_000);
    assert.deepEqual(
      others.filter((name) => !isDraftOf("bot.json", name)),
      [],
    );
  });

  it("takes only its own drafts for drafts", () => {
    const names = ["bot.json.123", "bot.json", "bot.json.broken", "bot.json.", "other.json.123", "bot.json.12.old"];
    assert.deepEqual(
      names.filter((name) => isDraftOf("bot.json", name)),
      ["bot.json.123"],
    );
  });
});
