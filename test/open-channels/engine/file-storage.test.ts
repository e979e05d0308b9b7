import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStorage } from "../../../open-channels/engine/file-storage";
import { Journal, type Line } from "../../../open-channels/engine/journal";
import type { JournalStorage } from "../../../open-channels/engine/storage";
import { VirtualClock } from "../support/virtual-clock";

describe("journal on disk", () => {
  let folder: string;
  const opened: JournalStorage[] = [];

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "journal-")), "bitrix24");
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  /** A storage as a start opens it, with what it found. */
  function start(name = "bot"): { storage: JournalStorage; found: ReturnType<JournalStorage["load"]> } {
    const storage = fileStorage(folder, name);
    opened.push(storage);
    return { storage, found: storage.load() };
  }
  const files = (): string[] => readdirSync(folder).sort();
  const put = (file: string, content: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), content);
  };

  it("writes nothing until there is something to write", async () => {
    const { storage, found } = start();
    await storage.sync();
    await storage.close();
    assert.deepEqual(found, { snapshot: null, log: "" });
    assert.deepEqual(files(), []);
  });

  it("gives again what was appended, and the snapshot with what came after it", async () => {
    const { storage } = start();
    await storage.append("one\n");
    await storage.append("two\n");
    await storage.sync();
    assert.deepEqual(start().found, { snapshot: null, log: "one\ntwo\n" });
    await storage.replace("[1,2]");
    assert.deepEqual(start().found, { snapshot: "[1,2]", log: "" });
    await storage.append("three\n");
    await storage.sync();
    assert.deepEqual(start().found, { snapshot: "[1,2]", log: "three\n" });
    assert.deepEqual(files(), ["bot.1.log", "bot.json"]);
  });

  it("is readable for its owner only", async () => {
    if (process.platform === "win32") return;
    const { storage } = start();
    await storage.append("one\n");
    await storage.replace("[]");
    await storage.append("two\n");
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const file of files()) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  });

  it("removes the drafts of processes that died, and nothing of others", () => {
    const others = ["bot.json.draft", "bot.txt", "bot2.0.log", "bot2.json.0a.draft", "other.1.log"];
    for (const file of ["bot.json.0123456789ab.draft", ...others]) put(file, "half");
    assert.deepEqual(start().found, { snapshot: null, log: "" });
    assert.deepEqual(files(), others.sort());
  });

  it("loses and doubles nothing, wherever a replacement was cut off", () => {
    const before = { snapshot: "old", log: "a\nb\n" };
    const cases: [Record<string, string>, { snapshot: string; log: string }][] = [
      // The draft is not there yet, or not whole.
      [{ "bot.json": "3\nold", "bot.3.log": "a\nb\n" }, before],
      [{ "bot.json": "3\nold", "bot.3.log": "a\nb\n", "bot.json.00aa.draft": "4\nne" }, before],
      // It failed, and the process went on in the next log.
      [{ "bot.json": "3\nold", "bot.3.log": "a\n", "bot.4.log": "b\n" }, before],
      [{ "bot.json": "3\nold", "bot.3.log": "a\n", "bot.10.log": "b\n", "bot.9.log": "" }, before],
      // The old log is still there.
      [
        { "bot.json": "4\nnew", "bot.3.log": "a\nb\n" },
        { snapshot: "new", log: "" },
      ],
      [
        { "bot.json": "4\nnew", "bot.3.log": "a\nb\n", "bot.4.log": "c\n" },
        { snapshot: "new", log: "c\n" },
      ],
    ];
    for (const [content, expected] of cases) {
      for (const [file, text] of Object.entries(content)) put(file, text);
      assert.deepEqual(start().found, expected);
      assert.deepEqual(start().found, expected);
      for (const file of files()) rmSync(join(folder, file));
    }
  });

  it("goes on after each of them with what is read again", async () => {
    put("bot.json", "3\nold");
    put("bot.3.log", "a\n");
    put("bot.4.log", "b\n");
    const { storage } = start();
    await storage.append("c\n");
    assert.deepEqual(start().found, { snapshot: "old", log: "a\nb\nc\n" });
    await storage.replace("new");
    await storage.append("d\n");
    assert.deepEqual(start().found, { snapshot: "new", log: "d\n" });
  });

  it("keeps the old content, and what is appended afterwards, when a replacement fails", async () => {
    const { storage } = start();
    await storage.append("a\n");
    // A folder is in the way of the snapshot.
    mkdirSync(join(folder, "bot.json", "in-the-way"), { recursive: true });
    await assert.rejects(storage.replace("new"));
    await storage.append("b\n");
    rmSync(join(folder, "bot.json"), { recursive: true });
    assert.deepEqual(start().found, { snapshot: null, log: "a\nb\n" });
    assert.ok(files().every((file) => !file.endsWith(".draft")));
  });

  it("has replaced although the old log cannot be removed", async () => {
    put("bot.json", "3\nold");
    const { storage } = start();
    mkdirSync(join(folder, "bot.3.log", "in-the-way"), { recursive: true });
    await storage.replace("new");
    rmSync(join(folder, "bot.3.log"), { recursive: true });
    await storage.append("a\n");
    assert.deepEqual(start().found, { snapshot: "new", log: "a\n" });
  });

  it("appends again after an append failed", async () => {
    const { storage } = start();
    mkdirSync(join(folder, "bot.0.log"));
    await assert.rejects(storage.append("a\n"));
    await storage.sync();
    rmSync(join(folder, "bot.0.log"), { recursive: true });
    await storage.append("b\n");
    assert.deepEqual(start().found, { snapshot: null, log: "b\n" });
  });

  it("syncs what was appended although a snapshot is under way", async () => {
    const { storage } = start();
    await storage.append("a\n");
    await Promise.all([storage.replace("new"), storage.sync()]);
    await Promise.all([storage.sync(), storage.replace("newer")]);
    assert.deepEqual(start().found, { snapshot: "newer", log: "" });
  });

  it("stays in its folder under any name", async () => {
    for (const name of ["../../escaped", "a b/c\\d:e*?", "bot.1", "ünïcode", "..", ""]) {
      const { storage } = start(name);
      await storage.append("x\n");
      await storage.replace("[]");
      await storage.append("y\n");
      await storage.close();
      assert.deepEqual(start(name).found, { snapshot: "[]", log: "y\n" }, name);
    }
    assert.deepEqual(readdirSync(join(folder, "..")), ["bitrix24"]);
    assert.equal(files().length, 12);
  });

  it("reads the state file of version 0.1.0, which has no generation", () => {
    put("bot.json", '{"version":1}');
    assert.deepEqual(start().found, { snapshot: '{"version":1}', log: "" });
    put("bot.json", '{\n"version": 1\n}');
    assert.equal(start().found.snapshot, '{\n"version": 1\n}');
  });

  it("sets a snapshot aside that nobody can read, and goes on", async () => {
    put("bot.json", "2\n{broken");
    put("bot.2.log", "a\n");
    const { storage, found } = start();
    assert.deepEqual(found, { snapshot: "{broken", log: "a\n" });
    storage.setAside();
    await storage.append("b\n");
    assert.deepEqual(start().found, { snapshot: null, log: "a\nb\n" });
    assert.equal(readFileSync(join(folder, "bot.json.broken"), "utf8"), "2\n{broken");
  });

  it("says at the start that nothing can be kept there", () => {
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "a file");
    assert.throws(() => start());
    rmSync(folder);
  });

  it("carries a journal over starts", async () => {
    const known: Line[] = [];
    const open = (): Journal => {
      const journal = new Journal({
        storage: start().storage,
        clock: new VirtualClock(),
        snapshot: () => [...known],
        onFailure: (error) => assert.fail(error),
      });
      const { snapshot, lines } = journal.open();
      assert.deepEqual([...((snapshot ?? []) as Line[]), ...lines], known);
      return journal;
    };
    for (let round = 0; round < 4; round++) {
      const journal = open();
      for (let count = 0; count < 3; count++) {
        known.push(["x", round, count, "y".repeat(count === round ? 1_000_000 : 1)]);
        journal.record(known.at(-1) ?? ["x"]);
        await journal.synced();
      }
      await journal.close();
    }
    open();
  });
});
