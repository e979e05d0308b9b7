import assert from "node:assert/strict";
import fc from "fast-check";
import { SAMPLE_BOT, startSandbox } from "../../sandbox/index";
import { eachWithPortalPage } from "../support/portal-page";

describe("the practice portal's page in a real browser", function () {
  this.timeout(60_000);
  const portalPage = eachWithPortalPage();

  it("opens a dialog on both sides with a new client's first message", async () => {
    const at = portalPage();
    await at.visit();
    await at.addClient("Emma Braun", "Sales", "telegrambot");
    await at.type("#client-answer", "Good morning");
    await at.seen("#client-messages .own", "Good morning");
    await at.seen("#portal-messages .theirs", "Good morning");
    await at.page.locator("#portal-messages .system").first().waitFor();
    const entry = at.page.locator(".dialog[aria-current]");
    const owner = await entry.locator(".badge").getAttribute("data-owner");
    const name = await entry.locator(".dialog-name").textContent();
    const left = await at.page.inputValue("#client-answer textarea");
    const client = await at.page.locator("#client-messages").textContent();
    const chat = at.chatOf("Emma Braun");
    assert.deepEqual([chat.connector, chat.line, chat.owner], ["telegrambot", 2, "bot"]);
    assert.deepEqual([name, owner, left], ["Emma Braun", "bot", ""]);
    assert.doesNotMatch(client ?? "", /Conversation/, "what the system says stays inside");
    assert.deepEqual(at.problems, []);
  });

  it("carries an operator's answer to the client, takes over and finishes", async () => {
    const at = portalPage();
    await at.visit();
    await at.page.selectOption("#operator-answer select", { label: "Ivan Petrov" });
    await at.page.click("#take-over");
    await at.seen("#dialog-owner", "Ivan Petrov");
    await at.type("#operator-answer", "I am looking for it");
    await at.seen("#client-messages .theirs", "I am looking for it");
    const taken = at.chatOf("Olga Sommer");
    const author = await at.page.locator("#client-messages .theirs .author").last().textContent();
    await at.page.click("#finish");
    await at.page.locator('#dialog-owner[data-owner="closed"]').waitFor();
    const disabled = await at.page.isDisabled("#finish");
    const listed = await at.page.locator(".dialog .badge").getAttribute("data-owner");
    assert.deepEqual([taken.owner, author], ["human", "Ivan Petrov"]);
    assert.equal(at.chatOf("Olga Sommer").owner, "closed");
    assert.deepEqual([disabled, listed], [true, "closed"]);
    assert.deepEqual(at.problems, []);
  });

  it("shows a bot's message as each side would see it, and nothing of it as HTML", async () => {
    const at = portalPage();
    await at.visit();
    const chat = at.chatOf("Olga Sommer");
    await at.botSays(chat, {
      message:
        '[b]Bold[/b] <img src=x onerror="document.title=1"> [url=javascript:alert(1)]no[/url] https://example.com/a.',
      attach: [{ MESSAGE: "Order <b>1</b>" }, { LINK: { LINK: "https://example.com/b", NAME: "Track" } }],
      keyboard: [{ TEXT: "Yes", ACTION: "SEND", ACTION_VALUE: "yes" }],
    });
    await at.seen("#client-messages .theirs", "Bold");
    await at.seen("#portal-messages .bot", "Bold");
    const html = await at.page.locator("#client-messages .theirs .text").innerHTML();
    const links = await at.page.locator("#client-messages .theirs a").evaluateAll((list) => list.map(String));
    const attach = await at.page.locator("#client-messages .attach").innerText();
    const keys = await at.page.locator("#portal-messages .key").allTextContents();
    const forClient = await at.page.locator("#client-messages .key").count();
    const note = await at.page.locator("#portal-messages .inside").textContent();
    assert.match(html, /^<b>Bold<\/b> &lt;img src=x/);
    assert.match(html, /\[url=javascript:alert\(1\)\]no\[\/url\]/);
    assert.deepEqual(links, ["https://example.com/a", "https://example.com/b"]);
    assert.equal(attach.replace(/\s+/g, " "), "Order <b>1</b> Track");
    assert.deepEqual([keys, forClient, note], [["Yes"], 0, "The client does not get the buttons"]);
    assert.deepEqual(at.problems, []);
  });

  it("makes harmless elements of any markup whatever", async () => {
    const at = portalPage();
    await at.visit();
    const tags = [
      "b",
      "url",
      "url=/a",
      "url=javascript:x",
      "url=//x.y",
      "code",
      "img",
      "color=#123",
      "color=red;x",
      "send=1",
    ];
    const rest = [
      "[icon=/a.png title=x]",
      "[timestamp=1]",
      "[disk=3]",
      "[br]",
      "#BR#",
      "\n>>",
      "\n------\n",
      "<i>",
      "]",
      "[",
    ];
    const parts = [
      ...tags.map((tag) => `[${tag}]`),
      ...tags.map((tag) => `[/${tag.split("=")[0]}]`),
      ...rest,
      "text",
      " ",
    ];
    const texts = fc.sample(
      fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((list) => list.join("")),
      400,
    );
    const chat = at.chatOf("Olga Sommer");
    const [operator] = at.sandbox.control.state().operators;
    for (const text of texts) at.sandbox.control.operatorWrites(operator?.id ?? 0, chat.id, text);
    at.sandbox.control.operatorWrites(operator?.id ?? 0, chat.id, "The last one");
    await at.seen("#portal-messages .text", "The last one");
    await at.seen("#client-messages .text", "The last one");
    const found = await at.page.evaluate<{ names: string[]; links: string[]; styles: string[] }>(
      `(() => {
         const nodes = [...document.querySelectorAll(".messages .text *")];
         const unique = (list) => [...new Set(list)].filter(Boolean).sort();
         return {
           names: unique(nodes.map(({ localName }) => localName)),
           links: unique(nodes.map((node) => node.getAttribute("href"))),
           styles: unique(nodes.map((node) => node.getAttribute("style"))),
         };
       })()`,
    );
    const allowed = ["a", "b", "blockquote", "br", "code", "span"];
    assert.deepEqual(
      found.names.filter((name) => !allowed.includes(name)),
      [],
    );
    assert.ok(found.names.length > 3 && found.links.length > 0, JSON.stringify(found));
    for (const address of found.links) assert.match(address, /^\/(?!\/)/);
    assert.deepEqual(found.styles, ["color: rgb(17, 34, 51);"]);
    assert.deepEqual(at.problems, []);
  });

  it("gives a messenger outside plain text", async () => {
    const at = portalPage();
    const { control } = at.sandbox;
    control.clientWrites({ line: 1, client: "Pavel Orlov", text: "Hi", connector: "telegrambot" });
    await at.botSays(at.chatOf("Pavel Orlov"), {
      message: "[b]Bold[/b] [url=https://example.com/a]here[/url]",
      attach: [{ GRID: [{ NAME: "Total", VALUE: "[b]5[/b] €", DISPLAY: "LINE" }] }],
    });
    await at.visit();
    await at.seen("#client-messages .theirs", "Bold");
    const text = await at.page.locator("#client-messages .theirs .text").innerText();
    const bold = await at.page.locator("#client-messages .theirs b").count();
    const links = await at.page.locator("#client-messages .theirs a").allTextContents();
    const expected = "Bold here (https://example.com/a)\nTotal: 5 €";
    assert.deepEqual([text, bold, links], [expected, 0, ["https://example.com/a"]]);
  });

  it("says what the bot is doing until it has answered: in full inside, plainly to the client", async () => {
    const at = portalPage();
    await at.visit();
    const chat = at.chatOf("Olga Sommer");
    const botId = at.sandbox.control.state().bots[0]?.id;
    await at.rest("imbot.v2.Chat.InputAction.notify", {
      ...{ botId, botToken: SAMPLE_BOT.token, dialogId: `chat${chat.id}` },
      ...{ statusMessageCode: "IMBOT_AGENT_ACTION_SEARCHING", duration: 60 },
    });
    await at.seen("#client-typing", "Sandbox bot is typing…");
    await at.seen("#portal-typing", "Sandbox bot is searching…");
    await at.botSays(chat, { message: "Found it" });
    await at.seen("#client-messages .theirs", "Found it");
    await at.page.locator("#client-typing").waitFor({ state: "hidden" });
    assert.equal(await at.page.isHidden("#portal-typing"), true);
  });

  it("resets the portal with two presses, and says so when the portal refuses", async () => {
    const at = portalPage();
    await at.visit();
    await at.addClient("Emma Braun", "Support", "livechat");
    await at.type("#client-answer", "Hello");
    await at.seen(".dialog", "Emma Braun");
    at.sandbox.control.addFault({ kind: "hang" });
    await at.page.click("#reset");
    const asked = await at.page.textContent("#reset");
    const before = at.sandbox.control.chats().length;
    await at.page.click("#reset");
    await at.page.locator(".dialog", { hasText: "Emma Braun" }).waitFor({ state: "detached" });
    await at.page.fill("#fault-form [name=method]", "(");
    await at.page.click("#fault-form [type=submit]");
    await at.seen("#notice", "The portal refused");
    assert.equal(asked, "Reset everything?");
    assert.equal(before, 2);
    assert.equal(at.sandbox.control.chats().length, 1);
    assert.deepEqual(at.sandbox.control.faults(), []);
  });

  it("finds the portal again after it was away", async () => {
    const at = portalPage();
    await at.visit();
    const port = Number(new URL(at.sandbox.url).port);
    await at.sandbox.close();
    await at.seen("#connection.lost", "no connection");
    at.sandbox = await startSandbox({ port });
    at.sandbox.control.clientWrites({ line: 2, client: "Nina Laurent", text: "Back again?" });
    await at.seen(".dialog", "Nina Laurent");
    await at.seen("#connection", "connected");
    const names = await at.page.locator(".dialog-name").allTextContents();
    assert.deepEqual(names, ["Nina Laurent", "Olga Sommer"]);
  });
});
