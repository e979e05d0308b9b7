import assert from "node:assert/strict";
import { text } from "../../support/catalogue";
import { endScenes, startScene, type FlowNode, type Scene } from "../support/scene";
import { botWrote, collect, errorOf, executed } from "./support/talk";

const AUTOMATIC = "imopenlines.bot.session.message.send";
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

describe("a call that may have run", () => {
  afterEach(endScenes);

  const LATER: Record<string, (scene: Scene) => void> = {
    "the portal is gone": ({ control }) => void control.addFault({ kind: "drop-before", count: Infinity }),
    "the portal has moved": ({ control }) => control.configure({ renamedTo: "https://elsewhere.example/" }),
    "the licence has ended": ({ control }) => control.configure({ licenceExpired: true }),
    "the portal is closed": ({ control }) => control.configure({ closed: true }),
    "the portal knows the method no more": ({ control }) =>
      void control.addFault({ kind: "error", code: "ERROR_METHOD_NOT_FOUND", status: 404, count: Infinity }),
  };
  for (const [what, change] of Object.entries(LATER))
    it(`leaves as unknown with a code and a hint that agree when ${what} after its answer was lost`, async () => {
      const scene = await startScene({ more: SEND });
      const chatId = scene.writes("hello");
      await scene.until(() => scene.turn.length === 1, "the message");
      const failed = collect(scene, "failed");
      scene.control.addFault({ method: "imbot.v2.Chat.Message.send", kind: "drop-after" });
      scene.give("send1", { ...scene.turn[0] });
      await scene.until(() => botWrote(scene, chatId).length === 1, "the portal has it");
      change(scene);
      await scene.until(() => failed.length === 1, "the end", 15_000);
      const { code, outcome, hint } = errorOf(failed[0]);
      assert.deepEqual([code, outcome], ["CONNECTION_LOST", "unknown"]);
      assert.equal(hint, text("errors.CONNECTION_LOST.hint"));
      assert.deepEqual(botWrote(scene, chatId), ["hello"]);
    });

  it("is not made again, and the answer's loss is what is said, where a repeat could run twice", async () => {
    const scene = await startScene({ more: SEND });
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    const failed = collect(scene, "failed");
    scene.control.addFault({ method: AUTOMATIC, kind: "drop-after", count: Infinity });
    scene.give("auto1", { ...scene.turn[0] });
    await scene.until(() => failed.length === 1, "the end");
    assert.deepEqual([errorOf(failed[0])["code"], executed(scene, AUTOMATIC)], ["CONNECTION_LOST", 1]);
  });
});
