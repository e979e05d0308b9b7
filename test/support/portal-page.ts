import assert from "node:assert/strict";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { SAMPLE_BOT, startSandbox, type ChatView, type Sandbox } from "../../sandbox/index";
import { needChromium } from "./editor";

export interface Visit {
  language?: string;
  dark?: boolean;
  width?: number;
  height?: number;
}

/** A practice portal and its page in Chromium, with what the tests of the page do to both. */
export class PortalPage {
  sandbox!: Sandbox;
  page!: Page;
  /** Errors on the page, refused requests, and requests to anywhere else. */
  problems: string[] = [];
  readonly #browser: Browser;
  #context: BrowserContext | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async start(): Promise<void> {
    this.sandbox = await startSandbox({ requestLimit: "standard" });
    this.problems = [];
  }

  async stop(): Promise<void> {
    await this.#context?.close();
    await this.sandbox.close();
  }

  async visit({ language = "en-US", dark = false, width = 1280, height = 800 }: Visit = {}): Promise<void> {
    this.#context = await this.#browser.newContext({
      locale: language,
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
    });
    this.page = await this.#context.newPage();
    this.page.setDefaultTimeout(10_000);
    this.page.on("pageerror", ({ message }) => this.problems.push(message));
    this.page.on("request", (request) => {
      if (new URL(request.url()).origin !== this.sandbox.url) this.problems.push(`asked for ${request.url()}`);
    });
    this.page.on("response", (response) => {
      if (response.status() >= 400) this.problems.push(`${response.status()} ${response.url()}`);
    });
    await this.page.goto(this.sandbox.url);
    await this.page.locator("#dialogs .dialog").first().waitFor({ state: "attached" });
  }

  /** Waits for an element with a text. */
  seen(selector: string, text: string | RegExp): Promise<void> {
    return this.page.locator(selector, { hasText: text }).first().waitFor();
  }

  /** Texts of all elements, once the given one is among them. */
  async textsWith(selector: string, text: string): Promise<string[]> {
    await this.seen(selector, text);
    return this.page.locator(selector).allTextContents();
  }

  chatOf(client: string): ChatView {
    const chat = this.sandbox.control.chats().find((entry) => entry.client === client);
    assert.ok(chat, `no dialog of ${client}`);
    return chat;
  }

  async rest(method: string, parameters: object): Promise<number> {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(parameters);
    const answer = await fetch(this.sandbox.webhookUrl + method, { method: "POST", headers, body });
    await answer.text();
    return answer.status;
  }

  botSays(chat: ChatView, fields: object): Promise<number> {
    const botId = this.sandbox.control.state().bots[0]?.id;
    return this.rest("imbot.v2.Chat.Message.send", {
      ...{ botId, botToken: SAMPLE_BOT.token },
      dialogId: `chat${chat.id}`,
      fields,
    });
  }

  async addClient(name: string, line: string, connector: string): Promise<void> {
    await this.page.click("#client-new");
    await this.page.fill("#client-form [name=client]", name);
    await this.page.selectOption("#client-form [name=line]", { label: line });
    await this.page.selectOption("#client-form [name=connector]", connector);
    await this.page.click("#client-form [type=submit]");
  }

  /** Opens what can be done with the last message of a kind. */
  async openTools(message: string): Promise<void> {
    const last = this.page.locator(message).last();
    await last.hover();
    await last.locator(".more").click();
    await last.locator(".tools").waitFor();
  }

  async type(form: string, text: string): Promise<void> {
    await this.page.fill(`${form} textarea`, text);
    await this.page.press(`${form} textarea`, "Enter");
  }
}

/** Gives each test of a suite a fresh portal; `visit` opens its page. */
export function eachWithPortalPage(): () => PortalPage {
  let browser: Browser | undefined;
  let current: PortalPage | undefined;
  before(async function () {
    const executablePath = needChromium(this);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  beforeEach(async () => {
    if (browser === undefined) throw new Error("no browser");
    current = new PortalPage(browser);
    await current.start();
  });
  afterEach(async () => current?.stop());
  after(async () => browser?.close());
  return () => {
    if (current === undefined) throw new Error("only within a test");
    return current;
  };
}
