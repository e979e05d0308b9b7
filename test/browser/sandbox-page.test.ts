import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { chromium, type Browser, type Page } from "playwright-core";
import { SAMPLE_BOT, startSandbox, type ChatView, type Sandbox } from "../../sandbox/index";
import { needChromium } from "../support/editor";
import { readText } from "../support/project";

const axe = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

interface Visit {
  language?: string;
  dark?: boolean;
  width?: number;
  height?: number;
}

describe("the practice portal's page in a real browser", function () {
  this.timeout(60_000);
  let browser: Browser;
  let sandbox: Sandbox;
  let page: Page;
  let problems: string[];

  before(async function () {
    const executablePath = needChromium(this);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });

  after(async () => browser?.close());

  beforeEach(async () => {
    sandbox = await startSandbox({ requestLimit: "standard" });
    problems = [];
  });

  afterEach(async () => {
    await page?.context().close();
    await sandbox?.close();
  });

  async function visit({ language = "en-US", dark = false, width = 1280, height = 800 }: Visit = {}): Promise<void> {
    const context = await browser.newContext({
      locale: language,
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
    });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== sandbox.url) problems.push(`asked for ${request.url()}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(sandbox.url);
    await page.locator("#dialogs .dialog").first().waitFor({ state: "attached" });
  }

  const seen = (selector: string, text: string | RegExp): Promise<void> =>
    page.locator(selector, { hasText: text }).first().waitFor();

  /** Texts of all elements, once the given one is among them. */
  async function textsWith(selector: string, text: string): Promise<string[]> {
    await seen(selector, text);
    return page.locator(selector).allTextContents();
  }

  function chatOf(client: string): ChatView {
    const chat = sandbox.control.chats().find((entry) => entry.client === client);
    assert.ok(chat, `no dialog of ${client}`);
    return chat;
  }

  async function rest(method: string, parameters: object): Promise<number> {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(parameters);
    const answer = await fetch(sandbox.webhookUrl + method, { method: "POST", headers, body });
    await answer.text();
    return answer.status;
  }

  function botSays(chat: ChatView, fields: object): Promise<number> {
    const botId = sandbox.control.state().bots[0]?.id;
    return rest("imbot.v2.Chat.Message.send", {
      ...{ botId, botToken: SAMPLE_BOT.token },
      dialogId: `chat${chat.id}`,
      fields,
    });
  }

  async function addClient(name: string, line: string, connector: string): Promise<void> {
    await page.click("#client-new");
    await page.fill("#client-form [name=client]", name);
    await page.selectOption("#client-form [name=line]", { label: line });
    await page.selectOption("#client-form [name=connector]", connector);
    await page.click("#client-form [type=submit]");
  }

  async function type(form: string, text: string): Promise<void> {
    await page.fill(`${form} textarea`, text);
    await page.press(`${form} textarea`, "Enter");
  }

  it("opens a dialog on both sides with a new client's first message", async () => {
    await visit();
    await addClient("Emma Braun", "Sales", "telegrambot");
    await type("#client-answer", "Good morning");
    await seen("#client-messages .own", "Good morning");
    await seen("#portal-messages .theirs", "Good morning");
    await page.locator("#portal-messages .system").first().waitFor();
    const entry = page.locator(".dialog[aria-current]");
    const owner = await entry.locator(".badge").getAttribute("data-owner");
    const name = await entry.locator(".dialog-name").textContent();
    const left = await page.inputValue("#client-answer textarea");
    const client = await page.locator("#client-messages").textContent();
    const chat = chatOf("Emma Braun");
    assert.deepEqual([chat.connector, chat.line, chat.owner], ["telegrambot", 2, "bot"]);
    assert.deepEqual([name, owner, left], ["Emma Braun", "bot", ""]);
    assert.doesNotMatch(client ?? "", /Conversation/, "what the system says stays inside");
    assert.deepEqual(problems, []);
  });

  it("carries an operator's answer to the client, takes over and finishes", async () => {
    await visit();
    await page.selectOption("#operator-answer select", { label: "Ivan Petrov" });
    await page.click("#take-over");
    await seen("#dialog-owner", "Ivan Petrov");
    await type("#operator-answer", "I am looking for it");
    await seen("#client-messages .theirs", "I am looking for it");
    const taken = chatOf("Olga Sommer");
    const author = await page.locator("#client-messages .theirs .author").last().textContent();
    await page.click("#finish");
    await page.locator('#dialog-owner[data-owner="closed"]').waitFor();
    const disabled = await page.isDisabled("#finish");
    const listed = await page.locator(".dialog .badge").getAttribute("data-owner");
    assert.deepEqual([taken.owner, author], ["human", "Ivan Petrov"]);
    assert.equal(chatOf("Olga Sommer").owner, "closed");
    assert.deepEqual([disabled, listed], [true, "closed"]);
    assert.deepEqual(problems, []);
  });

  it("shows a bot's message as each side would see it, and nothing of it as HTML", async () => {
    await visit();
    const chat = chatOf("Olga Sommer");
    await botSays(chat, {
      message:
        '[b]Bold[/b] <img src=x onerror="document.title=1"> [url=javascript:alert(1)]no[/url] https://example.com/a.',
      attach: [{ MESSAGE: "Order <b>1</b>" }, { LINK: { LINK: "https://example.com/b", NAME: "Track" } }],
      keyboard: [{ TEXT: "Yes", ACTION: "SEND", ACTION_VALUE: "yes" }],
    });
    await seen("#client-messages .theirs", "Bold");
    await seen("#portal-messages .bot", "Bold");
    const html = await page.locator("#client-messages .theirs .text").innerHTML();
    const links = await page.locator("#client-messages .theirs a").evaluateAll((list) => list.map(String));
    const attach = await page.locator("#client-messages .attach").innerText();
    const pressed = await page.locator("#portal-messages .key").allTextContents();
    const forClient = await page.locator("#client-messages .key").count();
    const note = await page.locator("#client-messages .not-delivered").textContent();
    assert.match(html, /^<b>Bold<\/b> &lt;img src=x/);
    assert.match(html, /\[url=javascript:alert\(1\)\]no\[\/url\]/);
    assert.deepEqual(links, ["https://example.com/a", "https://example.com/b"]);
    assert.equal(attach.replace(/\s+/g, " "), "Order <b>1</b> Track");
    assert.deepEqual([pressed, forClient, note], [["Yes"], 0, "1 button is not shown to the client"]);
    assert.deepEqual(problems, []);
  });

  it("makes harmless elements of any markup whatever", async () => {
    await visit();
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
    const found = await page.evaluate<{ names: string[]; links: string[]; styles: string[] }>(
      `import("/js/bb.js").then(({ rich, plain }) => {
         const nodes = ${JSON.stringify(texts)}.flatMap((text) => (plain(text), [...rich(text).querySelectorAll("*")]));
         const unique = (list) => [...new Set(list)].filter(Boolean).sort();
         return {
           names: unique(nodes.map(({ localName }) => localName)),
           links: unique(nodes.map((node) => node.getAttribute("href"))),
           styles: unique(nodes.map((node) => node.getAttribute("style"))),
         };
       })`,
    );
    const allowed = ["a", "b", "blockquote", "br", "code", "span"];
    assert.deepEqual(
      found.names.filter((name) => !allowed.includes(name)),
      [],
    );
    assert.ok(found.names.length > 3 && found.links.length > 0, JSON.stringify(found));
    for (const address of found.links) assert.match(address, /^\/(?!\/)/);
    assert.deepEqual(found.styles, ["color: rgb(17, 34, 51);"]);
    assert.deepEqual(problems, []);
  });

  it("gives a messenger outside plain text", async () => {
    const { control } = sandbox;
    control.clientWrites({ line: 1, client: "Pavel Orlov", text: "Hi", connector: "telegrambot" });
    await botSays(chatOf("Pavel Orlov"), {
      message: "[b]Bold[/b] [url=https://example.com/a]here[/url]",
      attach: [{ GRID: [{ NAME: "Total", VALUE: "[b]5[/b] €", DISPLAY: "LINE" }] }],
    });
    await visit();
    await seen("#client-messages .theirs", "Bold");
    const text = await page.locator("#client-messages .theirs .text").textContent();
    const bold = await page.locator("#client-messages .theirs b").count();
    const attach = await page.locator("#client-messages .theirs .attach-text").textContent();
    assert.deepEqual([text, bold, attach], ["Bold here (https://example.com/a)", 0, "Total: 5 €"]);
  });

  it("says what the bot is doing until it has answered", async () => {
    await visit();
    const chat = chatOf("Olga Sommer");
    const botId = sandbox.control.state().bots[0]?.id;
    await rest("imbot.v2.Chat.InputAction.notify", {
      ...{ botId, botToken: SAMPLE_BOT.token, dialogId: `chat${chat.id}` },
      ...{ statusMessageCode: "IMBOT_AGENT_ACTION_SEARCHING", duration: 60 },
    });
    await seen("#client-typing", "Sandbox bot is searching…");
    await seen("#portal-typing", "Sandbox bot is searching…");
    await botSays(chat, { message: "Found it" });
    await seen("#client-messages .theirs", "Found it");
    await page.locator("#client-typing").waitFor({ state: "hidden" });
    assert.equal(await page.isHidden("#portal-typing"), true);
  });

  it("sends an operator away and calls another one", async () => {
    await visit();
    const maria = page.locator("#lines .line", { hasText: "Sales" }).locator(".person", { hasText: "Maria Silva" });
    await maria.focus();
    await page.keyboard.press("Space");
    await page.locator('.person[aria-pressed="true"]', { hasText: "Maria Silva" }).first().waitFor();
    const focused = await page.evaluate<string>("document.activeElement.textContent");
    await page.locator('.person[aria-pressed="true"]', { hasText: "Anna Weber" }).click();
    await page.locator('.person[aria-pressed="false"]', { hasText: "Anna Weber" }).waitFor();
    const online = sandbox.control.state().operators.filter((operator) => operator.online);
    assert.deepEqual(
      online.map(({ name }) => name),
      ["Alex", "Ivan", "Maria"],
    );
    assert.equal(focused, "Maria Silva", "the keyboard stays where it was");
  });

  it("switches a fault on and off", async () => {
    await visit();
    await page.selectOption("#fault-form [name=kind]", "html-503");
    await page.fill("#fault-form [name=method]", "profile");
    await page.selectOption("#fault-form [name=count]", "Infinity");
    await page.click("#fault-form [type=submit]");
    await seen("#faults li", "html-503");
    const struck = await rest("profile", {});
    await seen("#faults li", "struck 1 time");
    await seen("#log tr.bad", "not executed");
    const row = await page.locator("#log tr").first().textContent();
    await page.click("#faults .remove");
    await page.locator("#faults li").waitFor({ state: "detached" });
    const healed = await rest("profile", {});
    assert.deepEqual([struck, healed], [503, 200]);
    assert.match(row ?? "", /profile.*html-503.*503/);
    assert.deepEqual(sandbox.control.faults(), []);
  });

  it("logs each executed call with its code, its batch and its parameters, but no token", async () => {
    await visit();
    const botId = sandbox.control.state().bots[0]?.id;
    await rest("imbot.v2.Event.get", { botId, botToken: SAMPLE_BOT.token });
    await rest("batch", { halt: 0, cmd: { a: "profile", b: "imopenlines.bot.session.finish?CHAT_ID=0" } });
    await rest("imbot.v2.Chat.get", { botId, botToken: SAMPLE_BOT.token, dialogId: "chat999" });
    const methods = await textsWith("#log .call", "imbot.v2.Chat.get");
    await seen("#log .batch", "batch 2");
    const batch = await page.locator("#log tr", { has: page.locator(".batch") }).allTextContents();
    await page.uncheck("#log-polls");
    const all = await textsWith("#log .call", "imbot.v2.Event.get");
    await page.locator("#log .call", { hasText: "imbot.v2.Chat.get" }).click();
    const details = await page.locator("#log .details pre").textContent();
    await page.fill("#log-filter", "FINISH");
    await page.locator("#log .call", { hasText: "profile" }).waitFor({ state: "detached" });
    const filtered = await page.locator("#log .call").allTextContents();
    assert.deepEqual(methods, ["imbot.v2.Chat.get", "imopenlines.bot.session.finish", "profile"]);
    assert.deepEqual(all, [...methods, "imbot.v2.Event.get"]);
    assert.equal(batch.length, 2);
    assert.match(batch[0] ?? "", /200 CHAT_ID_EMPTY/);
    assert.match(details ?? "", /"dialogId": "chat999"/);
    assert.doesNotMatch(details ?? "", new RegExp(SAMPLE_BOT.token));
    assert.deepEqual(filtered, ["imopenlines.bot.session.finish"]);
  });

  it("keeps five hundred rows and messages at most", async () => {
    await visit();
    const chat = chatOf("Olga Sommer");
    sandbox.control.configure({ requestLimit: "off" });
    for (let round = 0; round < 11; round++) {
      const cmd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`c${index}`, "profile"]));
      await rest("batch", { cmd });
    }
    for (let at = 0; at < 510; at++) {
      sandbox.control.clientWrites({ line: 1, client: "Olga Sommer", text: `message ${at}` });
    }
    await seen("#client-messages .own", "message 509");
    await seen("#log-count", "550 executed");
    const rows = await page.locator("#log tr").count();
    const messages = await page.locator("#portal-messages > *").count();
    const atEnd = await page.evaluate<boolean>(
      `(() => { const list = document.getElementById("portal-messages");
         return list.scrollHeight - list.scrollTop - list.clientHeight < 5; })()`,
    );
    assert.equal(sandbox.control.chat(chat.id).messages.length > 510, true);
    assert.deepEqual([rows, messages, atEnd], [500, 500, true]);
  });

  it("shows the request counter and the events that wait", async () => {
    await visit();
    await Promise.all(Array.from({ length: 20 }, () => rest("profile", {})));
    await seen("#gauge-text", /\d+ of 50 · 20 requests, 20 calls/);
    sandbox.control.clientWrites({ line: 1, client: "Olga Sommer", text: "Anybody there?" });
    await seen("#queue-count", "3 waiting");
    const events = await textsWith("#queue li", "ONIMBOTV2MESSAGEADD");
    await page.selectOption("#limit", "off");
    await seen("#gauge-text", "Not limited");
    assert.equal(events.length, sandbox.control.events().queued.length);
    assert.equal(sandbox.control.settings().requestLimit, "off");
  });

  it("resets the portal with two presses, and says so when the portal refuses", async () => {
    await visit();
    await addClient("Emma Braun", "Support", "livechat");
    await type("#client-answer", "Hello");
    await seen(".dialog", "Emma Braun");
    sandbox.control.addFault({ kind: "hang" });
    await page.click("#reset");
    const asked = await page.textContent("#reset");
    const before = sandbox.control.chats().length;
    await page.click("#reset");
    await page.locator(".dialog", { hasText: "Emma Braun" }).waitFor({ state: "detached" });
    await page.fill("#fault-form [name=method]", "(");
    await page.click("#fault-form [type=submit]");
    await seen("#notice", "The portal refused");
    assert.equal(asked, "Reset everything?");
    assert.equal(before, 2);
    assert.equal(sandbox.control.chats().length, 1);
    assert.deepEqual(sandbox.control.faults(), []);
  });

  it("finds the portal again after it was away", async () => {
    await visit();
    const port = Number(new URL(sandbox.url).port);
    await sandbox.close();
    await seen("#connection.lost", "no connection");
    sandbox = await startSandbox({ port });
    sandbox.control.clientWrites({ line: 2, client: "Nina Laurent", text: "Back again?" });
    await seen(".dialog", "Nina Laurent");
    await seen("#connection", "connected");
    const names = await page.locator(".dialog-name").allTextContents();
    assert.deepEqual(names, ["Nina Laurent", "Olga Sommer"]);
  });

  it("speaks the browser's language, and the chosen one from then on", async () => {
    await visit({ language: "ru-RU" });
    const russian = await page.textContent("h1");
    await page.click('[data-language="en"]');
    await seen("h1", "Practice portal");
    await seen(".dialog .badge", "Bot");
    await page.reload();
    await seen("h1", "Practice portal");
    const language = await page.evaluate<string>("document.documentElement.lang");
    assert.deepEqual([russian, language], ["Учебный портал", "en"]);
  });

  for (const language of ["en-US", "ru-RU"])
    for (const dark of [false, true])
      it(`fits, has all texts and is accessible: ${language}${dark ? ", dark" : ""}`, async () => {
        await fillAllParts();
        await visit({ language, dark });
        await page.locator("#log .call").last().click();
        await page.locator("#log .details").waitFor();
        const background = await page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
        await page.evaluate(axe);
        problems.push(...(await accessibilityFaults()), ...(await untranslated()), ...(await tooWide()));
        await page.click("#client-new");
        for (const width of [900, 400]) {
          await page.setViewportSize({ width, height: 760 });
          for (const view of ["client", "portal", "traffic"]) {
            await page.click(`[data-view="${view}"]`);
            const name = `${view} at ${width}`;
            problems.push(
              ...[...(await accessibilityFaults()), ...(await tooWide())].map((text) => `${name}: ${text}`),
            );
          }
        }
        const [red = 0] = (/\d+/.exec(background) ?? []).map(Number);
        assert.equal(red < 100, dark);
        assert.deepEqual(problems, []);
      });

  async function fillAllParts(): Promise<void> {
    const { control } = sandbox;
    await botSays(chatOf("Olga Sommer"), {
      message: "1\n>>quoted\n[code]x[/code]",
      keyboard: [{ TEXT: "A", LINK: "/x" }],
    });
    control.clientWrites({ line: 2, client: "Pavel Orlov", text: "0", connector: "telegrambot" });
    control.clientWrites({
      line: 1,
      client: "Lukas Vogel",
      text: "Bye",
      files: [{ name: "a.jpg", size: 9, type: "image" }],
    });
    control.operatorFinishes(1, chatOf("Lukas Vogel").id);
    control.addFault({ kind: "html-200", method: "profile" });
    control.addFault({ kind: "slow", insideBatch: true, count: Infinity });
    await rest("profile", {});
    await rest("batch", { cmd: ["profile", "imopenlines.bot.session.finish"] });
  }

  async function accessibilityFaults(): Promise<string[]> {
    const violations = await page.evaluate<{ id: string; nodes: { target: string[] }[] }[]>(
      "axe.run().then(({ violations }) => violations)",
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  }

  /** Texts that are still nothing but their key. */
  const untranslated = (): Promise<string[]> =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll("body *")].flatMap((node) =>
         [...[...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data),
          node.title, node.getAttribute("aria-label"), node.getAttribute("placeholder")])
         .filter((text) => /^(?:page|view|client|connector|lines|dialogs|owner|dialog|status|typing|log|gauge|faults|fault|queue)\\.\\S+$/.test(text ?? ""))`,
    );

  const tooWide = (): Promise<string[]> =>
    page.evaluate<string[]>(
      `[document.documentElement, ...document.querySelectorAll(".panel, .panel *")]
         .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0
           && ["visible", "auto", "scroll"].includes(getComputedStyle(node).overflowX)
           && getComputedStyle(node).display !== "inline" && getComputedStyle(node).visibility === "visible")
         .map((node) => "too wide: " + node.tagName + "#" + node.id + "." + node.className)`,
    );
});

describe("the texts of the practice portal's page", () => {
  type Words = { [key: string]: string | Words };

  const read = (language: string): Words => JSON.parse(readText(`sandbox/page/locales/${language}.json`)) as Words;

  /** Plural forms differ between languages: such an entry counts as one text. */
  function leaves(words: Words, prefix = ""): [string, string | Words][] {
    return Object.entries(words).flatMap(([key, entry]): [string, string | Words][] =>
      typeof entry === "string" || "other" in entry ? [[prefix + key, entry]] : leaves(entry, `${prefix}${key}.`),
    );
  }

  const places = (entry: string | Words): string[] =>
    [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

  it("are complete in both languages, with the same values in them", () => {
    const english = leaves(read("en"));
    const russian = new Map(leaves(read("ru")));
    assert.deepEqual([...russian.keys()].sort(), english.map(([key]) => key).sort());
    for (const [key, entry] of english) assert.deepEqual(places(russian.get(key) ?? ""), places(entry), key);
  });

  it("have every plural form", () => {
    for (const language of ["en", "ru"]) {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const [key, entry] of leaves(read(language))) {
        if (typeof entry === "object") assert.deepEqual(Object.keys(entry).sort(), [...pluralCategories].sort(), key);
      }
    }
  });
});
