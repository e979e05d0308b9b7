import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE, startSandbox, type Sandbox } from "../../sandbox/index";
import { call, Clock, refusal, result, sample, TOKEN } from "./support";

const OPERATOR = "imopenlines.bot.session.operator";
const TRANSFER = "imopenlines.bot.session.transfer";
const FINISH = "imopenlines.bot.session.finish";
const MESSAGE = "imopenlines.bot.session.message.send";
const JOIN = "imopenlines.network.join";
const ADD = "imopenlines.network.message.add";

describe("sandbox: the seven methods", () => {
  const clock = new Clock();
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ now: clock.now });
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  it("casts chat ids", async () => {
    for (const method of [OPERATOR, TRANSFER, FINISH, MESSAGE]) {
      for (const CHAT_ID of [undefined, null, "", "abc", "chat101", [], {}, false, 0, -5, "-5"]) {
        assert.equal(
          await refusal(sandbox, method, { CHAT_ID }),
          "400 CHAT_ID_EMPTY",
          `${method} ${JSON.stringify(CHAT_ID)}`,
        );
      }
    }
    const { chatId } = sample(sandbox);
    assert.equal(await result(sandbox, OPERATOR, { chat_id: ` ${chatId}abc` }), true);
    assert.equal(await refusal(sandbox, OPERATOR, { CHAT_ID: { id: chatId } }), "400 WRONG_CHAT");
  });

  it("operator: only a bot's dialog, and only once", async () => {
    const { chatId } = sample(sandbox);
    assert.equal(await refusal(sandbox, OPERATOR, { CHAT_ID: 99_999 }), "400 WRONG_CHAT");
    assert.equal(await result(sandbox, OPERATOR, { CHAT_ID: chatId, CLIENT_ID: "nobody" }), true);
    assert.equal(await refusal(sandbox, OPERATOR, { CHAT_ID: chatId }), "400 WRONG_CHAT");
  });

  it("transfer: checks in the portal's order", async () => {
    const { chatId, anna } = sample(sandbox);
    const steps: [Record<string, unknown>, string][] = [
      [{ chat_id: chatId }, "400 CHAT_ID_EMPTY"],
      [{ CHAT_ID: chatId, USER_ID: "", QUEUE_ID: 1 }, "400 USER_ID_EMPTY"],
      [{ CHAT_ID: chatId, USER_ID: null, QUEUE_ID: 0 }, "400 QUEUE_ID_EMPTY"],
      [{ CHAT_ID: chatId, user_id: anna }, "400 TRANSFER_ID_EMPTY"],
      [{ CHAT_ID: chatId, USER_ID: anna }, "403 ACCESS_DENIED"],
      [{ CHAT_ID: chatId, USER_ID: anna, CLIENT_ID: "" }, "403 ACCESS_DENIED"],
      [{ CHAT_ID: chatId, USER_ID: anna, CLIENT_ID: "other" }, "400 BOT_ID_ERROR"],
      [{ CHAT_ID: chatId, USER_ID: 99_999, CLIENT_ID: TOKEN }, "400 OPERATOR_WRONG"],
      [{ CHAT_ID: 99_999, USER_ID: anna, CLIENT_ID: TOKEN }, "400 OPERATOR_WRONG"],
      [{ CHAT_ID: chatId, QUEUE_ID: 99, CLIENT_ID: TOKEN }, "400 OPERATOR_WRONG"],
      [{ CHAT_ID: chatId, TRANSFER_ID: [1], CLIENT_ID: TOKEN }, "500 "],
    ];
    for (const [params, expected] of steps)
      assert.equal(await refusal(sandbox, TRANSFER, params), expected, JSON.stringify(params));
    sandbox.control.lockChat(chatId, true);
    const params = { CHAT_ID: chatId, USER_ID: anna, client_id: TOKEN };
    assert.equal(await refusal(sandbox, TRANSFER, params), "400 OPERATOR_WRONG");
    sandbox.control.lockChat(chatId, false);
    assert.equal(await result(sandbox, TRANSFER, params), true);
  });

  it("transfer: refuses bots, clients and dismissed people", async () => {
    const { chatId, botId, anna } = sample(sandbox);
    sandbox.control.setActive(anna, false);
    const client = sandbox.control.chat(chatId).clientId;
    for (const USER_ID of [botId, client, anna]) {
      assert.equal(
        await refusal(sandbox, TRANSFER, { CHAT_ID: chatId, USER_ID, CLIENT_ID: TOKEN }),
        "400 OPERATOR_WRONG",
      );
    }
  });

  it("transfer: folds TRANSFER_ID in before it chooses", async () => {
    const { chatId, anna, ivan } = sample(sandbox);
    const rows: [Record<string, unknown>, string][] = [
      [{ USER_ID: anna, QUEUE_ID: 2 }, `user ${anna}`],
      [{ USER_ID: anna, TRANSFER_ID: String(ivan) }, `user ${ivan}`],
      [{ USER_ID: anna, TRANSFER_ID: "queue2" }, `user ${anna}`],
      [{ QUEUE_ID: 2, TRANSFER_ID: String(ivan) }, `user ${ivan}`],
      [{ QUEUE_ID: 1, TRANSFER_ID: "queue2" }, "line 2"],
      [{ TRANSFER_ID: ivan }, `user ${ivan}`],
      [{ TRANSFER_ID: "queue2" }, "line 2"],
      [{ TRANSFER_ID: "Queue2" }, "USER_ID_EMPTY"],
      [{ TRANSFER_ID: "QUEUE2" }, "USER_ID_EMPTY"],
      [{ TRANSFER_ID: "" }, "USER_ID_EMPTY"],
      [{ TRANSFER_ID: "abc" }, "USER_ID_EMPTY"],
      [{ TRANSFER_ID: "queue" }, "QUEUE_ID_EMPTY"],
      [{ TRANSFER_ID: "queueabc" }, "QUEUE_ID_EMPTY"],
      [{ TRANSFER_ID: "queue0" }, "QUEUE_ID_EMPTY"],
      [{ USER_ID: 0, QUEUE_ID: 2 }, "USER_ID_EMPTY"],
      [{ USER_ID: null, QUEUE_ID: 2 }, "line 2"],
    ];
    for (const [params, expected] of rows) {
      sandbox.control.reset();
      const { status, body } = await call(sandbox, TRANSFER, { CHAT_ID: chatId, CLIENT_ID: TOKEN, ...params });
      const chat = sandbox.control.chat(chatId);
      const target = chat.line === 2 ? "line 2" : `user ${chat.operatorId}`;
      assert.equal(status === 200 ? target : body?.error, expected, JSON.stringify(params));
    }
  });

  it("finish: says true to nearly everything", async () => {
    const { chatId } = sample(sandbox);
    assert.equal(await refusal(sandbox, FINISH, { CHAT_ID: chatId }), "403 ACCESS_DENIED");
    assert.equal(await refusal(sandbox, FINISH, { CHAT_ID: chatId, CLIENT_ID: "other" }), "400 BOT_ID_ERROR");
    for (const CHAT_ID of [99_999, chatId, chatId]) {
      assert.equal(await result(sandbox, FINISH, { CHAT_ID, CLIENT_ID: TOKEN }), true);
    }
    assert.equal(sandbox.control.chat(chatId).owner, "closed");
  });

  it("message.send: sends a system message, or silently nothing", async () => {
    const { chatId } = sample(sandbox);
    const count = sandbox.control.chat(chatId).messages.length;
    const silent: Record<string, unknown>[] = [
      { MESSAGE: "x" },
      { NAME: "default", MESSAGE: "x" },
      { NAME: "DEFAULT" },
      { NAME: "DEFAULT", MESSAGE: "0" },
      { NAME: "DEFAULT", MESSAGE: "" },
      { NAME: "WELCOME", MESSAGE: "x" },
    ];
    for (const params of silent) assert.equal(await result(sandbox, MESSAGE, { CHAT_ID: chatId, ...params }), true);
    assert.equal(await result(sandbox, MESSAGE, { CHAT_ID: 99_999, NAME: "DEFAULT", MESSAGE: "x" }), true);
    assert.equal(sandbox.control.chat(chatId).messages.length, count);
    assert.equal(await refusal(sandbox, MESSAGE, { CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: ["x"] }), "500 ");
    sandbox.control.updateLine(1, { welcomeText: "Welcome!" });
    await result(sandbox, MESSAGE, { CHAT_ID: chatId, NAME: "WELCOME" });
    await result(sandbox, MESSAGE, { CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: "Wait" });
    const added = sandbox.control.chat(chatId).messages.slice(count);
    assert.deepEqual(
      added.map(({ authorId, text, system, toClient }) => [authorId, text, system, toClient]),
      [
        [0, "Welcome!", true, true],
        [0, "Wait", true, true],
      ],
    );
  });

  it("join: code, existence, state, and the same id again", async () => {
    for (const CODE of [undefined, null, "x", "x".repeat(33), 5, true]) {
      assert.equal(await refusal(sandbox, JOIN, { CODE }), "400 CODE");
    }
    assert.equal(await refusal(sandbox, JOIN, { CODE: { a: 1 } }), "500 ");
    assert.equal(await refusal(sandbox, JOIN, { CODE: "ж".repeat(32) }), "400 NOT_FOUND");
    assert.equal(await refusal(sandbox, JOIN, { CODE: "a588e1a88baf601b9d0b0b33b1eefc2b" }), "400 NOT_FOUND");
    sandbox.control.addNetworkLine("y".repeat(32), "inactive");
    assert.equal(await refusal(sandbox, JOIN, { CODE: "y".repeat(32) }), "400 INACTIVE");
    const id = await result(sandbox, JOIN, { code: SAMPLE_NETWORK_CODE });
    assert.ok(Number(id) > 0);
    assert.equal(await result(sandbox, JOIN, { CODE: SAMPLE_NETWORK_CODE }), id);
  });

  it("message.add: the week before the text, the text before attachment and keyboard", async () => {
    const { anna, ivan } = sample(sandbox);
    const CODE = SAMPLE_NETWORK_CODE;
    assert.equal(await refusal(sandbox, ADD, { CODE, USER_ID: anna, MESSAGE: "x" }), "400 NOT_FOUND");
    await result(sandbox, JOIN, { CODE });
    const attach = { BLOCKS: [{ MESSAGE: "a" }] };
    const steps: [Record<string, unknown>, string][] = [
      [{ CODE: "x" }, "400 CODE"],
      [{ CODE, USER_ID: "abc" }, "400 USER_ID_EMPTY"],
      [{ CODE, USER_ID: anna, MESSAGE: " \n" }, "400 MESSAGE_EMPTY"],
      [{ CODE, USER_ID: anna, MESSAGE: "x", ATTACH: { DESCRIPTION: "x" }, KEYBOARD: "x" }, "400 ATTACH_ERROR"],
      [{ CODE, USER_ID: anna, MESSAGE: "x", ATTACH: [{ MESSAGE: "x".repeat(60_000) }] }, "400 ATTACH_OVERSIZE"],
      [{ CODE, USER_ID: anna, MESSAGE: "x", ATTACH: [{ MESSAGE: { A: 1 } }] }, "500 "],
      [
        { CODE, USER_ID: anna, MESSAGE: "x", ATTACH: attach, KEYBOARD: '[{"TEXT":"a","LINK":"/"}]' },
        "400 KEYBOARD_ERROR",
      ],
      [{ CODE, USER_ID: anna, MESSAGE: "x", KEYBOARD: [{ TEXT: "a", COMMAND: "b" }] }, "400 KEYBOARD_ERROR"],
      [{ CODE, USER_ID: anna, MESSAGE: "x", KEYBOARD: [{ TEXT: "x".repeat(60_000), LINK: "/" }] }, "400 WRONG_REQUEST"],
      [{ CODE, USER_ID: -5, MESSAGE: "x" }, "400 WRONG_REQUEST"],
    ];
    for (const [params, expected] of steps)
      assert.equal(await refusal(sandbox, ADD, params), expected, JSON.stringify(params).slice(0, 200));
    const KEYBOARD = { BUTTONS: [{ TEXT: "Site", LINK: "https://example.com" }, { TEXT: "no action" }] };
    assert.equal(await result(sandbox, ADD, { CODE, USER_ID: anna, MESSAGE: "0", ATTACH: attach, KEYBOARD }), true);
    assert.equal(await refusal(sandbox, ADD, { CODE, USER_ID: anna, MESSAGE: "" }), "400 USER_MESSAGE_LIMIT");
    assert.equal(await result(sandbox, ADD, { CODE, USER_ID: ivan, MESSAGE: "x" }), true);
    const sent = sandbox.control.chats().find((chat) => chat.members.includes(anna) && chat.type === "private");
    assert.deepEqual(sent?.messages[0]?.keyboard, { BUTTONS: [{ TEXT: "Site", LINK: "https://example.com" }] });
  });

  it("message.add: free again after exactly a week, or with a partner licence", async () => {
    const { anna } = sample(sandbox);
    const params = { CODE: SAMPLE_NETWORK_CODE, USER_ID: anna, MESSAGE: "x" };
    await result(sandbox, JOIN, params);
    await result(sandbox, ADD, params);
    clock.forward(7 * 24 * 3600 - 1);
    assert.equal(await refusal(sandbox, ADD, params), "400 USER_MESSAGE_LIMIT");
    sandbox.control.configure({ nfr: true });
    assert.equal(await result(sandbox, ADD, params), true);
    sandbox.control.configure({ nfr: false });
    clock.forward(7 * 24 * 3600);
    assert.equal(await result(sandbox, ADD, params), true);
  });

  it("cuts texts above 20,000 characters", async () => {
    const { chatId } = sample(sandbox);
    const params = { CLIENT_ID: TOKEN, DIALOG_ID: `chat${chatId}` };
    await result(sandbox, "imbot.message.add", { ...params, MESSAGE: "x".repeat(20_006) });
    await result(sandbox, "imbot.message.add", { ...params, MESSAGE: "x".repeat(20_007) });
    const lengths = sandbox.control
      .chat(chatId)
      .messages.slice(-2)
      .map((message) => message.text.length);
    assert.deepEqual(lengths, [20_006, 20_006]);
    assert.ok(sandbox.control.chat(chatId).messages.at(-1)?.text.endsWith("x (...)"));
  });
});
