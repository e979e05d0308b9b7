import assert from "node:assert/strict";
import { SAMPLE_BOT, SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { assertTold, text } from "../support/catalogue";
import {
  ANNA,
  ask,
  endScenes,
  executed,
  startScene,
  type Message,
  type Scene,
  type SceneOptions,
} from "../support/nodes";

const TYPE = "bitrix24-send";
const CODE = SAMPLE_NETWORK_CODE;
const CHAT_ID = 101;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const paramsOf = (scene: Scene, at = -1): Message => executed(scene).at(at)?.[1] as Message;
const start = (props: Message = {}, more: Partial<SceneOptions> = {}): Promise<Scene> =>
  startScene({ type: TYPE, props, ...more });

describe("bitrix24-send as the bot", () => {
  afterEach(endScenes);

  it("writes to the client with text, attachment and keyboard", async () => {
    const scene = await start({ urlPreview: false });
    const ATTACH = { blocks: [{ message: "block" }, { grid: [{ name: "a", value: "b" }] }], colorToken: "primary" };
    const KEYBOARD = JSON.stringify([{ text: "go", command: "go", commandParams: "aB", bgColorToken: "alert" }]);
    const { msg } = await scene.send({ payload: { CHAT_ID: " 101 ", MESSAGE: "Hi [b]you[/b]", ATTACH, KEYBOARD } });
    const { fields, ...who } = paramsOf(scene) as { fields: Message };
    assert.deepEqual(who, { botId: scene.botId, botToken: SAMPLE_BOT.token, dialogId: "chat101" });
    const { templateId, ...content } = fields;
    assert.match(String(templateId), UUID);
    assert.deepEqual(content, {
      message: "Hi [b]you[/b]",
      attach: { BLOCKS: [{ MESSAGE: "block" }, { GRID: [{ NAME: "a", VALUE: "b" }] }], COLOR_TOKEN: "primary" },
      keyboard: [{ TEXT: "go", COMMAND: "go", COMMAND_PARAMS: "aB", BG_COLOR_TOKEN: "alert" }],
      urlPreview: "N",
    });
    const shown = scene.control.chat(CHAT_ID).messages.at(-1);
    assert.deepEqual(
      [shown?.authorId, shown?.toClient, shown?.id],
      [scene.botId, true, (msg["payload"] as Message)["id"]],
    );
  });

  it("gives each message a key of its own", async () => {
    const scene = await start();
    for (let round = 0; round < 3; round++) await scene.send({ payload: "same", bitrix24: { chatId: CHAT_ID } });
    const keys = executed(scene).map(([, params]) => ((params as Message)["fields"] as Message)["templateId"]);
    assert.equal(new Set(keys).size, 3);
    assert.equal(scene.control.chat(CHAT_ID).messages.filter((message) => message.text === "same").length, 3);
  });

  it("uses the older method on older portals, and remembers it", async () => {
    const scene = await start();
    scene.control.configure({ botPlatform: 1 });
    for (const [round, attempts] of [2, 1].entries()) {
      const { msg } = await scene.send({ payload: { CHAT_ID, MESSAGE: 5, ATTACH: [{ DELIMITER: {} }] } });
      const { call } = msg["bitrix24"] as { call: Message };
      assert.deepEqual([call["method"], call["attempts"]], ["imbot.message.add", attempts], `message ${round + 1}`);
      assert.equal(typeof msg["payload"], "number");
    }
    assert.deepEqual(paramsOf(scene), {
      BOT_ID: scene.botId,
      DIALOG_ID: "chat101",
      MESSAGE: "5",
      ATTACH: [{ DELIMITER: {} }],
      URL_PREVIEW: "Y",
      CLIENT_ID: SAMPLE_BOT.token,
    });
    assert.equal(scene.control.requests().length, 3);
  });

  it("says so when the portal knows neither method", async () => {
    const scene = await start();
    scene.control.configure({ botPlatform: 1 });
    scene.control.addFault({ kind: "error", method: "imbot.message.add", code: "ERROR_METHOD_NOT_FOUND", status: 404 });
    const { msg } = await scene.send({ payload: { CHAT_ID, MESSAGE: "x" } });
    assertTold(msg["error"], { code: "ERROR_METHOD_NOT_FOUND", outcome: "refused", variant: "send", status: 404 });
  });

  it("warns of what the portal would drop or cut, and sends", async () => {
    const link = { TEXT: "t", LINK: "https://example.com" };
    const cases: [Message, string, Record<string, number>][] = [
      [{ ATTACH: [{ MESSAGE: "x" }, { NOTHING: 1 }, { LINK: { LINK: "ftp://x" } }] }, "attachDropped", { count: 2 }],
      [{ KEYBOARD: [link, { TEXT: "" }, { TYPE: "NEWLINE" }] }, "keyboardDropped", { count: 1 }],
      [{ ATTACH: [{ MESSAGE: "x".repeat(31 * 1024) }] }, "attachOld", {}],
      [{ MESSAGE: "é".repeat(20_001) }, "textCut", { count: 20_000 }],
    ];
    for (const [payload, key, values] of cases) {
      const scene = await start();
      const { way } = await scene.send({ payload: { CHAT_ID, MESSAGE: "x", ...payload } });
      assert.equal(way, "success", key);
      let expected = text(`warnings.${key}`, "en-US", values["count"]) ?? "";
      for (const [name, value] of Object.entries(values)) expected = expected.replace(`__${name}__`, String(value));
      assert.deepEqual(scene.logged("warn"), [expected]);
      await endScenes();
    }
  });

  it("carries texts as they are", async () => {
    const scene = await start();
    for (const MESSAGE of [
      "$result[a][ID]",
      "50% + #1 & <b>",
      "a\nb\r\nc",
      "👋🏽 Привет",
      "x".repeat(20_000),
      "__description__ $t(key)",
    ]) {
      await scene.send({ payload: { CHAT_ID, MESSAGE } });
      assert.equal(scene.control.chat(CHAT_ID).messages.at(-1)?.text, MESSAGE);
    }
  });
});

describe("bitrix24-send as an automatic message", () => {
  afterEach(endScenes);

  it("sends the text as the line, without any identity of the bot", async () => {
    const scene = await start({ mode: "automatic" });
    const { msg } = await scene.send({ payload: "We are closed", bitrix24: { chatId: CHAT_ID } });
    assert.equal(msg["payload"], true);
    assert.deepEqual(paramsOf(scene), { CHAT_ID, NAME: "DEFAULT", MESSAGE: "We are closed" });
    const shown = scene.control.chat(CHAT_ID).messages.at(-1);
    assert.deepEqual([shown?.authorId, shown?.toClient, shown?.text], [0, true, "We are closed"]);
  });

  it("sends the line's greeting, which needs no text", async () => {
    const scene = await start({ mode: "automatic", template: "WELCOME" });
    scene.control.updateLine(1, { welcomeText: "Welcome to us" });
    await scene.send({ payload: null, bitrix24: { chatId: CHAT_ID } });
    assert.deepEqual(paramsOf(scene), { CHAT_ID, NAME: "WELCOME" });
    assert.equal(scene.control.chat(CHAT_ID).messages.at(-1)?.text, "Welcome to us");
  });

  it("needs no bot", async () => {
    const credentials = (webhookUrl: string): Record<string, string> => ({ webhookUrl });
    const scene = await start({ mode: "automatic" }, { credentials, portal: { botId: "" } });
    assert.equal((await scene.send({ payload: "x", bitrix24: { chatId: CHAT_ID } })).way, "success");
  });
});

describe("bitrix24-send from a network channel", () => {
  afterEach(endScenes);

  const write = { CODE, USER_ID: ANNA, MESSAGE: "News" };

  it("writes to a user of the portal once a week", async () => {
    const scene = await start({ mode: "network" });
    await ask(scene, "imopenlines.network.join", { CODE });
    const KEYBOARD = JSON.stringify({ BUTTONS: [{ TEXT: "open", LINK: "/page" }] });
    const first = await scene.send({ payload: { ...write, KEYBOARD, ATTACH: JSON.stringify([{ MESSAGE: "b" }]) } });
    assert.deepEqual([first.way, first.msg["payload"]], ["success", true]);
    assert.deepEqual(paramsOf(scene), {
      ...write,
      ATTACH: [{ MESSAGE: "b" }],
      // The portal refuses JSON text here.
      KEYBOARD: { BUTTONS: [{ TEXT: "open", LINK: "/page" }] },
      URL_PREVIEW: "Y",
    });
    const second = await scene.send({ payload: write });
    assertTold(second.msg["error"], { code: "USER_MESSAGE_LIMIT", outcome: "refused", variant: "send_network" });
    scene.control.configure({ nfr: true });
    assert.equal((await scene.send({ payload: write })).way, "success");
  });

  it("uses the older name where the portal knows only that, and remembers it", async () => {
    const scene = await start({ mode: "network" });
    scene.control.configure({ networkMethod: "send", nfr: true });
    await ask(scene, "imopenlines.network.join", { CODE });
    for (const attempts of [2, 1]) {
      const { msg } = await scene.send({ payload: write });
      const { call } = msg["bitrix24"] as { call: Message };
      assert.deepEqual([call["method"], call["attempts"]], ["imopenlines.network.message.send", attempts]);
    }
  });

  it("says so when the portal knows neither name", async () => {
    const scene = await start({ mode: "network" });
    scene.control.configure({ networkMethod: "send" });
    const older = "imopenlines.network.message.send";
    scene.control.addFault({ kind: "error", method: older, code: "ERROR_METHOD_NOT_FOUND", status: 404 });
    const { msg } = await scene.send({ payload: write });
    assertTold(msg["error"], { code: "ERROR_METHOD_NOT_FOUND", outcome: "refused", variant: "send_network" });
  });

  it("asks for nothing again when the answer is lost", async () => {
    const scene = await start({ mode: "network" });
    await ask(scene, "imopenlines.network.join", { CODE });
    scene.control.addFault({ kind: "drop-after", method: "imopenlines.network.message.add" });
    const { msg } = await scene.send({ payload: write });
    assertTold(msg["error"], { code: "CONNECTION_LOST", outcome: "unknown" });
    assert.equal(executed(scene).length, 2);
  });
});
