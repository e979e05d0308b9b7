import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import {
  freshNode,
  needChromium,
  openDialog,
  openPortalDialog,
  overflow,
  screenshot,
  startEditor,
  type Editor,
} from "../support/editor";
import { nodeRedPackage } from "../support/node-red";

const axe = createRequire(__filename).resolve("axe-core/axe.min.js");
const MOST_STEPS = 20;

const field = (name: string): string => `#node-config-input-${name}`;
const lineTick = (id: number): string => `#b24-line-${id}`;
const texts = (page: Page, list: string): Promise<string[]> => page.locator(`${list} > li`).allInnerTexts();

/** Waits until a list of results holds a text. */
async function told(page: Page, list: string, words: string | RegExp): Promise<void> {
  await page.locator(`${list} > li`, { hasText: words }).first().waitFor();
}

interface Violation {
  id: string;
  nodes: { target: string[] }[];
}

/** What axe finds in the dialog on top. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  const violations = await page.evaluate<Violation[]>(
    `axe.run([...document.querySelectorAll(".red-ui-tray .b24-form")].at(-1)).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

describe("the portal's dialog in a real browser", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let chromium: string;
  let editor: Editor;
  let page: Page;
  let line = 0;

  before(function () {
    chromium = needChromium(this);
  });

  beforeEach(async () => {
    sandbox = await startSandbox({ blank: true });
    const operator = sandbox.control.addOperator({ name: "Anna", lastName: "Weber", online: true });
    line = sandbox.control.addLine({ name: "Support", queue: [operator] });
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed" && !page.isClosed()) await screenshot(page, "failed");
    await page?.context().close();
    await editor?.close();
    await sandbox.close();
  });

  const tab = { id: "tab", type: "tab", label: "Flow" };

  /** A flow with an event node whose portal is not set up yet, and the portal's dialog open above it. */
  async function openNewPortal(look: { language?: string; dark?: boolean } = {}): Promise<void> {
    const event = freshNode("event", "bitrix24-event", { portal: "portal" });
    editor = await startEditor(chromium, { flows: [tab, freshNode("portal", "bitrix24-portal"), event] });
    page = await editor.visit(look);
    await openDialog(page, "event");
    await openPortalDialog(page);
  }

  /** Resolves when the client's dialog holds a message of the bot for the client. */
  function answer(chatId: number): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        const bots = sandbox.control.state().bots.map(({ id }) => id);
        const found = sandbox.control
          .chat(chatId)
          .messages.find(({ authorId, toClient }) => toClient && bots.includes(authorId));
        if (found === undefined) return;
        stop();
        resolve(found.text);
      };
      const stop = sandbox.control.on(look);
      look();
    });
  }

  it("leads from an empty flow and a webhook to the first answer in less than twenty steps", async () => {
    editor = await startEditor(chromium, { flows: [tab] });
    page = await editor.visit();
    page.setDefaultTimeout(10_000);
    const steps: string[] = [];
    const step = async (name: string, act: () => Promise<unknown>): Promise<void> => {
      steps.push(name);
      await act();
    };
    const chart = page.locator("#red-ui-workspace-chart");
    const node = (at: number) => page.locator(".red-ui-flow-node-group").nth(at);
    const quickAdd = async (name: string, x: number): Promise<void> => {
      await step(`${name}: Ctrl and click`, () => chart.click({ position: { x, y: 200 }, modifiers: ["Control"] }));
      await step(`${name}: type its name, Enter`, async () => {
        await page.locator(".red-ui-type-search input").pressSequentially(name);
        await page.waitForFunction("$('.red-ui-type-search li:visible').length === 1");
        await page.keyboard.press("Enter");
      });
      await page.locator(".red-ui-type-search").waitFor({ state: "hidden" });
    };

    await quickAdd("bitrix24-event", 200);
    await page.keyboard.press("Escape");
    await step("open the event node", () => node(0).dblclick());
    await page.locator("#node-input-btn-portal-add").waitFor();
    await step("add a portal", () => page.click("#node-input-btn-portal-add"));
    await page.locator("#b24-test").waitFor();
    await step("paste the webhook", () => page.fill(field("webhookUrl"), sandbox.webhookUrl));
    await step("Test", () => page.click("#b24-test"));
    await told(page, "#b24-test-result", "Permissions are complete");
    await step("name of the bot", () => page.fill(field("botName"), "Help desk"));
    await step("Create", () => page.click("#b24-repair"));
    await step("tick the line", () => page.check(lineTick(line)));
    await told(page, "#b24-lines-result", "nobody → Help desk");
    await step("Apply", () => page.click("#b24-lines-apply"));
    await told(page, "#b24-lines-result", "Applied");
    await screenshot(page, `steps-${nodeRedPackage}`);
    const fits = (await overflow(page)) === 0;
    await step("Add", () => page.click("#node-config-dialog-ok"));
    await page.locator("#b24-test").waitFor({ state: "detached" });
    await step("Done", () => page.click("#node-dialog-ok"));
    await page.locator("#dialog-form").waitFor({ state: "detached" });
    await quickAdd("bitrix24-send", 460);
    await page.keyboard.press("Escape");
    await step("draw the wire", () =>
      node(0).locator(".red-ui-flow-port-output").first().dragTo(node(1).locator(".red-ui-flow-port-input")),
    );
    await step("open the send node", () => node(1).dblclick());
    await page.locator("#node-input-portal").waitFor();
    await step("choose the portal", () => page.selectOption("#node-input-portal", { index: 0 }));
    const chosen = await page.inputValue("#node-input-portal");
    await step("Done", () => page.click("#node-dialog-ok"));
    await page.locator("#dialog-form").waitFor({ state: "detached" });
    await step("Deploy", () => page.click("#red-ui-header-button-deploy"));
    await page.waitForFunction("!RED.nodes.dirty()");

    const { chatId } = sandbox.control.clientWrites({ line, client: "Olga", text: "Hello!" });
    const text = await answer(chatId);
    const { text: flows } = await editor.nodeRed.request("flows");
    assert.notEqual(chosen, "_ADD_");
    assert.equal(text, "Hello!");
    assert.equal(fits, true);
    assert.ok(steps.length < MOST_STEPS, `${steps.length} steps: ${steps.join("; ")}`);
    assert.ok(!flows.includes(sandbox.secret));
    console.log(`      ${steps.length} steps`);
  });

  const LOOKS = [
    { language: "en-US", dark: false },
    { language: "ru", dark: false },
    ...(nodeRedPackage === "node-red-5" ? [{ language: "en-US", dark: true }] : []),
  ];

  for (const look of LOOKS) {
    const name = `${look.language}${look.dark ? "-dark" : ""}`;

    it(`fits without scrolling and is accessible in every state: ${name}`, async () => {
      sandbox.control.addLine({ name: "Sales", active: false });
      sandbox.control.addLine({ name: "A line with a rather long name for the department of returns" });
      sandbox.control.configure({ scopes: ["imbot", "imopenlines"] });
      await openNewPortal(look);
      await page.addScriptTag({ path: axe });
      const faults: string[] = [];
      const inspect = async (state: string): Promise<void> => {
        await screenshot(page, `${nodeRedPackage}-${name}-${state}`);
        if ((await overflow(page)) > 0) faults.push(`${state} does not fit`);
        for (const fault of await accessibilityFaults(page)) faults.push(`${state}: ${fault}`);
      };
      await inspect("empty");
      await page.fill(field("webhookUrl"), sandbox.webhookUrl);
      await page.click("#b24-test");
      await told(page, "#b24-test-result", "(user)");
      await inspect("tested");
      await page.fill(field("botName"), look.language === "ru" ? "Служба поддержки" : "Support service");
      await page.press(field("botName"), "Tab");
      await page.click("#b24-repair");
      await page.locator(lineTick(line)).waitFor();
      await page.check(lineTick(line));
      await page.locator("#b24-lines-apply[aria-disabled=false]").waitFor();
      await inspect("preview");
      await page.click("#b24-lines-apply");
      await page.locator("#b24-lines-result .fa-check").waitFor();
      await inspect("applied");
      await page.click("#b24-advanced > summary");
      await page.selectOption(field("eventMode"), "webhook");
      await page.fill(field("publicUrl"), "https://nodered.example.com");
      await inspect("advanced");
      const code = await page.inputValue(field("botCode"));
      const strange = await page
        .locator("#node-config-dialog-edit-form .b24-form")
        .evaluate((form) => /portal\.|bitrix24-portal|__/.exec((form as unknown as { innerText: string }).innerText));
      assert.deepEqual(faults, []);
      assert.equal(strange, null);
      assert.equal(code, look.language === "ru" ? "sluzhba_podderzhki" : "support_service");
    });
  }

  it("names a wrong webhook, a portal that is away and a missing permission next to the button", async () => {
    const gone = await startSandbox({ blank: true });
    await gone.close();
    await openNewPortal();
    const results: string[] = [];
    const test = async (webhook: string): Promise<void> => {
      await page.fill(field("webhookUrl"), webhook);
      await page.click("#b24-test");
      await page.locator("#b24-test-result .fa-times-circle").waitFor();
      results.push((await texts(page, "#b24-test-result")).join("\n"));
    };
    await test("https://portal.example/company/");
    await test(`${sandbox.url}/rest/1/wrongwrongwrong/`);
    await test(gone.webhookUrl);
    await screenshot(page, `${nodeRedPackage}-away`);
    sandbox.control.configure({ scopes: ["imopenlines", "user"] });
    await test(sandbox.webhookUrl);
    await screenshot(page, `${nodeRedPackage}-permission`);
    await page.fill(field("botName"), "Help desk");
    await page.press(field("botName"), "Tab");
    await page.click("#b24-repair");
    await told(page, "#b24-bot-result", "lacks a permission");
    const opened = await page.locator("#b24-lines").evaluate((step) => step.hasAttribute("open"));
    const patterns = [/no webhook address.*\n.*Inbound webhook/, /unknown to the portal/, /could not be reached/];
    for (const [at, pattern] of patterns.entries()) assert.match(results[at] ?? "", pattern);
    assert.match(results[3] ?? "", /Missing permission: Create and manage chat bots \(imbot\)\s+On the portal/);
    assert.equal(opened, false);
  });

  it("says why a bot cannot be made, and lets everything be typed by hand with the portal away", async () => {
    await openNewPortal();
    const foreign = { code: "help_desk", botToken: "somebody-elses-token", properties: { name: "Foreign" } };
    await fetch(`${sandbox.webhookUrl}imbot.v2.Bot.register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ fields: { ...foreign, type: "openline" } }),
    });
    await page.fill(field("webhookUrl"), sandbox.webhookUrl);
    await page.fill(field("botName"), "Help desk");
    await page.press(field("botName"), "Tab");
    await page.click("#b24-repair");
    await told(page, "#b24-bot-result", "already uses this code");
    const taken = await texts(page, "#b24-bot-result");
    await page.fill(field("botToken"), "x".repeat(41));
    await page.click("#b24-repair");
    await told(page, "#b24-bot-result", "longer than 40");
    await page.fill(field("botToken"), "");
    await sandbox.close();
    await page.click("#b24-lines > summary");
    await told(page, "#b24-lines-result", "could not be reached");
    await page.click("#node-config-dialog-ok");
    await page.locator("#b24-test").waitFor({ state: "detached" });
    await page.click("#node-dialog-ok");
    await page.locator("#dialog-form").waitFor({ state: "detached" });
    await page.click("#red-ui-header-button-deploy");
    await page.waitForFunction("!RED.nodes.dirty()");
    const { text } = await editor.nodeRed.request("flows");
    const credentials = (await editor.nodeRed.request("credentials/bitrix24-portal/portal")).json<object>();
    const saved = (JSON.parse(text) as Record<string, unknown>[]).find(({ id }) => id === "portal");
    assert.match(taken.join(), /Choose another bot code/);
    assert.deepEqual([saved?.["botName"], saved?.["botCode"]], ["Help desk", "help_desk"]);
    assert.deepEqual(credentials, {
      ...{ has_webhookUrl: true, has_botToken: true },
      ...{ has_clientId: false, has_clientSecret: false },
    });
  });

  it("works with the keyboard alone, and gives a line back that is unticked", async () => {
    await openNewPortal();
    const tabTo = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses++) {
        if (await page.locator(selector).evaluate((element) => element.matches(":focus"))) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`${selector} cannot be reached with Tab`);
    };
    await page.focus(field("name"));
    await tabTo(field("webhookUrl"));
    await page.keyboard.insertText(sandbox.webhookUrl);
    await tabTo("#b24-test");
    await page.keyboard.press("Enter");
    await told(page, "#b24-test-result", "Permissions are complete");
    await tabTo(field("botName"));
    await page.keyboard.type("Help desk");
    await tabTo("#b24-repair");
    await page.keyboard.press("Space");
    await page.locator(lineTick(line)).waitFor();
    await tabTo(lineTick(line));
    await page.keyboard.press("Space");
    await tabTo(`tr:has(${lineTick(line)}) [data-name=join]`);
    await page.keyboard.press("ArrowDown");
    await tabTo(`tr:has(${lineTick(line)}) [data-name=time]`);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("90");
    await tabTo("#b24-lines-apply");
    await told(page, "#b24-lines-result", "90 s");
    const before = sandbox.control.state().lines[0];
    await page.keyboard.press("Enter");
    await told(page, "#b24-lines-result", "Applied");
    const after = sandbox.control.state().lines[0];
    await page.locator(`${lineTick(line)}:checked`).waitFor();
    await page.focus("#b24-lines > summary");
    await tabTo(lineTick(line));
    await page.keyboard.press("Space");
    await told(page, "#b24-lines-result", "Help desk → nobody");
    await tabTo("#b24-lines-apply");
    await page.keyboard.press("Enter");
    await told(page, "#b24-lines-result", "Applied");
    const givenBack = sandbox.control.state().lines[0];
    const [bot] = sandbox.control.state().bots;
    assert.equal(before?.botEnabled, false);
    assert.deepEqual([after?.bot, after?.botEnabled, after?.botJoin, after?.botTime], [bot?.id, true, "first", 90]);
    assert.equal(givenBack?.botEnabled, false);
  });

  it("copies the address at which events arrive", async () => {
    await openNewPortal();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click("#b24-advanced > summary");
    await page.selectOption(field("eventMode"), "webhook");
    await page.fill(field("publicUrl"), "https://nodered.example.com/");
    await page.click("#b24-receiver-copy");
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    assert.equal(copied, "https://nodered.example.com/bitrix24/portal");
  });
});
