import assert from "node:assert/strict";
import { Bot } from "./support/bot";

/** A bot on a store that has survived an earlier start, listening. */
async function survived(): Promise<Bot> {
  const before = new Bot();
  await before.settle();
  const bot = await before.restart();
  return bot.node();
}

const ignoresNothing = { confirmTimeout: Infinity };

describe("events that stay open do not hinder others", () => {
  for (const done of [140, 1_200])
    it(`with ${done} done ones behind an open one a newcomer is delivered with the next poll`, async () => {
      const bot = await survived();
      bot.queue.write(1);
      await bot.poll();
      const open = bot.begin(bot.last);
      for (let id = 2; id <= done + 1; id++) {
        bot.queue.write(id);
        if (id % 20 > 0 && id <= done) continue;
        const from = bot.emitted.length;
        await bot.poll();
        await bot.handleAll(from);
      }
      bot.queue.write(9_999);
      await bot.poll();
      assert.equal(bot.log.at(-1), "9999/1");
      assert.equal(bot.emitted.length, done + 2);
      assert.ok(bot.queue.events.size < 300, `${bot.queue.events.size}`);
      bot.engine.end(open.held, false);
      await bot.pass(1_000);
      const again = await bot.restart();
      await again.node().poll();
      assert.deepEqual(again.log, ["9999/2"]);
      assert.deepEqual([bot.faults, bot.notices, bot.shared], [[], [], []]);
    });

  it("with 1,500 ignored ones, without any store, a newcomer is delivered, and the risk is said once", async () => {
    const bot = new Bot().node("event", ignoresNothing);
    bot.disk.durable = false;
    for (let id = 1; id <= 1_500; id++) {
      bot.queue.write(id);
      if (id % 50 === 0) await bot.poll();
    }
    bot.queue.write(9_999);
    await bot.poll();
    assert.equal(bot.emitted.length, 1_501);
    assert.deepEqual(bot.notices, [{ kind: "custodyMemory" }]);
    assert.equal(bot.engine.openEvents, 1_501);
  });

  it("with a thousand waiting on the portal at the start, all are delivered", async () => {
    const bot = await survived();
    for (let id = 1; id <= 2_500; id++) bot.queue.write(id);
    for (let poll = 0; poll < 100 && bot.emitted.length < 2_500; poll++) {
      const from = bot.emitted.length;
      await bot.poll();
      await bot.handleAll(from);
    }
    assert.equal(new Set(bot.log).size, 2_500);
    assert.equal(bot.log.length, 2_500);
  });
});

describe("what the portal may forget", () => {
  it("is what is done, some polls later", async () => {
    const bot = await survived();
    bot.queue.write(1);
    await bot.poll();
    await bot.handleAll();
    bot.queue.write(2);
    await bot.poll();
    const open = bot.begin(bot.last);
    assert.deepEqual([...bot.queue.events.keys()], [1, 2], "not at once");
    await bot.polls(20_000);
    assert.deepEqual([...bot.queue.events.keys()], [2]);
    bot.engine.end(open.held, false);
    await bot.polls(24_000);
    assert.deepEqual([...bot.queue.events.keys()], []);
    assert.equal(bot.emitted.length, 2);
  });

  it("is an open one after 30 s, when the journal has survived a start and has it", async () => {
    const bot = await survived();
    bot.queue.write(1);
    await bot.poll();
    bot.begin(bot.last);
    await bot.polls(28_000);
    assert.equal(bot.queue.events.size, 1);
    await bot.polls(30_000);
    assert.equal(bot.queue.events.size, 0);
    assert.match(bot.disk.log, /text 1/);
    const again = await bot.restart();
    again.node();
    await again.settle();
    assert.deepEqual(again.log, ["1/2"]);
    assert.equal(again.last.event.payload, "text 1");
  });

  it("is no open one at the first start, as long as there is room", async () => {
    const bot = new Bot().node("event", ignoresNothing);
    bot.queue.write(1);
    await bot.poll();
    for (let id = 2; id <= 800; id++) bot.queue.write(id);
    await bot.polls(40_000);
    assert.equal(bot.queue.events.size, 800);
    assert.deepEqual(bot.notices, []);
  });

  it("is not a done one on which an action begins to work again", async () => {
    const bot = await survived();
    bot.queue.write(1);
    await bot.poll();
    await bot.handleAll();
    assert.equal(bot.engine.openEvents, 0);
    await bot.poll();
    const late = bot.begin(bot.last);
    assert.equal(bot.engine.openEvents, 1);
    await bot.polls(20_000);
    assert.equal(bot.queue.events.size, 1, "it is held again");
    const again = await bot.restart();
    await again.node().poll();
    assert.deepEqual(again.log, ["1/2"], "a crash now would lose what the action does");
    bot.engine.end(late.held, false);
    await bot.polls(24_000);
    assert.equal(bot.queue.events.size, 0);
    assert.deepEqual(bot.faults, []);
  });

  it("goes by its records only when it is confirmed already", async () => {
    const bot = await survived();
    bot.queue.write(1);
    await bot.poll();
    const { last } = bot;
    await bot.handle(last);
    await bot.polls(30_000);
    assert.equal(bot.queue.events.size, 0);
    await bot.handle(last, "send", "later");
    assert.equal(bot.engine.openEvents, 0);
    assert.equal(new Set(bot.portal.requests.map(({ params }) => params["key"])).size, 2);
  });

  it("is everything that is done when it ends", async () => {
    const bot = await survived();
    assert.equal(bot.engine.lastOffset(), 0);
    for (const id of [1, 2, 3]) bot.queue.write(id);
    await bot.poll();
    const third = bot.emitted.pop();
    await bot.handleAll();
    assert.equal(bot.engine.lastOffset(), 3);
    if (third) bot.engine.end(bot.begin(third).held, false);
    await bot.pass(1_000);
    assert.equal(bot.engine.lastOffset(), 4);
  });
});

describe("another reader of the same queue", () => {
  it("shows once when open events go missing, which go on from memory", async () => {
    const bot = await survived();
    bot.queue.write(1);
    bot.queue.write(2);
    await bot.poll();
    const [first] = bot.emitted;
    assert.ok(first);
    bot.begin(first);
    bot.queue.events.clear();
    for (let poll = 0; poll < 5; poll++) await bot.poll();
    assert.deepEqual(bot.shared, [2]);
    const again = await bot.restart();
    again.node();
    await again.settle();
    assert.deepEqual(again.log.sort(), ["1/2", "2/2"]);
  });

  it("shows no second time by what was confirmed here, nor by a page that is not whole", async () => {
    const bot = await survived();
    for (let id = 1; id <= 150; id++) bot.queue.write(id);
    for (let poll = 0; poll < 10; poll++) {
      const from = bot.emitted.length;
      await bot.poll();
      await bot.handleAll(from);
    }
    assert.equal(bot.emitted.length, 150);
    assert.deepEqual(bot.shared, []);
  });

  it("is no explanation for events that the portal itself has dropped after a day", async () => {
    const bot = new Bot().node("event", ignoresNothing);
    bot.queue.write(1);
    await bot.poll();
    await bot.pass(23.5 * 3_600_000);
    bot.queue.events.clear();
    await bot.poll();
    assert.deepEqual(bot.shared, []);
  });

  it("has taken what was not kept: the rest is said and done", async () => {
    const bot = await survived();
    bot.queue.write(1);
    await bot.poll();
    const again = await bot.restart();
    again.queue.events.clear();
    await again.node().poll();
    assert.deepEqual(again.notices, [{ kind: "eventsGone", count: 1 }]);
    assert.equal(again.engine.openEvents, 0);
    again.queue.write(2);
    await again.poll();
    assert.deepEqual(again.log, ["2/1"]);
  });
});

describe("what a bot writes", () => {
  it("is little for a message that is answered, with few syncs, and nothing when none comes", async () => {
    const bot = await survived();
    const count = 500;
    for (let id = 1_000_001; id <= 1_000_000 + count; id++) {
      // A dialog has some messages.
      bot.queue.write(id, { chatId: Math.floor(id / 3) });
      await bot.pass(2_600);
      await bot.poll();
      await bot.handle(bot.last);
      await bot.pass(1_000);
    }
    // A thousand an hour, which is what this was, in less than 5 MB a day.
    const perMessage = bot.disk.log.length / count;
    assert.ok(perMessage < 208, `${perMessage} characters a message`);
    // Nobody waits for one; what a power cut may take with it is bounded all the same.
    assert.ok(bot.disk.count("sync") <= (count * 3_600) / 5_000);
    await bot.polls(60_000);
    const { length } = bot.disk.log;
    await bot.polls(3_600_000);
    assert.equal(bot.disk.log.length, length);
  });
});
