import assert from "node:assert/strict";
import { eachWithPortalPage, type PortalPage } from "../support/portal-page";

describe("the practice portal's page: open channels", function () {
  this.timeout(60_000);
  const portalPage = eachWithPortalPage();

  const TOKEN = "token-of-the-other-bot";

  /** A flow with a bot of its own is deployed. */
  async function register(at: PortalPage, code: string, name: string, type = "openline"): Promise<number> {
    const fields = { code, type, eventMode: "fetch", properties: { name } };
    const status = await at.rest("imbot.v2.Bot.register", { botToken: TOKEN, fields });
    const bot = at.sandbox.control.state().bots.find((entry) => entry.code === code);
    assert.ok(status === 200 && bot !== undefined, `${status}`);
    return bot.id;
  }

  const lineOf = (at: PortalPage, name: string) => at.sandbox.control.state().lines.find((line) => line.name === name);

  it("sends an operator away and calls another one", async () => {
    const at = portalPage();
    await at.visit();
    const maria = at.page.locator("#lines .line", { hasText: "Sales" }).locator(".person", { hasText: "Maria Silva" });
    await maria.focus();
    await at.page.keyboard.press("Space");
    await at.page.locator('.person[aria-pressed="true"]', { hasText: "Maria Silva" }).first().waitFor();
    const focused = await at.page.evaluate<string>("document.activeElement.textContent");
    await at.page.locator('.person[aria-pressed="true"]', { hasText: "Anna Weber" }).click();
    await at.page.locator('.person[aria-pressed="false"]', { hasText: "Anna Weber" }).waitFor();
    const online = at.sandbox.control.state().operators.filter((operator) => operator.online);
    assert.deepEqual(
      online.map(({ name }) => name),
      ["Alex", "Ivan", "Maria"],
    );
    assert.equal(focused, "Maria Silva", "the keyboard stays where it was");
  });

  it("puts another bot on a line by a click, which then gets the new dialogs there and nowhere else", async () => {
    const at = portalPage();
    await at.visit();
    const choice = at.page.getByLabel("Bot of the open channel Sales");
    const survey = await register(at, "survey", "Survey bot");
    await choice.locator("option", { hasText: "Survey bot" }).waitFor({ state: "attached" });
    await choice.selectOption({ label: "Survey bot" });
    await at.page.waitForFunction(`document.querySelectorAll('#lines select')[1].value === "${survey}"`);
    await at.addClient("Emma Braun", "Sales", "livechat");
    await at.type("#client-answer", "Good morning");
    await at.seen("#dialog-owner", "Bot");
    const joined = at.chatOf("Emma Braun").operatorId;
    const [support, sales] = ["Support", "Sales"].map((name) => lineOf(at, name)?.bot);
    assert.deepEqual([joined, sales], [survey, survey]);
    assert.notEqual(support, survey);
    assert.deepEqual(at.problems, []);
  });

  it("takes the bot off a line with the keyboard, which stays there", async () => {
    const at = portalPage();
    await at.visit();
    const choice = at.page.getByLabel("Bot of the open channel Support");
    await choice.focus();
    await at.page.keyboard.press("Home");
    await at.page.keyboard.press("Tab");
    await at.page.waitForFunction(`document.querySelector('#lines select').value === ""`);
    await at.page.keyboard.press("Shift+Tab");
    const focused = await at.page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    await at.addClient("Emma Braun", "Support", "livechat");
    await at.type("#client-answer", "Good morning");
    await at.page.locator('#dialog-owner[data-owner="waiting"]').waitFor();
    const line = lineOf(at, "Support");
    assert.deepEqual([line?.bot, line?.botEnabled], [null, false]);
    assert.equal(focused, "Bot of the open channel Support");
  });

  it("offers bots that know open channels, and tells namesakes apart", async () => {
    const at = portalPage();
    await register(at, "first", "Twin");
    await register(at, "second", "Twin");
    await register(at, "private", "Private bot", "bot");
    await at.visit();
    const offered = await at.page.getByLabel("Bot of the open channel Sales").locator("option").allTextContents();
    assert.deepEqual(offered, ["no bot", "Sandbox bot", "Twin (first)", "Twin (second)"]);
  });

  it("shows the present bot when the portal refuses the change", async () => {
    const at = portalPage();
    await at.visit();
    const choice = at.page.getByLabel("Bot of the open channel Support");
    const before = await choice.inputValue();
    await at.page.route("**/sandbox/api/updateLine", (route) => route.fulfill({ status: 400, body: '{"error":"no"}' }));
    await choice.selectOption("");
    await at.seen("#notice", "The portal refused: no");
    assert.equal(await choice.inputValue(), before);
    assert.equal(String(lineOf(at, "Support")?.bot), before);
  });
});
