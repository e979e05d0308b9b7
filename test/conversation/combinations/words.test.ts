import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "../support/scene";
import { botWrote, collect, same, texts } from "./support/talk";

const ECHO: SceneOptions = {
  event: { wires: [["turn", "send1"], ["people"]] },
  more: [{ id: "send1", type: "bitrix24-send", wires: [[], []] }],
};
const weak = (scene: Scene): number =>
  scene.logged().filter((text) => text.includes("fewer than 16 characters")).length;

describe("a bot whose token is a word or a number", () => {
  afterEach(endScenes);

  for (const eventMode of ["fetch", "webhook"])
    for (const [botToken, words] of [
      ["1234", "my order 12345 please"],
      ["user", "hello user"],
      ["chat", "is this a chat?"],
      ["support", "dear support"],
    ] as const)
      it(`takes and gives words as they are written: ${botToken} (${eventMode})`, async () => {
        const scene = await startScene({ ...ECHO, portal: { eventMode }, credentials: { botToken } });
        const chatId = scene.writes(words, `Client ${botToken}`);
        await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
        const [message] = scene.turn;
        assert.ok(message);
        const { user, chatId: told, owner } = message.bitrix24;
        assert.deepEqual(
          [message.payload, told, owner, (user as { name: string; isClient: boolean }).name],
          [words, chatId, "bot", `Client ${botToken}`],
        );
        assert.equal((user as { isClient: boolean }).isClient, true);
        assert.deepEqual(botWrote(scene, chatId), [words]);
      });

  it("is warned of in the log, once a start", async () => {
    const scene = await startScene({ ...ECHO, credentials: { botToken: "support" } });
    const chatId = scene.writes("hello");
    await scene.until(() => botWrote(scene, chatId).length === 1, "the answer");
    assert.equal(weak(scene), 1);
    await scene.deploy(same(scene.flow));
    scene.writes("and again");
    await scene.until(() => botWrote(scene, chatId).length === 2, "the next answer");
    assert.equal(weak(scene), 2);
  });

  it("is not warned of when it is long enough", async () => {
    const scene = await startScene({ ...ECHO, credentials: { botToken: "sixteen letters!" } });
    assert.equal(weak(scene), 0);
  });
});

/** Far more than any work of these tests on a busy machine; the first version stood still for longer. */
const LONGEST_STANDSTILL = 1_500;

/** Watches that the event loop goes round while `work` is under way. */
async function stillTurning(work: () => Promise<void>): Promise<void> {
  let turns = 0;
  let longest = 0;
  let last = Date.now();
  let isOver = false;
  const turn = (): void => {
    const now = Date.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
    if (!isOver) setTimeout(turn, 1);
  };
  turn();
  try {
    await work();
  } finally {
    isOver = true;
    await pause(1);
    turn();
  }
  assert.ok(longest < LONGEST_STANDSTILL, `the event loop stood still for ${longest} ms`);
  assert.ok(turns > 2);
}

describe("what a stranger or a flow may write", () => {
  afterEach(endScenes);

  for (const eventMode of ["fetch", "webhook"])
    for (const text of ["\\", "%", "%2", "+&=", "[b]", "\u{1F600}"].map((piece) => piece.repeat(20_000 / piece.length)))
      it(`does not stop others: ${text.slice(0, 4)}… from a client (${eventMode})`, async () => {
        const scene = await startScene({ ...ECHO, portal: { eventMode }, credentials: { botToken: "support" } });
        await stillTurning(async () => {
          const odd = scene.writes(text, "Stranger");
          const plain = scene.writes("hello", "Somebody else");
          await scene.until(
            () => botWrote(scene, plain).length === 1 && botWrote(scene, odd).length === 1,
            "both answers",
          );
          assert.deepEqual([botWrote(scene, plain), botWrote(scene, odd)], [["hello"], [text]]);
        });
        assert.deepEqual(texts(scene.turn).sort(), ["hello", text].sort());
      });

  for (const text of ["$result[$time[$error[".repeat(900), "$".repeat(20_000), "\\".repeat(20_000)])
    it(`does not stop others: ${text.slice(0, 12)}… from a flow while requests are scarce`, async function () {
      this.timeout(20_000);
      const scene = await startScene({
        more: [
          { id: "auto1", type: "bitrix24-send", mode: "automatic", wires: [["done"], ["failed"]] },
          { id: "done", type: "helper" },
          { id: "failed", type: "helper" },
        ],
      });
      const chats = Array.from({ length: 8 }, (_, at) => scene.writes("hello", `Client ${at}`));
      await scene.until(() => scene.turn.length === 8, "eight conversations");
      const [done, failed] = [collect(scene, "done"), collect(scene, "failed")];
      await stillTurning(async () => {
        for (let round = 0; round < 10; round++)
          for (const [at, message] of scene.turn.entries())
            scene.give("auto1", { ...message, payload: at === 0 ? text : `answer ${round}` });
        await scene.until(() => done.length + failed.length === 80, "all ends", 15_000);
      });
      assert.deepEqual([done.length, failed.length], [80, 0]);
      assert.ok(done.some(isBatched), "requests were scarce");
      const said = (chatId: number): string[] => scene.control.chat(chatId).messages.map((message) => message.text);
      const first = scene.turn[0]?.bitrix24["chatId"];
      for (const chatId of chats)
        for (let round = 0; round < 10; round++)
          assert.ok(said(chatId).includes(chatId === first ? text : `answer ${round}`));
    });
});

const isBatched = ({ bitrix24 }: Message): boolean => (bitrix24["call"] as { batched: boolean }).batched;
