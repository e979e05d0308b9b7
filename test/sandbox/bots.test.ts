import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { Clock, refusal, result, sample, TOKEN } from "./support";

const SEND = "imbot.v2.Chat.Message.send";
const ADD = "imbot.message.add";
const REGISTER = "imbot.v2.Bot.register";
const UUID = "0b54d7c4-2d5e-4c5e-9b0e-3b5f6f2a9c11";

interface BotAnswer {
  bot: Record<string, unknown> & { id: number };
  users: { id: number; name: string }[];
}

describe("sandbox: bots", () => {
  const clock = new Clock();
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ now: clock.now });
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const fields = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
    code: "helper",
    botToken: "helper-token",
    type: "openline",
    properties: { name: "Helper" },
    ...more,
  });

  it("Message.send: identity, chat, content, in this order", async () => {
    const { chatId, botId } = sample(sandbox);
    const dialogId = `chat${chatId}`;
    const ok = { botId, botToken: TOKEN, dialogId };
    const steps: [Record<string, unknown>, string][] = [
      [{}, "400 BOT_TOKEN_NOT_SPECIFIED"],
      [{ botToken: TOKEN, BOTID: botId }, "400 BOT_ID_REQUIRED"],
      [{ botToken: TOKEN, botId: 99_999 }, "400 BOT_NOT_FOUND"],
      [{ botToken: "x", botId }, "400 BOT_OWNERSHIP_ERROR"],
      [{ ...ok, dialogId: "chat99999" }, "400 CHAT_NOT_FOUND"],
      [{ ...ok, fields: { attach: "x" } }, "400 PARAM_ATTACH_ERROR"],
      [{ ...ok, fields: { attach: [{ MESSAGE: "x".repeat(60_000) }] } }, "400 PARAM_ATTACH_ERROR"],
      [{ ...ok, fields: { message: "x", keyboard: [{ TEXT: "" }] } }, "400 PARAM_KEYBOARD_ERROR"],
      [{ ...ok, fields: { message: " " } }, "400 EMPTY_MESSAGE"],
      [{ ...ok }, "400 EMPTY_MESSAGE"],
      [{ ...ok, fields: { message: "x", replyId: 5 } }, "400 REPLY_ERROR"],
    ];
    for (const [params, expected] of steps) assert.equal(await refusal(sandbox, SEND, params), expected);
    await result(sandbox, "imopenlines.bot.session.operator", { CHAT_ID: chatId });
    assert.equal(await refusal(sandbox, SEND, { ...ok, fields: { message: "x" } }), "400 ACCESS_DENIED");
  });

  it("Message.send: text, attachment and keyboard arrive; camelCase is understood", async () => {
    const { chatId, botId } = sample(sandbox);
    const attach = [{ message: "block" }, { grid: [{ name: "a", value: "b", colorToken: "alert" }] }, { nonsense: 1 }];
    const keyboard = [{ text: "Yes", action: "SEND", actionValue: "yes" }, { TYPE: "NEWLINE" }, { text: "gone" }];
    const params = { botId, botToken: TOKEN, dialogId: `chat${chatId}`, fields: { message: "hi", attach, keyboard } };
    const sent = (await result(sandbox, SEND, params)) as { id: number; uuidMap: unknown };
    const last = sandbox.control.chat(chatId).messages.at(-1);
    assert.deepEqual(sent, { id: last?.id, uuidMap: [] });
    assert.deepEqual([last?.authorId, last?.text, last?.toClient, last?.system], [botId, "hi", true, false]);
    assert.deepEqual(last?.attach, {
      BLOCKS: [{ MESSAGE: "block" }, { GRID: [{ NAME: "a", VALUE: "b", COLOR_TOKEN: "alert" }] }],
    });
    assert.deepEqual(last?.keyboard, {
      BUTTONS: [{ TEXT: "Yes", ACTION: "SEND", ACTION_VALUE: "yes" }, { TYPE: "NEWLINE" }],
    });
  });

  it("Message.send: the same templateId is sent once within an hour", async () => {
    const { chatId, botId } = sample(sandbox);
    const send = (more: Record<string, unknown> = {}): Promise<unknown> =>
      result(sandbox, SEND, { botId, botToken: TOKEN, dialogId: `chat${chatId}`, fields: { message: "hi", ...more } });
    const first = await send({ templateId: UUID });
    assert.deepEqual(await send({ templateId: UUID }), first);
    assert.notDeepEqual(await send(), first);
    assert.notDeepEqual(await send({ templateId: "no-uuid" }), first);
    clock.forward(3600);
    assert.notDeepEqual(await send({ templateId: UUID }), first);
    assert.equal(sandbox.control.chat(chatId).messages.filter((message) => message.text === "hi").length, 4);
  });

  it("Message.send: a repeat while the first one is in work is refused", async () => {
    const { chatId, botId } = sample(sandbox);
    const params = { botId, botToken: TOKEN, dialogId: `chat${chatId}`, fields: { message: "hi", templateId: UUID } };
    sandbox.control.addFault({ method: SEND, kind: "hang", executed: true, ms: 5000 });
    const hanging = new AbortController();
    const executed = new Promise<void>((resolve) => {
      const stop = sandbox.control.on(({ kind }) => {
        if (kind !== "log") return;
        stop();
        resolve();
      });
    });
    const lost = fetch(sandbox.webhookUrl + SEND, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(params),
      signal: hanging.signal,
    });
    await executed;
    hanging.abort();
    await assert.rejects(lost);
    assert.equal(await refusal(sandbox, SEND, params), "400 MESSAGE_DUPLICATED_BY_UUID");
    clock.forward(5);
    const again = (await result(sandbox, SEND, params)) as { id: number };
    assert.equal(again.id, sandbox.control.chat(chatId).messages.at(-1)?.id);
    assert.equal(sandbox.control.chat(chatId).messages.filter((message) => message.text === "hi").length, 1);
  });

  it("message.add: identity, bot, dialog, text, content, in this order", async () => {
    const { chatId, botId } = sample(sandbox);
    const ok = { CLIENT_ID: TOKEN, DIALOG_ID: `chat${chatId}` };
    const steps: [Record<string, unknown>, string][] = [
      [{ DIALOG_ID: "x" }, "403 ACCESS_DENIED"],
      [{ CLIENT_ID: "stranger" }, "400 BOT_ID_ERROR"],
      [{ CLIENT_ID: TOKEN, BOT_ID: "" }, "400 BOT_ID_ERROR"],
      [{ CLIENT_ID: "stranger", BOT_ID: botId }, "400 APP_ID_ERROR"],
      [{ CLIENT_ID: TOKEN, DIALOG_ID: "chat" }, "400 DIALOG_ID_EMPTY"],
      [{ ...ok, MESSAGE: 5 }, "400 MESSAGE_EMPTY"],
      [{ ...ok, MESSAGE: "\n" }, "400 MESSAGE_EMPTY"],
      [{ ...ok, MESSAGE: "x", ATTACH: "{}x" }, "400 ATTACH_ERROR"],
      [{ ...ok, MESSAGE: "x", ATTACH: [{ MESSAGE: "x".repeat(60_000) }] }, "400 ATTACH_OVERSIZE"],
      [{ ...ok, MESSAGE: "x", KEYBOARD: [{ TEXT: "a" }] }, "400 KEYBOARD_ERROR"],
      [{ ...ok, MESSAGE: "x", MENU: [{ LINK: "/" }] }, "400 MENU_ERROR"],
      [{ ...ok, MESSAGE: "x", KEYBOARD: [{ TEXT: "x".repeat(60_000), LINK: "/" }] }, "400 WRONG_REQUEST"],
      [{ ...ok, MESSAGE: "x", DIALOG_ID: "chat99999" }, "400 WRONG_REQUEST"],
    ];
    for (const [params, expected] of steps) assert.equal(await refusal(sandbox, ADD, params), expected);
    sandbox.control.configure({ maskErrors: true });
    assert.equal(await refusal(sandbox, ADD, { ...ok, MESSAGE: "x", DIALOG_ID: "chat99999" }), "400 CANCELED");
    const KEYBOARD = JSON.stringify({ BUTTONS: [{ TEXT: "a", COMMAND: "/help" }] });
    const id = await result(sandbox, ADD, { ...ok, MESSAGE: "x", KEYBOARD, SKIP_CONNECTOR: "Y" });
    const last = sandbox.control.chat(chatId).messages.at(-1);
    assert.deepEqual([last?.id, last?.toClient], [id, false]);
  });

  it("both generations write to a person, in one private chat", async () => {
    const { botId, anna } = sample(sandbox);
    await result(sandbox, ADD, { CLIENT_ID: TOKEN, DIALOG_ID: anna, MESSAGE: "one" });
    await result(sandbox, SEND, { botId, botToken: TOKEN, dialogId: String(anna), fields: { message: "two" } });
    const chat = sandbox.control.chats().find((entry) => entry.type === "private");
    assert.deepEqual(
      chat?.messages.map((message) => message.text),
      ["one", "two"],
    );
  });

  it("Bot.register: checks in the portal's order, finds an own bot unchanged", async () => {
    const steps: [Record<string, unknown>, string][] = [
      [{ fields: { code: "helper" } }, "400 BOT_TOKEN_NOT_SPECIFIED"],
      [{ fields: fields({ botToken: "x".repeat(41), code: "" }) }, "400 BOT_TOKEN_INVALID_LENGTH"],
      [{ fields: fields({ code: "" }) }, "400 BOT_CODE_REQUIRED"],
      [{ fields: fields({ properties: {} }) }, "400 BOT_PROPERTIES_REQUIRED"],
      [{ fields: fields({ eventMode: "push" }) }, "400 BOT_INVALID_EVENT_MODE"],
      [{ fields: fields({ eventMode: "webhook" }) }, "400 BOT_WEBHOOK_URL_REQUIRED"],
      [{ fields: fields({ code: "sandbox_bot" }) }, "400 BOT_CODE_ALREADY_TAKEN"],
      [{ fields: fields({ type: "robot" }) }, "400 BOT_INVALID_TYPE"],
      [{ fields: fields({ eventMode: "webhook", webhookUrl: "ftp://a.example" }) }, "400 BOT_INVALID_CALLBACK"],
      [{ fields: fields({ eventMode: "webhook", webhookUrl: "http://nodot/x" }) }, "400 BOT_INVALID_CALLBACK"],
    ];
    for (const [params, expected] of steps) assert.equal(await refusal(sandbox, REGISTER, params), expected);
    const first = (await result(sandbox, REGISTER, {
      botToken: "helper-token",
      fields: fields({ botToken: undefined }),
    })) as BotAnswer;
    assert.deepEqual([first.bot.type, first.bot.isSupportOpenline, first.bot.eventMode], ["openline", true, "fetch"]);
    const again = (await result(sandbox, REGISTER, {
      fields: fields({ properties: { name: "New name" } }),
    })) as BotAnswer;
    assert.deepEqual([again.bot.id, again.users[0]?.name], [first.bot.id, "Helper"]);
  });

  it("Bot.get, list, update with a new token, unregister", async () => {
    const botToken = "helper-token";
    const { bot } = (await result(sandbox, REGISTER, { fields: fields() })) as BotAnswer;
    assert.equal(await refusal(sandbox, "imbot.v2.Bot.get", { botToken }), "400 PARAMS_REQUIRED");
    assert.equal(await refusal(sandbox, "imbot.v2.Bot.get", { botToken, code: "none" }), "400 BOT_NOT_FOUND");
    const foreign = (await result(sandbox, "imbot.v2.Bot.get", { botToken, code: "sandbox_bot" })) as BotAnswer;
    assert.equal("eventMode" in foreign.bot, false);
    const list = (await result(sandbox, "imbot.v2.Bot.list", { botToken })) as {
      bots: { id: number }[];
      hasNextPage: boolean;
    };
    assert.deepEqual([list.bots.map((entry) => entry.id), list.hasNextPage], [[bot.id], false]);
    const change = { botId: bot.id, botToken, fields: { botToken: "new-token", properties: { name: "Renamed" } } };
    const changed = (await result(sandbox, "imbot.v2.Bot.update", change)) as BotAnswer;
    assert.equal(changed.users[0]?.name, "Renamed");
    assert.equal(await refusal(sandbox, "imbot.v2.Bot.update", change), "400 BOT_OWNERSHIP_ERROR");
    const gone = { botId: bot.id, botToken: "new-token" };
    assert.deepEqual(await result(sandbox, "imbot.v2.Bot.unregister", gone), { result: true });
    assert.equal(await refusal(sandbox, "imbot.v2.Bot.unregister", gone), "400 BOT_NOT_FOUND");
  });

  it("imbot.register: handlers first, then code and name; an existing code keeps its id", async () => {
    const EVENT_HANDLER = "https://node.example/hook";
    const ok = { CLIENT_ID: "v1", CODE: "old", TYPE: "O", EVENT_HANDLER, PROPERTIES: { NAME: "Old" } };
    const steps: [Record<string, unknown>, string][] = [
      [{ ...ok, CLIENT_ID: "" }, "403 ACCESS_DENIED"],
      [{ ...ok, EVENT_HANDLER: undefined }, "400 EVENT_MESSAGE_ADD_ERROR"],
      [{ ...ok, EVENT_WELCOME_MESSAGE: "http://nodot" }, "400 EVENT_WELCOME_MESSAGE_ERROR"],
      [{ ...ok, EVENT_BOT_DELETE: "gopher://a.b" }, "400 EVENT_BOT_DELETE_ERROR"],
      [{ ...ok, CODE: "" }, "400 CODE_ERROR"],
      [{ ...ok, PROPERTIES: {} }, "400 NAME_ERROR"],
    ];
    for (const [params, expected] of steps) assert.equal(await refusal(sandbox, "imbot.register", params), expected);
    const id = await result(sandbox, "imbot.register", ok);
    assert.equal(await result(sandbox, "imbot.register", { ...ok, CLIENT_ID: "another" }), id);
    const list = (await result(sandbox, "imbot.bot.list")) as Record<string, unknown>;
    assert.deepEqual(list[String(id)], { ID: id, NAME: "Old", CODE: "old", OPENLINE: "Y" });
    const FIELDS = { PROPERTIES: { NAME: "Newer" } };
    assert.equal(await refusal(sandbox, "imbot.update", { CLIENT_ID: "x", BOT_ID: id, FIELDS }), "400 APP_ID_ERROR");
    assert.equal(await result(sandbox, "imbot.update", { CLIENT_ID: "v1", BOT_ID: id, FIELDS }), true);
    assert.equal(await result(sandbox, "imbot.unregister", { CLIENT_ID: "v1", BOT_ID: id }), true);
    assert.equal(await refusal(sandbox, "imbot.unregister", { CLIENT_ID: "v1", BOT_ID: id }), "400 BOT_ID_ERROR");
  });

  it("refuses loopback handlers when told to be strict", async () => {
    const webhook = fields({ eventMode: "webhook", webhookUrl: "http://localhost:1880/hook" });
    sandbox.control.configure({ allowLoopbackHandlers: false });
    assert.equal(await refusal(sandbox, REGISTER, { fields: webhook }), "400 BOT_INVALID_CALLBACK");
    sandbox.control.configure({ allowLoopbackHandlers: true });
    const { bot } = (await result(sandbox, REGISTER, { fields: webhook })) as BotAnswer;
    assert.equal(bot.eventMode, "webhook");
  });

  it("shows typing until its time is over", async () => {
    const { chatId, botId } = sample(sandbox);
    const params = {
      botId,
      botToken: TOKEN,
      dialogId: `chat${chatId}`,
      duration: 5,
      statusMessageCode: "IMBOT_AGENT_ACTION_THINKING",
    };
    assert.deepEqual(await result(sandbox, "imbot.v2.Chat.InputAction.notify", params), { result: true });
    assert.equal(sandbox.control.chat(chatId).typing?.code, "IMBOT_AGENT_ACTION_THINKING");
    clock.forward(5);
    assert.equal(sandbox.control.chat(chatId).typing, null);
    assert.equal(await refusal(sandbox, "imbot.chat.sendTyping", { CLIENT_ID: TOKEN }), "400 DIALOG_ID_EMPTY");
    assert.equal(
      await result(sandbox, "imbot.chat.sendTyping", { CLIENT_ID: TOKEN, DIALOG_ID: `chat${chatId}` }),
      true,
    );
    assert.equal(sandbox.control.chat(chatId).typing?.userId, botId);
  });

  it("shows a chat to its bot", async () => {
    const { chatId, botId } = sample(sandbox);
    const params = { botId, botToken: TOKEN, dialogId: `chat${chatId}` };
    const { chat } = (await result(sandbox, "imbot.v2.Chat.get", params)) as { chat: Record<string, unknown> };
    assert.deepEqual([chat.id, chat.type, chat.entityType], [chatId, "lines", "LINES"]);
    assert.equal(await refusal(sandbox, "imbot.v2.Chat.get", { ...params, dialogId: "chat5" }), "400 ACCESS_DENIED");
  });
});
