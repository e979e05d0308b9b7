import assert from "node:assert/strict";
import { postedNew } from "../support/deliveries";
import { Bot, logged } from "./support/bot";
import { Disk } from "./support/disk";

/** Everything that a bot has written, and what its flow got until then. */
interface Story {
  readonly lines: readonly string[];
  /** Deliveries that the flow had when so many lines were written. */
  readonly emittedAt: readonly { readonly lines: number; readonly log: string }[];
  readonly bot: Bot;
}

/** Plays something, one write after the other. */
async function story(play: (bot: Bot) => Promise<void>): Promise<Story> {
  const bot = new Bot();
  const emittedAt: { lines: number; log: string }[] = [];
  bot.node("event", {
    emit: (event, owner, output) => {
      bot.emitted.push({ node: "event", event, owner, output });
      emittedAt.push({ lines: bot.disk.log.split("\n").length - 1, log: logged(event) });
    },
  });
  await play(bot);
  await bot.settle();
  return { lines: bot.disk.log.split("\n").slice(0, -1), emittedAt, bot };
}

/** A start on the first `count` lines, at the moment of the first process. */
function startOn({ lines, bot }: Story, count: number): Bot {
  const disk = new Disk();
  disk.log = lines.slice(0, count).join("\n") + (count > 0 ? "\n" : "");
  return new Bot({ disk, clock: bot.clock });
}

describe("a journal that was cut off after any of its lines", () => {
  it("loses no fetched event, and gives no number of a delivery twice", async () => {
    const whole = await story(async (bot) => {
      bot.queue.write(1);
      bot.queue.write(2);
      await bot.poll();
      const [first] = bot.emitted;
      if (first) bot.engine.end(bot.begin(first).held, true);
      await bot.pass(2_000);
      await bot.handle(bot.last);
      await bot.pass(2_000);
    });
    assert.deepEqual(whole.bot.log, ["1/1", "2/1", "1/2"]);
    for (let count = 0; count <= whole.lines.length; count++) {
      const before = whole.emittedAt.filter(({ lines }) => lines <= count).map(({ log }) => log);
      const bot = startOn(whole, count);
      // Nothing was confirmed yet, so that the portal has both.
      bot.queue.write(1);
      bot.queue.write(2);
      bot.node();
      await bot.poll();
      await bot.pass(2_000);
      const all = [...before, ...bot.log];
      assert.equal(new Set(all).size, all.length, `${count}: ${all.join()}`);
      const events = bot.emitted.map(({ event }) => event.conversation.event.id);
      assert.equal(new Set(events).size, events.length, `${count}: ${bot.log.join()}`);
      const isDone = count === whole.lines.length;
      assert.deepEqual(events.sort(), isDone ? [2] : [1, 2], `${count}`);
      await bot.polls(120_000);
      assert.equal(bot.engine.openEvents, 0);
      assert.deepEqual([bot.faults, bot.notices], [[], []]);
    }
  });

  it("loses no posted event that was answered, and takes one again that was not", async () => {
    const post = postedNew({ messageId: 5 });
    let answeredAt = Infinity;
    const whole = await story(async (bot) => {
      await bot.engine.accept([post]);
      answeredAt = bot.disk.log.split("\n").length - 1;
      bot.engine.deliverAccepted();
      await bot.pass(30);
      bot.engine.end(bot.begin(bot.last).held, true);
      await bot.pass(2_000);
    });
    assert.deepEqual(whole.bot.log, ["m5/1", "m5/2"]);
    for (let count = 0; count <= whole.lines.length; count++) {
      const bot = startOn(whole, count);
      bot.node();
      if (count < answeredAt) assert.equal(await bot.engine.accept([post]), "new", `${count}`);
      else assert.equal(await bot.engine.accept([post]), "known", `${count}`);
      bot.engine.deliverAccepted();
      await bot.pass(2_000);
      assert.equal(bot.emitted.length, 1, `${count}: ${bot.log.join()}`);
      await bot.pass(120_000);
      assert.equal(bot.engine.openEvents, 0);
    }
  });

  it("makes no call a second time that went out with what was written", async () => {
    const sent: { readonly lines: number; readonly method: string }[] = [];
    const whole = await story(async (bot) => {
      bot.queue.write(1);
      await bot.poll();
      bot.portal.answer = ({ method }) => void sent.push({ lines: bot.disk.log.split("\n").length - 1, method });
      const { work, held } = bot.begin(bot.last);
      for (const method of ["crm.lead.add", "crm.deal.add"]) await work.call(method, {}, { kind: "other" });
      bot.engine.end(held, false);
    });
    for (let count = 0; count <= whole.lines.length; count++) {
      const before = sent.filter(({ lines }) => lines <= count).map(({ method }) => method);
      const bot = startOn(whole, count);
      bot.queue.write(1);
      await bot.node().poll();
      const { work } = bot.begin(bot.last);
      for (const method of ["crm.lead.add", "crm.deal.add"])
        await work.call(method, {}, { kind: "other" }).catch(() => undefined);
      const after = bot.portal.requests.map(({ method }) => method);
      assert.deepEqual([...before, ...after], ["crm.lead.add", "crm.deal.add"], `${count}`);
    }
  });
});
