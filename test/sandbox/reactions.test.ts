import assert from "node:assert/strict";
import type { Params } from "../../sandbox/portal/php";
import { Bench } from "./bench";

describe("sandbox: reactions", () => {
  let at: Bench;
  let anna: number;
  const events = (): unknown[] =>
    at.fetched().map(({ type, data }) => [type, data.reaction, data.action, data.message?.id, data.user?.id]);
  beforeEach(() => {
    at = new Bench();
    anna = at.person("Anna");
  });

  it("to a bot's message reach the bot, each change for itself", () => {
    const { control } = at.portal;
    const client = at.chat().clientId;
    const id = at.says({ message: "Hi" });
    control.clientReacts(at.chatId, id, "like");
    control.clientReacts(at.chatId, id, null);
    control.clientReacts(at.chatId, id, "kiss");
    control.clientReacts(at.chatId, id, "kiss");
    control.operatorReacts(anna, at.chatId, id, "redHeart");
    control.operatorReacts(anna, at.chatId, id, "fire");
    assert.deepEqual(events(), [
      ["ONIMBOTV2REACTIONCHANGE", "like", "add", id, client],
      ["ONIMBOTV2REACTIONCHANGE", "like", "delete", id, client],
      ["ONIMBOTV2REACTIONCHANGE", "kiss", "add", id, client],
      ["ONIMBOTV2REACTIONCHANGE", "redHeart", "add", id, anna],
      ["ONIMBOTV2REACTIONCHANGE", "fire", "add", id, anna],
    ]);
    assert.deepEqual(at.message(id)?.reactions, [
      { userId: client, reaction: "kiss" },
      { userId: anna, reaction: "fire" },
    ]);
    assert.throws(() => control.operatorReacts(anna, at.chatId, id, "nonsense"), /Unknown reaction/);
  });

  it("to other messages are told to nobody, nor to a bot that wants none", () => {
    const { control } = at.portal;
    control.operatorReacts(anna, at.chatId, at.writes("thanks"), "like");
    at.fetched();
    at.v2("Bot.update", { fields: { isReactionsEnabled: false } });
    control.operatorReacts(anna, at.chatId, at.says({ message: "Hi" }), "like");
    assert.deepEqual(events(), []);
  });

  it("of clients come through live chat only", () => {
    const { control } = at.portal;
    const { chatId, messageId } = control.clientWrites({
      ...{ line: 1, client: "Bob", text: "Hi", connector: "telegrambot" },
    });
    assert.throws(() => control.clientReacts(chatId, messageId, "like"), /telegrambot/);
  });

  it("of a 2.0 bot: set once, taken away, and refused", () => {
    const id = at.writes("Bye");
    const reaction = (name: "add" | "delete", params: Params): string =>
      at.v2Code(`Chat.Message.Reaction.${name}`, { messageId: id, ...params });
    assert.deepEqual(at.v2("Chat.Message.Reaction.add", { messageId: id, reaction: "like" }), { result: true });
    assert.equal(reaction("add", { reaction: "like" }), "400 REACTION_ALREADY_SET");
    assert.equal(reaction("add", { reaction: "nonsense" }), "400 REACTION_NOT_FOUND");
    assert.equal(reaction("add", { messageId: 1, reaction: "like" }), "400 ACCESS_DENIED");
    assert.equal(reaction("add", { messageId: undefined, reaction: "like" }), "400 100");
    assert.equal(reaction("add", { reaction: "handshake" }), "200");
    assert.deepEqual(at.message(id)?.reactions, [{ userId: at.botId, reaction: "handshake" }]);
    assert.equal(reaction("delete", { reaction: "like" }), "400 REACTION_NOT_FOUND");
    assert.equal(reaction("delete", { reaction: "handshake" }), "200");
    at.writes("0");
    assert.equal(reaction("add", { reaction: "like" }), "400 ACCESS_DENIED", "who has left does not react");
  });

  it("1.0 knows a like only, and no event", () => {
    at.oldBot();
    const { chatId, messageId } = at.portal.control.clientWrites({ line: 1, client: "Bob", text: "Hi" });
    const own = { CLIENT_ID: "old-bot", MESSAGE_ID: messageId };
    const like = (params: Params): string => at.code("imbot.message.like", { ...own, ...params });
    assert.equal(like({ MESSAGE_ID: 0 }), "400 MESSAGE_ID_ERROR");
    assert.equal(like({ ACTION: "minus" }), "400 WITHOUT_CHANGES");
    assert.equal(like({ ACTION: "plus" }), "200");
    assert.equal(like({ ACTION: "plus" }), "400 WITHOUT_CHANGES");
    assert.equal(at.message(messageId, chatId)?.reactions.length, 1);
    assert.equal(like({ ACTION: "auto" }), "200");
    assert.equal(at.message(messageId, chatId)?.reactions.length, 0);
    const params = { CLIENT_ID: "old-bot", DIALOG_ID: `chat${chatId}`, MESSAGE: "Hello" };
    const id = Number(at.result("imbot.message.add", params));
    at.posted();
    at.portal.control.operatorReacts(anna, chatId, id, "like");
    assert.deepEqual(at.posted(), []);
  });

  it("posted: who, what, and to which message", () => {
    const hooked = at.hookedBot();
    const { chatId } = at.portal.control.clientWrites({ line: 1, client: "Ada", text: "Hi" });
    const { id } = at.result("imbot.v2.Chat.Message.send", {
      ...{ ...hooked, dialogId: `chat${chatId}`, fields: { message: "Hello" } },
    }) as { id: number };
    at.posted();
    at.portal.control.clientReacts(chatId, id, "faceWithTearsOfJoy");
    at.portal.control.clientReacts(chatId, id, null);
    assert.deepEqual(
      at.posted().map(({ event, data }) => [event, data.reaction, data.action, data.message?.id, data.user?.connector]),
      [
        ["ONIMBOTV2REACTIONCHANGE", "faceWithTearsOfJoy", "add", String(id), "1"],
        ["ONIMBOTV2REACTIONCHANGE", "faceWithTearsOfJoy", "delete", String(id), "1"],
      ],
    );
  });
});
