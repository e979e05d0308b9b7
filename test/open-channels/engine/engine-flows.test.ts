import assert from "node:assert/strict";
import { Bot, logged, type Emitted } from "./support/bot";

/** Which event nodes got what. */
const byNode = (bot: Bot): string[] => bot.emitted.map(({ node, event }) => `${node} ${logged(event)}`);

async function written(bot: Bot, ...ids: number[]): Promise<Bot> {
  for (const id of ids) bot.queue.write(id);
  await bot.poll();
  return bot;
}

/** event → change → hold → send, where `hold` is a node that keeps messages for a while. */
const FLOW = [
  { id: "event", type: "bitrix24-event", wires: [["change"]] },
  { id: "change", wires: [["hold"]] },
  { id: "hold", type: "delay", wires: [["send"]] },
  { id: "send", type: "bitrix24-send", wires: [[], ["after"]] },
  { id: "after" },
  { id: "apart" },
  { id: "config", type: "bitrix24-portal", z: "" },
];

describe("several event nodes", () => {
  it("get each event once, under numbers of its own, and it is done when all are", async () => {
    const bot = await written(new Bot().node("a").node("b"), 1);
    assert.deepEqual(byNode(bot), ["a 1/1", "b 1/2"]);
    const [first, second] = bot.emitted;
    assert.ok(first && second);
    bot.engine.end(bot.begin(first).held, false);
    await bot.pass(1_000);
    assert.equal(bot.engine.openEvents, 1);
    bot.engine.end(bot.begin(second).held, false);
    await bot.pass(1_000);
    assert.equal(bot.engine.openEvents, 0);
  });

  it("get again only what they have not finished themselves", async () => {
    const bot = await written(new Bot().node("a").node("b"), 1);
    const [first] = bot.emitted;
    assert.ok(first);
    bot.engine.end(bot.begin(first).held, false);
    await bot.pass(1_000);
    const again = (await bot.restart()).node("a").node("b");
    await again.poll();
    assert.deepEqual(byNode(again), ["b 1/3"]);
  });

  it("get what they want: a topic that nobody wants is done at once", async () => {
    const bot = new Bot().node("a", { topics: new Set(["command"]) });
    await written(bot, 1);
    assert.deepEqual([bot.emitted.length, bot.engine.openEvents], [0, 0]);
    bot.queue.events.set(2, { name: "", id: 2, date: null, data: {} });
    await bot.poll();
    assert.equal(bot.engine.openEvents, 0);
  });

  it("get nothing that was offered to others before they came", async () => {
    const bot = await written(new Bot().node("a"), 1);
    bot.node("b");
    await bot.poll();
    assert.deepEqual(byNode(bot), ["a 1/1"]);
    const again = (await bot.restart()).node("b").node("a");
    await again.poll();
    assert.deepEqual(byNode(again), ["a 1/2"]);
  });

  it("take over from one that is gone what they have not had", async () => {
    const bot = await written(new Bot().node("a"), 1);
    const again = (await bot.restart()).node("b").node("c");
    await again.poll();
    assert.deepEqual(byNode(again), ["b 1/2"]);
    assert.deepEqual(again.notices, []);
  });

  it("let go of what nobody else can take, and that is said", async () => {
    const bot = await written(new Bot().node("a").node("b"), 1, 2);
    const again = (await bot.restart()).node("b");
    await again.poll();
    assert.deepEqual(byNode(again), ["b 1/3", "b 2/3"]);
    assert.deepEqual(again.notices, [{ kind: "goneNode", count: 2 }]);
  });
});

describe("when an event is done", () => {
  it("is a second after the last action on it, however many branches there are", async () => {
    const bot = await written(new Bot().node(), 1);
    const [one, other] = [bot.begin(bot.last), bot.begin(bot.last)];
    bot.engine.end(one.held, false);
    await bot.pass(70_000);
    assert.equal(bot.engine.openEvents, 1, "another branch is at work");
    bot.engine.end(other.held, false);
    await bot.pass(900);
    const third = bot.begin(bot.last);
    await bot.pass(900);
    bot.engine.end(third.held, false);
    await bot.pass(900);
    assert.equal(bot.engine.openEvents, 1);
    await bot.pass(100);
    assert.equal(bot.engine.openEvents, 0);
  });

  it("is when no action has come in time", async () => {
    const bot = await written(new Bot().node("event", { confirmTimeout: 5_000 }), 1);
    await bot.pass(4_999);
    assert.equal(bot.engine.openEvents, 1);
    await bot.pass(1);
    assert.equal(bot.engine.openEvents, 0);
  });

  it("is at once where it is confirmed on arrival, and where people have the dialog", async () => {
    const bot = await written(new Bot().node("event", { confirm: "received" }), 1);
    assert.equal(bot.engine.openEvents, 0);
    const other = new Bot().node();
    other.queue.write(1, { chatId: 5, userId: 11, isClient: false });
    other.queue.write(2, { chatId: 5 });
    await other.poll();
    assert.deepEqual(
      other.emitted.map(({ output, owner }) => [output, owner]),
      [
        [1, "human"],
        [1, "human"],
      ],
    );
    assert.equal(other.engine.openEvents, 0);
  });

  it("is known by messages that name it, and by no others", async () => {
    const bot = await written(new Bot().node(), 1);
    const named = (event: unknown): unknown => bot.engine.begin({ event }, "send", bot.portal).held;
    for (const odd of [
      undefined,
      null,
      1,
      {},
      { id: 1 },
      { id: 1, delivery: 2 },
      { id: 1, delivery: "1" },
      { id: {}, delivery: 1 },
    ])
      assert.equal(named(odd), null, JSON.stringify(odd));
    assert.equal(named({ id: 2, delivery: 1 }), null);
    assert.notEqual(named({ id: "1", delivery: 1 }), null);
    bot.engine.end(null, false);
  });
});

describe("a partial deploy", () => {
  async function waiting(): Promise<Bot> {
    const bot = new Bot().node();
    bot.flows(...FLOW);
    return written(bot, 1);
  }

  it("delivers again what may be in a node that it stops, by the output of the first time", async () => {
    const bot = await waiting();
    await bot.deploy(["hold"], ...FLOW);
    assert.deepEqual(bot.log, ["1/1", "1/2"]);
    assert.equal(bot.last.output, 0);
    assert.deepEqual(bot.faults, []);
  });

  it("delivers nothing again when it stops the config node, event nodes, actions, or nodes apart", async () => {
    for (const stopped of [
      ["config"],
      ["event"],
      ["send"],
      ["apart"],
      ["config", "event", "send", "apart"],
      ["unknown"],
    ]) {
      const bot = await waiting();
      await bot.deploy(stopped, ...FLOW);
      await bot.pass(5_000);
      assert.deepEqual(bot.log, ["1/1"], stopped.join());
      await bot.handle(bot.last);
      await bot.pass(1_000);
      assert.equal(bot.engine.openEvents, 0);
    }
  });

  it("delivers nothing again that is done", async () => {
    const bot = await waiting();
    await bot.handleAll();
    await bot.deploy(["hold"], ...FLOW);
    await bot.pass(5_000);
    assert.deepEqual(bot.log, ["1/1"]);
  });

  it("goes by the ways at the time of the message, and by those since", async () => {
    const bot = await waiting();
    const rewired = FLOW.map((node) => (node.id === "change" ? { ...node, wires: [["send"]] } : node));
    await bot.deploy(["change"].slice(1), ...rewired);
    assert.deepEqual(bot.log, ["1/1"]);
    await bot.deploy(["hold"], ...rewired);
    assert.deepEqual(bot.log, ["1/1", "1/2"]);
    await bot.deploy(["hold"], ...rewired);
    assert.deepEqual(bot.log, ["1/1", "1/2"], "the second one did not go that way");
  });

  it("matches what the first one still does with the second", async () => {
    const bot = await waiting();
    const { last } = bot;
    await bot.deploy(["hold"], ...FLOW);
    await bot.handle(last);
    const again = await bot.handle(bot.last, "send", "Hello, in other words");
    assert.equal(again.repeated, true);
    await bot.pass(1_000);
    assert.equal(bot.engine.openEvents, 0);
    assert.deepEqual(bot.faults, []);
  });

  it("takes a subflow's event node along with its instance", async () => {
    const nodes = [
      { id: "inner", type: "bitrix24-event", z: "sub", wires: [["inner hold"]] },
      { id: "inner hold", z: "sub", wires: [[]] },
      { id: "instance", type: "subflow:sub", wires: [[]] },
      { id: "sub", type: "subflow", z: "", in: [], out: [] },
    ];
    const bot = new Bot().node("instance/inner");
    bot.flows(...nodes);
    await written(bot, 1);
    await bot.deploy(["other"], ...nodes);
    assert.deepEqual(bot.log, ["1/1"]);
    await bot.deploy(["instance"], ...nodes);
    assert.deepEqual(bot.log, ["1/1", "1/2"]);
  });

  it("takes nothing in while flows do not run", async () => {
    const bot = await waiting();
    bot.engine.flowsStopping(() => false);
    await written(bot, 2);
    assert.deepEqual(bot.log, ["1/1"]);
    bot.flows(...FLOW);
    await bot.poll();
    assert.deepEqual(bot.log, ["1/1", "2/1"]);
  });
});

describe("a message that may be lost", () => {
  it("goes out again when an action could not hand it on, with the recorded result", async () => {
    const bot = await written(new Bot().node(), 1);
    const { work, held } = bot.begin(bot.last);
    await work.call("crm.lead.add", {}, { kind: "other" });
    bot.engine.end(held, true);
    await bot.pass(1_000);
    assert.deepEqual(bot.log, ["1/1", "1/2"]);
    const later = bot.begin(bot.last);
    assert.equal((await later.work.call("crm.lead.add", {}, { kind: "other" })).repeated, true);
  });

  it("goes out again after a full stop, or a death", async () => {
    for (const isClosed of [true, false]) {
      const bot = await written(new Bot().node(), 1, 2);
      const [first, second] = bot.emitted;
      assert.ok(first && second);
      bot.engine.end(bot.begin(first).held, false);
      await bot.pass(1_000);
      bot.begin(second);
      bot.engine.flowsStopping("all");
      if (isClosed) await bot.engine.close();
      const again = (await bot.restart()).node();
      await again.poll();
      assert.deepEqual(again.log, ["2/2"]);
    }
  });

  it("leaves by output 2 the second time only if a person has acted meanwhile", async () => {
    const bot = new Bot().node();
    bot.queue.write(1, { chatId: 5 });
    bot.queue.write(2, { chatId: 6 });
    await bot.poll();
    const handOver = async (emitted: Emitted): Promise<void> => {
      const { work } = bot.begin(emitted);
      const params = { CHAT_ID: emitted.event.conversation.chatId };
      await work.call("imopenlines.bot.session.operator", params, { kind: "operator" });
    };
    for (const emitted of bot.emitted) await handOver(emitted);
    bot.queue.write(3, { chatId: 6, userId: 11, isClient: false });
    await bot.poll();
    const again = (await bot.restart()).node();
    await again.poll();
    const outputs = again.emitted.map(({ event, output }) => [logged(event), output]);
    assert.deepEqual(outputs, [
      ["1/2", 0],
      ["2/2", 1],
    ]);
  });

  it("is one that was never emitted because its event node stopped just then", async () => {
    const bot = new Bot().node();
    bot.queue.write(1);
    const open = bot.disk.hold();
    await bot.poll();
    bot.removeNode("event");
    bot.node();
    open();
    await bot.settle();
    await bot.pass(1_000);
    assert.equal(bot.emitted.length, 1);
  });
});

describe("a bot without memory", () => {
  it("takes events from before its start for somebody else's, and says how many", async () => {
    const bot = new Bot().node();
    bot.engine.treatAsStrangers(Date.parse("2026-09-21T16:46:41+03:00"));
    await written(bot, 1, 2);
    assert.deepEqual(
      bot.emitted.map(({ output }) => output),
      [1, 1],
    );
    assert.deepEqual(bot.notices, [{ kind: "knownElsewhere", count: 2 }]);
    assert.equal(bot.engine.openEvents, 0);
    const other = new Bot().node();
    other.engine.treatAsStrangers(Date.parse("2026-09-21T16:46:40+03:00"));
    await written(other, 1);
    assert.equal(other.last.output, 0);
  });

  it("forgets what belongs to another bot or portal, and keeps it when only the address changes", async () => {
    const bot = await written(new Bot().node(), 1);
    bot.engine.useBot(7, "https://renamed.example", "mark");
    bot.engine.useBot(7, "https://renamed.example", "new mark");
    assert.equal(bot.engine.openEvents, 1);
    bot.engine.useBot(7, "https://other.example", "other mark");
    assert.equal(bot.engine.openEvents, 0);
    await written(bot, 1);
    assert.deepEqual(bot.log, ["1/1", "1/1"]);
  });
});
