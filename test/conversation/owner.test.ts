import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "./support/scene";

const ACTIONS = [
  { id: "operator1", type: "bitrix24-operator" },
  { id: "finish1", type: "bitrix24-finish" },
  { id: "user1", type: "bitrix24-transfer", targetKind: "user", target: "operator", targetType: "msg" },
  { id: "line1", type: "bitrix24-transfer", targetKind: "line", target: "2", targetType: "num" },
].map((node) => ({ ...node, wires: [["done"], ["failed"]] }));
const OUTPUTS = ["done", "failed"].map((id) => ({ id, type: "helper" }));

const owners = (messages: Message[]): unknown[] => messages.map(({ bitrix24 }) => bitrix24["owner"]);
const texts = (messages: Message[]): unknown[] => messages.map(({ payload }) => payload);

/** A dialog in which the bot has had its turn once. */
async function startDialog(options: SceneOptions = {}): Promise<{ scene: Scene; chatId: number; first: Message }> {
  const scene = await startScene({ more: [...ACTIONS, ...OUTPUTS], ...options });
  scene.control.addLine({ name: "Sales", queue: [scene.operator] });
  const chatId = scene.writes("first");
  await scene.until(() => scene.turn.length === 1, "the first message");
  const [first] = scene.turn;
  assert.ok(first);
  return { scene, chatId, first };
}

/** Runs an action node on the message and waits until the portal has done it. */
async function act(scene: Scene, id: string, msg: Message, method: string): Promise<void> {
  const calls = (): number =>
    scene.control.log().filter((entry) => entry.method.toLowerCase() === method && entry.ok).length;
  const before = calls();
  scene.give(id, { ...msg, operator: scene.operator });
  await scene.until(() => calls() > before && scene.statuses(id).at(-1) === "", `${id} has succeeded`);
}

async function writeFive(scene: Scene): Promise<void> {
  for (let message = 1; message <= 5; message++) scene.writes(`for people ${message}`);
  await scene.until(() => scene.people.length + scene.turn.length >= 6, "five messages");
}

const OPERATOR = "imopenlines.bot.session.operator";
const TRANSFER = "imopenlines.bot.session.transfer";

describe("who has the dialog", () => {
  afterEach(endScenes);

  it("people after a hand-over: five messages leave by output 2, the next session's first by output 1", async () => {
    const { scene, chatId, first } = await startDialog();
    await act(scene, "operator1", first, OPERATOR);
    await writeFive(scene);
    assert.deepEqual(texts(scene.turn), ["first"]);
    assert.deepEqual(owners(scene.people), Array(5).fill("waiting"));
    scene.control.operatorFinishes(scene.operator, chatId);
    scene.writes("a new question");
    await scene.until(() => scene.turn.length === 2, "the next session");
    assert.deepEqual(
      [texts(scene.turn), owners(scene.turn)],
      [
        ["first", "a new question"],
        ["bot", "bot"],
      ],
    );
    assert.equal(scene.people.length, 5);
  });

  it("the same with a restart in between", async () => {
    const userDir = await mkdtemp(join(tmpdir(), "owner-"));
    try {
      const { scene, chatId, first } = await startDialog({ userDir });
      await act(scene, "operator1", first, OPERATOR);
      await scene.handled();
      await scene.deploy(scene.flow.map((node) => ({ ...node })));
      await writeFive(scene);
      assert.deepEqual([texts(scene.turn), owners(scene.people)], [["first"], Array(5).fill("waiting")]);
      scene.control.operatorFinishes(scene.operator, chatId);
      await scene.deploy(scene.flow.map((node) => ({ ...node })));
      scene.writes("a new question");
      await scene.until(() => scene.turn.length === 2, "the next session");
      assert.deepEqual(texts(scene.turn), ["first", "a new question"]);
    } finally {
      await endScenes();
      await rm(userDir, { recursive: true });
    }
  });

  it("people from an operator's message on, which itself leaves by output 2 and is no client's", async () => {
    const { scene, chatId } = await startDialog();
    scene.control.operatorWrites(scene.operator, chatId, "Let me help");
    scene.writes("thank you");
    await scene.until(() => scene.people.length === 2, "both messages");
    assert.deepEqual(
      [texts(scene.people), owners(scene.people)],
      [
        ["Let me help", "thank you"],
        ["human", "human"],
      ],
    );
    assert.deepEqual(
      scene.people.map(({ bitrix24 }) => (bitrix24["user"] as { isClient: boolean }).isClient),
      [false, true],
    );
    assert.equal(scene.turn.length, 1);
  });

  it("people after a client wrote 0", async () => {
    const { scene } = await startDialog();
    scene.writes("0");
    scene.writes("is anybody there?");
    await scene.until(() => scene.people.length === 2, "both messages");
    assert.deepEqual(
      [texts(scene.people), owners(scene.people)],
      [
        ["0", "is anybody there?"],
        ["waiting", "waiting"],
      ],
    );
    assert.equal(scene.turn.length, 1);
  });

  it("a person after a transfer to an employee, nobody yet after one to a line", async () => {
    for (const [node, owner] of [
      ["user1", "human"],
      ["line1", "waiting"],
    ] as const) {
      const { scene, first } = await startDialog();
      await act(scene, node, first, TRANSFER);
      scene.writes("and now?");
      await scene.until(() => scene.people.length === 1, "the message");
      assert.deepEqual(owners(scene.people), [owner], node);
      await endScenes();
    }
  });

  it("the bot again after it closed the dialog itself", async () => {
    const { scene, first } = await startDialog();
    await act(scene, "finish1", first, "imopenlines.bot.session.finish");
    scene.writes("one more thing");
    await scene.until(() => scene.turn.length === 2, "the next session");
    assert.deepEqual([owners(scene.turn), scene.people], [["bot", "bot"], []]);
  });

  it("still the bot after a hand-over that the portal refused", async () => {
    const { scene, first } = await startDialog();
    scene.control.addFault({ method: OPERATOR, kind: "error", code: "WRONG_CHAT", status: 400 });
    scene.give("operator1", { ...first });
    await scene.until(() => scene.statuses("operator1").at(-1) === "WRONG_CHAT", "the refusal");
    scene.writes("and now?");
    await scene.until(() => scene.turn.length === 2, "the message");
    assert.equal(scene.people.length, 0);
  });

  it("with output 2 unwired the events go nowhere and are confirmed", async () => {
    const { scene, first } = await startDialog({ event: { wires: [["turn"]] } });
    await act(scene, "operator1", first, OPERATOR);
    scene.writes("1");
    scene.writes("2");
    await scene.until(() => scene.control.events().queued.length <= 1, "everything is confirmed", 5_000);
    assert.deepEqual([scene.turn.length, scene.people.length, scene.logged()], [1, 0, []]);
  });
});
