import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { faultsIn } from "../support/axe";
import {
  atRest,
  cancel,
  done,
  freshNode,
  mistakes,
  needChromium,
  openDialog,
  readTyped,
  screenshot,
  startEditor,
  type Editor,
} from "../support/editor";
import { nodeRedPackage } from "../support/node-red";

const PANEL = ".b24-composer";
const row = (list: string, at: number): string => `#b24-compose-${list} > li >> nth=${at}`;

async function compose(page: Page): Promise<void> {
  await page.click("#b24-compose");
  await panelAtRest(page);
}

/** The panel slides in, and takes the focus when it has arrived. */
async function panelAtRest(page: Page): Promise<void> {
  await page.waitForSelector(PANEL, { state: "visible" });
  await atRest(page);
}

async function add(page: Page, list: string): Promise<number> {
  const count = await page.locator(`#b24-compose-${list} > li`).count();
  await page.click(`.red-ui-editableList:has(#b24-compose-${list}) .red-ui-editableList-addButton`);
  await page.waitForFunction(`document.querySelectorAll("#b24-compose-${list} > li").length === ${count + 1}`);
  return count;
}

async function fillButton(page: Page, at: number, text: string, kind: string, value: string): Promise<void> {
  await page.fill(`${row("keyboard", at)} >> .b24-text`, text);
  await page.selectOption(`${row("keyboard", at)} >> .b24-kind`, kind);
  await page.fill(`${row("keyboard", at)} >> .b24-value`, value);
}

async function take(page: Page): Promise<void> {
  await page.click("#node-dialog-ok >> nth=-1");
  await page.waitForSelector(PANEL, { state: "detached" });
}

async function leave(page: Page): Promise<void> {
  await page.click("#node-dialog-cancel >> nth=-1");
  await page.waitForSelector(PANEL, { state: "detached" });
}

const inside = (page: Page): Promise<string> => page.innerText("#b24-preview-inside");
const outside = (page: Page): Promise<string> => page.innerText("#b24-preview-outside");

describe("writing a message with a preview in a real browser", function () {
  this.timeout(90_000);
  const dark = nodeRedPackage === "node-red-5";
  let editor: Editor;
  let page: Page;

  const KEYBOARD = '[ {"text":"Site", "link":"https://example.com", "bgColor":"#ff0000"} ]';

  before(async function () {
    const chromium = needChromium(this);
    const send = (id: string, values = {}) => freshNode(id, "bitrix24-send", { portal: "portal", ...values });
    editor = await startEditor(chromium, {
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        freshNode("portal", "bitrix24-portal"),
        send("send"),
        send("hand", { y: 160, keyboard: KEYBOARD, keyboardType: "json", message: "payload.text", messageType: "msg" }),
        send("network", { y: 220, mode: "network" }),
        send("automatic", { y: 280, mode: "automatic" }),
      ],
    });
    page = await editor.visit();
  });

  after(async () => editor?.close());

  it("makes text, buttons and attachment, and shows them as people will see them", async () => {
    await openDialog(page, "send");
    await compose(page);
    await page.fill("#b24-compose-text", "Good morning!\nHow can we help?");
    await page.evaluate(`document.querySelector("#b24-compose-text").setSelectionRange(0, 12)`);
    await page.click('[data-mark="b"]');
    await fillButton(page, await add(page, "keyboard"), "Prices", "send", "prices");
    await fillButton(page, await add(page, "keyboard"), "Our site", "link", "https://example.com");
    await page.selectOption(`${row("keyboard", 1)} >> .b24-color`, "primary");
    await page.click(`${row("keyboard", 1)} >> .b24-row`);
    await page.selectOption(`${row("attach", await add(page, "attach"))} >> .b24-kind`, "grid");
    await page.fill(`${row("attach", 0)} >> .b24-value`, "Order: 1234\nTotal: 20 €");
    await page.selectOption(`${row("attach", await add(page, "attach"))} >> .b24-kind`, "image");
    await page.fill(`${row("attach", 1)} >> .b24-value`, "https://example.com/a.png");
    const bold = await page.innerText("#b24-preview-inside strong");
    const seen = [await inside(page), await outside(page)];
    const rows = await page.locator("#b24-preview-inside .b24-keys > div").count();
    await screenshot(page, "compose");
    const faults = await faultsIn(page, PANEL);
    const beyond = await page.evaluate<number>(
      `(() => { const body = document.querySelector("${PANEL}").closest(".red-ui-tray-body"); return body.scrollHeight - body.clientHeight; })()`,
    );
    await take(page);
    const values = [
      await readTyped(page, "message"),
      await readTyped(page, "keyboard"),
      await readTyped(page, "attach"),
    ];
    await screenshot(page, "compose-saved");
    await done(page);
    const wrong = await mistakes(page, "send");
    const label = await page.evaluate<string>(`RED.utils.getNodeLabel(RED.nodes.node("send"))`);
    assert.equal(bold, "Good morning");
    assert.match(seen[0] ?? "", /How can we help\?[\s\S]*Order: 1234[\s\S]*Prices[\s\S]*Our site/);
    assert.match(
      seen[1] ?? "",
      /^Good morning!\nHow can we help\?\nOrder: 1234\nTotal: 20 €\nhttps:\/\/example.com\/a.png$/,
    );
    assert.equal(rows, 1);
    assert.deepEqual(values, [
      "str:[b]Good morning[/b]![br]How can we help?",
      'json:[{"TEXT":"Prices","ACTION":"SEND","ACTION_VALUE":"prices","DISPLAY":"LINE"},{"TEXT":"Our site","LINK":"https://example.com","BG_COLOR_TOKEN":"primary","DISPLAY":"LINE"}]',
      'json:[{"GRID":[{"NAME":"Order","VALUE":"1234","DISPLAY":"ROW"},{"NAME":"Total","VALUE":"20 €","DISPLAY":"ROW"}]},{"IMAGE":{"LINK":"https://example.com/a.png"}}]',
    ]);
    assert.deepEqual(wrong, []);
    assert.equal(label, "send: Good morning! How can we…");
    assert.deepEqual(faults, []);
    assert.ok(beyond <= 0, `${beyond} px too high`);
  });

  it("marks what the portal would drop while it is typed, and does not take it", async () => {
    await openDialog(page, "send");
    await compose(page);
    await page.fill(`${row("keyboard", 1)} >> .b24-value`, "example.com");
    const address = await page.innerText(`${row("keyboard", 1)} >> .b24-wrong`);
    await page.fill(`${row("keyboard", 0)} >> .b24-text`, "");
    const nameless = await page.innerText(`${row("keyboard", 0)} >> .b24-wrong`);
    await page.selectOption(`${row("attach", 1)} >> .b24-kind`, "json");
    await page.fill(`${row("attach", 1)} >> .b24-value`, '{"UNKNOWN":1}');
    const block = await page.innerText(`${row("attach", 1)} >> .b24-wrong`);
    await screenshot(page, "compose-wrong");
    await page.click("#node-dialog-ok >> nth=-1");
    const isOpen = await page.isVisible(PANEL);
    await leave(page);
    await cancel(page);
    assert.match(address, /must begin with https/);
    assert.match(nameless, /without text/);
    assert.match(block, /drop or refuse/);
    assert.equal(isOpen, true);
  });

  it("moves and removes buttons by the keyboard alone", async () => {
    await openDialog(page, "send");
    await page.focus("#b24-compose");
    await page.keyboard.press("Enter");
    await panelAtRest(page);
    await page.focus(`${row("keyboard", 1)} >> .b24-up`);
    await page.keyboard.press("Enter");
    const order = await page.$$eval("#b24-preview-inside .b24-key", (keys) => keys.map((key) => key.textContent));
    await page.focus(`${row("keyboard", 1)} >> .red-ui-editableList-item-remove`);
    await page.keyboard.press("Enter");
    await page.waitForFunction(`document.querySelectorAll("#b24-preview-inside .b24-key").length === 1`);
    const left = await page.innerText("#b24-preview-inside .b24-keys");
    await leave(page);
    await cancel(page);
    assert.deepEqual(order, ["Our site", "Prices"]);
    assert.equal(left.trim(), "Our site");
  });

  it("never turns a text into markup", async () => {
    await openDialog(page, "send");
    await compose(page);
    const nasty = '<img src=x onerror="window.hit=1">[url=javascript:window.hit=1]go[/url][color=red;x]c[/color]</b>';
    await page.fill("#b24-compose-text", nasty);
    const shown = await inside(page);
    const found = await page.locator("#b24-preview-inside >> css=img, a, script").count();
    const hit = await page.evaluate("window.hit");
    await leave(page);
    await cancel(page);
    assert.match(shown, /^<img src=x onerror="window.hit=1">goc<\/b>/);
    assert.deepEqual([found, hit], [0, undefined]);
  });

  it("leaves alone what comes from elsewhere and what was written by hand", async () => {
    await openDialog(page, "hand");
    await compose(page);
    const hasText = await page.isVisible("#b24-compose-text");
    await take(page);
    const untouched = await readTyped(page, "keyboard");
    await compose(page);
    await page.fill(`${row("keyboard", 0)} >> .b24-text`, "Home");
    await take(page);
    const changed = await readTyped(page, "keyboard");
    const message = await readTyped(page, "message");
    await cancel(page);
    assert.equal(hasText, false);
    assert.equal(untouched, `json:${KEYBOARD}`);
    assert.equal(changed, 'json:[{"TEXT":"Home","LINK":"https://example.com","BG_COLOR":"#ff0000"}]');
    assert.equal(message, "msg:payload.text");
  });

  it("offers a network message links alone, and an automatic one its text alone", async () => {
    await openDialog(page, "network");
    await compose(page);
    await add(page, "keyboard");
    const kinds = await page.$$eval("#b24-compose-keyboard .b24-kind option", (all) =>
      all.map((one) => (one as HTMLOptionElement).value),
    );
    const hasOutside = await page.isVisible("#b24-preview-outside");
    await leave(page);
    await cancel(page);
    await openDialog(page, "automatic");
    await compose(page);
    await page.fill("#b24-compose-text", "0");
    const zero = await page.innerText("#b24-compose-text-wrong");
    const hasButtons = await page.isVisible("#b24-compose-keyboard");
    await leave(page);
    await cancel(page);
    assert.deepEqual(kinds, ["link"]);
    assert.equal(hasOutside, false);
    assert.match(zero, /drops the text 0/);
    assert.equal(hasButtons, false);
  });

  it("is whole and accessible in Russian, too", async () => {
    const other = await editor.visit({ language: "ru", dark });
    await openDialog(other, "send");
    await compose(other);
    await other.fill("#b24-compose-text", "[b]Здравствуйте![/b]\nЧем помочь? [url=https://example.com]Цены[/url]");
    await fillButton(other, await add(other, "keyboard"), "Цены", "send", "цены");
    await other.fill(`${row("attach", await add(other, "attach"))} >> .b24-value`, "Работаем с 9 до 18");
    await screenshot(other, `compose-ru${dark ? "-dark" : ""}`);
    const faults = await faultsIn(other, PANEL);
    const shown = await outside(other);
    await other.context().close();
    assert.deepEqual(faults, []);
    assert.equal(shown, "Здравствуйте!\nЧем помочь? Цены (https://example.com)\nРаботаем с 9 до 18");
  });
});
