import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { Engine } from "../../open-channels/engine/engine";
import { Journal } from "../../open-channels/engine/journal";
import { memoryStorage, type JournalStorage, type Memory } from "../../open-channels/engine/storage";
import type { BotEvent } from "../../open-channels/events/event";
import type { JsonObject } from "../../rest/envelope";
import type { CallOptions, Portal } from "../../rest/portal";
import { fetched } from "./support/deliveries";
import { VirtualClock } from "./support/virtual-clock";

const BOT = 7;
const HOUR = 1_000;
const POLL_EVERY = 2_000;

/** A disk that has survived a start, and counts. */
class Disk implements JournalStorage {
  readonly durable = true;
  readonly #memory: Memory;
  readonly #storage: JournalStorage;
  bytes = 0;
  snapshots = 0;
  text = "";

  constructor(memory: Memory) {
    this.#memory = memory;
    if (!memory.has("j")) memory.set("j", { snapshot: JSON.stringify({ version: 2, lines: [] }), log: "" });
    this.#storage = memoryStorage(memory, "j");
  }

  load(): { snapshot: string | null; log: string } {
    return this.#storage.load();
  }

  append(text: string): Promise<void> {
    this.bytes += Buffer.byteLength(text);
    this.text += text;
    return this.#storage.append(text);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  replace(snapshot: string): Promise<void> {
    this.bytes += Buffer.byteLength(snapshot);
    this.snapshots++;
    return this.#storage.replace(snapshot);
  }

  setAside(): void {
    this.#memory.clear();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A bot that answers each message at once, as long as it is not told to leave them in the flow. */
class Bot {
  readonly clock: VirtualClock;
  readonly disk: Disk;
  readonly engine: Engine;
  readonly emitted: { node: string; delivery: number }[] = [];
  readonly sent: string[] = [];
  readonly repeated: boolean[] = [];
  isAnswering = true;
  isPortalSilent = false;

  constructor(memory: Memory, clock = new VirtualClock(), eventNodes = ["event node"]) {
    this.clock = clock;
    this.disk = new Disk(memory);
    this.engine = new Engine({
      clock,
      storage: this.disk,
      random: () => 0.5,
      onNotice: ({ kind }) => assert.fail(kind),
      onFault: (what) => assert.fail(what),
    });
    this.engine.useBot(BOT, "https://portal.example/rest/", "mark");
    for (const id of eventNodes)
      this.engine.subscribe({
        id,
        topics: new Set(),
        openChannelsOnly: true,
        confirm: "handled",
        confirmTimeout: 600_000,
        emit: (event) => void this.#take(event, id),
      });
    this.engine.flowsStarted(null);
  }

  async #take({ conversation }: BotEvent, node: string): Promise<void> {
    this.emitted.push({ node, delivery: conversation.event.delivery });
    if (!this.isAnswering) return;
    const chatId = conversation.chatId ?? 0;
    const { work, held } = this.engine.begin({ ...conversation }, "send node", this.#portal());
    const method = "imbot.v2.Chat.Message.send";
    const params = { chatId, text: "ten to four" };
    const keyed = (key: string): JsonObject => ({ ...params, key });
    const { repeated } = await work.call(method, params, { kind: "message", chatId, safe: true, keyed });
    this.repeated.push(repeated === true);
    this.engine.end(held, false);
  }

  #portal(): Portal {
    const call = async (method: string, params: object, { admit }: CallOptions = {}): Promise<unknown> => {
      const refusal = await admit?.({ method, params: {}, attempt: 1, inDoubt: false });
      assert.equal(refusal ?? null, null);
      this.sent.push(JSON.stringify(params));
      if (this.isPortalSilent) await new Promise(() => undefined);
      const result = { id: 20_000_000 + this.sent.length, uuidMap: {} };
      return { method, result, next: null, total: null, time: null, attempts: 1, batched: false };
    };
    return { call } as unknown as Portal;
  }

  async pass(duration: number): Promise<void> {
    for (let left = duration; left > 0; left -= 500) {
      this.clock.pass(Math.min(500, left));
      for (let turns = 0; turns < 3; turns++) {
        await turn();
        this.clock.pass(0);
      }
    }
  }

  async poll(queue: readonly number[]): Promise<void> {
    const { offset } = await this.engine.nextPoll(POLL_EVERY);
    const deliveries = queue.filter((id) => id >= offset).map((id) => message(id));
    this.engine.receivePage({ deliveries, asked: offset, more: false });
  }
}

/** Six messages in each dialog; ids as long as those of a portal that has been at work for years. */
const message = (eventId: number) => {
  const dialog = 30_000 + Math.floor(eventId / 6);
  return fetched({
    eventId,
    messageId: 10_000_000 + eventId,
    chatId: dialog,
    sessionId: 40_000 + dialog,
    text: "open?",
  });
};

describe("the size of the journal", () => {
  it("stays below 5 MB a day for a thousand answered messages an hour, and holds nothing of what clients wrote", async () => {
    const bot = new Bot(new Map());
    for (let id = 1; id <= HOUR; id++) {
      await bot.poll(Array.from({ length: Math.min(id, 50) }, (_, index) => id - index));
      await bot.pass(3_500);
    }
    assert.equal(bot.sent.length, HOUR);
    assert.ok(bot.disk.bytes / HOUR < 5_000_000 / 24_000, `${bot.disk.bytes / HOUR} bytes a message`);
    assert.ok(!bot.disk.text.includes("open?"));
  });

  it("takes an event with a hundred done ones behind it into custody, and only that one", async () => {
    const bot = new Bot(new Map());
    bot.isAnswering = false;
    await bot.poll([1]);
    await bot.pass(500);
    bot.isAnswering = true;
    for (let id = 2; id <= 140; id += 10) {
      await bot.poll(Array.from({ length: 10 }, (_, index) => id + index));
      await bot.pass(1_500);
    }
    const kept = bot.disk.text.split("\n").filter((line) => line.includes('["k",'));
    assert.equal(kept.length, 1);
    assert.match(kept[0] ?? "", /\["k",1,/);
  });

  it("loses nothing of what a line leaves out: event node, output, chat and count come back", async () => {
    const memory: Memory = new Map();
    const before = new Bot(memory);
    await before.poll([1]);
    await before.pass(500);
    assert.equal(before.sent.length, 1);
    const after = new Bot(memory, before.clock, ["new node", "event node"]);
    await after.poll([1]);
    await after.pass(2_000);
    assert.deepEqual(after.emitted, [{ node: "event node", delivery: 2 }]);
    // The recorded call was found: same node, chat and count.
    assert.deepEqual([after.sent, after.repeated], [[], [true]]);
  });

  it("loses nothing of a call that was cut off: it goes out again under its own key", async () => {
    const memory: Memory = new Map();
    const before = new Bot(memory);
    before.isPortalSilent = true;
    await before.poll([1]);
    await before.pass(500);
    const after = new Bot(memory, before.clock);
    await after.poll([1]);
    await after.pass(2_000);
    assert.equal(before.sent.length, 1);
    assert.match(before.sent[0] ?? "", /"key":"[\da-f-]{36}"/);
    assert.deepEqual(after.sent, before.sent);
  });

  it("is put together when the log has outgrown its snapshot by far, not whenever it is a megabyte longer", async () => {
    const storage = new Disk(new Map());
    const clock = new VirtualClock();
    const journal = new Journal({
      storage,
      clock,
      snapshot: () => "s".repeat(1_000_000),
      onFailure: (error) => assert.fail(error),
    });
    journal.open();
    const write = async (megabytes: number): Promise<number> => {
      for (let left = megabytes; left > 0; left--) {
        journal.record(["x", "y".repeat(1_000_000)]);
        await turn();
        clock.pass(0);
        await journal.written();
      }
      return storage.snapshots;
    };
    assert.deepEqual([await write(2), await write(6), await write(3)], [1, 1, 2]);
  });
});
