import assert from "node:assert/strict";
import type { Delivery } from "../../../open-channels/events/delivery";
import { postedNew, posted } from "../support/deliveries";
import { Bot, logged } from "./support/bot";
import { Disk } from "./support/disk";

const message = (messageId: number, chatId = 101, text = `text ${messageId}`): Delivery =>
  postedNew({ messageId, chatId, text });
const texts = (bot: Bot): unknown[] => bot.emitted.map(({ event }) => event.payload);

/** Accepts posts one after the other, and lets the flow have them. */
async function accepted(bot: Bot, ...deliveries: Delivery[]): Promise<string[]> {
  const answers: string[] = [];
  for (const delivery of deliveries) answers.push(await bot.engine.accept([delivery]));
  bot.engine.deliverAccepted();
  await bot.pass(30);
  return answers;
}

describe("posted events", () => {
  it("are on the disk before they are answered, and in the flow soon after", async () => {
    const bot = new Bot().node();
    await bot.settle();
    const open = bot.disk.hold();
    let answer = "";
    const accepting = bot.engine.accept([message(5)]).then((acceptance) => (answer = acceptance));
    await bot.settle();
    assert.equal(answer, "");
    open();
    await accepting;
    assert.equal(answer, "new");
    assert.match(bot.disk.log, /text 5/);
    assert.equal(bot.disk.done.at(-1), "sync");
    assert.deepEqual(bot.emitted, []);
    bot.engine.deliverAccepted();
    await bot.pass(30);
    assert.deepEqual(bot.log, ["m5/1"]);
  });

  it("are kept without what is secret in them, and come again with everything else", async () => {
    const bot = new Bot().node();
    await accepted(bot, message(5));
    assert.doesNotMatch(bot.disk.log, /bot-secret|access_token/);
    const again = (await bot.restart()).node();
    await again.settle();
    const once = bot.last.event;
    const { event, ...conversation } = once.conversation;
    assert.deepEqual(again.last.event, {
      ...once,
      conversation: { ...conversation, event: { ...event, delivery: 2 } },
    });
  });

  it("are taken without a disk that lasts, and with one that fails", async () => {
    for (const change of [{ durable: false }, { fails: () => true }]) {
      const bot = new Bot({ disk: Object.assign(new Disk(), change) }).node();
      assert.deepEqual(await accepted(bot, message(5)), ["new"]);
      assert.deepEqual(bot.log, ["m5/1"]);
    }
  });

  it("are known when they come again, open or done, before and after a restart", async () => {
    const bot = new Bot().node();
    assert.deepEqual(await accepted(bot, message(5), message(5)), ["new", "known"]);
    await bot.handleAll();
    assert.deepEqual(await accepted(bot, message(5)), ["known"]);
    const again = (await bot.restart()).node();
    assert.deepEqual(await accepted(again, message(5), message(6)), ["known", "new"]);
    assert.deepEqual([...bot.log, ...again.log], ["m5/1", "m6/1"]);
  });

  it("are one when one post holds them twice", async () => {
    const bot = new Bot().node();
    await bot.engine.accept([message(5), message(5)]);
    bot.engine.deliverAccepted();
    await bot.pass(30);
    assert.deepEqual(bot.log, ["m5/1"]);
  });

  it("are put into the order of their messages within a chat, and change no places with others", async () => {
    const bot = new Bot().node();
    const press = posted("ONIMBOTV2COMMANDADD", { command: { command: "/x" }, chat: { id: 1, entityType: "LINES" } });
    await accepted(bot, message(9, 1), message(7, 2), press, message(3, 1), message(6, 2), message(5, 1));
    assert.deepEqual(texts(bot), ["text 3", "text 6", "/x", "text 5", "text 7", "text 9"]);
  });

  it("wait for an event node, for the bot's number and for flows, and are not lost by a death meanwhile", async () => {
    const bot = new Bot();
    await accepted(bot, message(5));
    assert.equal(bot.engine.openEvents, 1);
    const again = await bot.restart();
    again.engine.flowsStopping("all");
    again.node();
    await again.pass(1_000);
    assert.deepEqual(again.log, []);
    again.flows();
    await again.settle();
    assert.deepEqual(again.log, ["m5/1"]);
    const third = (await again.restart()).node();
    await third.settle();
    assert.deepEqual(third.log, ["m5/2"]);
    assert.equal(third.last.event.payload, "text 5");
  });

  it("are kept up to a thousand while nobody takes them, and the rest is turned away", async () => {
    const bot = new Bot();
    const many = Array.from({ length: 999 }, (_, index) => message(index + 1));
    assert.equal(await bot.engine.accept(many), "new");
    assert.equal(await bot.engine.accept([message(2_001), message(2_002)]), "full");
    assert.equal(await bot.engine.accept([message(2_001)]), "new");
    assert.equal(await bot.engine.accept([message(2_002)]), "full");
    assert.equal(await bot.engine.accept([message(1)]), "known");
    bot.node();
    await bot.settle();
    assert.equal(bot.emitted.length, 1_000);
    assert.equal(await bot.engine.accept([message(2_002)]), "new");
  });

  it("are turned away when nothing can be kept any more", async () => {
    const bot = new Bot().node();
    await bot.engine.close();
    assert.equal(await bot.engine.accept([message(5)]), "full");
  });

  it("are done at once when no event node wants them, and then known", async () => {
    const bot = new Bot().node("event", { topics: new Set(["command"]) });
    assert.deepEqual(await accepted(bot, message(5), message(5)), ["new", "known"]);
    assert.equal(bot.engine.openEvents, 0);
  });

  it("show people before any of them is in the flow", async () => {
    const bot = new Bot().node();
    const person = postedNew({ messageId: 6, chatId: 101, userId: 11, isClient: false });
    await accepted(bot, message(5), person);
    assert.deepEqual(
      bot.emitted.map(({ output }) => output),
      [1, 1],
    );
  });
});

describe("posted events that version 0.1.0 has left", () => {
  const left = (): Disk => {
    const disk = new Disk();
    const state = { version: 1, owner: "x", token: "t", handlerUrl: "", cursor: 0, done: [], owners: [] };
    disk.snapshot = JSON.stringify({ ...state, posted: [message(5), null, "odd", { name: 5 }, message(6)] });
    return disk;
  };

  it("are delivered, and only once although the old file is still there at the next start", async () => {
    const bot = new Bot({ disk: left() }).node();
    await bot.settle();
    assert.deepEqual(bot.log, ["m5/1", "m6/1"]);
    await bot.handleAll();
    const again = (await bot.restart()).node();
    await again.pass(60_000);
    assert.deepEqual(again.log, []);
    assert.deepEqual([...bot.notices, ...again.notices], []);
    assert.equal(again.engine.meta.token, "t");
  });
});

describe("the place in the queue that version 0.1.0 has left", () => {
  const disk = (): Disk => {
    const left = new Disk();
    const state = {
      version: 1,
      owner: "x",
      token: "t",
      handlerUrl: "",
      cursor: 500,
      posted: [],
      done: ["501"],
      owners: [],
    };
    left.snapshot = JSON.stringify(state);
    return left;
  };

  it("goes on where it was", async () => {
    const bot = new Bot({ disk: disk() }).node();
    // What is below the place came about before it was left there.
    for (const id of [499, 501, 502]) bot.queue.write(id);
    for (const [id, delivery] of bot.queue.events)
      bot.queue.events.set(id, { ...delivery, date: "1970-01-01T00:10:00Z" });
    await bot.poll();
    assert.deepEqual(bot.log, ["502/1"]);
  });

  it("does not count for a portal that numbers its events anew, so that nothing is confirmed unread", async () => {
    const bot = new Bot({ disk: disk() }).node();
    // Before any event has shown which portal it is, an orderly stop must not confirm by the other one's numbers.
    assert.equal(bot.engine.lastOffset(), 0);
    bot.queue.write(7);
    await bot.poll();
    assert.deepEqual(bot.log, ["7/1"]);
  });

  it("is forgotten when the bot has to be made anew", async () => {
    const bot = new Bot({ disk: disk() }).node();
    bot.engine.forgetBot();
    bot.queue.write(1);
    await bot.poll();
    assert.deepEqual(bot.log, ["1/1"]);
    assert.equal(bot.engine.meta.token, "t");
  });
});

describe("what an engine leaves", () => {
  it("has no client's words when its config node is deleted, but its token", async () => {
    const bot = new Bot().node();
    bot.engine.setMeta({ token: "own" });
    await accepted(bot, message(5, 101, "my card is 1234"));
    assert.match(bot.disk.log, /1234/);
    bot.engine.forgetWords();
    await bot.engine.close();
    assert.doesNotMatch(`${bot.disk.snapshot} ${bot.disk.log}`, /1234/);
    const again = await bot.restart();
    assert.equal(again.engine.meta.token, "own");
    assert.equal(again.engine.openEvents, 0);
  });

  it("takes nothing more and says nothing when actions end after it", async () => {
    const bot = new Bot().node();
    await accepted(bot, message(5));
    const { work, held } = bot.begin(bot.last);
    await bot.engine.close();
    await work.call("crm.lead.add", {}, { kind: "other" });
    bot.engine.end(held, false);
    await bot.pass(60_000);
    assert.deepEqual(bot.faults, []);
    const again = (await bot.restart()).node();
    await again.settle();
    assert.deepEqual(
      again.emitted.map(({ event }) => logged(event)),
      ["m5/2"],
    );
  });

  it("is said to be unreadable once, and set aside", () => {
    const disk = new Disk();
    disk.snapshot = "{";
    const bot = new Bot({ disk });
    assert.deepEqual(bot.notices, [{ kind: "journalUnreadable" }]);
    assert.equal(disk.asides, 1);
  });
});
