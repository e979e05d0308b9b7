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
import { LOOKS, lookName, type Look } from "../support/newcomer";
import { nodeRedPackage } from "../support/node-red";

const axe = createRequire(__filename).resolve("axe-core/axe.min.js");

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
  async function openNewPortal(look: Partial<Look> = {}): Promise<void> {
    const event = freshNode("event", "bitrix24-event", { portal: "portal" });
    editor = await startEditor(chromium, { flows: [tab, freshNode("portal", "bitrix24-portal"), event] });
    page = await editor.visit(look);
    await openDialog(page, "event");
    await openPortalDialog(page);
  }

  async function makeBot(): Promise<void> {
    await page.fill(field("webhookUrl"), sandbox.webhookUrl);
    await page.fill(field("botName"), "Help desk");
    await page.press(field("botName"), "Tab");
    await page.click("#b24-repair");
  }

  for (const look of LOOKS) {
    const name = lookName(look);

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
      await page.fill(field("botId"), "7");
      await page.fill(field("botToken"), "x".repeat(15));
      await page.locator("#b24-token-note").waitFor();
      await inspect("weak token");
      for (const name of ["botToken", "botId"]) await page.fill(field(name), "");
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
    const patterns = [
      /not a webhook address.*\n.*Inbound webhook/,
      /does not know the webhook/,
      /could not reach.*\n.*the rest and deploy/,
    ];
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
    await makeBot();
    await told(page, "#b24-bot-result", "already uses this code");
    const taken = await texts(page, "#b24-bot-result");
    await page.fill(field("botToken"), "x".repeat(41));
    await page.click("#b24-repair");
    await told(page, "#b24-bot-result", "longer than 40");
    await page.fill(field("botToken"), "x".repeat(15));
    await page.click("#b24-repair");
    await told(page, "#b24-bot-result", "fewer than 16");
    await page.fill(field("botToken"), "");
    await sandbox.close();
    await page.click("#b24-lines > summary");
    await told(page, "#b24-lines-result", "could not reach");
    await page.click("#node-config-dialog-ok");
    await page.locator("#b24-test").waitFor({ state: "detached" });
    await page.click("#node-dialog-ok");
    await page.locator("#dialog-form").waitFor({ state: "detached" });
    await editor.deploy(page);
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
    // A new portal begins where it has to begin.
    await page.locator(`${field("webhookUrl")}:focus`).waitFor();
    await page.keyboard.insertText(sandbox.webhookUrl);
    await page.keyboard.press("Enter");
    await told(page, "#b24-test-result", "All permissions granted");
    await tabTo(field("botName"));
    await page.keyboard.type("Help desk");
    await page.keyboard.press("Enter");
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
    await told(page, "#b24-lines-result", "Help desk → no bot");
    await tabTo("#b24-lines-apply");
    await page.keyboard.press("Enter");
    await told(page, "#b24-lines-result", "Applied");
    const givenBack = sandbox.control.state().lines[0];
    const [bot] = sandbox.control.state().bots;
    assert.equal(before?.botEnabled, false);
    assert.deepEqual([after?.bot, after?.botEnabled, after?.botJoin, after?.botTime], [bot?.id, true, "first", 90]);
    assert.equal(givenBack?.botEnabled, false);
  });

  it("takes no ticks while lines are changed, and every one from the moment it says so", async () => {
    await openNewPortal();
    await makeBot();
    await page.check(lineTick(line));
    await told(page, "#b24-lines-result", "no bot → Help desk");
    sandbox.control.configure({ latencyMs: 300 });
    await page.click("#b24-lines-apply");
    const isHeld = await page.locator("#b24-lines-table[inert]").count();
    await told(page, "#b24-lines-result", "Applied");
    const holder = await page.locator(`tr:has(${lineTick(line)}) small`).innerText();
    await page.uncheck(lineTick(line), { timeout: 1_000 });
    await told(page, "#b24-lines-result", "Help desk → no bot");
    // No answer is on its way any more that could take the tick back.
    await page.waitForFunction("$.active === 0");
    const isTicked = await page.isChecked(lineTick(line));
    await page.click("#b24-lines-apply");
    await told(page, "#b24-lines-result", "Applied");
    assert.equal(isHeld, 1);
    assert.match(holder, /Help desk/);
    assert.equal(isTicked, false);
    assert.equal(sandbox.control.state().lines[0]?.botEnabled, false);
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
