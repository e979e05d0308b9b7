import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { ensureBuilt } from "../support/built";
import { loaded, needChromium, screenshot } from "../support/editor";
import { projectRoot } from "../support/node-red";

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** What `npm start` is made of. */
interface SceneScript {
  startPortal(options: { port: number; language: string }): Promise<Running & { webhookUrl: string }>;
  startEditor(options: { portal: Running; port: number; userDir: string; language: string }): Promise<Running>;
}

const FIRST_ANSWER = "Hello! This is my first answer.";
const HELLO = /Hello(, \w+)?! I am the support bot\./;

describe("the scene of npm start in a real browser", function () {
  this.timeout(120_000);
  let browser: Browser;
  let userDir: string;
  let portal: Running | undefined;
  let editor: Running | undefined;
  let page: Page;

  before(async function () {
    const executablePath = needChromium(this);
    await ensureBuilt();
    const scene = (await import(pathToFileURL(join(projectRoot, "scripts/scene.mjs")).href)) as SceneScript;
    userDir = await mkdtemp(join(tmpdir(), "scene-"));
    const language = "en-US";
    const started = await scene.startPortal({ port: 0, language });
    portal = started;
    editor = await scene.startEditor({ portal: started, port: 0, userDir, language });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    page.setDefaultTimeout(15_000);
    await page.goto(started.url);
  });

  after(async () => {
    await browser?.close();
    await editor?.stop();
    await portal?.stop();
    if (userDir) await rm(userDir, { recursive: true, force: true });
  });

  async function says(form: "#client-answer" | "#operator-answer", text: string): Promise<void> {
    await page.fill(`${form} textarea`, text);
    await page.press(`${form} textarea`, "Enter");
  }

  const clientSees = (text: string | RegExp, nth = 0): Promise<void> =>
    page.locator("#client-messages .theirs", { hasText: text }).nth(nth).waitFor();

  const botMessages = (): Promise<number> => page.locator("#portal-messages .bot").count();

  const owner = (name: string): Promise<void> => page.locator(`#dialog-owner[data-owner="${name}"]`).waitFor();

  const connected = async (): Promise<void> => {
    const isGreen = `RED.nodes.filterNodes({ type: "bitrix24-event" }).every(({ status }) => status?.fill === "green")`;
    await page.waitForFunction(isGreen);
  };

  const choose = (client: string): Promise<void> =>
    page.locator("#client-tabs [role=tab]", { hasText: client }).click();

  it("begins with the first story: its client is shown, and has the answer", async () => {
    await page.locator('#client-tabs [aria-selected="true"]', { hasText: "Emma Clark" }).waitFor();
    await clientSees(FIRST_ANSWER);
    await says("#client-answer", "Hello again");
    await clientSees(FIRST_ANSWER, 1);
  });

  it("has answered the sample's client before anybody has done anything", async () => {
    await choose("Olga");
    await clientSees(HELLO);
    await clientSees("Orders leave our warehouse");
    await page.locator("#portal-messages .bot", { hasText: "Orders leave our warehouse" }).waitFor();
    const bots = await page.locator("#lines .line-bot option:checked").allTextContents();
    assert.deepEqual(bots, ["Support bot", "Support bot", "First bot"]);
  });

  it("answers the client, calls an operator and is silent while people talk", async () => {
    await says("#client-answer", "2");
    await clientSees("Monday to Friday");
    await says("#client-answer", "operator");
    await clientSees("a colleague will answer you");
    await page.locator('#dialog-owner:not([data-owner="bot"])').waitFor();
    const before = await botMessages();
    await page.selectOption("#operator-answer select", { label: "Ivan Petrov" });
    await says("#operator-answer", "Ivan here. What is it about?");
    await clientSees("Ivan here");
    await owner("human");
    await says("#client-answer", "Your opening hours, and a person");
    await page.locator("#portal-messages .theirs", { hasText: "and a person" }).waitFor();
    await says("#operator-answer", "We are here until six.");
    await clientSees("until six");
    await screenshot(page, "scene-people");
    await page.click("#finish");
    await owner("closed");
    const after = await botMessages();
    assert.equal(after, before, "the bot said nothing over the operator's head");
  });

  it("greets and answers again in the client's next dialog, passes it on and closes another one", async () => {
    const before = await botMessages();
    await says("#client-answer", "3");
    await clientSees("our sales team");
    await page.locator("#portal-messages .system", { hasText: 'to the open channel "Sales"' }).waitFor();
    const passedOn = await botMessages();
    await page.click("#finish");
    await owner("closed");
    await says("#client-answer", "finish");
    await clientSees("Have a nice day");
    await owner("closed");
    const greetings = await page.locator("#client-messages .theirs", { hasText: HELLO }).count();
    assert.equal(passedOn - before, 2);
    assert.equal(greetings, 3, "once a dialog");
  });

  it("shows the flow, connected and without a mistake, in the editor", async () => {
    await page.goto(editor?.url ?? "");
    await loaded(page);
    const wrong = await page.evaluate<string[]>(
      `RED.nodes.filterNodes({}).flatMap((node) => (RED.editor.validateNode(node), node.validationErrors ?? []).map((text) => node.type + ": " + text))`,
    );
    await connected();
    const tabs = await page.evaluate<string[]>(
      `RED.nodes.getWorkspaceOrder().map((id) => RED.nodes.workspace(id).label)`,
    );
    await screenshot(page, "scene-editor");
    assert.deepEqual(wrong, []);
    assert.deepEqual(tabs, ["First answer", "Support bot"]);
  });

  it("goes on after the portal was reset, and takes nobody for another reader", async () => {
    await page.goto(portal?.url ?? "");
    await page.click("#reset");
    await page.click("#reset");
    await page.locator("#client-messages .theirs", { hasText: "Have a nice day" }).waitFor({ state: "detached" });
    await choose("Emma Clark");
    await clientSees(FIRST_ANSWER);
    await choose("Olga");
    await clientSees("Orders leave our warehouse");
    await says("#client-answer", "2");
    await clientSees("Monday to Friday");
    const greetings = await page.locator("#client-messages .theirs", { hasText: HELLO }).count();
    await page.goto(editor?.url ?? "");
    await loaded(page);
    await connected();
    assert.equal(greetings, 1);
  });
});
