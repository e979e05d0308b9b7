import assert from "node:assert/strict";
import fc from "fast-check";
import type { Line } from "../../../open-channels/engine/journal";
import { Disk } from "./support/disk";
import { settle } from "./support/turns";
import { found, numbered, Written } from "./support/written";

/** Longer than a journal may become. */
const LONG: Line = ["long", "x".repeat(1_000_001)];

describe("journal: writing", () => {
  it("writes what comes in one turn with one append, and what comes meanwhile with the next", async () => {
    const { clock, disk, journal, record } = new Written();
    record(...numbered(0, 100));
    assert.deepEqual(disk.done, []);
    const open = disk.hold();
    clock.pass(0);
    await settle();
    record(...numbered(100, 300));
    clock.pass(0);
    open();
    await journal.written();
    assert.deepEqual(disk.done, ["append", "append"]);
    assert.deepEqual(found(disk), numbered(0, 300));
  });

  it("lets the write wait for the disk, and the sync for more", async () => {
    const { disk, journal, record } = new Written();
    const order: string[] = [];
    const open = disk.hold();
    record(["x", 1]);
    const both = [
      journal.written().then(() => order.push("written")),
      journal.synced().then(() => order.push("synced")),
    ];
    await settle();
    assert.deepEqual(order, []);
    open();
    await Promise.all(both);
    assert.deepEqual(order, ["written", "synced"]);
    assert.deepEqual(disk.done, ["append", "sync"]);
  });

  it("syncs once for all who wait, and not at all when everything is synced or nothing lasts", async () => {
    const { disk, journal, record } = new Written();
    record(["x", 1]);
    await Promise.all(Array.from({ length: 50 }, () => journal.synced()));
    await journal.synced();
    assert.equal(disk.count("sync"), 1);
    const fleeting = new Written();
    fleeting.disk.durable = false;
    fleeting.record(["x", 1]);
    await fleeting.journal.synced();
    assert.equal(fleeting.disk.count("sync"), 0);
  });

  it("writes nothing while nothing happens, from the start to the end", async () => {
    const { disk } = await new Written().recordEach(numbered(0, 3));
    disk.done.length = 0;
    const { clock, journal } = new Written(disk);
    clock.pass(24 * 3_600_000);
    await journal.written();
    await journal.synced();
    await journal.close();
    assert.deepEqual(disk.done, []);
    assert.equal(disk.isOpen, false);
  });

  it("writes what is pending when it is closed, and nothing after that", async () => {
    const { disk, journal, record } = new Written();
    record(["x", 1]);
    await journal.close();
    journal.record(["x", 2]);
    await journal.written();
    assert.deepEqual(found(disk), numbered(1, 2));
  });
});

describe("journal: a disk that fails", () => {
  it("says so once, holds nobody up, and says so again after it has worked meanwhile", async () => {
    const { disk, failures, recordEach, pass } = new Written();
    disk.fails = () => true;
    await recordEach(numbered(0, 5));
    assert.deepEqual(failures, ["append failed"]);
    disk.fails = () => false;
    await pass(60_000);
    disk.fails = () => true;
    await recordEach(numbered(5, 9));
    assert.equal(failures.length, 2);
  });

  it("says so once when only the sync fails", async () => {
    const { disk, failures, recordEach } = new Written();
    disk.fails = (what) => what === "sync";
    await recordEach(numbered(0, 5));
    assert.deepEqual(failures, ["sync failed"]);
    disk.fails = () => false;
    await recordEach(numbered(5, 6));
    disk.fails = (what) => what === "sync";
    await recordEach(numbered(6, 8));
    assert.equal(failures.length, 2);
  });

  it("has everything when it works again, also when a part of a line had been written", async () => {
    for (const partly of [0, 1, 12, 17]) {
      const { disk, recordEach, pass } = await new Written().recordEach(numbered(0, 3));
      disk.partly = partly;
      disk.fails = (what) => what === "append";
      await recordEach(numbered(3, 6));
      disk.fails = () => false;
      await recordEach(numbered(6, 8));
      await pass(60_000);
      assert.deepEqual(found(disk), numbered(0, 8), `${partly}`);
      assert.equal(new Written(disk).loaded.isDamaged, false);
    }
  });

  it("gets by itself what it missed, although nothing more is recorded", async () => {
    const { disk, recordEach, pass } = new Written();
    disk.fails = () => true;
    await recordEach(numbered(0, 3));
    disk.fails = () => false;
    await pass(60_000);
    assert.deepEqual(found(disk), numbered(0, 3));
  });

  it("is not asked to hold a snapshot with each line as long as it fails", async () => {
    const { disk, recordEach } = new Written();
    disk.fails = () => true;
    await recordEach(numbered(0, 1_000));
    assert.ok(disk.count("replace") <= 2, `${disk.count("replace")}`);
  });

  it("keeps the log when only the snapshot fails", async () => {
    const { disk, recordEach } = new Written();
    disk.fails = (what) => what === "replace";
    const lines: Line[] = [LONG, ...numbered(0, 3)];
    await recordEach(lines);
    assert.deepEqual(found(disk), lines);
  });
});

describe("journal: what a start finds", () => {
  it("is nothing where there was nothing", () => {
    assert.deepEqual(new Written().loaded, { snapshot: null, lines: [], isDamaged: false, hasSurvived: false });
  });

  it("is everything in its order, whatever it holds", async () => {
    const line = fc
      .tuple(fc.string(), fc.array(fc.jsonValue()))
      .map(([kind, values]): Line => JSON.parse(JSON.stringify([kind, ...values])) as unknown as Line);
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const { disk, journal } = new Written().record(...lines);
        await journal.written();
        assert.deepEqual(found(disk), lines);
      }),
      { numRuns: 50 },
    );
  });

  it("is all but the half line at the end, onto which nothing is glued", async () => {
    const whole = (await new Written().recordEach(numbered(0, 4))).disk.log;
    const third = whole.indexOf("\n", whole.indexOf("\n", whole.indexOf("\n") + 1) + 1) + 1;
    for (let length = third; length < whole.length; length++) {
      const disk = new Disk();
      disk.log = whole.slice(0, length);
      const { loaded, recordEach } = new Written(disk);
      assert.equal(loaded.isDamaged, false);
      // A line that lacks nothing but its end is whole: the next start would find it so.
      const known = numbered(0, length === whole.length - 1 ? 4 : 3);
      assert.deepEqual(loaded.lines, known);
      // Without a snapshot it goes on in the same log.
      disk.fails = (what) => what === "replace";
      await recordEach(numbered(4, 6));
      assert.deepEqual(found(disk), [...known, ...numbered(4, 6)]);
    }
  });

  it("is all but the broken line in the middle, and says that one is missing", async () => {
    const { disk } = await new Written().recordEach(numbered(0, 3));
    const [first = "", second = "", third = ""] = disk.log.split("\n");
    for (const broken of ["", "x", second.slice(1), second.slice(0, -1), `${second} `, "{}", "null", "abcdef[]"]) {
      disk.log = `${first}\n${broken}\n${third}\n`;
      const { loaded } = new Written(disk);
      assert.deepEqual(loaded.lines, [...numbered(0, 1), ...numbered(2, 3)], broken);
      assert.equal(loaded.isDamaged, true, broken);
    }
  });

  it("tells that any single byte of it has changed", async () => {
    const lines: Line[] = [
      ["e", 1, "ä🙂"],
      ["h", 1, 1],
      ["d", 1, 0],
    ];
    const { log } = (await new Written().recordEach(lines)).disk;
    const bytes = Buffer.from(log);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        const disk = new Disk();
        disk.log = changed.toString();
        const { loaded } = new Written(disk);
        const isLastEnd = at === bytes.length - 1;
        // Without its end the last line looks as if it had been cut off.
        assert.equal(loaded.isDamaged, !isLastEnd);
        for (const line of loaded.lines) assert.ok(lines.some((known) => String(known) === String(line)));
      }),
    );
  });

  it("tells a snapshot that is no JSON from none", () => {
    for (const [text, expected] of [
      ["{", undefined],
      ["null", undefined],
      ["", undefined],
      ["[1]", [1]],
    ] as const) {
      const disk = new Disk();
      disk.snapshot = text;
      const { loaded } = new Written(disk);
      assert.deepEqual(loaded.snapshot, expected);
      assert.equal(loaded.hasSurvived, true);
    }
  });
});

describe("journal: putting it together", () => {
  it("happens when it has become too long", async () => {
    const { disk, recordEach } = new Written();
    const lines: Line[] = Array.from({ length: 30 }, (_, index): Line => ["x", index, "y".repeat(100_000)]);
    await recordEach(lines);
    assert.equal(disk.count("replace"), 1);
    // What it comes to here grows with it, so that it is worth putting together again only much later.
    assert.ok(disk.log.length < 8 * (disk.snapshot?.length ?? 0));
    assert.deepEqual(found(disk), lines);
  });

  it("happens with the first write after a start that found a log, and with that one only", async () => {
    const { disk } = await new Written().recordEach(numbered(0, 3));
    disk.done.length = 0;
    await new Written(disk).recordEach(numbered(3, 6));
    assert.deepEqual(disk.done, ["replace", "append", "sync", "append", "sync"]);
    disk.done.length = 0;
    assert.deepEqual(found(disk), numbered(0, 6));
  });

  it("keeps what is recorded meanwhile", async () => {
    const { clock, disk, journal, record } = new Written();
    record(LONG, ["x", 1]);
    const open = disk.hold();
    clock.pass(0);
    await settle();
    assert.deepEqual(disk.done, ["replace"]);
    record(["x", 2]);
    const waits = journal.synced();
    open();
    await waits;
    assert.deepEqual(found(disk), [LONG, ...numbered(1, 3)]);
    assert.notEqual(disk.log, "");
  });

  it("happens when it is asked for, also while a write is under way", async () => {
    const { clock, disk, journal, record } = new Written();
    record(["x", 1]);
    const open = disk.hold();
    clock.pass(0);
    await settle();
    const compacted = journal.compact();
    open();
    await compacted;
    assert.deepEqual(disk.done, ["append", "replace"]);
    assert.equal(disk.log, "");
  });
});
