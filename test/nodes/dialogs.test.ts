import assert from "node:assert/strict";
import { SAMPLE_BOT, SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { ANNA, endScenes, executed, startScene, type Message, type Scene } from "../support/nodes";

const CHAT_ID = 101;
const CLIENT_ID = SAMPLE_BOT.token;

describe("bitrix24-transfer", () => {
  afterEach(endScenes);

  const start = (props: Message = {}): Promise<Scene> => startScene({ type: "bitrix24-transfer", props });

  it("hands the dialog to one operator, who has it at once", async () => {
    const scene = await start();
    const { msg } = await scene.send({ payload: { user_id: " 11 " }, bitrix24: { chatId: CHAT_ID } });
    assert.equal(msg["payload"], true);
    assert.deepEqual(executed(scene), [
      ["imopenlines.bot.session.transfer", { CHAT_ID, USER_ID: ANNA, LEAVE: "N", CLIENT_ID }],
    ]);
    const chat = scene.control.chat(CHAT_ID);
    assert.deepEqual([chat.owner, chat.operatorId], ["human", ANNA]);
  });

  it("hands the dialog to another line", async () => {
    const scene = await start();
    await scene.send({ payload: { QUEUE_ID: 2 }, bitrix24: { chatId: CHAT_ID } });
    assert.deepEqual(executed(scene)[0]?.[1], { CHAT_ID, QUEUE_ID: 2, LEAVE: "N", CLIENT_ID });
    const chat = scene.control.chat(CHAT_ID);
    assert.deepEqual([chat.line, chat.originalLine, chat.owner], [2, 1, "waiting"]);
    assert.ok(chat.members.includes(scene.botId), "the calling bot stays");
  });

  const targets: [Message, unknown, Message][] = [
    [{ targetKind: "user", target: "12", targetType: "str" }, {}, { USER_ID: 12 }],
    [{ targetKind: "line", target: "2", targetType: "num" }, {}, { QUEUE_ID: 2 }],
    [{ targetKind: "line", target: "queue2", targetType: "str" }, {}, { QUEUE_ID: 2 }],
    [{ targetKind: "auto", target: "queue2", targetType: "str" }, {}, { QUEUE_ID: 2 }],
    [{ targetKind: "auto", target: "12", targetType: "str" }, { QUEUE_ID: 2 }, { USER_ID: 12 }],
    [{ targetKind: "line" }, { USER_ID: 12 }, { USER_ID: 12 }],
    [{ targetKind: "user" }, { QUEUE_ID: 2 }, { QUEUE_ID: 2 }],
    [{ targetKind: "user" }, { QUEUE_ID: "queue2" }, { QUEUE_ID: 2 }],
    [{ targetKind: "line" }, { TRANSFER_ID: 12 }, { USER_ID: 12 }],
    [{}, { TRANSFER_ID: "queue2" }, { QUEUE_ID: 2 }],
    [{}, { USER_ID: "", QUEUE_ID: 2 }, { QUEUE_ID: 2 }],
    [{}, { USER_ID: null, TRANSFER_ID: "12" }, { USER_ID: 12 }],
  ];
  for (const [props, payload, target] of targets)
    it(`${JSON.stringify(props)} with ${JSON.stringify(payload)} means ${JSON.stringify(target)}`, async () => {
      const scene = await start(props);
      const { way, msg } = await scene.send({ payload, bitrix24: { chatId: CHAT_ID } });
      assert.equal(way, "success", JSON.stringify(msg["error"]));
      assert.deepEqual(executed(scene)[0]?.[1], { CHAT_ID, ...target, LEAVE: "N", CLIENT_ID });
    });

  it("takes LEAVE in every spelling, from the payload first", async () => {
    const scene = await start({ leave: true });
    const spellings: [unknown, string][] = [
      [undefined, "Y"],
      ["", "Y"],
      [false, "N"],
      [0, "N"],
      ["n", "N"],
      ["No", "N"],
      ["true", "Y"],
      [" y ", "Y"],
      [1, "Y"],
    ];
    for (const [LEAVE, expected] of spellings) {
      await scene.send({ payload: { CHAT_ID, USER_ID: ANNA, LEAVE } });
      assert.equal((executed(scene).at(-1)?.[1] as Message)["LEAVE"], expected, JSON.stringify(LEAVE));
    }
  });

  // Who is in the chat afterwards: the line's own bot goes where the line says so, another bot only from an answered dialog.
  const members: [leave: boolean, botLeft: "queue" | "close", answered: boolean, stays: boolean][] = [
    [false, "queue", false, false],
    [false, "close", false, true],
    [false, "close", true, true],
    [true, "queue", false, false],
    [true, "close", false, true],
    [true, "close", true, false],
  ];
  for (const [leave, welcomeBotLeft, answered, stays] of members)
    it(`LEAVE ${leave ? "Y" : "N"}, the line's bot leaves with the ${welcomeBotLeft}, ${answered ? "answered" : "fresh"}: the bot ${stays ? "stays" : "goes"}`, async () => {
      const scene = await start({ leave });
      scene.control.updateLine(1, { welcomeBotLeft });
      if (answered) scene.control.operatorAnswers(12, CHAT_ID);
      await scene.send({ payload: { USER_ID: ANNA }, bitrix24: { chatId: CHAT_ID } });
      const chat = scene.control.chat(CHAT_ID);
      assert.equal(chat.members.includes(scene.botId), stays);
      assert.deepEqual([chat.members.includes(ANNA), chat.members.includes(12)], [true, false]);
    });
});

describe("bitrix24-finish", () => {
  afterEach(endScenes);

  it("closes the dialog with the bot's identity", async () => {
    const scene = await startScene({ type: "bitrix24-finish" });
    const { msg } = await scene.send({ payload: "bye", bitrix24: { chatId: CHAT_ID } });
    assert.equal(msg["payload"], true);
    assert.deepEqual(executed(scene), [["imopenlines.bot.session.finish", { CHAT_ID, CLIENT_ID }]]);
    assert.equal(scene.control.chat(CHAT_ID).owner, "closed");
  });

  it("closes at the second call where the line says goodbye first", async () => {
    const scene = await startScene({ type: "bitrix24-finish" });
    scene.control.updateLine(1, { closeText: "Goodbye", closeTime: 600 });
    await scene.send({ bitrix24: { chatId: CHAT_ID } });
    assert.equal(scene.control.chat(CHAT_ID).session?.status, 50);
    assert.ok(scene.control.chat(CHAT_ID).messages.some(({ text }) => text === "Goodbye"));
    await scene.send({ bitrix24: { chatId: CHAT_ID } });
    assert.equal(scene.control.chat(CHAT_ID).session, null);
  });

  it("says true for chats that do not exist: it proves nothing", async () => {
    const { send } = await startScene({ type: "bitrix24-finish" });
    const { way, msg } = await send({ payload: { CHAT_ID: 999 } });
    assert.deepEqual([way, msg["payload"]], ["success", true]);
  });
});

describe("bitrix24-join", () => {
  afterEach(endScenes);

  it("connects a channel and gives the bot's id, the same again", async () => {
    const scene = await startScene({ type: "bitrix24-join" });
    const first = await scene.send({ payload: { CODE: SAMPLE_NETWORK_CODE } });
    assert.equal(typeof first.msg["payload"], "number");
    const id = first.msg["payload"];
    const second = await scene.send({ payload: { CODE: SAMPLE_NETWORK_CODE } });
    assert.equal(second.msg["payload"], id);
    assert.deepEqual(executed(scene)[0], ["imopenlines.network.join", { CODE: SAMPLE_NETWORK_CODE }]);
  });

  it("is asked for again when the answer is lost", async () => {
    const scene = await startScene({ type: "bitrix24-join" });
    scene.control.addFault({ kind: "drop-after", method: "imopenlines.network.join" });
    const { way, msg } = await scene.send({ payload: { CODE: SAMPLE_NETWORK_CODE } });
    assert.equal(way, "success");
    assert.equal((msg["bitrix24"] as { call: Message }).call["attempts"], 2);
  });
});
