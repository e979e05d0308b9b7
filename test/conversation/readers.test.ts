import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asPortalNode } from "../../nodes/runtime/portal-node";
import { endScenes, PORTAL, startScene, type Message, type Scene } from "./support/scene";

const polls = ({ control }: Scene, from: number): number =>
  control
    .log()
    .slice(from)
    .filter(({ method }) => method === "imbot.v2.Event.get").length;
const tokenOf = async (scene: Scene): Promise<string> => {
  const engine = asPortalNode(scene.node(PORTAL))?.connection?.engine;
  await engine?.saved();
  return engine?.meta.token ?? "";
};
const withoutNumber = ({ bitrix24 }: Message): unknown => {
  const { delivery, ...event } = bitrix24["event"] as Record<string, unknown>;
  assert.ok(typeof delivery === "number");
  return { ...bitrix24, event };
};
const place = { z: "tab1", x: 100, y: 100 };
const statusIs = (scene: Scene, key: string, id?: string): boolean => scene.statuses(id).at(-1)?.endsWith(key) === true;

describe("who reads a bot's events", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "readers-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  it("two event nodes share one poller; each gets the topics that it wants, in messages of its own", async () => {
    const scene = await startScene({
      userDir,
      event: { events: ["message", "update"] },
      more: [{ id: "event2", type: "bitrix24-event", events: [], wires: [["people"], []] }],
    });
    const chatId = scene.writes("hello");
    await scene.until(() => scene.turn.length === 1 && scene.people.length === 2, "the message and the join");
    const messageId = scene.turn[0]?.bitrix24["messageId"] as number;
    scene.control.editMessage(chatId, messageId, "hello!");
    scene.control.deleteMessage(chatId, messageId);
    await scene.until(() => scene.turn.length === 2 && scene.people.length === 4, "the change and the deletion");
    const topics = (messages: Message[]): unknown[] => messages.map(({ topic }) => topic);
    assert.deepEqual(topics(scene.turn), ["message", "update"]);
    assert.deepEqual(topics(scene.people), ["join", "message", "update", "delete"]);
    const [mine, other] = [scene.turn[0], scene.people[1]];
    assert.ok(mine && other);
    // Each hand-over has a number of its own.
    assert.deepEqual(withoutNumber(mine), withoutNumber(other));
    assert.notEqual(mine.bitrix24["line"], other.bitrix24["line"]);
    const from = scene.control.log().length;
    const count = polls(scene, 0);
    await scene.until(() => polls(scene, 0) >= count + 8, "eight polls");
    const times = scene.control
      .log()
      .slice(from)
      .filter(({ method }) => method === "imbot.v2.Event.get")
      .map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 40),
      `polls came ${gaps.join(", ")} ms apart`,
    );
  });

  it("a second reader of the same bot is noticed and said, once", async () => {
    const scene = await startScene({ userDir, event: { confirm: "received" } });
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    const botToken = await tokenOf(scene);
    await fetch(`${scene.sandbox.webhookUrl}imbot.v2.Event.get`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ botId: scene.botId(), botToken, offset: 1_000_000_000 }),
    });
    await scene.until(() => statusIs(scene, ":status.shared"), "the status");
    scene.writes("still there?");
    await scene.until(() => scene.turn.length === 2, "the next message");
    assert.equal(scene.logged().filter((text) => text.startsWith("Two Node-RED instances are reading")).length, 1);
  });

  it("being alone is no second reader, through many polls, messages and deploys", async () => {
    const scene = await startScene({ userDir, event: { confirm: "received" } });
    for (let message = 1; message <= 6; message++) {
      scene.writes(`message ${message}`);
      await scene.until(() => scene.turn.length === message, `message ${message}`);
      if (message % 2 === 0) await scene.deploy(scene.flow.map((node) => ({ ...node })));
      const count = polls(scene, 0);
      await scene.until(() => polls(scene, 0) > count + 3, "some polls");
    }
    assert.deepEqual([scene.logged(), scene.turn.length], [[], 6]);
  });

  it("two config nodes on one bot do not take each other's events; when one goes the other goes on", async function () {
    this.timeout(30_000);
    const scene = await startScene({ userDir, event: { confirm: "received" } });
    const second = {
      id: "portal2",
      type: "bitrix24-portal",
      botId: String(scene.botId()),
      pollInterval: "0.05",
    };
    const event2 = {
      id: "event2",
      type: "bitrix24-event",
      portal: "portal2",
      events: ["message"],
      confirm: "received",
      ...place,
      wires: [["people"], []],
    };
    scene.credentials["portal2"] = { webhookUrl: scene.sandbox.webhookUrl, botToken: await tokenOf(scene) };
    await scene.deploy([...scene.flow, second, event2], "nodes");
    await scene.until(() => statusIs(scene, ":status.shared", "event2"), "the second one waits");
    for (const text of ["1", "2", "3"]) scene.writes(text);
    await scene.until(() => scene.turn.length === 3, "all messages");
    assert.deepEqual([scene.people.length, statusIs(scene, ":status.connected")], [0, true]);
    await scene.deploy(
      scene.flow.filter(({ id }) => id !== "event1" && id !== PORTAL),
      "nodes",
    );
    scene.writes("4");
    await scene.until(() => scene.people.length === 1, "the other one's turn", 15_000);
    assert.equal(statusIs(scene, ":status.connected", "event2"), true);
  });

  it("a user folder that cannot be written costs a warning, and the bot works all the same", async () => {
    await writeFile(join(userDir, "bitrix24"), "in the way");
    const scene = await startScene({ userDir, more: [{ id: "operator1", type: "bitrix24-operator" }] });
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    assert.equal(
      scene.logged().filter((text) => text.startsWith("Node-RED cannot write to its user directory")).length,
      1,
    );
    scene.give("operator1", { ...scene.turn[0] });
    await scene.until(() => scene.statuses("operator1").at(-1) === "", "the hand-over");
    await scene.handled();
    await scene.deploy(scene.flow.map((node) => ({ ...node })));
    scene.writes("anybody?");
    await scene.until(() => scene.people.length === 1, "the owner is known after a deploy");
    assert.equal(scene.turn.length, 1);
  });

  it("an unreadable state is set aside with a warning", async () => {
    for (const broken of ["{", "[]", "null", '{"version":1,"done":5}', '{"version":2}']) {
      const first = await startScene({ userDir });
      await first.until(() => first.botId() > 0, "a state");
      await endScenes();
      await writeFile(join(userDir, "bitrix24", `${PORTAL}.json`), broken);
      const scene = await startScene({ userDir });
      scene.writes("hello");
      await scene.until(() => scene.turn.length === 1, "the message");
      assert.equal(scene.logged().length, 1, broken);
      assert.equal(await readFile(join(userDir, "bitrix24", `${PORTAL}.json.broken`), "utf8"), broken);
      await endScenes();
    }
  });
});
