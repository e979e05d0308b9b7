import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endScenes, startScene, type FlowNode, type Message, type Scene, type SceneOptions } from "../support/scene";
import { botWrote, collect, crash, errorOf, executed, owners, spoken, texts } from "./support/talk";

const SESSION = "imopenlines.bot.session";
const OUT = { wires: [["done"], ["failed"]] };
const OUTPUTS: FlowNode[] = [
  { id: "done", type: "helper" },
  { id: "failed", type: "helper" },
];
const ACTIONS: FlowNode[] = [
  { id: "send1", type: "bitrix24-send", ...OUT },
  { id: "over1", type: "bitrix24-send", overPeople: true, ...OUT },
  { id: "auto1", type: "bitrix24-send", mode: "automatic", ...OUT },
  { id: "operator1", type: "bitrix24-operator", ...OUT },
  { id: "user1", type: "bitrix24-transfer", targetKind: "user", target: "operator", targetType: "msg", ...OUT },
  { id: "line1", type: "bitrix24-transfer", targetKind: "line", target: "1", targetType: "num", ...OUT },
  { id: "finish1", type: "bitrix24-finish", ...OUT },
  { id: "call1", type: "bitrix24-call", ...OUT },
  ...OUTPUTS,
];
/** The bot answers at once. */
const ANSWERING: SceneOptions = { event: { wires: [["turn", "send1"], ["people"]] }, more: ACTIONS };

interface Talk {
  readonly scene: Scene;
  readonly chatId: number;
  readonly first: Message;
}

/** A conversation whose first message is in the hands of the flow. */
async function startTalk(options: SceneOptions = {}): Promise<Talk> {
  const scene = await startScene({ more: ACTIONS, ...options });
  const chatId = scene.writes("first");
  await scene.until(() => scene.turn.length === 1, "the first message");
  return { scene, chatId, first: scene.turn[0] ?? assert.fail() };
}

/** Runs an action on a copy of a message, and gives how it ended. */
async function act(scene: Scene, id: string, msg: object, changes: object = {}): Promise<Message> {
  const [done, failed] = [collect(scene, "done"), collect(scene, "failed")];
  scene.give(id, { ...structuredClone(msg), operator: scene.operator, ...changes });
  await scene.until(() => done.length + failed.length > 0, `the end of ${id}`);
  return done[0] ?? failed[0] ?? assert.fail();
}

describe("a person who writes while the bot has the conversation", () => {
  afterEach(endScenes);

  it("between two polls: what was asked before is not answered over the person's head", async () => {
    const { scene, chatId } = await startTalk(ANSWERING);
    await scene.until(() => botWrote(scene, chatId).length === 1, "the first answer");
    scene.writes("are you open?");
    scene.control.operatorWrites(scene.operator, chatId, "yes, till six");
    scene.writes("thanks Olga");
    await scene.until(() => scene.people.length === 3, "all three messages");
    assert.deepEqual(
      [texts(scene.people), botWrote(scene, chatId)],
      [["are you open?", "yes, till six", "thanks Olga"], ["first"]],
    );
    assert.deepEqual(owners(scene.people), ["human", "human", "human"]);
  });

  it("between two polls, in a conversation that has only begun", async () => {
    const scene = await startScene(ANSWERING);
    const chatId = scene.writes("are you open?");
    scene.control.operatorWrites(scene.operator, chatId, "yes, till six");
    await scene.until(() => scene.people.length === 2, "both messages");
    assert.deepEqual([scene.turn, botWrote(scene, chatId)], [[], []]);
  });

  it("while Node-RED is down: the old question is not answered", async () => {
    const userDir = await mkdtemp(join(tmpdir(), "people-"));
    try {
      const { scene, chatId } = await startTalk({ ...ANSWERING, userDir });
      await scene.until(() => botWrote(scene, chatId).length === 1, "the first answer");
      await scene.handled();
      await crash(scene, userDir, () => {
        scene.writes("and tomorrow?");
        scene.control.operatorWrites(scene.operator, chatId, "closed");
      });
      await scene.until(() => scene.people.length === 2, "both messages");
      assert.deepEqual([texts(scene.turn), botWrote(scene, chatId)], [["first"], ["first"]]);
    } finally {
      await endScenes();
      await rm(userDir, { recursive: true });
    }
  });

  it("while Node-RED is down and a message was in the flow: it comes again by output 2", async () => {
    const userDir = await mkdtemp(join(tmpdir(), "people-"));
    try {
      const { scene, chatId } = await startTalk({ userDir });
      await crash(scene, userDir, () => scene.control.operatorWrites(scene.operator, chatId, "I am here"));
      await scene.until(() => scene.people.length === 2, "both messages");
      assert.deepEqual([texts(scene.people).sort(), scene.turn.length], [["I am here", "first"], 1]);
    } finally {
      await endScenes();
      await rm(userDir, { recursive: true });
    }
  });

  for (const [id, method] of [
    ["send1", "imbot.v2.Chat.Message.send"],
    ["auto1", `${SESSION}.message.send`],
    ["operator1", `${SESSION}.operator`],
    ["user1", `${SESSION}.transfer`],
    ["line1", `${SESSION}.transfer`],
    ["finish1", `${SESSION}.finish`],
  ] as const)
    it(`while the flow thinks: ${id} stays back as PEOPLE_HAVE_THE_DIALOG, not-sent`, async () => {
      const { scene, chatId, first } = await startTalk();
      scene.control.operatorWrites(scene.operator, chatId, "let me");
      await scene.until(() => scene.people.length === 1, "the operator's message");
      const { error, payload } = await act(scene, id, first);
      assert.deepEqual(
        [
          errorOf({ error } as unknown as Message)["code"],
          errorOf({ error } as unknown as Message)["outcome"],
          payload,
        ],
        ["PEOPLE_HAVE_THE_DIALOG", "not-sent", "first"],
      );
      assert.equal(executed(scene, method), 0);
    });

  it("while the flow thinks: a message with overPeople goes out", async () => {
    const { scene, chatId, first } = await startTalk();
    scene.control.operatorWrites(scene.operator, chatId, "let me");
    await scene.until(() => scene.people.length === 1, "the operator's message");
    assert.deepEqual(errorOf(await act(scene, "over1", first, { payload: "the order is on its way" })), {});
    assert.deepEqual(spoken(scene, chatId), ["client: first", "person: let me", "bot: the order is on its way"]);
  });
});

describe("a person to whom the flow has handed over", () => {
  afterEach(endScenes);

  for (const id of ["operator1", "user1", "line1"])
    it(`by ${id}: the flow's words still go out, until the person writes`, async () => {
      const { scene, chatId, first } = await startTalk();
      assert.deepEqual(errorOf(await act(scene, id, first)), {});
      assert.deepEqual(errorOf(await act(scene, "send1", first, { payload: "Anna will answer you" })), {});
      scene.control.operatorWrites(scene.operator, chatId, "Anna here");
      await scene.until(() => texts(scene.people).includes("Anna here"), "Anna's message");
      const late = await act(scene, "send1", first, { payload: "Are you still there?" });
      assert.equal(errorOf(late)["code"], "PEOPLE_HAVE_THE_DIALOG");
      assert.deepEqual(spoken(scene, chatId), ["client: first", "bot: Anna will answer you", "person: Anna here"]);
    });

  it("has the conversation also when the answer to the hand-over was lost", async () => {
    const { scene, first } = await startTalk();
    scene.control.addFault({ method: `${SESSION}.operator`, kind: "drop-after" });
    assert.equal(errorOf(await act(scene, "operator1", first))["outcome"], "unknown");
    scene.writes("hello?");
    await scene.until(() => scene.people.length === 1, "the message");
    assert.deepEqual([owners(scene.people), scene.turn.length], [["waiting"], 1]);
  });

  const OPERATOR = `${SESSION}.operator`;
  const calls: Record<string, (chatId: number) => { method: string; params: object }> = {
    "call, with chat_id in small letters": (chatId) => ({ method: OPERATOR, params: { chat_id: chatId } }),
    "call, with the method in capitals and the id as text": (chatId) => ({
      method: OPERATOR.toUpperCase(),
      params: { CHAT_ID: ` ${chatId} ` },
    }),
    "a batch": (chatId) => ({ method: "batch", params: { halt: 0, cmd: { a: `${OPERATOR}?CHAT_ID=${chatId}` } } }),
    "a batch whose commands are a list": (chatId) => ({
      method: "Batch",
      params: { CMD: ["scope", `${OPERATOR}?chat_id=${chatId}`] },
    }),
  };
  for (const [how, of] of Object.entries(calls))
    it(`has the conversation when that was done by ${how}`, async () => {
      const { scene, chatId, first } = await startTalk();
      assert.deepEqual(errorOf(await act(scene, "call1", first, { payload: of(chatId) })), {});
      assert.equal(executed(scene, OPERATOR), 1);
      scene.writes("hello?");
      await scene.until(() => scene.people.length === 1, "the message");
      assert.deepEqual([owners(scene.people), scene.turn.length], [["waiting"], 1]);
    });

  it("does not get it from a command of a batch that failed", async () => {
    const { scene, first } = await startTalk();
    await act(scene, "call1", first, {
      payload: { method: "batch", params: { cmd: { a: `${OPERATOR}?CHAT_ID=999999` } } },
    });
    scene.writes("hello?");
    await scene.until(() => scene.turn.length === 2, "the message");
    assert.equal(scene.people.length, 0);
  });

  it("keeps it although the answer to a finish was lost", async () => {
    const { scene, chatId, first } = await startTalk();
    await act(scene, "operator1", first);
    scene.control.addFault({ method: `${SESSION}.finish`, kind: "hang", ms: 10 });
    assert.equal(errorOf(await act(scene, "finish1", first))["outcome"], "unknown");
    scene.writes("hello?");
    await scene.until(() => scene.people.length === 1, "the message");
    assert.deepEqual([owners(scene.people), botWrote(scene, chatId)], [["waiting"], []]);
  });
});
