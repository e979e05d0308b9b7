import assert from "node:assert/strict";
import { assertTold, statusKey, text } from "../support/catalogue";
import { endScenes, executed, PORTAL, startScene, UNDER_TEST, type Message } from "../support/nodes";

const TYPE = "bitrix24-operator";
const ACTIONS = ["send", "operator", "transfer", "finish", "join", "call"].map((name) => `bitrix24-${name}`);
const notConfigured = (): Message => ({ fill: "red", shape: "ring", text: statusKey("notConfigured") });

describe("an error with output 2 unwired", () => {
  afterEach(endScenes);

  it("goes to the Catch node, with code, sentence and everything else under cause, and not to the log", async () => {
    const { send, chatId } = await startScene({ type: TYPE, errorWired: false, catching: true });
    await send({ bitrix24: { chatId } });
    const { way, msg } = await send({ payload: { CHAT_ID: chatId }, error: { code: "OLD" } });
    assert.equal(way, "catch");
    const { code, message, cause, source, ...more } = msg["error"] as Record<string, unknown>;
    assert.equal(code, "WRONG_CHAT");
    assertTold(cause, { code: "WRONG_CHAT", outcome: "refused", status: 400, variant: "operator" });
    assert.equal(message, `Bitrix24: ${(cause as { message: string }).message}`);
    assert.deepEqual([(source as Message)["id"], (source as Message)["type"]], [UNDER_TEST, TYPE]);
    assert.deepEqual(more, {});
    assert.deepEqual(msg["payload"], { CHAT_ID: chatId });
    assert.deepEqual(msg["_error"], { code: "OLD" });
  });

  it("goes to the log when there is no Catch node", async () => {
    const { send } = await startScene({ type: TYPE, errorWired: false });
    const { way, msg } = await send({ payload: { CHAT_ID: "chat12" } });
    assert.equal(way, "log");
    assert.equal(msg["text"], `Bitrix24: ${text("errors.CHAT_ID_EMPTY.title")}`);
  });

  it("goes to output 2 alone when that is wired, though a Catch node stands by", async () => {
    const { send } = await startScene({ type: TYPE, catching: true });
    const { way } = await send({ payload: { CHAT_ID: "chat12" } });
    assert.equal(way, "error");
  });

  it("follows a deploy that only rewires", async () => {
    const scene = await startScene({ type: TYPE, catching: true });
    const rewired = scene.flow.map((node) => (node.id === UNDER_TEST ? { ...node, wires: [["out1"], []] } : node));
    const before = scene.node(UNDER_TEST);
    await scene.deploy(rewired, "nodes");
    assert.equal(scene.node(UNDER_TEST), before);
    assert.equal((await scene.send({ payload: {} })).way, "catch");
  });
});

describe("a success", () => {
  afterEach(endScenes);

  it("with output 1 unwired goes nowhere, and the message still ends", async () => {
    const scene = await startScene({ type: TYPE, catching: true });
    const rewired = scene.flow.map((node) => (node.id === UNDER_TEST ? { ...node, wires: [[], ["out2"]] } : node));
    await scene.deploy(rewired, "nodes");
    assert.deepEqual(await scene.sendAll({ bitrix24: { chatId: scene.chatId } }), []);
    assert.equal(executed(scene).length, 1);
  });

  it("keeps everything else on the message, and the object itself", async () => {
    const { send, chatId } = await startScene({ type: TYPE });
    const res = { end: () => undefined };
    const sent: Message = { payload: 1, topic: "t", res, parts: { id: "a" }, bitrix24: { chatId, raw: { a: 1 } } };
    const { msg } = await send(sent);
    assert.equal(msg, sent);
    assert.equal(msg["res"], res);
    assert.deepEqual(msg["parts"], { id: "a" });
    assert.deepEqual((msg["bitrix24"] as Message)["raw"], { a: 1 });
  });

  it("replaces a conversation that is none", async () => {
    for (const bitrix24 of [null, 5, "text", [1]]) {
      const { send, chatId } = await startScene({ type: TYPE });
      const { msg } = await send({ payload: { CHAT_ID: chatId }, bitrix24 });
      assert.deepEqual(Object.keys(msg["bitrix24"] as object), ["call"]);
      await endScenes();
    }
  });

  it("clears the status that a failure left", async () => {
    const { send, chatId, statuses } = await startScene({ type: TYPE });
    await send({ payload: {} });
    assert.equal(statuses().at(-1)?.text, "CHAT_ID_EMPTY");
    await send({ bitrix24: { chatId } });
    assert.deepEqual(statuses().at(-1), {});
  });
});

describe("a portal that is not configured", () => {
  afterEach(endScenes);

  for (const type of ACTIONS)
    it(`makes ${type} show it and fail each message readably`, async () => {
      const scene = await startScene({ type, portal: null });
      assert.deepEqual(scene.statuses().at(-1), notConfigured());
      for (let round = 0; round < 2; round++) {
        const { way, msg } = await scene.send({ payload: { CHAT_ID: 5 } });
        assert.equal(way, "error");
        assertTold(msg["error"], { code: "NOT_CONFIGURED", outcome: "not-sent", method: null, status: null });
        assert.deepEqual(msg["payload"], { CHAT_ID: 5 });
      }
      assert.deepEqual(scene.statuses().at(-1), notConfigured());
    });

  it("counts as such when it is disabled, of another type, or not chosen", async () => {
    const others = { id: "x1", type: "helper", name: "not a portal" };
    for (const [portal, config] of [
      ["", {}],
      ["nobody", {}],
      [null, {}],
      [{}, {}],
      ["x1", {}],
      ["__proto__", {}],
      [PORTAL, { d: true }],
    ] as const) {
      const scene = await startScene({ type: TYPE, props: { portal }, portal: config, more: [others] });
      const { msg } = await scene.send({ payload: { CHAT_ID: 101 } });
      assertTold(msg["error"], { code: "NOT_CONFIGURED", outcome: "not-sent" });
      assert.deepEqual(scene.statuses().at(-1), notConfigured());
      assert.deepEqual(scene.control.requests(), []);
      await endScenes();
    }
  });

  const problems: [string, string | undefined, string][] = [
    ["no address", undefined, "empty"],
    ["blanks", "  ", "empty"],
    ["a word", "portal", "not-a-webhook"],
    ["no address at all", "http://", "not-a-url"],
    ["no webhook", "https://example.bitrix24.com/crm/", "not-a-webhook"],
    ["plain http to elsewhere", "http://portal.example.com/rest/1/abcdefghijkl/", "insecure"],
    ["an unset variable", "${B24_TEST_NOWHERE}", "unset-variable"],
    ["an unset variable in round brackets", "$(B24_TEST_NOWHERE)", "unset-variable"],
  ];
  for (const [what, webhookUrl, reason] of problems)
    it(`says why: ${what}`, async () => {
      const credentials: Record<string, string> = webhookUrl === undefined ? {} : { webhookUrl };
      const scene = await startScene({ type: TYPE, credentials });
      assert.deepEqual(scene.logged(), [text(`problems.${reason}`)]);
      const { msg } = await scene.send({ payload: { CHAT_ID: 101 } });
      assertTold(msg["error"], { code: "NOT_CONFIGURED", outcome: "not-sent" });
    });
});

describe("environment variables in the portal's fields", () => {
  const set = (values: Record<string, string>): void => void Object.assign(process.env, values);
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith("B24_TEST_")) delete process.env[name];
    await endScenes();
  });

  it("are resolved in address, token, bot and limits", async () => {
    const first = await startScene({ type: TYPE });
    set({
      B24_TEST_URL: first.sandbox.webhookUrl,
      B24_TEST_TOKEN: "sandbox-bot-token",
      B24_TEST_BOT: String(first.botId),
      B24_TEST_WAIT: "1",
    });
    const flow = first.flow.map((node) =>
      node.id === PORTAL
        ? { ...node, botId: "${B24_TEST_BOT}", maxWait: "$(B24_TEST_WAIT)", maxWaiting: "${B24_TEST_WAIT}" }
        : { ...node, ...(node.id === UNDER_TEST && { type: "bitrix24-send" }) },
    );
    Object.assign(first.credentials, { [PORTAL]: { webhookUrl: "${B24_TEST_URL}", botToken: "$(B24_TEST_TOKEN)" } });
    await first.deploy(flow, "full");
    const { way, msg } = await first.send({ payload: { CHAT_ID: first.chatId, MESSAGE: "x" } });
    assert.equal(way, "success", JSON.stringify(msg["error"]));
    assert.equal((executed(first)[0]?.[1] as Message)["botToken"], "sandbox-bot-token");
    first.control.addFault({ kind: "429" });
    const late = await first.send({ payload: { CHAT_ID: first.chatId, MESSAGE: "y" } });
    assertTold(late.msg["error"], { code: "WAITED_TOO_LONG", outcome: "not-sent" });
  });

  it("that are not set do not travel: a token counts as missing, with a warning", async () => {
    for (const [type, payload, code] of [
      ["bitrix24-finish", { CHAT_ID: 101 }, "ACCESS_DENIED"],
      ["bitrix24-send", { CHAT_ID: 101, MESSAGE: "x" }, "BOT_TOKEN_NOT_SPECIFIED"],
    ] as const) {
      const credentials = (webhookUrl: string): Record<string, string> => ({ webhookUrl, botToken: "${B24_TEST_NO}" });
      const scene = await startScene({ type, credentials });
      const { msg } = await scene.send({ payload });
      assertTold(msg["error"], { code, outcome: "not-sent", variant: type.replace("bitrix24-", "") });
      assert.deepEqual(scene.control.requests(), []);
      assert.equal(scene.logged("warn").filter((line) => line.includes("B24_TEST_NO")).length, 1);
      await endScenes();
    }
  });

  it("that are not set leave a limit at its default", async () => {
    const scene = await startScene({ type: TYPE, portal: { maxWait: "${B24_TEST_NO}", maxWaiting: "${B24_TEST_NO}" } });
    assert.equal((await scene.send({ payload: { CHAT_ID: 101 } })).way, "success");
  });
});
