import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { endScenes, startScene, type FlowNode, type Scene } from "../support/scene";
import { botWrote, collect, crash, errorOf, polls, texts } from "./support/talk";

const OUT = { wires: [["done"], ["failed"]] };
const OUTPUTS: FlowNode[] = [
  { id: "done", type: "helper" },
  { id: "failed", type: "helper" },
];
const SEND: FlowNode[] = [
  { id: "send1", type: "bitrix24-send", ...OUT },
  { id: "auto1", type: "bitrix24-send", mode: "automatic", ...OUT },
  ...OUTPUTS,
];

describe("messages that have to wait", () => {
  afterEach(endScenes);

  it("200 for a bot that cannot be registered: 20 wait as long as they may, all others leave at once", async () => {
    const scene = await startScene({
      portal: { maxWaiting: "20", maxWait: "3" },
      more: SEND,
      isReady: false,
      prepare: (control) => control.addFault({ method: "^imbot\\.v2\\.Bot\\.", kind: "hang", count: Infinity }),
    });
    const failed = collect(scene, "failed");
    for (let at = 1; at <= 200; at++) scene.give("send1", { payload: { CHAT_ID: at, MESSAGE: `message ${at}` } });
    await turn();
    const codes = (): unknown[] => failed.map((message) => errorOf(message)["code"]);
    await scene.until(() => failed.length >= 180, "the queue is full", 1_000);
    assert.deepEqual(codes(), Array(180).fill("QUEUE_FULL"));
    await scene.until(() => failed.length === 200, "the others have waited too long");
    assert.deepEqual(codes().slice(180), Array(20).fill("WAITED_TOO_LONG"));
    assert.ok(failed.every((message) => errorOf(message)["outcome"] === "not-sent"));
  });

  it("for a value that never comes: only that message waits, its conversation and all others go on", async () => {
    const scene = await startScene({
      portal: { maxWait: "2" },
      more: [
        {
          id: "send1",
          type: "bitrix24-send",
          message: "$type(payload) = 'string' ? payload : payload.later()",
          messageType: "jsonata",
          ...OUT,
        },
        ...OUTPUTS,
      ],
    });
    const [one, other] = [scene.writes("hello", "One"), scene.writes("hello", "Other")];
    await scene.until(() => scene.turn.length === 2, "both messages");
    const failed = collect(scene, "failed");
    const [first, second] = scene.turn;
    scene.give("send1", { ...first, payload: { later: () => new Promise(() => undefined) } });
    scene.give("send1", { ...first, payload: "the next one" });
    scene.give("send1", { ...second, payload: "somebody else's" });
    await scene.until(() => botWrote(scene, other).length === 1, "the other conversation");
    assert.deepEqual([botWrote(scene, one), failed.length], [[], 0]);
    await scene.until(() => botWrote(scene, one).length === 1, "the same conversation");
    assert.deepEqual([botWrote(scene, one), botWrote(scene, other)], [["the next one"], ["somebody else's"]]);
    await scene.until(() => failed.length === 1, "the end of the one that waits");
    const { code, outcome } = errorOf(failed[0]);
    assert.deepEqual([code, outcome], ["WAITED_TOO_LONG", "not-sent"]);
  });
});

describe("pauses of thirty days", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "waiting-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });
  const DAYS = "2592000";
  const capped = (scene: Scene, name: string): number =>
    scene.logged().filter((line) => line.startsWith(`${name} is longer than a timer can run, so 2147483 s`)).length;

  it("between polls: a word in the log and no storm of polls", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", note);
    try {
      const scene = await startScene({ portal: { pollInterval: DAYS }, more: SEND });
      const done = collect(scene, "done");
      const { chatId, messageId } = scene.control.clientWrites({ line: scene.line, client: "Olga", text: "hello" });
      assert.ok(messageId > 0);
      for (let at = 0; at < 30; at++) {
        scene.give("auto1", { payload: { CHAT_ID: chatId, MESSAGE: `message ${at}` } });
        await scene.until(() => done.length === at + 1, "a call");
      }
      assert.ok(polls(scene) <= 2, `${polls(scene)} polls`);
      assert.deepEqual([capped(scene, "pollInterval"), scene.logged().length, warnings], [1, 1, []]);
    } finally {
      process.removeListener("warning", note);
    }
  });

  it("until an event counts as handled: a word in the log, and a crash does not lose it", async () => {
    const scene = await startScene({ event: { confirmTimeout: DAYS }, userDir });
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    assert.equal(capped(scene, "confirmTimeout"), 1);
    await crash(scene, userDir);
    await scene.until(() => scene.turn.length === 2, "the message again");
    assert.deepEqual(texts(scene.turn), ["hello", "hello"]);
    const numbers = scene.turn.map(({ bitrix24 }) => (bitrix24["event"] as { delivery: number }).delivery);
    assert.ok((numbers[1] ?? 0) > (numbers[0] ?? 0), "with a later number");
  });
});
