import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CODE, endScenes, PORTAL, startScene, type FlowNode, type Message, type Scene } from "../support/scene";
import { botWrote, collect, crash, engineOf, morePolls, owners, same, texts } from "./support/talk";

const FINISH = "imopenlines.bot.session.finish";
/** As many conversations as the first version forgot an operator's for. */
const MANY = 5_005;

/** A flow that answers at once, and can close conversations. */
const answering = (userDir: string): Parameters<typeof startScene>[0] => ({
  userDir,
  portal: { plan: "enterprise" },
  event: { wires: [["turn", "send1"], ["people"]] },
  more: [
    { id: "send1", type: "bitrix24-send", wires: [[], []] },
    { id: "finish1", type: "bitrix24-finish", wires: [["closed"], []] },
    { id: "closed", type: "helper" },
  ],
});

/** A conversation that an operator has; the client has been answered once before. */
async function operatorsTalk(scene: Scene): Promise<number> {
  const chatId = scene.writes("hello");
  await scene.until(() => botWrote(scene, chatId).length === 1, "the bot's answer");
  scene.control.operatorWrites(scene.operator, chatId, "Anna here");
  await scene.until(() => scene.people.length === 1, "the operator's message");
  await scene.handled();
  return chatId;
}

/** The client writes once more: silent, and nothing old is answered either. */
async function staysSilent(scene: Scene, chatId: number): Promise<void> {
  const before = scene.people.length;
  scene.writes(`message ${before}`);
  await scene.until(() => scene.people.length > before, "the client's message");
  await morePolls(scene);
  assert.deepEqual(texts(scene.people.slice(before)), [`message ${before}`]);
  assert.deepEqual([owners(scene.people).at(-1), botWrote(scene, chatId)], ["human", ["hello"]]);
}

describe("what is known of an operator's conversation", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "memory-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  it(`outlives ${MANY} other conversations that are closed, a full deploy and a crash`, async () => {
    const scene = await startScene(answering(userDir));
    const chatId = await operatorsTalk(scene);
    const others = Array.from({ length: 20 }, (_, at) => scene.writes("a question", `Client ${at}`));
    await scene.until(() => others.every((other) => botWrote(scene, other).length === 1), "twenty answers");
    const closed = collect(scene, "closed");
    for (const msg of scene.turn.slice(1)) scene.give("finish1", { ...msg });
    await scene.until(() => closed.length === 20, "twenty conversations are closed");
    const { owners: known } = engineOf(scene);
    // As the node does when its call has succeeded; so many calls would take longer than the rest.
    for (let other = 1; other <= MANY; other++)
      known.afterCall([{ chatId: 1_000_000 + other, owner: "closed" }], true, null);
    await staysSilent(scene, chatId);
    await scene.handled();
    await scene.deploy(same(scene.flow));
    await staysSilent(scene, chatId);
    await crash(scene, userDir);
    await staysSilent(scene, chatId);
    assert.equal(scene.control.log().filter(({ method, ok }) => method === FINISH && ok).length, 20);
  });

  it(`outlives ${MANY} other conversations that the bot has`, async () => {
    const scene = await startScene(answering(userDir));
    const chatId = await operatorsTalk(scene);
    const { owners: known } = engineOf(scene);
    for (let other = 1; other <= MANY; other++) known.assign(1_000_000 + other, "bot");
    await staysSilent(scene, chatId);
  });

  /** The config node with changes, in a full deploy. */
  const configured = (scene: Scene, changes: object): FlowNode[] =>
    scene.flow.map((node) => (node.id === PORTAL ? { ...node, ...changes } : node));

  it("outlives each other way to write the portal's address", async () => {
    const scene = await startScene(answering(userDir));
    const chatId = await operatorsTalk(scene);
    const { webhookUrl } = scene.sandbox;
    for (const address of [webhookUrl.replace("127.0.0.1", "localhost"), `${webhookUrl}profile.json`, webhookUrl]) {
      scene.credentials[PORTAL] = { webhookUrl: address };
      await scene.deploy(same(scene.flow));
      await staysSilent(scene, chatId);
      await scene.handled();
    }
    assert.deepEqual(scene.logged(), []);
  });

  it("outlives each other way to name the bot: by id, by id and code, by code", async () => {
    const scene = await startScene(answering(userDir));
    const chatId = await operatorsTalk(scene);
    const botId = String(scene.botId());
    const { token } = engineOf(scene).meta;
    scene.credentials[PORTAL] = { webhookUrl: scene.sandbox.webhookUrl, botToken: token };
    for (const changes of [
      { botId, botCode: "" },
      { botId, botCode: CODE },
      { botId: "", botCode: CODE },
      { botId, botCode: "" },
    ]) {
      await scene.deploy(configured(scene, changes));
      await staysSilent(scene, chatId);
      await scene.handled();
    }
    assert.deepEqual([texts(scene.turn), scene.logged()], [["hello"], []]);
  });

  it("ends with its session, also when that ended while Node-RED was down", async () => {
    const scene = await startScene(answering(userDir));
    const chatId = await operatorsTalk(scene);
    await crash(scene, userDir, () => scene.control.operatorFinishes(scene.operator, chatId));
    scene.writes("a new question");
    await scene.until(() => botWrote(scene, chatId).includes("a new question"), "the answer");
    const last: Message | undefined = scene.turn.at(-1);
    assert.deepEqual([last?.bitrix24["owner"], scene.people.length], ["bot", 1]);
  });
});
