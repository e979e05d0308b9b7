import assert from "node:assert/strict";
import { endScenes, PORTAL, startScene, type FlowNode, type Scene, type SceneOptions } from "../support/scene";
import { botWrote, collect, errorOf, executed, morePolls, same, touched } from "./support/talk";
import { delay, thinking, type Thinking } from "./support/thinking";

const AUTOMATIC = "imopenlines.bot.session.message.send";

/** Three ways to one answer. */
const ANSWERS: Record<string, { node: FlowNode; method: string }> = {
  bot: { node: { id: "send1", type: "bitrix24-send", mode: "bot" }, method: "imbot.v2.Chat.Message.send" },
  automatic: { node: { id: "send1", type: "bitrix24-send", mode: "automatic" }, method: AUTOMATIC },
  call: {
    node: {
      id: "send1",
      type: "bitrix24-call",
      method: AUTOMATIC,
      methodType: "str",
      params: '{"CHAT_ID": bitrix24.chatId, "NAME": "DEFAULT", "MESSAGE": payload}',
      paramsType: "jsonata",
    },
    method: AUTOMATIC,
  },
};

interface Work {
  readonly scene: Scene;
  readonly thoughts: Thinking;
  readonly chatId: number;
}

/** event → think → answer; the client's message is being thought about. */
async function inThought(answer: FlowNode, options: SceneOptions = {}): Promise<Work> {
  const thoughts = thinking();
  const scene = await startScene({
    event: { wires: [["think1"], ["people"]] },
    more: [
      { id: "think1", type: "think", wires: [["send1"]] },
      { wires: [["turn"], ["turn"]], ...answer },
    ],
    loaders: [thoughts.loader, delay],
    ...options,
  });
  const chatId = scene.writes("hello");
  await scene.until(() => thoughts.waiting() === 1, "the message is in the flow");
  return { scene, thoughts, chatId };
}

describe("a deploy while an event's message is in the flow", () => {
  afterEach(endScenes);

  for (const [mode, { node, method }] of Object.entries(ANSWERS))
    for (const type of ["nodes", "flows"] as const)
      for (const changed of type === "nodes" ? ["event1", PORTAL] : [PORTAL])
        it(`of ${changed} only (type ${type}) leaves one answer by ${mode}`, async () => {
          const { scene, thoughts, chatId } = await inThought(node);
          await scene.deploy(touched(scene.flow, changed), type);
          await morePolls(scene);
          thoughts.release();
          await scene.until(() => executed(scene, method) > 0, "the answer");
          await scene.handled();
          // Whatever had come again would be in the flow by now.
          thoughts.release();
          await morePolls(scene);
          assert.deepEqual([executed(scene, method), thoughts.waiting()], [1, 0]);
          assert.equal(scene.control.chat(chatId).messages.filter(({ text }) => text === "hello").length, 2);
        });

  for (const [mode, { node, method }] of Object.entries(ANSWERS))
    it(`of its whole flow (type flows) loses the message and brings it again: one answer by ${mode}`, async () => {
      const { scene, thoughts } = await inThought(node);
      await scene.deploy(touched(scene.flow, "event1"), "flows");
      await scene.until(() => thoughts.waiting() === 1, "it came again");
      thoughts.release();
      await scene.until(() => executed(scene, method) > 0, "the answer");
      await scene.handled();
      assert.deepEqual([executed(scene, method), thoughts.waiting()], [1, 0]);
    });

  it("in the core node delay: one answer when the event node alone is deployed", async () => {
    const wait = { id: "delay1", type: "delay", pauseType: "delay", timeout: "0.4", timeoutUnits: "seconds" };
    const scene = await startScene({
      event: { wires: [["turn", "delay1"], []] },
      more: [
        { ...wait, wires: [["send1"]] },
        { id: "send1", type: "bitrix24-send", wires: [["people"], ["people"]] },
      ],
      loaders: [delay],
    });
    const chatId = scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message is in the flow");
    await scene.deploy(touched(scene.flow, "event1"), "nodes");
    await scene.until(() => botWrote(scene, chatId).length > 0, "the answer");
    await scene.handled();
    await morePolls(scene);
    assert.deepEqual([botWrote(scene, chatId), scene.turn.length], [["hello"], 1]);
  });

  for (const [mode, { node, method }] of Object.entries(ANSWERS))
    for (const type of mode === "bot" ? (["nodes", "flows"] as const) : (["nodes"] as const))
      it(`of the answering node whose call waits (type ${type}), with an error way that repeats: one answer by ${mode}`, async () => {
        const thoughts = thinking();
        const scene = await startScene({
          event: { wires: [["send1"], ["people"]] },
          more: [
            { ...node, wires: [["turn"], ["repeat1"]] },
            { id: "repeat1", type: "think", z: "tab2", wires: [["send1"]] },
            { id: "tab2", type: "tab", z: "", wires: undefined },
          ],
          loaders: [thoughts.loader],
        });
        scene.control.addFault({ method, kind: "503" });
        const refused = (): number => scene.control.requests().filter(({ fault }) => fault === "503").length;
        const chatId = scene.writes("hello");
        await scene.until(() => refused() > 0, "the call waits");
        await scene.deploy(touched(scene.flow, "send1"), type);
        await scene.until(() => executed(scene, method) > 0 || thoughts.waiting() > 0, "somebody goes on", 8_000);
        thoughts.release();
        await scene.until(() => executed(scene, method) > 0, "the answer", 8_000);
        await scene.handled();
        thoughts.release();
        await morePolls(scene);
        assert.equal(executed(scene, method), 1);
        assert.equal(scene.control.chat(chatId).messages.filter(({ text }) => text === "hello").length, 2);
      });
});

describe("deploys beside other things that happen", () => {
  afterEach(endScenes);

  it("an operator writes while the event node is deployed: nothing is answered over the operator's head", async () => {
    const { scene, thoughts, chatId } = await inThought(ANSWERS["bot"]?.node ?? assert.fail());
    const deployed = scene.deploy(touched(scene.flow, "event1"), "nodes");
    scene.control.operatorWrites(scene.operator, chatId, "I am here");
    await deployed;
    await scene.until(() => scene.people.length === 1, "the operator's message is known");
    thoughts.release();
    await scene.until(() => scene.turn.length === 1, "the answer's end");
    assert.equal(errorOf(scene.turn[0])["code"], "PEOPLE_HAVE_THE_DIALOG");
    assert.deepEqual(botWrote(scene, chatId), []);
  });

  it("a full deploy right after the answer, within the quiet second, answers nothing again", async () => {
    const scene = await startScene({
      event: { wires: [["turn", "send1"], ["people"]] },
      more: [{ id: "send1", type: "bitrix24-send", wires: [[], []] }],
    });
    const chatId = scene.writes("hello");
    await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
    await scene.deploy(same(scene.flow));
    const next = scene.writes("hello again");
    await scene.until(() => botWrote(scene, next).includes("hello again"), "the next answer");
    await scene.handled();
    await morePolls(scene);
    assert.deepEqual(botWrote(scene, chatId), ["hello", "hello again"]);
  });

  it("the event node is deleted while its message is in the flow: the flow goes on and answers once", async () => {
    const { scene, thoughts, chatId } = await inThought(ANSWERS["bot"]?.node ?? assert.fail());
    const withEvent = scene.flow;
    await scene.deploy(
      withEvent.filter(({ id }) => id !== "event1"),
      "nodes",
    );
    thoughts.release();
    await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
    await scene.deploy(withEvent, "nodes");
    scene.writes("still there?");
    await scene.until(() => thoughts.waiting() > 0, "the next message");
    thoughts.release();
    await scene.until(() => botWrote(scene, chatId).includes("still there?"), "the next answer");
    await scene.handled();
    assert.deepEqual(botWrote(scene, chatId), ["hello", "still there?"]);
  });

  it("what the flow does to something else happens once through five deploys of the event node", async () => {
    const { scene, thoughts } = await inThought(
      { id: "send1", type: "helper" },
      {
        event: { wires: [["think1"], []], confirmTimeout: "1" },
      },
    );
    const entries = collect(scene, "send1");
    for (let deploy = 0; deploy < 5; deploy++) await scene.deploy(touched(scene.flow, "event1"), "nodes");
    thoughts.release();
    await scene.handled();
    await morePolls(scene);
    assert.deepEqual([entries.length, thoughts.waiting()], [1, 0]);
  });
});
