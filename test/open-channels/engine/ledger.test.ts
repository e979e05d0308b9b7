import assert from "node:assert/strict";
import type { Ledger } from "../../../open-channels/engine/ledger";
import type { NewIntent } from "../../../open-channels/engine/records";
import { Disk } from "./support/disk";
import { delivery, restarted, start, stateOf, type Kept } from "./support/ledger-state";

const HOUR = 3_600_000;

const intent = (nth = 0): NewIntent => ({
  ...{ delivery: 1, eventNode: "event", node: "send", method: "imbot.v2.Chat.Message.send", content: "hash", nth },
  ...{ kind: "message", chatId: 101 },
});

function note(ledger: Ledger, key: string): void {
  const facts = { key, chatId: 101, sessionId: 343, messageId: 9_001, personBefore: 0 };
  ledger.noteEvent(facts, delivery(Number(key) || null, "Hello"));
}

function done(ledger: Ledger, key: string): void {
  note(ledger, key);
  ledger.giveOut(key, { number: 1, eventNode: "event", output: 0, epoch: 0 });
  ledger.finish(key, 1);
}

/** A disk with the state file of version 0.1.0. */
function oldDisk(change: object = {}): Disk {
  const disk = new Disk();
  disk.snapshot = JSON.stringify({
    ...{ version: 1, owner: "portal bot", token: "own-token", handlerUrl: "https://flows.example/hook", cursor: 20 },
    done: ["18", "21", "23", "ONIMBOTV2MESSAGEADD 9001"],
    owners: [
      [101, { owner: "human", sessionId: 343, since: 500_000 }],
      [102, { owner: "waiting", since: 600_000 }],
      [103, { owner: "closed", sessionId: 7, since: 0 }],
      ...[[104, { owner: "nobody" }], "broken", [105, null]],
    ],
    posted: [],
    ...change,
  });
  return disk;
}

describe("ledger: after a start", () => {
  it("has what was open adrift, and calls without a result cut off", async () => {
    const kept = start();
    note(kept.ledger, "5");
    kept.ledger.giveOut("5", { number: 1, eventNode: "event", output: 0, epoch: 3 });
    kept.ledger.end("5", kept.ledger.begin("5", intent(0)), { method: "m", result: 7 });
    kept.ledger.begin("5", intent(1));
    const event = (await restarted(kept)).ledger.events.get("5");
    assert.deepEqual(
      event?.handovers.map(({ state, epoch, working }) => ({ state, epoch, working })),
      [{ state: "adrift", epoch: -1, working: 0 }],
    );
    assert.deepEqual(
      event.intents.map((one) => one?.isCutOff),
      [false, true],
    );
    assert.equal(event.content, null);
    assert.equal(event.isDoubtful, false);
  });

  it("doubts what was open when a line was lost, and not what was done", async () => {
    const kept = start();
    done(kept.ledger, "4");
    note(kept.ledger, "5");
    await kept.journal.written();
    kept.disk.log = kept.disk.log.replace("\n", "x\n");
    const { ledger } = start(kept.disk, kept.clock);
    assert.deepEqual(
      [...ledger.events.values()].map(({ key, isDoubtful }) => [key, isDoubtful]),
      [
        ["4", false],
        ["5", true],
      ],
    );
    assert.equal(start(await snapshotOf(ledger), kept.clock).ledger.events.get("5")?.isDoubtful, true);
  });

  it("gives no name another meaning when the line of one was lost", async () => {
    const kept = start();
    note(kept.ledger, "5");
    for (const [index, eventNode] of ["a", "b", "c"].entries())
      kept.ledger.giveOut("5", { number: index + 1, eventNode, output: 0, epoch: 0 });
    await kept.journal.written();
    const lines = kept.disk.log.split("\n");
    kept.disk.log = lines.filter((line) => !line.includes('["n","b"')).join("\n");
    const first = start(kept.disk, kept.clock);
    const names = (ledger: Ledger): string[] => ledger.events.get("5")?.handovers.map((one) => one.eventNode) ?? [];
    assert.deepEqual(names(first.ledger), ["a", "", "c"]);
    first.ledger.giveOut("5", { number: 4, eventNode: "b", output: 0, epoch: 0 });
    assert.deepEqual(names((await restarted(first)).ledger), ["a", "", "c", "b"]);
    assert.deepEqual(names(start(await snapshotOf(first.ledger), kept.clock).ledger), ["a", "", "c", "b"]);
  });

  it("does not wait for words that nobody has any more", () => {
    const disk = new Disk();
    const lines = [
      ["t", 1_000],
      ["n", "event", 0],
      // Below the cursor, and a post of which nothing else was written.
      ...[
        ["e", 5, 101, 0, 0, 0],
        ["h", 5, 1, 0, 0],
        ["d", 5, 0],
        ["c", 9],
        ["a", 5, 1],
        ["e", "m7", 101, 0, 0, 0],
      ],
    ];
    disk.snapshot = JSON.stringify({ version: 2, lines });
    const { ledger } = start(disk);
    assert.deepEqual([...ledger.open.keys()], []);
    assert.deepEqual([...ledger.events.keys()], ["5"]);
  });

  it("refuses a snapshot that is none of its own, and takes the lines after it", async () => {
    const kept = start();
    note(kept.ledger, "5");
    await kept.journal.written();
    for (const snapshot of [
      "{}",
      "[]",
      "null",
      "7",
      '{"version":3,"lines":[]}',
      '{"version":2}',
      '{"version":1}',
      "{",
    ]) {
      kept.disk.snapshot = snapshot;
      const { isReadable, ledger } = start(kept.disk, kept.clock);
      assert.equal(isReadable, false, snapshot);
      assert.deepEqual([...ledger.events.keys()], ["5"]);
    }
    kept.disk.snapshot = null;
    assert.equal(start(kept.disk, kept.clock).isReadable, true);
  });

  it("forgets what belonged to another bot, and keeps the token", async () => {
    const kept = start();
    const { ledger } = kept;
    ledger.setMeta({ token: "own", botId: 7, handlerUrl: "https://x.example" });
    done(ledger, "5");
    ledger.moveCursor(6);
    ledger.setDialog(101, { ...OPEN, owner: "human" });
    ledger.forgetBot();
    const expected = stateOf(ledger);
    assert.deepEqual([ledger.cursor, ledger.events.size, ledger.dialogs.get(101)], [0, 0, undefined]);
    assert.deepEqual([ledger.meta.token, ledger.meta.botId, ledger.meta.handlerUrl], ["own", null, ""]);
    assert.deepEqual(stateOf((await restarted(kept)).ledger), expected);
  });
});

describe("ledger: the state file of version 0.1.0", () => {
  it("is taken over: token, address, cursor, what is done, and whose the dialogs are", () => {
    const { ledger, isReadable } = start(oldDisk());
    assert.equal(isReadable, true);
    assert.equal(ledger.meta.token, "own-token");
    assert.equal(ledger.meta.handlerUrl, "https://flows.example/hook");
    assert.equal(ledger.cursor, 20);
    assert.deepEqual([...ledger.events.keys()], ["21", "23", "ONIMBOTV2MESSAGEADD 9001"]);
    assert.equal(ledger.open.size, 0);
    const dialogs = [...ledger.dialogs.entries()].map(([chatId, one]) => [chatId, one.owner, one.cause, one.session]);
    assert.deepEqual(dialogs, [
      [103, "closed", "portal", 7],
      [101, "human", "person", 343],
      [102, "waiting", "portal", null],
    ]);
    assert.equal(ledger.dialogs.get(101)?.since, 500_000);
  });

  it("is taken over once: what happens afterwards is not undone by the next start", async () => {
    const kept = start(oldDisk());
    kept.ledger.moveCursor(24);
    kept.ledger.setMeta({ token: "another" });
    kept.ledger.dialogs.delete(102);
    kept.ledger.setDialog(101, { ...OPEN, owner: "bot" });
    const again = await restarted(kept);
    assert.deepEqual([again.ledger.cursor, again.ledger.meta.token], [24, "another"]);
    assert.equal(again.ledger.dialogs.get(101)?.owner, "bot");
    assert.equal(start(await snapshotOf(again.ledger)).ledger.meta.token, "another");
  });
});

describe("ledger: its bounds", () => {
  it("forgets the records of an event an hour after it is done, and not before", async () => {
    const kept = start();
    const { ledger, clock } = kept;
    note(ledger, "5");
    ledger.giveOut("5", { number: 1, eventNode: "event", output: 0, epoch: 0 });
    ledger.begin("5", intent());
    clock.pass(2 * HOUR);
    ledger.prune(true);
    assert.equal(ledger.events.get("5")?.intents.length, 1, "it is open");
    ledger.finish("5", 1);
    clock.pass(HOUR - 60_000);
    ledger.prune(true);
    assert.equal(ledger.events.get("5")?.intents.length, 1);
    clock.pass(120_000);
    ledger.prune(true);
    assert.equal(ledger.events.get("5")?.intents.length, 0, "the portal may still have it");
    ledger.moveCursor(6);
    assert.equal((await restarted(kept)).ledger.events.get("5")?.intents.length, 0, "the portal is recognized by it");
    for (let id = 6; id <= 506; id++) done(ledger, String(id));
    ledger.moveCursor(507);
    clock.pass(2 * HOUR);
    ledger.prune(true);
    assert.deepEqual([ledger.events.has("5"), ledger.events.has("506")], [false, true]);
    assert.equal((await restarted(kept)).ledger.events.has("5"), false);
  });

  it("keeps an event on which actions are at work", () => {
    const { ledger, clock } = start();
    done(ledger, "5");
    ledger.moveCursor(6);
    const [handover] = ledger.events.get("5")?.handovers ?? [];
    assert.ok(handover);
    handover.working = 1;
    clock.pass(2 * HOUR);
    ledger.prune(true);
    assert.equal(ledger.events.get("5")?.handovers.length, 1);
  });

  it("knows the latest 5,000 posted events that are done, for a day", () => {
    const { ledger, clock } = start();
    note(ledger, "m0");
    ledger.keepContent("m0", delivery(null, "open"));
    for (let id = 1; id <= 5_100; id++) done(ledger, `m${id}`);
    ledger.prune(true);
    assert.equal(ledger.events.size, 5_001);
    assert.deepEqual(
      ["m0", "m1", "m100", "m101", "m5100"].map((key) => ledger.events.has(key)),
      [true, false, false, true, true],
    );
    clock.pass(25 * HOUR);
    ledger.prune(true);
    assert.deepEqual([...ledger.events.keys()], ["m0"]);
  });

  it("keeps no result that is too large, but that there was one", async () => {
    const kept = start();
    note(kept.ledger, "5");
    kept.ledger.end("5", kept.ledger.begin("5", intent()), { method: "m", result: "x".repeat(70_000) });
    assert.deepEqual((await restarted(kept)).ledger.events.get("5")?.intents[0]?.recorded, {
      method: "m",
      result: null,
    });
    assert.ok(kept.disk.log.length < 1_000);
  });

  it("writes little for a message that is answered", async () => {
    const kept = start();
    const { ledger, clock, disk, journal } = kept;
    for (let id = 1_000_001; id <= 1_001_000; id++) {
      const key = String(id);
      note(ledger, key);
      ledger.giveOut(key, { number: 1, eventNode: "0123456789abcdef", output: 0, epoch: 0 });
      ledger.end(key, ledger.begin(key, intent()), { method: "m", result: { id, uuid: null } });
      ledger.finish(key, 1);
      clock.pass(3_600);
      ledger.moveCursor(id + 1);
    }
    await journal.written();
    // 24,000 messages a day in 5 MB, snapshots aside.
    assert.ok(disk.log.length / 1_000 < 220, `${disk.log.length / 1_000} characters a message`);
  });

  it("tells the time in the journal seldom, whatever the fraction of a second", async () => {
    const { ledger, clock, disk, journal } = start();
    clock.pass(700);
    for (let id = 1; id <= 100; id++) note(ledger, String(id));
    await journal.written();
    assert.equal(disk.log.split('["t",').length - 1, 1);
  });
});

const OPEN = { cause: "portal", session: 1, over: 0, person: 0, client: null, past: [], since: 1 } as const;

async function snapshotOf(ledger: Kept["ledger"]): Promise<Disk> {
  const disk = new Disk();
  disk.snapshot = JSON.stringify(ledger.snapshot());
  return disk;
}
