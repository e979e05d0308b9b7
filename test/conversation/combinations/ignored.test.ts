import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endScenes, startScene, type Scene, type SceneOptions } from "../support/scene";
import { botWrote, morePolls, polls, same } from "./support/talk";
import { choice } from "./support/thinking";

/** Answers everything but what is to be ignored; that stays open for the whole time-out of the event node. */
const FLOW: SceneOptions = {
  portal: { plan: "enterprise" },
  event: { wires: [["switch1"], []] },
  more: [
    {
      id: "switch1",
      type: "switch",
      property: "payload",
      propertyType: "msg",
      rules: [{ t: "neq", v: "ignore me", vt: "str" }],
      checkall: "true",
      wires: [["turn", "send1"]],
    },
    { id: "send1", type: "bitrix24-send", wires: [[], []] },
  ],
  loaders: [choice],
};

/** Lets one client after the other write, and waits until all have been answered. */
async function answer(scene: Scene, count: number): Promise<void> {
  const before = scene.turn.length;
  const chats = Array.from({ length: count }, (_, at) => scene.writes(`question ${at}`, `Client ${at % 10}`));
  await scene.until(() => scene.turn.length === before + count, `${count} messages`, 15_000);
  const open = new Set(chats);
  await scene.until(
    () => [...open].every((chatId) => botWrote(scene, chatId).length * 10 >= count),
    `${count} answers`,
    15_000,
  );
}

/** A client who has never written is heard with the next poll, or the one under way. */
async function newcomerIsHeard(scene: Scene): Promise<void> {
  const before = polls(scene);
  const chatId = scene.writes("I am new here", "Newcomer");
  await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
  assert.ok(polls(scene) - before <= 3, `heard with poll ${polls(scene) - before}`);
}

describe("messages that the flow ignores", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "ignored-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  it("do not hide a newcomer, 140 answered messages later", async () => {
    const scene = await startScene({ ...FLOW, userDir });
    scene.writes("ignore me", "Quiet");
    await answer(scene, 140);
    await newcomerIsHeard(scene);
  });

  it("do not hide a newcomer when 150 of them wait", async () => {
    const scene = await startScene({ ...FLOW, userDir });
    for (let client = 0; client < 150; client++) scene.writes("ignore me", `Quiet ${client}`);
    await morePolls(scene);
    await newcomerIsHeard(scene);
  });

  it("leave the portal's queue behind, with 140 answered ones and a memory that has survived a start", async () => {
    const scene = await startScene({ ...FLOW, userDir });
    await scene.deploy(same(scene.flow));
    scene.writes("ignore me", "Quiet");
    await answer(scene, 140);
    await newcomerIsHeard(scene);
    await scene.until(() => scene.control.events().queued.length < 100, "the queue shrinks", 10_000);
  });

  it("do not hide a newcomer, 1,200 answered messages later, without a user directory", async function () {
    this.timeout(60_000);
    const scene = await startScene(FLOW);
    scene.writes("ignore me", "Quiet");
    for (let part = 0; part < 4; part++) await answer(scene, 300);
    await newcomerIsHeard(scene);
    assert.ok(scene.control.events().queued.length < 1_000, "there is room on the portal's page");
  });
});
