import assert from "node:assert/strict";
import type { Params } from "../../sandbox/portal/php";
import { Bench } from "./bench";

describe("sandbox: messages that change and go", () => {
  let at: Bench;
  let anna: number;
  const update = (messageId: number, fields: Params): string => at.v2Code("Chat.Message.update", { messageId, fields });
  const types = (): unknown[] => at.fetched().map(({ type, data }) => [type, data.message?.text ?? data.messageId]);
  beforeEach(() => {
    at = new Bench();
    anna = at.person("Anna");
    at.portal.control.updateLine(1, { welcomeBotLeft: "close" });
  });

  it("by the client and by operators, each their own only", () => {
    const { control } = at.portal;
    const asked = at.writes("helo");
    const answered = control.operatorWrites(anna, at.chatId, "yess");
    at.fetched();
    control.clientEdits(at.chatId, asked, "hello");
    control.operatorEdits(anna, at.chatId, answered, "yes");
    control.operatorDeletes(anna, at.chatId, answered);
    control.clientDeletes(at.chatId, asked);
    const events = at.fetched();
    assert.deepEqual(
      events.map(({ type, data }) => [type, data.message?.text, data.messageId, data.user?.id]),
      [
        ["ONIMBOTV2MESSAGEUPDATE", "hello", undefined, at.chat().clientId],
        ["ONIMBOTV2MESSAGEUPDATE", "yes", undefined, anna],
        ["ONIMBOTV2MESSAGEDELETE", undefined, answered, anna],
        ["ONIMBOTV2MESSAGEDELETE", undefined, asked, at.chat().clientId],
      ],
    );
    assert.deepEqual(events[0]?.data.message?.params, { IS_EDITED: "Y" });
    assert.equal("message" in (events[2]?.data ?? {}), false);
    assert.deepEqual([at.message(asked)?.text, at.message(asked)?.deleted], ["This message has been deleted.", true]);
    assert.throws(() => control.clientEdits(at.chatId, asked, "x"), /has been deleted/);
    const bots = at.says({ message: "Mine" });
    assert.throws(() => control.clientEdits(at.chatId, bots, "x"), /somebody else/);
    assert.throws(() => control.operatorDeletes(anna, at.chatId, bots), /somebody else/);
    assert.throws(() => control.clientEdits(999, bots, "x"), /no chat 999/);
    assert.throws(() => control.clientEdits(at.chatId, 1, "x"), /no message 1/);
  });

  it("by a 2.0 bot, which hears of its own changes as well", () => {
    const id = at.says({ message: "One", attach: [{ MESSAGE: "card" }], keyboard: [{ TEXT: "A", LINK: "/a" }] });
    assert.deepEqual(at.fetched(), [], "nothing of its own new messages");
    assert.equal(update(id, { message: "Two" }), "200");
    assert.deepEqual([at.message(id)?.text, at.message(id)?.edited], ["Two", true]);
    assert.notEqual(at.message(id)?.keyboard, null);
    assert.equal(update(id, { keyboard: "N", attach: [{ MESSAGE: "other" }] }), "200");
    assert.deepEqual([at.message(id)?.text, at.message(id)?.keyboard], ["Two", null]);
    assert.deepEqual(at.message(id)?.attach, { BLOCKS: [{ MESSAGE: "other" }] });
    assert.deepEqual(at.v2("Chat.Message.delete", { messageId: id }), { result: true });
    assert.deepEqual(types(), [
      ["ONIMBOTV2MESSAGEUPDATE", "Two"],
      ["ONIMBOTV2MESSAGEUPDATE", "Two"],
      ["ONIMBOTV2MESSAGEDELETE", id],
    ]);
  });

  it("by a 2.0 bot: what is refused", () => {
    const asked = at.writes("mine");
    const line = at.says({ message: "inside", system: true });
    const id = at.says({ message: "One" });
    const remove = (messageId: number): string => at.v2Code("Chat.Message.delete", { messageId });
    assert.equal(update(asked, { message: "x" }), "400 ACCESS_DENIED");
    assert.equal(remove(asked), "400 ACCESS_DENIED");
    assert.equal(update(line, { message: "x" }), "400 ACCESS_DENIED");
    assert.equal(remove(line), "400 CANT_EDIT_MESSAGE");
    assert.equal(update(1, { message: "x" }), "400 ACCESS_DENIED");
    assert.equal(at.v2Code("Chat.Message.update", { fields: { message: "x" } }), "400 100");
    assert.equal(update(id, { attach: [{ X: 1 }] }), "400 PARAM_ATTACH_ERROR");
    assert.equal(update(id, { keyboard: [{}] }), "400 PARAM_KEYBOARD_ERROR");
    assert.equal(at.v2Code("Chat.Message.update", { botToken: "", messageId: id }), "400 BOT_TOKEN_NOT_SPECIFIED");
    assert.equal(update(id, { message: "" }), "200");
    assert.equal(at.message(id)?.deleted, true, "an empty message is deleted");
    assert.equal(update(id, { message: "x" }), "400 ACCESS_DENIED");
  });

  it("completely deleted is gone from the portal's chat", () => {
    const id = at.says({ message: "One" });
    assert.equal(at.v2Code("Chat.Message.delete", { messageId: id, complete: "Y" }), "200");
    assert.equal(at.message(id), undefined);
    assert.deepEqual(types(), [["ONIMBOTV2MESSAGEDELETE", id]]);
    assert.equal(at.v2Code("Chat.Message.delete", { messageId: id }), "400 ACCESS_DENIED");
    assert.deepEqual(at.portal.control.transcript(at.chatId).at(-1)?.deleted, true);
  });

  it("are told to nobody who has left", () => {
    at.portal.control.updateLine(1, { welcomeBotLeft: "queue" });
    const asked = at.writes("0");
    at.fetched();
    at.portal.control.clientEdits(at.chatId, asked, "1");
    assert.deepEqual(at.fetched(), []);
  });

  describe("1.0", () => {
    let botId: number;
    let chatId: number;
    const own = (params: Params): Params => ({ CLIENT_ID: "old-bot", ...params });
    const add = (params: Params): number =>
      Number(at.result("imbot.message.add", own({ DIALOG_ID: `chat${chatId}`, MESSAGE: "One", ...params })));
    beforeEach(() => {
      botId = at.oldBot();
      ({ chatId } = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "Hi" }));
      at.posted();
    });

    it("changes and deletes, with the checks in order", () => {
      const id = add({ KEYBOARD: [{ TEXT: "A", LINK: "/a" }] });
      const asked = at.chat(chatId).messages.find(({ text }) => text === "Hi")?.id;
      const wrong: [string, Params, string][] = [
        ["update", { MESSAGE_ID: id, MESSAGE: "x" }, "403 ACCESS_DENIED"],
        ["update", own({ MESSAGE: "x" }), "400 MESSAGE_ID_ERROR"],
        ["update", own({ MESSAGE_ID: id, BOT_ID: at.botId }), "400 APP_ID_ERROR"],
        ["update", own({ MESSAGE_ID: id, ATTACH: [{}] }), "400 ATTACH_ERROR"],
        ["update", own({ MESSAGE_ID: id, KEYBOARD: [{}] }), "400 KEYBOARD_ERROR"],
        ["update", own({ MESSAGE_ID: asked, MESSAGE: "x" }), "403 CANT_EDIT_MESSAGE"],
        ["delete", own({}), "400 MESSAGE_ID_ERROR"],
        ["delete", own({ MESSAGE_ID: 1 }), "403 CANT_EDIT_MESSAGE"],
      ];
      for (const [name, params, expected] of wrong) {
        assert.equal(at.code(`imbot.message.${name}`, params), expected, JSON.stringify(params));
      }
      assert.equal(at.result("imbot.message.update", own({ MESSAGE_ID: id, MESSAGE: "Two", KEYBOARD: "N" })), true);
      assert.deepEqual([at.message(id, chatId)?.text, at.message(id, chatId)?.keyboard], ["Two", null]);
      assert.equal(at.result("imbot.message.delete", own({ MESSAGE_ID: id })), true);
      const [update, removal, ...more] = at.posted();
      assert.deepEqual([update?.event, removal?.event, more], ["ONIMBOTMESSAGEUPDATE", "ONIMBOTMESSAGEDELETE", []]);
      const params = update?.data.PARAMS ?? {};
      assert.deepEqual(
        [params.ID, params.MESSAGE_ID, params.MESSAGE, params.AUTHOR_ID, params.CHAT_ENTITY_TYPE],
        [String(id), String(id), "Two", String(botId), "LINES"],
      );
      assert.equal(removal?.data.PARAMS?.MESSAGE, "This message has been deleted.");
      assert.equal(update?.data.USER?.IS_BOT, "Y");
    });

    it("deletes by an empty text, and lets a message rest after three days", () => {
      const id = add({});
      assert.equal(at.result("imbot.message.update", own({ MESSAGE_ID: id, MESSAGE: " " })), true);
      assert.equal(at.message(id, chatId)?.deleted, true);
      const old = add({});
      at.clock.forward(3 * 24 * 3600 + 1);
      assert.equal(at.code("imbot.message.update", own({ MESSAGE_ID: old, MESSAGE: "x" })), "403 CANT_EDIT_MESSAGE");
    });

    it("hears of others' changes only where it has a handler for them", () => {
      const { messageId } = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "helo" });
      at.posted();
      at.portal.control.clientEdits(chatId, messageId, "hello");
      assert.deepEqual(
        at.posted().map(({ event, data }) => [event, data.PARAMS?.MESSAGE, data.USER?.IS_CONNECTOR]),
        [["ONIMBOTMESSAGEUPDATE", "hello", "Y"]],
      );
      at.result(
        "imbot.register",
        own({
          ...{ CODE: "old-bot", PROPERTIES: { NAME: "Old" } },
          ...{ EVENT_MESSAGE_ADD: "https://node.example/a", EVENT_WELCOME_MESSAGE: "https://node.example/b" },
          EVENT_BOT_DELETE: "https://node.example/c",
        }),
      );
      at.portal.control.clientDeletes(chatId, messageId);
      assert.deepEqual(at.posted(), []);
    });
  });
});
