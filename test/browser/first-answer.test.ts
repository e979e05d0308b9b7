import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox/index";
import { needChromium, screenshot, startEditor, type Editor } from "../support/editor";
import { startFreshSandbox } from "../support/fresh-sandbox";
import { LOOKS, lookName, Newcomer, type Look } from "../support/newcomer";

const FLOW = [{ id: "tab", type: "tab", label: "Flow" }];
const EVENT = 0;
const SEND = 1;
const LINE = "Support";
const BOT = { "en-US": "Help desk", ru: "Служба поддержки" };

describe("a newcomer's first answer, by clicks alone", function () {
  this.timeout(120_000);
  let chromium: string;
  let editor: Editor;
  let portal: Sandbox;
  let newcomer: Newcomer;
  let line = 0;

  before(async function () {
    chromium = needChromium(this);
    editor = await startEditor(chromium, { flows: FLOW });
  });

  after(async () => editor?.close());

  afterEach(async function () {
    if (this.currentTest?.state === "failed" && newcomer && !newcomer.page.isClosed())
      await screenshot(newcomer.page, `failed-${this.currentTest.title.replace(/\W+/g, "-")}`);
    await newcomer?.page.context().close();
    await editor.nodeRed.deploy(FLOW);
    await portal?.close();
  });

  /** A portal with one line, and nothing of ours. */
  async function openPortal(options: { port?: number; secret?: string } = {}): Promise<void> {
    portal = await startFreshSandbox({ blank: true, ...options });
    const operator = portal.control.addOperator({ name: "Anna", lastName: "Weber", online: true });
    line = portal.control.addLine({ name: LINE, queue: [operator] });
  }

  async function begin(look: Look, journey: string): Promise<void> {
    newcomer = new Newcomer(await editor.visit(look), look, journey);
    await newcomer.addNode("bitrix24-event", 200);
    await newcomer.open(EVENT);
    await newcomer.openPortal("plus");
  }

  /** From a webhook that works to the open channels. */
  async function makeBot(look: Look): Promise<void> {
    await newcomer.reads("portal.test.permissions");
    await newcomer.fill("botName", BOT[look.language]);
    await newcomer.press("portal.bot.button");
    await newcomer.reads("portal.bot.state", { name: BOT[look.language] });
    await putOnLine(look);
  }

  async function putOnLine(look: Look): Promise<void> {
    await newcomer.tick(LINE);
    const values = { from: newcomer.words("portal.lines.nobody"), to: BOT[look.language] };
    await newcomer.reads("portal.lines.change.bot", values);
    await newcomer.press("portal.lines.apply");
    await newcomer.reads("portal.lines.applied", { count: "1" });
  }

  async function drawAnswer(): Promise<void> {
    await newcomer.addNode("bitrix24-send", 460);
    await newcomer.wire(EVENT, SEND);
    await newcomer.deploy();
  }

  /** Resolves with the text of the bot that a client sees after having written. */
  function answerTo(words: string): Promise<string> {
    const { chatId } = portal.control.clientWrites({ line, client: "Olga", text: words });
    return new Promise((resolve) => {
      const look = (): void => {
        const bots = portal.control.state().bots.map(({ id }) => id);
        const { messages } = portal.control.chat(chatId);
        const found = messages.find(({ authorId, toClient }) => toClient && bots.includes(authorId));
        if (found === undefined) return;
        stop();
        resolve(found.text);
      };
      const stop = portal.control.on(look);
      look();
    });
  }

  /** What holds for each journey: an answer, in few steps, with dialogs seen whole, nodes without a mistake, no secret told. */
  async function assertArrived(most: number): Promise<void> {
    const answer = await answerTo("Hello!");
    await newcomer.end();
    const triangles = await newcomer.triangles();
    const { text: flows } = await editor.nodeRed.request("flows");
    const { steps, cut } = newcomer;
    assert.equal(answer, "Hello!");
    assert.ok(steps.length <= most, `${steps.length} steps: ${steps.join("; ")}`);
    assert.deepEqual(cut, []);
    assert.equal(triangles, 0);
    assert.ok(!flows.includes(portal.secret));
  }

  for (const look of LOOKS) {
    it(`takes sixteen steps from an empty flow and a webhook: ${lookName(look)}`, async () => {
      await openPortal();
      await begin(look, "straight");
      await newcomer.fill("webhookUrl", portal.webhookUrl);
      await newcomer.press("portal.test.button");
      await makeBot(look);
      await newcomer.closeBoth("configAdd");
      await drawAnswer();
      await newcomer.reads("status.connected");
      await assertArrived(16);
    });
  }

  for (const look of LOOKS.filter(({ dark }) => !dark)) {
    it(`is reached with the portal away at first: ${lookName(look)}`, async () => {
      await openPortal();
      const { webhookUrl, secret, url } = portal;
      await portal.close();
      await begin(look, "away");
      await newcomer.fill("webhookUrl", webhookUrl);
      await newcomer.press("portal.test.button");
      await newcomer.reads("errors.CONNECTION_FAILED.title");
      await newcomer.reads("portal.hint.away");
      await newcomer.fill("botName", BOT[look.language]);
      await newcomer.closeBoth("configAdd");
      await drawAnswer();
      await newcomer.reads("status.unreachable");
      await openPortal({ port: Number(new URL(url).port), secret });
      await newcomer.reads("status.connected");
      await newcomer.open(EVENT);
      await newcomer.openPortal("pencil");
      await newcomer.unfold("portal.section.lines");
      await newcomer.reads("portal.lines.tick");
      await putOnLine(look);
      await newcomer.closeBoth("configUpdate");
      await assertArrived(20);
    });

    it(`is reached with a permission missing at first: ${lookName(look)}`, async () => {
      await openPortal();
      portal.control.configure({ scopes: ["imopenlines", "user"] });
      await begin(look, "permission");
      await newcomer.fill("webhookUrl", portal.webhookUrl);
      await newcomer.press("portal.test.button");
      await newcomer.reads("portal.test.missing", { name: newcomer.words("portal.scope.imbot") });
      await newcomer.reads("portal.test.missingHint");
      portal.control.configure({ scopes: ["imopenlines", "imbot", "user"] });
      await newcomer.press("portal.test.button");
      await makeBot(look);
      await newcomer.closeBoth("configAdd");
      await drawAnswer();
      await assertArrived(17);
    });

    it(`is reached with a mistyped webhook at first: ${lookName(look)}`, async () => {
      await openPortal();
      await begin(look, "mistyped");
      await newcomer.fill("webhookUrl", portal.webhookUrl.replace(/.\/$/, "/"));
      await newcomer.press("portal.test.button");
      await newcomer.reads("errors.INVALID_CREDENTIALS.title");
      await newcomer.reads("errors.INVALID_CREDENTIALS.hint");
      await newcomer.fill("webhookUrl", portal.webhookUrl);
      await newcomer.press("portal.test.button");
      await makeBot(look);
      await newcomer.closeBoth("configAdd");
      await drawAnswer();
      await assertArrived(18);
    });
  }
});
