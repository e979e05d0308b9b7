import assert from "node:assert/strict";
import { SAMPLE_BOT } from "../../sandbox/index";
import { eachWithPortalPage } from "../support/portal-page";

describe("the practice portal's page: requests, faults and events", function () {
  this.timeout(60_000);
  const portalPage = eachWithPortalPage();

  it("switches a fault on and off", async () => {
    const at = portalPage();
    await at.visit();
    await at.page.selectOption("#fault-form [name=kind]", "html-503");
    await at.page.fill("#fault-form [name=method]", "profile");
    await at.page.selectOption("#fault-form [name=count]", "Infinity");
    await at.page.click("#fault-form [type=submit]");
    await at.seen("#faults li", "html-503");
    const struck = await at.rest("profile", {});
    await at.seen("#faults li", "used 1 time");
    await at.seen("#log tr.bad", "not executed");
    const row = await at.page.locator("#log tr").first().textContent();
    await at.page.click("#faults .remove");
    await at.page.locator("#faults li").waitFor({ state: "detached" });
    const healed = await at.rest("profile", {});
    assert.deepEqual([struck, healed], [503, 200]);
    assert.match(row ?? "", /profile.*html-503.*503/);
    assert.deepEqual(at.sandbox.control.faults(), []);
  });

  it("logs each executed call with its code, its batch and its parameters, but no token", async () => {
    const at = portalPage();
    await at.visit();
    const botId = at.sandbox.control.state().bots[0]?.id;
    await at.rest("imbot.v2.Event.get", { botId, botToken: SAMPLE_BOT.token });
    await at.rest("batch", { halt: 0, cmd: { a: "profile", b: "imopenlines.bot.session.finish?CHAT_ID=0" } });
    await at.rest("imbot.v2.Chat.get", { botId, botToken: SAMPLE_BOT.token, dialogId: "chat999" });
    const methods = await at.textsWith("#log .call", "imbot.v2.Chat.get");
    await at.seen("#log .batch", "batch 2");
    const batch = await at.page.locator("#log tr", { has: at.page.locator(".batch") }).allTextContents();
    await at.page.uncheck("#log-polls");
    const all = await at.textsWith("#log .call", "imbot.v2.Event.get");
    await at.page.locator("#log .call", { hasText: "imbot.v2.Chat.get" }).click();
    const details = await at.page.locator("#log .details pre").textContent();
    await at.page.fill("#log-filter", "FINISH");
    await at.page.locator("#log .call", { hasText: "profile" }).waitFor({ state: "detached" });
    const filtered = await at.page.locator("#log .call").allTextContents();
    assert.deepEqual(methods, ["imbot.v2.Chat.get", "imopenlines.bot.session.finish", "profile"]);
    assert.deepEqual(all, [...methods, "imbot.v2.Event.get"]);
    assert.equal(batch.length, 2);
    assert.match(batch[0] ?? "", /200 CHAT_ID_EMPTY/);
    assert.match(details ?? "", /"dialogId": "chat999"/);
    assert.doesNotMatch(details ?? "", new RegExp(SAMPLE_BOT.token));
    assert.deepEqual(filtered, ["imopenlines.bot.session.finish"]);
  });

  it("keeps five hundred rows and messages at most", async () => {
    const at = portalPage();
    await at.visit();
    const chat = at.chatOf("Olga Sommer");
    at.sandbox.control.configure({ requestLimit: "off" });
    for (let round = 0; round < 11; round++) {
      const cmd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, "profile"]));
      await at.rest("batch", { cmd });
    }
    for (let count = 0; count < 510; count++) {
      at.sandbox.control.clientWrites({ line: 1, client: "Olga Sommer", text: `message ${count}` });
    }
    await at.seen("#client-messages .own", "message 509");
    await at.seen("#log-count", "550 executed");
    const rows = await at.page.locator("#log tr").count();
    const messages = await at.page.locator("#portal-messages > *").count();
    await at.page.setViewportSize({ width: 1280, height: 600 });
    const atEnd = await at.page.evaluate<boolean>(
      `(() => { const list = document.getElementById("portal-messages");
         return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
           resolve(list.scrollHeight - list.scrollTop - list.clientHeight < 5)))); })()`,
    );
    assert.equal(at.sandbox.control.chat(chat.id).messages.length > 510, true);
    assert.deepEqual([rows, messages, atEnd], [500, 500, true]);
  });

  it("shows the request counter and the events that wait", async () => {
    const at = portalPage();
    await at.visit();
    await Promise.all(Array.from({ length: 20 }, () => at.rest("profile", {})));
    await at.seen("#gauge-text", /\d+ of 50 · Requests: 20, calls: 20/);
    at.sandbox.control.clientWrites({ line: 1, client: "Olga Sommer", text: "Anybody there?" });
    await at.seen("#queue-count", "3 waiting");
    const events = await at.textsWith("#queue li", "ONIMBOTV2MESSAGEADD");
    await at.page.selectOption("#limit", "off");
    await at.seen("#gauge-text", "Not limited");
    assert.equal(events.length, at.sandbox.control.events().queued.length);
    assert.equal(at.sandbox.control.settings().requestLimit, "off");
  });
});
