import assert from "node:assert/strict";
import { meaningOf, meaningOfAnswered } from "../../../open-channels/engine/meaning";
import type { JsonObject } from "../../../rest/envelope";
import "../../support/declarations";

const owner = (method: string, params: JsonObject = {}): string | undefined =>
  meaningOf(method, { CHAT_ID: 5, ...params })[0]?.owner;

describe("what a call means for the owner", () => {
  it("is a hand-over, a transfer, a closing or a taking, in any letter case", () => {
    assert.equal(owner("imopenlines.bot.session.operator"), "waiting");
    assert.equal(owner("IMOPENLINES.Bot.Session.OPERATOR"), "waiting");
    assert.equal(owner("imopenlines.bot.session.finish"), "closed");
    assert.equal(owner("imopenlines.operator.answer"), "human");
    assert.equal(owner("imopenlines.operator.finish"), "closed");
    assert.equal(owner("imopenlines.operator.another.finish"), "closed");
    assert.equal(owner("imopenlines.operator.spam"), "closed");
    assert.equal(owner("imopenlines.operator.skip"), "waiting");
    assert.equal(owner("imopenlines.session.intercept"), "human");
    for (const method of ["imbot.v2.Chat.Message.send", "imopenlines.bot.session.message.send", "constructor", "batch"])
      assert.equal(owner(method), undefined, method);
  });

  it("is a person's turn only when the transfer names one", () => {
    for (const method of ["imopenlines.bot.session.transfer", "imopenlines.operator.transfer"]) {
      for (const params of [
        { USER_ID: 5 },
        { TRANSFER_ID: 5 },
        { TRANSFER_ID: "5" },
        { transferId: "5" },
        { user_id: 5 },
      ])
        assert.equal(owner(method, params), "human", JSON.stringify(params));
      for (const params of [{ QUEUE_ID: 5 }, { TRANSFER_ID: "queue5" }, {}])
        assert.equal(owner(method, params), "waiting", JSON.stringify(params));
    }
  });

  it("finds the chat under any spelling of its name, and nothing without one", () => {
    const method = "imopenlines.bot.session.finish";
    for (const params of [{ CHAT_ID: 5 }, { chat_id: "5" }, { chatId: 5 }, { ChatID: " 5 " }])
      assert.deepEqual(meaningOf(method, params as JsonObject), [{ chatId: 5, owner: "closed" }]);
    for (const params of [{}, { CHAT_ID: 0 }, { CHAT_ID: "x" }, { CHAT_ID: null }, { DIALOG_ID: "chat5" }])
      assert.deepEqual(meaningOf(method, params), []);
  });

  it("is found in a batch, in the order of its commands, up to 50", () => {
    const cmd = { a: "imopenlines.bot.session.operator?CHAT_ID=5", b: "IMOPENLINES.bot.session.finish?chat_id=6" };
    const expected = [
      { chatId: 5, owner: "waiting" },
      { chatId: 6, owner: "closed" },
    ];
    assert.deepEqual(meaningOf("batch", { cmd }), expected);
    assert.deepEqual(meaningOf("BATCH", { CMD: Object.values(cmd) }), expected);
    const many = Array.from({ length: 60 }, (_, chatId) => `imopenlines.bot.session.finish?CHAT_ID=${chatId + 1}`);
    assert.equal(meaningOf("batch", { cmd: many }).length, 50);
    for (const odd of [null, "text", 5, [5, null, {}], { x: "batch?cmd[a]=imopenlines.bot.session.finish" }])
      assert.deepEqual(meaningOf("batch", { cmd: odd }), []);
  });

  it("is none for commands of a batch that failed", () => {
    const cmd = { a: "imopenlines.bot.session.operator?CHAT_ID=5", b: "imopenlines.bot.session.finish?CHAT_ID=6" };
    const failed = { result: { a: true }, result_error: { b: { error: "WRONG_CHAT" } } };
    assert.deepEqual(meaningOfAnswered("batch", { cmd }, failed), [{ chatId: 5, owner: "waiting" }]);
    assert.equal(meaningOfAnswered("batch", { cmd }, { result_error: [] }).length, 2);
    const list = Object.values(cmd);
    assert.deepEqual(meaningOfAnswered("batch", { cmd: list }, { result_error: { 0: {} } }), [
      { chatId: 6, owner: "closed" },
    ]);
    assert.deepEqual(meaningOfAnswered("batch", { cmd: list }, { result_error: [{}] }), [
      { chatId: 6, owner: "closed" },
    ]);
    assert.equal(meaningOfAnswered("imopenlines.bot.session.finish", { CHAT_ID: 5 }, false).length, 1);
  });
});
