import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "../support/scene";
import { botWrote, collect, crash, errorOf, same } from "./support/talk";

const SEND = "imbot.v2.Chat.Message.send";
const FLOW: SceneOptions = {
  more: [
    { id: "send1", type: "bitrix24-send", wires: [["done"], ["failed"]] },
    { id: "done", type: "helper" },
    { id: "failed", type: "helper" },
  ],
};

describe("what a flow says later", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "reminders-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  /** A conversation in which the bot has had its turn; its message is kept. */
  async function start(): Promise<{ scene: Scene; chatId: number; kept: Message }> {
    const scene = await startScene({ ...FLOW, userDir });
    const chatId = scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    return { scene, chatId, kept: scene.turn[0] ?? assert.fail() };
  }

  /** Sends a text with a copy of the kept message, and waits until the node has done with it. */
  async function say(scene: Scene, kept: Message, text: string): Promise<Message> {
    const [done, failed] = [collect(scene, "done"), collect(scene, "failed")];
    scene.give("send1", { ...structuredClone(kept), payload: text });
    await scene.until(() => done.length + failed.length > 0, `the end of ${text}`, 20_000);
    return done[0] ?? failed[0] ?? assert.fail();
  }

  const RESTARTS: readonly (readonly [string, (scene: Scene) => Promise<void>])[] = [
    ["a full deploy", (scene) => scene.deploy(same(scene.flow))],
    ["a crash", (scene) => crash(scene, userDir)],
  ];
  for (const [what, restart] of RESTARTS)
    it(`arrives with a kept conversation after ${what}, the same words again included`, async () => {
      const { scene, chatId, kept } = await start();
      for (const text of ["Welcome", "Reminder 1", "Reminder"]) await say(scene, kept, text);
      await scene.handled();
      await restart(scene);
      for (const text of ["Reminder 2", "Reminder", "Reminder", "Reminder 4"])
        assert.deepEqual(errorOf(await say(scene, kept, text)), {});
      assert.deepEqual(
        botWrote(scene, chatId),
        ["Welcome", "Reminder 1", "Reminder"].concat(["Reminder 2", "Reminder", "Reminder", "Reminder 4"]),
      );
    });

  it("arrives after a full deploy when the event had not been handled yet", async () => {
    const { scene, chatId, kept } = await start();
    await say(scene, kept, "Welcome");
    await scene.deploy(same(scene.flow));
    for (const text of ["Reminder 1", "Reminder 2"]) await say(scene, kept, text);
    assert.deepEqual(botWrote(scene, chatId), ["Welcome", "Reminder 1", "Reminder 2"]);
  });

  it("arrives after a text whose answer was lost, which is there too", async function () {
    this.timeout(30_000);
    const { scene, chatId, kept } = await start();
    scene.control.addFault({ method: SEND, kind: "drop-after", count: Infinity });
    const { outcome } = errorOf(await say(scene, kept, "Here is your offer"));
    scene.control.clearFaults();
    assert.equal(outcome, "unknown");
    assert.deepEqual(errorOf(await say(scene, kept, "Sorry, a colleague will answer")), {});
    assert.deepEqual(botWrote(scene, chatId), ["Here is your offer", "Sorry, a colleague will answer"]);
  });

  it("arrives once each when two texts of one event come in another order after a crash", async () => {
    const { scene, chatId, kept } = await start();
    await say(scene, kept, "B: stock");
    await crash(scene, userDir);
    await scene.until(() => scene.turn.length === 2, "the event comes again");
    const again = scene.turn[1] ?? assert.fail();
    const done = collect(scene, "done");
    for (const payload of ["A: price", "B: stock"]) scene.give("send1", { ...structuredClone(again), payload });
    await scene.until(() => done.length === 2, "both ends");
    assert.deepEqual(botWrote(scene, chatId).sort(), ["A: price", "B: stock"]);
    await scene.handled();
  });

  it("arrives once each when both texts had been sent, in whatever order they come after the crash", async () => {
    const { scene, chatId, kept } = await start();
    for (const text of ["A: price", "B: stock"]) await say(scene, kept, text);
    await crash(scene, userDir);
    await scene.until(() => scene.turn.length === 2, "the event comes again");
    const again = scene.turn[1] ?? assert.fail();
    for (const text of ["B: stock", "A: price"])
      assert.equal(((await say(scene, again, text)).bitrix24["call"] as { repeated?: true }).repeated, true, text);
    assert.deepEqual(botWrote(scene, chatId), ["A: price", "B: stock"]);
  });

  it("is not sent again after an unknown answer and a crash, and the flow hears that it may be there", async function () {
    this.timeout(30_000);
    const { scene, chatId, kept } = await start();
    const automatic = { id: "auto1", type: "bitrix24-send", mode: "automatic", wires: [["done"], ["failed"]] };
    await scene.deploy([...scene.flow, { ...automatic, portal: "portal1", z: "tab1", x: 1, y: 1 }], "nodes");
    scene.control.addFault({ method: "imopenlines.bot.session.message.send", kind: "drop-after" });
    const failed = collect(scene, "failed");
    scene.give("auto1", { ...structuredClone(kept), payload: "We are closed" });
    await scene.until(() => failed.length === 1, "the error");
    await crash(scene, userDir);
    await scene.until(() => scene.turn.length === 2, "the event comes again");
    const later = collect(scene, "failed");
    scene.give("auto1", { ...structuredClone(scene.turn[1] ?? assert.fail()), payload: "We are closed" });
    await scene.until(() => later.length === 1, "the recorded end");
    assert.deepEqual(
      [errorOf(failed[0])["outcome"], errorOf(later[0])["outcome"]],
      ["unknown", "unknown"],
      JSON.stringify(errorOf(later[0])),
    );
    const said = scene.control.chat(chatId).messages.filter(({ text }) => text === "We are closed");
    assert.equal(said.length, 1);
  });
});
