import assert from "node:assert/strict";
import type { Reading } from "../../open-channels/actions/reading";
import { sendOperation } from "../../open-channels/actions/send";
import { codeOf, running, typed } from "./support/running";

const CODE = "0123456789abcdef0123456789abcdef";

describe("send", () => {
  it("as the bot: the newer method, safe by its templateId; the older one beside it, not safe", async () => {
    const { run, calls } = running();
    await run(sendOperation, { chatId: "12", message: " hello " });
    const [call] = calls;
    assert.equal(call?.method, "imbot.v2.Chat.Message.send");
    assert.deepEqual(call?.params, {
      botId: 7,
      botToken: "the-token",
      dialogId: "chat12",
      fields: { message: " hello " },
    });
    assert.deepEqual(call?.options.keyed?.("the-key"), {
      ...call?.params,
      fields: { message: " hello ", templateId: "the-key" },
    });
    assert.deepEqual([call?.options.kind, call?.options.chatId, call?.options.yieldsTo], ["message", 12, "people"]);
    assert.equal(call?.options.safe, true);
    assert.equal(call?.options.chat, "chat12");
    assert.deepEqual(call?.options.otherwise, {
      method: "imbot.message.add",
      params: { BOT_ID: 7, DIALOG_ID: "chat12", MESSAGE: " hello ", URL_PREVIEW: "Y", CLIENT_ID: "the-token" },
      safe: false,
    });
  });

  it("as the bot: needs chat, text, token and number of the bot", async () => {
    const { run, calls } = running();
    assert.equal(await codeOf(run(sendOperation, { message: "a" })), "CHAT_ID_EMPTY");
    assert.equal(await codeOf(run(sendOperation, { chatId: 1, message: " " })), "MESSAGE_EMPTY");
    const noToken = running({ token: "" });
    const noBot = running({ botId: null });
    assert.equal(await codeOf(noToken.run(sendOperation, { chatId: 1, message: "a" })), "BOT_TOKEN_NOT_SPECIFIED");
    assert.equal(await codeOf(noBot.run(sendOperation, { chatId: 1, message: "a" })), "BOT_ID_REQUIRED");
    assert.deepEqual([...calls, ...noToken.calls, ...noBot.calls], []);
  });

  it("as the bot: link previews can be switched off on both platforms", async () => {
    const { run, calls } = running();
    await run(sendOperation, { chatId: 1, message: "a" }, { urlPreview: "N" });
    const fields = calls[0]?.params["fields"] as Record<string, unknown>;
    assert.equal(fields["urlPreview"], "N");
    assert.equal(calls[0]?.options.otherwise?.params["URL_PREVIEW"], "N");
  });

  it("to a client stays back for people, unless it is meant to go out all the same; others never do", async () => {
    const { run, calls } = running();
    await run(sendOperation, { chatId: 1, message: "a" }, { overPeople: true });
    await run(sendOperation, { chatId: 1, message: "a" }, { mode: "automatic" });
    await run(sendOperation, { code: CODE, userId: 5, message: "a" }, { mode: "network" });
    assert.deepEqual(
      calls.map(({ options }) => options.yieldsTo),
      ["session", "people", undefined],
    );
  });

  it("automatic: is never safe to repeat, and carries no token", async () => {
    const { run, calls } = running();
    await run(sendOperation, { chatId: 12, message: "hello" }, { mode: "automatic" });
    assert.deepEqual(calls[0]?.params, { CHAT_ID: 12, NAME: "DEFAULT", MESSAGE: "hello" });
    assert.equal(calls[0]?.method, "imopenlines.bot.session.message.send");
    assert.ok(!calls[0]?.options.safe);
  });

  it("automatic: the welcome needs no text; everything that the portal would swallow is refused", async () => {
    const { run, calls } = running();
    await run(sendOperation, { chatId: 12, message: "ignored" }, { mode: "automatic", template: "WELCOME" });
    assert.deepEqual(calls[0]?.params, { CHAT_ID: 12, NAME: "WELCOME" });
    const automatic = (message: string | number, template = "DEFAULT") =>
      codeOf(run(sendOperation, { chatId: 12, message }, { mode: "automatic", template }));
    assert.equal(await automatic(""), "MESSAGE_EMPTY");
    assert.equal(await automatic("0"), "MESSAGE_EMPTY");
    assert.equal(await automatic(0), "MESSAGE_EMPTY");
    assert.equal(await automatic("a", "OTHER"), "ERROR_ARGUMENT");
    assert.equal(calls.length, 1);
  });

  it("network: the newer name first, the older one with the same parameters, in order per person", async () => {
    const { run, calls } = running();
    await run(sendOperation, { code: CODE, userId: "9", message: "hello" }, { mode: "network" });
    const params = { CODE, USER_ID: 9, MESSAGE: "hello", URL_PREVIEW: "Y" };
    assert.equal(calls[0]?.method, "imopenlines.network.message.add");
    assert.deepEqual(calls[0]?.params, params);
    assert.deepEqual(calls[0]?.options.otherwise, { method: "imopenlines.network.message.send", params });
    assert.ok(calls[0]?.options.chat?.includes("9") && calls[0].options.chat.includes(CODE));
    assert.ok(!calls[0]?.options.safe);
  });

  it("network: checks code, person, text and link buttons in the portal's order", async () => {
    const { run, calls } = running();
    const network = (pairs: Partial<Record<"code" | "userId" | "message" | "keyboard", Reading | string | number>>) =>
      codeOf(run(sendOperation, pairs, { mode: "network" }));
    assert.equal(await network({ code: "short" }), "CODE");
    assert.equal(await network({ code: CODE }), "USER_ID_EMPTY");
    assert.equal(await network({ code: CODE, userId: 9 }), "MESSAGE_EMPTY");
    const keyboard = typed([{ TEXT: "a", COMMAND: "x" }]);
    assert.equal(await network({ code: CODE, userId: 9, message: "a", keyboard }), "KEYBOARD_ERROR");
    assert.deepEqual(calls, []);
  });

  it("tells that the portal will cut a long text, and sends it whole", async () => {
    const { run, calls, warnings } = running();
    await run(sendOperation, { chatId: 1, message: "😀".repeat(20_000) });
    assert.deepEqual(warnings, []);
    await run(sendOperation, { chatId: 1, message: "я".repeat(20_001) });
    assert.deepEqual(warnings, [["textCut", { count: 20_000 }]]);
    assert.equal(calls.length, 2);
  });
});
