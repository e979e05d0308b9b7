import assert from "node:assert/strict";
import { startSandbox, type ChatView, type Sandbox } from "../../sandbox/index";
import { Clock, refusal, result, sample, TOKEN } from "./support";

const OPERATOR = "imopenlines.bot.session.operator";
const TRANSFER = "imopenlines.bot.session.transfer";
const FINISH = "imopenlines.bot.session.finish";
const MESSAGE = "imopenlines.bot.session.message.send";

describe("sandbox: dialogs", () => {
  const clock = new Clock();
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ now: clock.now });
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const short = (chat: ChatView): unknown => [chat.owner, chat.operatorId, chat.line, chat.session?.status];

  it("gives a new dialog to the line's bot", () => {
    const { chatId, botId } = sample(sandbox);
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual(short(chat), ["bot", botId, 1, 0]);
    assert.deepEqual(chat.members, [chat.clientId, botId]);
    assert.match(chat.userCode, /^livechat\|1\|\d+\|\d+$/);
  });

  it("hands over to the next free operator, in turn", async () => {
    const { chatId, anna, ivan, maria } = sample(sandbox);
    await result(sandbox, OPERATOR, { CHAT_ID: chatId });
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual(short(chat), ["waiting", anna, 1, 5]);
    assert.deepEqual(chat.members, [chat.clientId, anna]);
    const next = sandbox.control.clientWrites({ line: 1, client: "B", text: "hi" });
    await result(sandbox, OPERATOR, { CHAT_ID: next.chatId });
    assert.equal(sandbox.control.chat(next.chatId).operatorId, ivan);
    sandbox.control.setOnline(maria, true);
    const third = sandbox.control.clientWrites({ line: 1, client: "C", text: "hi" });
    await result(sandbox, OPERATOR, { CHAT_ID: third.chatId });
    assert.equal(sandbox.control.chat(third.chatId).operatorId, maria);
  });

  it("keeps the bot where the line says close", async () => {
    const { chatId, botId, anna } = sample(sandbox);
    sandbox.control.updateLine(1, { welcomeBotLeft: "close" });
    await result(sandbox, OPERATOR, { CHAT_ID: chatId });
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual(chat.members, [chat.clientId, botId, anna]);
    assert.equal(await refusal(sandbox, OPERATOR, { CHAT_ID: chatId }), "400 WRONG_CHAT");
  });

  it("waits when nobody is free, and is found later", async () => {
    const { chatId, anna, ivan } = sample(sandbox);
    sandbox.control.updateLine(1, { noAnswerText: "Sorry, nobody here", noAnswerTime: 30 });
    sandbox.control.setOnline(anna, false);
    sandbox.control.setOnline(ivan, false);
    assert.equal(await result(sandbox, OPERATOR, { CHAT_ID: chatId }), true);
    assert.deepEqual(short(sandbox.control.chat(chatId)), ["waiting", 0, 1, 5]);
    clock.forward(30);
    assert.equal(sandbox.control.chat(chatId).messages.at(-1)?.text, "Sorry, nobody here");
    sandbox.control.setOnline(ivan, true);
    assert.equal(sandbox.control.chat(chatId).operatorId, ivan);
  });

  it("lets operators answer, write and finish", () => {
    const { chatId, anna, ivan } = sample(sandbox);
    sandbox.control.operatorAnswers(anna, chatId);
    assert.deepEqual(short(sandbox.control.chat(chatId)), ["human", anna, 1, 10]);
    sandbox.control.operatorWrites(ivan, chatId, "I take it");
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual(short(chat), ["human", ivan, 1, 40]);
    assert.deepEqual(chat.members, [chat.clientId, ivan]);
    sandbox.control.clientWrites({ line: 1, client: chat.client, text: "thanks" });
    assert.equal(sandbox.control.chat(chatId).session?.status, 25);
    sandbox.control.operatorFinishes(ivan, chatId);
    assert.equal(sandbox.control.chat(chatId).owner, "closed");
    assert.deepEqual(sandbox.control.chat(chatId).members, [chat.clientId]);
  });

  describe("transfer to a person", () => {
    interface Row {
      left: "queue" | "close";
      answered: boolean;
      leave: unknown;
      stays: boolean;
    }
    const rows: Row[] = [
      { left: "queue", answered: false, leave: "N", stays: false },
      { left: "queue", answered: true, leave: "N", stays: false },
      { left: "queue", answered: false, leave: "Y", stays: false },
      { left: "close", answered: false, leave: "N", stays: true },
      { left: "close", answered: true, leave: "N", stays: true },
      { left: "close", answered: false, leave: "Y", stays: true },
      { left: "close", answered: true, leave: "Y", stays: false },
      { left: "close", answered: true, leave: true, stays: false },
      { left: "close", answered: true, leave: "y", stays: true },
      { left: "close", answered: true, leave: 1, stays: true },
    ];
    for (const { left, answered, leave, stays } of rows) {
      const name = `${left}, ${answered ? "answered" : "fresh"}, LEAVE=${JSON.stringify(leave)}: bot ${stays ? "stays" : "leaves"}`;
      it(name, async () => {
        const { chatId, botId, anna, ivan } = sample(sandbox);
        sandbox.control.updateLine(1, { welcomeBotLeft: left });
        if (answered) sandbox.control.operatorAnswers(ivan, chatId);
        await result(sandbox, TRANSFER, { CHAT_ID: chatId, USER_ID: anna, LEAVE: leave, CLIENT_ID: TOKEN });
        const chat = sandbox.control.chat(chatId);
        assert.deepEqual(short(chat), ["human", anna, 1, 10]);
        assert.deepEqual(chat.members.includes(botId), stays);
        assert.equal(chat.members.includes(ivan), false);
        assert.ok(chat.messages.at(-1)?.system);
      });
    }

    it("a bot that is not the line's own stays in a fresh session, whatever LEAVE says", async () => {
      const { chatId, botId, anna } = sample(sandbox);
      const other = (await result(sandbox, "imbot.v2.Bot.register", {
        botToken: "other",
        fields: { code: "other", type: "openline", properties: { name: "Other" } },
      })) as { bot: { id: number } };
      sandbox.control.updateLine(1, { bot: other.bot.id });
      await result(sandbox, TRANSFER, { CHAT_ID: chatId, USER_ID: anna, LEAVE: "Y", CLIENT_ID: TOKEN });
      assert.ok(sandbox.control.chat(chatId).members.includes(botId));
    });
  });

  it("moves to another line: the calling bot stays, its queue is asked, the address keeps the old line", async () => {
    const { chatId, ivan, anna } = sample(sandbox);
    sandbox.control.operatorAnswers(anna, chatId);
    await result(sandbox, TRANSFER, { CHAT_ID: chatId, QUEUE_ID: 2, LEAVE: "Y", CLIENT_ID: TOKEN });
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual(short(chat), ["waiting", ivan, 2, 5]);
    assert.deepEqual([chat.originalLine, chat.members.includes(anna)], [1, false]);
    const dialog = (await result(sandbox, "imopenlines.dialog.get", { CHAT_ID: chatId })) as Record<string, string>;
    assert.match(dialog.entity_id ?? "", /^livechat\|1\|/);
    assert.equal(dialog.entity_data_1?.split("|")[7], "2");
  });

  it("keeps the calling bot when it is a member while the line changes", async () => {
    const { chatId, botId } = sample(sandbox);
    await result(sandbox, TRANSFER, { CHAT_ID: chatId, QUEUE_ID: 2, CLIENT_ID: TOKEN });
    assert.ok(sandbox.control.chat(chatId).members.includes(botId));
  });

  it("finishes at once, and everybody but the client leaves", async () => {
    const { chatId, anna } = sample(sandbox);
    sandbox.control.operatorAnswers(anna, chatId);
    await result(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual([chat.owner, chat.members, chat.session], ["closed", [chat.clientId], null]);
    const dialog = (await result(sandbox, "imopenlines.dialog.get", { CHAT_ID: chatId })) as Record<string, string>;
    assert.equal(dialog.entity_data_1?.split("|")[5], "0");
  });

  it("finishes in two steps where the line has a last word", async () => {
    const { chatId } = sample(sandbox);
    sandbox.control.updateLine(1, { closeText: "Goodbye", voteText: "Please rate us", closeTime: 120 });
    await result(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    const chat = sandbox.control.chat(chatId);
    assert.equal(chat.session?.status, 50);
    assert.deepEqual(
      chat.messages.slice(-2).map((message) => [message.text, message.toClient]),
      [
        ["Goodbye", true],
        ["Please rate us", true],
      ],
    );
    await result(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    assert.equal(sandbox.control.chat(chatId).owner, "closed");
    const other = sandbox.control.clientWrites({ line: 1, client: "D", text: "hi" });
    await result(sandbox, FINISH, { CHAT_ID: other.chatId, CLIENT_ID: TOKEN });
    clock.forward(120);
    assert.equal(sandbox.control.chat(other.chatId).owner, "closed");
  });

  it("opens a closed dialog again for operator, transfer and message, not for finish", async () => {
    const { chatId, anna } = sample(sandbox);
    const close = (): Promise<unknown> => result(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    const session = (): number | undefined => sandbox.control.chat(chatId).session?.id;
    const first = session() ?? 0;
    await close();
    await close();
    assert.equal(session(), undefined);
    assert.equal(await result(sandbox, OPERATOR, { CHAT_ID: chatId }), true);
    assert.equal(session(), first + 1);
    await close();
    await result(sandbox, TRANSFER, { CHAT_ID: chatId, USER_ID: anna, CLIENT_ID: TOKEN });
    assert.equal(session(), first + 2);
    await close();
    await result(sandbox, MESSAGE, { CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: "x" });
    assert.equal(session(), first + 3);
    assert.equal(sandbox.control.chat(chatId).owner, "bot");
  });

  it("a bot that joins only first dialogs leaves the second one to people", async () => {
    const { chatId } = sample(sandbox);
    sandbox.control.updateLine(1, { botJoin: "first" });
    await result(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    assert.equal(await refusal(sandbox, OPERATOR, { CHAT_ID: chatId }), "400 WRONG_CHAT");
    assert.equal(sandbox.control.chat(chatId).owner, "waiting");
  });

  it("goes to the queue by itself after the bot's time", () => {
    sandbox.control.updateLine(1, { botTime: 60 });
    const { chatId } = sandbox.control.clientWrites({ line: 1, client: "E", text: "hi" });
    clock.forward(59);
    assert.equal(sandbox.control.chat(chatId).owner, "bot");
    clock.forward(1);
    assert.equal(sandbox.control.chat(chatId).owner, "waiting");
  });

  it("a client's 0 hands over", () => {
    const { chatId } = sandbox.control.clientWrites({ line: 1, client: "F", text: " 0 " });
    assert.equal(sandbox.control.chat(chatId).owner, "waiting");
  });

  it("offers to all operators of a line that asks all, and respects how many one may have", async () => {
    const { chatId, anna, ivan } = sample(sandbox);
    sandbox.control.updateLine(1, { queueType: "all" });
    await result(sandbox, OPERATOR, { CHAT_ID: chatId });
    const chat = sandbox.control.chat(chatId);
    assert.deepEqual([chat.operatorId, chat.members], [0, [chat.clientId, anna, ivan]]);
    sandbox.control.updateLine(2, { maxChat: 1, queueType: "strictly" });
    const first = sandbox.control.clientWrites({ line: 2, client: "G", text: "0" });
    const second = sandbox.control.clientWrites({ line: 2, client: "H", text: "0" });
    assert.deepEqual(
      [first, second].map((entry) => sandbox.control.chat(entry.chatId).operatorId),
      [ivan, 0],
    );
  });

  it("answers and finishes as the webhook's user", async () => {
    const { chatId } = sample(sandbox);
    assert.equal(await refusal(sandbox, "imopenlines.operator.answer", { CHAT_ID: "x" }), "400 CHAT_ID");
    assert.equal(
      await refusal(sandbox, "imopenlines.operator.finish", { CHAT_ID: chatId }),
      "400 ERROR_USER_NOT_OPERATOR",
    );
    await result(sandbox, "imopenlines.operator.answer", { CHAT_ID: chatId });
    assert.deepEqual(short(sandbox.control.chat(chatId)), ["human", 1, 1, 10]);
    await result(sandbox, "imopenlines.operator.finish", { CHAT_ID: chatId });
    assert.equal(
      await refusal(sandbox, "imopenlines.operator.finish", { CHAT_ID: chatId }),
      "400 NOT_LOAD_SESSION_OR_CHAT",
    );
  });

  it("shows and changes lines", async () => {
    const list = (await result(sandbox, "imopenlines.config.list.get", {
      PARAMS: { select: ["LINE_NAME"] },
      OPTIONS: { QUEUE: "Y" },
    })) as Record<string, unknown>[];
    assert.deepEqual(
      list.map((line) => [line.ID, line.LINE_NAME]),
      [
        ["1", "Support"],
        ["2", "Sales"],
      ],
    );
    assert.equal(await refusal(sandbox, "imopenlines.config.list.get", { PARAMS: "x" }), "400 INVALID_FORMAT");
    assert.equal(await result(sandbox, "imopenlines.config.get", { CONFIG_ID: 77 }), false);
    assert.equal(await refusal(sandbox, "imopenlines.config.get", { config_id: 1 }), "400 CONFIG_ID_EMPTY");
    const params = {
      CONFIG_ID: 1,
      PARAMS: { WELCOME_BOT_ENABLE: "N", WELCOME_BOT_LEFT: "close", WELCOME_BOT_TIME: "90" },
    };
    assert.equal(await result(sandbox, "imopenlines.config.update", params), true);
    const line = (await result(sandbox, "imopenlines.config.get", { CONFIG_ID: 1 })) as Record<string, unknown>;
    assert.deepEqual([line.WELCOME_BOT_ENABLE, line.WELCOME_BOT_LEFT, line.WELCOME_BOT_TIME], ["N", "close", "90"]);
    sandbox.control.configure({ canEditLines: false });
    assert.equal(await refusal(sandbox, "imopenlines.config.update", params), "403 CONFIG_WRONG_USER_PERMISSION");
  });

  it("finds a dialog by chat, dialog, session or user code", async () => {
    const { chatId } = sample(sandbox);
    const { userCode, session } = sandbox.control.chat(chatId);
    const asked = [
      { CHAT_ID: chatId },
      { dialog_id: `chat${chatId}` },
      { SESSION_ID: session?.id },
      { USER_CODE: `imol|${userCode}` },
    ];
    for (const params of asked) {
      const dialog = (await result(sandbox, "imopenlines.dialog.get", params)) as Record<string, unknown>;
      assert.deepEqual([dialog.id, dialog.entity_id, dialog.type], [chatId, userCode, "lines"]);
    }
    assert.equal(await refusal(sandbox, "imopenlines.dialog.get", { CHAT_ID: 5 }), "400 ACCESS_ERROR");
  });
});
