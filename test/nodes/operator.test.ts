import assert from "node:assert/strict";
import { assertTold, statusKey } from "../support/catalogue";
import { endScenes, startScene } from "../support/nodes";

const METHOD = "imopenlines.bot.session.operator";
const TYPE = "bitrix24-operator";

describe("the operator node", () => {
  afterEach(endScenes);

  it("hands the dialog to a free operator", async () => {
    const { send, chatId, control, statuses } = await startScene({ type: TYPE });
    const bot = { chatId, user: { name: "Olga" }, call: { method: "old" } };
    const { way, msg } = await send({ payload: "please", topic: "t", error: { code: "OLD" }, bitrix24: bot });
    assert.equal(way, "success");
    assert.equal(msg["payload"], true);
    assert.equal(msg["topic"], "t");
    assert.equal("error" in msg, false);
    const { call, ...conversation } = msg["bitrix24"] as Record<string, unknown>;
    assert.deepEqual(conversation, { chatId, user: { name: "Olga" } });
    const { time, ...how } = call as Record<string, unknown>;
    assert.deepEqual(how, { method: METHOD, attempts: 1, batched: false });
    assert.equal(typeof (time as Record<string, unknown>)["duration"], "number");
    assert.deepEqual(
      control.log().map(({ method, params }) => [method, params]),
      [[METHOD, { CHAT_ID: chatId }]],
    );
    const chat = control.chat(chatId);
    // The queue has chosen somebody, who has not answered yet.
    assert.equal(chat.owner, "waiting");
    assert.ok(control.state().operators.some(({ id }) => id === chat.operatorId));
    assert.deepEqual(
      statuses().map(({ text }) => text ?? ""),
      [statusKey("sending"), ""],
    );
  });

  it("says true as well when nobody is free: the dialog waits", async () => {
    const { send, chatId, control } = await startScene({ type: TYPE });
    for (const { id } of control.state().operators) control.setOnline(id, false);
    const { way, msg } = await send({ bitrix24: { chatId } });
    assert.deepEqual([way, msg["payload"]], ["success", true]);
    assert.equal(control.chat(chatId).owner, "waiting");
  });

  it("leaves the bot in the dialog where the line keeps it, else takes it out", async () => {
    for (const welcomeBotLeft of ["queue", "close"] as const) {
      const { send, chatId, botId, control } = await startScene({ type: TYPE });
      control.updateLine(1, { welcomeBotLeft });
      await send({ bitrix24: { chatId } });
      assert.equal(control.chat(chatId).members.includes(botId), welcomeBotLeft === "close", welcomeBotLeft);
      await endScenes();
    }
  });

  it("tells WRONG_CHAT when a person has the dialog already", async () => {
    const { send, chatId, control, statuses } = await startScene({ type: TYPE });
    await send({ bitrix24: { chatId } });
    const { way, msg } = await send({ payload: { CHAT_ID: chatId, keep: 1 } });
    assert.equal(way, "error");
    assertTold(msg["error"], { code: "WRONG_CHAT", outcome: "refused", method: METHOD, status: 400 });
    assert.deepEqual(msg["payload"], { CHAT_ID: chatId, keep: 1 });
    assert.equal(control.log().length, 2);
    assert.deepEqual(statuses().at(-1), { fill: "red", shape: "ring", text: "WRONG_CHAT" });
  });

  it("opens a new session on a closed dialog and hands that over", async () => {
    const { send, chatId, control } = await startScene({ type: TYPE });
    control.updateLine(1, { botJoin: "always" });
    const before = control.chat(chatId).session?.id;
    control.operatorFinishes(control.state().operators[1]?.id ?? 0, chatId);
    assert.equal(control.chat(chatId).session, null);
    const { way } = await send({ payload: { CHAT_ID: chatId } });
    assert.equal(way, "success");
    assert.notEqual(control.chat(chatId).session?.id, before);
  });
});
