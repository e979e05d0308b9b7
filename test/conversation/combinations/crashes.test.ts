import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endScenes, startScene, type FlowNode, type Message, type Scene } from "../support/scene";
import { botWrote, collect, crash, errorOf, executed, morePolls, owners, same } from "./support/talk";
import { thinking } from "./support/thinking";

const OPERATOR = "imopenlines.bot.session.operator";
const AUTOMATIC = "imopenlines.bot.session.message.send";
const OUT = { wires: [["done"], ["failed"]] };
const OUTPUTS: FlowNode[] = [
  { id: "done", type: "helper" },
  { id: "failed", type: "helper" },
];
const numberOf = ({ bitrix24 }: Message): number => (bitrix24["event"] as { delivery: number }).delivery;

describe("crashes beside other things that happen", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "crashes-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  it("two event nodes: only the one whose flow had not ended gets the event again", async () => {
    const scene = await startScene({
      userDir,
      event: { wires: [["turn", "send1"], []] },
      more: [
        { id: "send1", type: "bitrix24-send", wires: [[], []] },
        { id: "event2", type: "bitrix24-event", events: ["message"], wires: [["people"], []] },
      ],
    });
    const chatId = scene.writes("hello");
    await scene.until(() => scene.people.length === 1 && botWrote(scene, chatId).length === 1, "both have it");
    // The first flow has ended when nobody has been at work on it for a second; the second one has not begun.
    await scene.until(() => quiet(scene), "the quiet second");
    await crash(scene, userDir);
    await scene.until(() => scene.people.length === 2, "the second one again");
    await morePolls(scene);
    assert.deepEqual([scene.turn.length, botWrote(scene, chatId)], [1, ["hello"]]);
    const [before = 0, after = 0] = scene.people.map(numberOf);
    assert.ok(after > before, `number ${after} after ${before}`);
  });

  it("two event nodes whose flows answer: each answer once, also when the crash comes at once", async () => {
    const scene = await startScene({
      userDir,
      event: { wires: [["auto1"], []] },
      more: [
        { id: "auto1", type: "bitrix24-send", mode: "automatic", ...OUT },
        { id: "event2", type: "bitrix24-event", events: ["message"], wires: [["send1"], []] },
        { id: "send1", type: "bitrix24-send", ...OUT },
        ...OUTPUTS,
      ],
    });
    const chatId = scene.writes("hello");
    const isAnswered = (): boolean => executed(scene, AUTOMATIC) === 1 && botWrote(scene, chatId).length === 1;
    await scene.until(isAnswered, "both answers");
    await crash(scene, userDir);
    await scene.handled();
    await morePolls(scene);
    assert.deepEqual([executed(scene, AUTOMATIC), botWrote(scene, chatId)], [1, ["hello"]]);
  });

  it("a hand-over whose answer was lost, then a crash: people have the conversation, and nobody is asked again", async () => {
    const scene = await startScene({
      userDir,
      event: { wires: [["operator1"], ["people"]] },
      more: [{ id: "operator1", type: "bitrix24-operator", ...OUT }, ...OUTPUTS],
    });
    scene.control.addFault({ method: OPERATOR, kind: "drop-after" });
    const failed = collect(scene, "failed");
    scene.writes("a person, please");
    await scene.until(() => failed.length === 1, "the lost answer");
    assert.equal(errorOf(failed[0])["outcome"], "unknown");
    await crash(scene, userDir, () => void scene.writes("hello?"));
    await scene.until(() => scene.people.length > 0, "the next message");
    await scene.handled();
    assert.ok(owners(scene.people).every((owner) => owner === "waiting"));
    assert.equal(executed(scene, OPERATOR), 1);
  });

  it("a reworded answer after a crash stands for the one that is there", async () => {
    let words = 0;
    const scene = await startScene({
      userDir,
      event: { wires: [["turn"], []] },
      more: [{ id: "send1", type: "bitrix24-send", ...OUT }, ...OUTPUTS],
    });
    const chatId = scene.writes("hello");
    const say = async (msg: Message | undefined): Promise<Message> => {
      const done = collect(scene, "done");
      scene.give("send1", { ...msg, payload: `wording ${++words}` });
      await scene.until(() => done.length === 1, "the end");
      return done[0] ?? assert.fail();
    };
    await scene.until(() => scene.turn.length === 1, "the message");
    await say(scene.turn[0]);
    await crash(scene, userDir);
    await scene.until(() => scene.turn.length === 2, "the message again");
    const { bitrix24 } = await say(scene.turn[1]);
    assert.equal((bitrix24["call"] as { repeated?: true }).repeated, true);
    assert.deepEqual(botWrote(scene, chatId), ["wording 1"]);
  });

  it("five crashes in a row with a message in the flow: delivered each time, answered once", async () => {
    const thoughts = thinking();
    const scene = await startScene({
      userDir,
      event: { wires: [["think1"], []] },
      more: [
        { id: "think1", type: "think", wires: [["send1"]] },
        { id: "send1", type: "bitrix24-send", ...OUT },
        ...OUTPUTS,
      ],
      loaders: [thoughts.loader],
    });
    const chatId = scene.writes("hello");
    for (let times = 0; times < 5; times++) {
      await scene.until(() => thoughts.waiting() === 1, "the message");
      await crash(scene, userDir);
    }
    await scene.until(() => thoughts.waiting() === 1, "the message");
    thoughts.release();
    await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
    // Within the quiet second: it is thought about once more, and what comes of that is there already.
    await scene.deploy(same(scene.flow));
    await scene.until(() => thoughts.waiting() === 1, "the message again");
    const done = collect(scene, "done");
    thoughts.release();
    await scene.until(() => done.length === 1, "the recorded end");
    assert.deepEqual(botWrote(scene, chatId), ["hello"]);
  });
});

/** Whether the answering flow has ended for good: half a second more than the quiet time has passed since its answer. */
function quiet({ control }: Scene): boolean {
  const answered = control.log().find(({ method }) => method === "imbot.v2.Chat.Message.send")?.at ?? Infinity;
  return Date.now() - answered > 1_500;
}
