import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { assertTold, text } from "../support/catalogue";
import {
  endScenes,
  executed,
  PORTAL,
  startScene,
  UNDER_TEST,
  until,
  type Left,
  type Message,
  type Scene,
  type SceneOptions,
} from "../support/nodes";

const METHOD = "imopenlines.bot.session.message.send";
const AUTOMATIC: SceneOptions = { type: "bitrix24-send", props: { mode: "automatic" } };
const words = (number: number): Message => ({ payload: { CHAT_ID: 101, MESSAGE: `message ${number}` } });

/** The flow with one node saved anew, which restarts that node and nothing else. */
const touched = (scene: Scene, id: string): Scene["flow"] =>
  scene.flow.map((node) => (node.id === id ? { ...node, name: "saved anew" } : node));

interface UnderWay {
  scene: Scene;
  running: Promise<Left[]>;
  waiting: Promise<Left[]>[];
}

/** One call is on its way to the portal, two of the same chat wait behind it. */
async function underWay(options: SceneOptions, fault: Parameters<Scene["control"]["addFault"]>[0]): Promise<UnderWay> {
  const scene = await startScene(options);
  scene.control.addFault({ ...fault, method: METHOD });
  const running = scene.sendAll(words(1));
  await until(scene, () => scene.control.faults()[0]?.hits === 1);
  const waiting = [scene.sendAll(words(2)), scene.sendAll(words(3))];
  await turn();
  return { scene, running, waiting };
}

const only = (left: Left[]): Left => {
  assert.equal(left.length, 1, JSON.stringify(left));
  return left[0] as Left;
};

describe("a deploy while calls are under way", () => {
  afterEach(endScenes);

  for (const [what, id] of [
    ["the node", UNDER_TEST],
    ["its portal", PORTAL],
  ] as const)
    it(`that restarts ${what}: waiting calls leave as cancelled, the running one with its answer`, async () => {
      const { scene, running, waiting } = await underWay(AUTOMATIC, { kind: "slow", ms: 300 });
      await scene.deploy(touched(scene, id), "nodes");
      const { way, msg } = only(await running);
      assert.deepEqual([way, msg["payload"]], ["success", true]);
      for (const [at, one] of waiting.entries()) {
        const left = only(await one);
        assert.equal(left.way, "error");
        assertTold(left.msg["error"], { code: "CANCELLED", outcome: "not-sent", method: METHOD, status: null });
        assert.deepEqual(left.msg["payload"], words(at + 2)["payload"]);
      }
      assert.equal(executed(scene).length, 1);
      assert.equal((await scene.send(words(4))).way, "success", "the new node works");
    });

  it("that loses the running call's answer tells it as unknown", async () => {
    const { scene, running } = await underWay(AUTOMATIC, { kind: "hang", ms: 200, executed: true });
    await scene.deploy(touched(scene, UNDER_TEST), "nodes");
    assertTold(only(await running).msg["error"], { code: "CONNECTION_LOST", outcome: "unknown", method: METHOD });
    assert.equal(executed(scene).length, 1);
  });

  it("gives up on a running call that does not end in time, as unknown", async function () {
    this.timeout(30_000);
    const { scene, running } = await underWay(AUTOMATIC, { kind: "hang" });
    await scene.deploy(touched(scene, UNDER_TEST), "nodes");
    assertTold(only(await running).msg["error"], { code: "TIMEOUT", outcome: "unknown", method: METHOD });
    assert.deepEqual(
      scene.logged().filter((line) => /stopping|timed out/i.test(line)),
      [],
    );
  });

  for (const [what, options] of [
    ["output 2 wired", {}],
    ["output 2 unwired, a Catch node in the flow", { errorWired: false, catching: true }],
    ["output 2 unwired, no Catch node", { errorWired: false }],
  ] as const)
    it(`of everything, ${what}: what can go nowhere any more is in the log`, async () => {
      const { scene, running, waiting } = await underWay({ ...AUTOMATIC, ...options }, { kind: "slow", ms: 300 });
      const logged = scene.logged().length;
      const ended = Promise.all([running, ...waiting]);
      // Whole flow anew: the nodes behind this one stop with it.
      await scene.deploy(
        scene.flow.map((node) => ({ ...node, name: "saved anew" })),
        "full",
      );
      const left = (await ended).flat().filter(({ way }) => way !== "log");
      assert.deepEqual(left, []);
      const lines = scene.logged().slice(logged);
      const cancelled = text("errors.CANCELLED.title") ?? "?";
      assert.equal(lines.filter((line) => line.includes(cancelled)).length, 2, lines.join("\n"));
      assert.equal(lines.filter((line) => line === text("warnings.answerAfterStop")).length, 1, lines.join("\n"));
      assert.equal(lines.length, 3);
      assert.equal(executed(scene).length, 1);
    });

  it("that removes the node cancels what waits", async () => {
    const { scene, running, waiting } = await underWay(AUTOMATIC, { kind: "slow", ms: 200 });
    const ended = Promise.all([running, ...waiting]);
    const rest = scene.flow.filter(({ id }) => id !== UNDER_TEST);
    await scene.deploy(rest, "nodes");
    const ways = (await ended)
      .map((left) => only(left))
      .map(({ way, msg }) => [way, (msg["error"] as Message | undefined)?.["code"]]);
    assert.deepEqual(ways, [
      ["success", undefined],
      ["error", "CANCELLED"],
      ["error", "CANCELLED"],
    ]);
    assert.equal(executed(scene).length, 1);
  });
});

describe("several calls at once", () => {
  afterEach(endScenes);

  it("of one chat reach the portal in the order of the flow, through different nodes", async () => {
    const portal = { portal: PORTAL };
    const params = { CHAT_ID: 101, NAME: "DEFAULT", MESSAGE: "4" };
    const scene = await startScene({
      type: "bitrix24-send",
      // Values that take their time to read, before nodes with less to read.
      props: {
        message: "$join(['1', payload])",
        messageType: "jsonata",
        chatId: "bitrix24.chatId",
        chatIdType: "jsonata",
      },
      more: [
        { id: "n2", type: "bitrix24-send", ...portal, mode: "automatic" },
        { id: "n3", type: "bitrix24-transfer", ...portal, target: "2", targetKind: "line", targetType: "str" },
        { id: "n4", type: "bitrix24-call", ...portal, method: METHOD, methodType: "str", params, paramsType: "json" },
        { id: "n5", type: "bitrix24-finish", ...portal },
        { id: "source", type: "helper", wires: [[UNDER_TEST, "n2", "n3", "n4", "n5"]] },
      ],
    });
    // The first is turned away and comes back a second later; the others must not pass it.
    scene.control.addFault({ kind: "503" });
    scene.node("source").send({ payload: "text", bitrix24: { chatId: 101 } });
    await until(scene, () => executed(scene).length === 5);
    assert.deepEqual(
      executed(scene).map(([method]) => method.replace(/^im(openlines\.bot\.session|bot\.v2)\./, "")),
      ["Chat.Message.send", "message.send", "transfer", "message.send", "finish"],
    );
  });

  it("keep it while the bot is being registered, which only some of them wait for", async () => {
    const scene = await startScene({
      type: "bitrix24-send",
      portal: { botId: "", botCode: "late_bot", botName: "Late", eventMode: "fetch" },
      more: [
        { id: "n2", type: "bitrix24-operator", portal: PORTAL },
        { id: "source", type: "helper", wires: [[UNDER_TEST, "n2"]] },
      ],
    });
    scene.control.addFault({ kind: "slow", ms: 300, method: "imbot.v2.Bot.register" });
    await until(scene, () => scene.control.faults()[0]?.hits === 1);
    scene.node("source").send({ payload: "text", bitrix24: { chatId: 101 } });
    await until(scene, () => scene.control.requests().some(({ method }) => /session\.operator/.test(method)));
    const methods = scene.control.requests().map(({ method }) => method);
    const at = (pattern: RegExp): number => methods.findIndex((method) => pattern.test(method));
    assert.ok(at(/Message\.send/) >= 0 && at(/Message\.send/) < at(/session\.operator/), methods.join(", "));
  });

  it("of different chats do not wait for each other", async () => {
    const scene = await startScene(AUTOMATIC);
    const other = scene.control.clientWrites({ line: 1, client: "Somebody Else", text: "hi" }).chatId;
    scene.control.addFault({ kind: "slow", ms: 400 });
    const order: string[] = [];
    const slow = scene.send(words(1)).then(() => order.push("slow"));
    await until(scene, () => scene.control.faults()[0]?.hits === 1);
    const quick = scene.send({ payload: { CHAT_ID: other, MESSAGE: "x" } }).then(() => order.push("quick"));
    await Promise.all([slow, quick]);
    assert.deepEqual(order, ["quick", "slow"]);
  });

  it("each end once, whatever happens to them", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", note);
    const scene = await startScene(AUTOMATIC);
    for (const kind of ["drop-after", "drop-before", "html-503", "error", "truncated"] as const)
      scene.control.addFault({ kind, probability: 0.3, count: Infinity });
    const left = await Promise.all(
      Array.from({ length: 150 }, (_each, number) => scene.send({ ...words(number), _msgid: `m${number}` })),
    );
    const runs = executed(scene).map(([, params]) => (params as Message)["MESSAGE"]);
    assert.equal(new Set(runs).size, runs.length, "something ran twice");
    for (const [number, { way, msg }] of left.entries()) {
      const ran = runs.includes(`message ${number}`);
      const { outcome } = (msg["error"] ?? {}) as { outcome?: string };
      if (way === "success") assert.ok(ran, `message ${number} never ran`);
      else if (outcome !== "unknown") assert.ok(!ran, `message ${number} ran, yet it was told as ${outcome}`);
    }
    assert.notEqual(scene.statuses().at(-1)?.fill, "blue");
    process.removeListener("warning", note);
    assert.deepEqual(warnings, []);
  });

  it("are refused when too many wait", async () => {
    const { scene, running, waiting } = await underWay(
      { ...AUTOMATIC, portal: { maxWaiting: "2" } },
      { kind: "slow", ms: 200 },
    );
    const { way, msg } = await scene.send(words(4));
    assert.equal(way, "error");
    assertTold(msg["error"], { code: "QUEUE_FULL", outcome: "not-sent" });
    assert.match((msg["error"] as { message: string }).message, /2/);
    for (const one of [running, ...waiting]) assert.equal(only(await one).way, "success");
  });

  it("show what they wait for", async () => {
    const scene = await startScene({ ...AUTOMATIC, portal: { maxWait: "3" } });
    scene.control.addFault({ kind: "429", method: METHOD });
    const { msg } = await scene.send(words(1));
    assertTold(msg["error"], { code: "WAITED_TOO_LONG", outcome: "not-sent" });
    const texts = scene.statuses().map((status) => status.text ?? "");
    assert.ok(
      texts.some((status) => /^paused \d+ s$/.test(status)),
      texts.join(", "),
    );
    assert.equal(texts.at(-1), "WAITED_TOO_LONG");
  });
});
