import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { METHODS } from "../../editor/methods/methods";
import { faultsIn } from "../support/axe";
import {
  atRest,
  chooseType,
  done,
  fillTyped,
  freshNode,
  mistakes,
  needChromium,
  openDialog,
  overflow,
  readTyped,
  screenshot,
  startEditor,
  type Editor,
} from "../support/editor";
import { nodeRedPackage } from "../support/node-red";

const FORM = ".b24-method-form";
const param = (at: number): string => `#b24-param-${at} + .red-ui-typedInput-container`;

async function pick(page: Page, query: string): Promise<void> {
  await page.click("#b24-pick-method");
  await page.fill(".b24-choices input", query);
  await page.keyboard.press("Enter");
}

async function openForm(page: Page): Promise<void> {
  await page.click("#b24-params-form");
  await page.waitForSelector(FORM, { state: "visible" });
  await atRest(page);
}

async function choose(page: Page, at: number, type: string, value?: string): Promise<void> {
  await chooseType(page, param(at), type);
  if (value !== undefined) await page.fill(`${param(at)} .red-ui-typedInput-input`, value);
}

/** Presses Done of the form, and waits until it is gone. */
async function take(page: Page): Promise<void> {
  await page.click("#node-dialog-ok >> nth=-1");
  await page.waitForSelector(FORM, { state: "detached" });
}

describe("choosing a method and filling in its form in a real browser", function () {
  this.timeout(90_000);
  const dark = nodeRedPackage === "node-red-5";
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    const call = (id: string, values = {}) => freshNode(id, "bitrix24-call", { portal: "portal", ...values });
    editor = await startEditor(chromium, {
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        freshNode("portal", "bitrix24-portal"),
        call("call"),
        call("other", { y: 160, method: "crm.deal.get", methodType: "str", params: '{"id":7}', paramsType: "json" }),
        call("foreign", {
          y: 220,
          method: "IMOPENLINES.dialog.get",
          methodType: "str",
          params: "payload",
          paramsType: "msg",
        }),
      ],
    });
    page = await editor.visit();
  });

  after(async () => editor?.close());

  const names = METHODS.map(({ name }) => name);

  it("finds a method by what it does, and a fresh form begins with the dialog of the event", async () => {
    await openDialog(page, "call");
    await pick(page, "line settings");
    const byWords = await readTyped(page, "method");
    await pick(page, "session transfer employee");
    const method = await readTyped(page, "method");
    const beyond = await overflow(page);
    await screenshot(page, "call-method");
    const faults = await faultsIn(page, "#dialog-form .b24-form");
    await openForm(page);
    await choose(page, 1, "num", "7");
    await choose(page, 4, "yn");
    await screenshot(page, "call-form");
    faults.push(...(await faultsIn(page, FORM)));
    await take(page);
    const params = await readTyped(page, "params");
    await done(page);
    const wrong = await mistakes(page, "call");
    assert.equal(byWords, "str:imopenlines.config.get");
    assert.equal(method, "str:imopenlines.bot.session.transfer");
    assert.equal(beyond, 0);
    assert.equal(params, 'jsonata:{\t"CHAT_ID": bitrix24.chatId,\t"USER_ID": 7,\t"LEAVE": "Y"\t}');
    assert.deepEqual(wrong, []);
    assert.deepEqual(faults, []);
  });

  it("shows again what was filled in, and fixed values alone become JSON", async () => {
    await openDialog(page, "call");
    await openForm(page);
    const shown = await page.$$eval(`${FORM} .red-ui-typedInput-container .red-ui-typedInput-input`, (inputs) =>
      inputs.slice(0, 2).map((input) => (input as HTMLInputElement).value),
    );
    await choose(page, 0, "num", "12");
    await choose(page, 4, "none");
    await take(page);
    const params = await readTyped(page, "params");
    await done(page);
    assert.deepEqual(shown, ["bitrix24.chatId", "7"]);
    assert.equal(params, 'json:{"CHAT_ID":12,"USER_ID":7}');
  });

  it("marks what is wrong and does not take it", async () => {
    await openDialog(page, "call");
    await openForm(page);
    await choose(page, 0, "num", "twelve");
    await page.keyboard.press("Tab");
    await page.click("#node-dialog-ok >> nth=-1");
    const says = await page.textContent(`${FORM} .b24-told`);
    const isMarked = await page.getAttribute(`${param(0)} .red-ui-typedInput-input`, "aria-invalid");
    await page.click("#node-dialog-cancel >> nth=-1");
    await page.waitForSelector(FORM, { state: "detached" });
    const params = await readTyped(page, "params");
    await done(page);
    assert.match(says ?? "", /CHAT_ID/);
    assert.equal(isMarked, "true");
    assert.equal(params, 'json:{"CHAT_ID":12,"USER_ID":7}');
  });

  it("leaves other methods to be typed, and warns before it replaces what was written by hand", async () => {
    await openDialog(page, "other");
    const hasForm = await page.isEnabled("#b24-params-form");
    await done(page);
    await openDialog(page, "foreign");
    await openForm(page);
    const tips = await page.$$eval(`${FORM} .form-tips`, (all) => all.map((one) => one.textContent));
    await page.click("#node-dialog-cancel >> nth=-1");
    await page.waitForSelector(FORM, { state: "detached" });
    await fillTyped(page, "method", "str", "imbot.V2.chat.get");
    const hasMisspelt = await page.isEnabled("#b24-params-form");
    await fillTyped(page, "method", "auto", "");
    const hasNow = await page.isEnabled("#b24-params-form");
    await done(page);
    const kept = await page.evaluate("RED.nodes.node('other').params");
    assert.deepEqual([hasForm, hasMisspelt, hasNow], [false, false, false]);
    assert.match(tips.join(" "), /written by hand/);
    assert.equal(kept, '{"id":7}');
  });

  it("knows a text for every method, and every form opens in both languages", async () => {
    for (const language of ["en-US", "ru"]) {
      const other = await editor.visit({ language, dark });
      const problems: string[] = [];
      other.on("pageerror", ({ message }) => problems.push(message));
      await openDialog(other, "call");
      await other.evaluate(`$("#node-input-method").typedInput("type", "str")`);
      for (const name of names) {
        await other.evaluate(`$("#node-input-method").typedInput("value", ${JSON.stringify(name)})`);
        if (!(await other.isEnabled("#b24-params-form"))) problems.push(`no form for ${name}`);
      }
      const untold = await other.evaluate<string[]>(
        `${JSON.stringify(names)}.filter((name) => RED._("@bitrix24-flows/node-red-open-channels/bitrix24-call:bitrix24-call.method." + name).includes("method."))`,
      );
      await other.evaluate(`$("#node-input-method").typedInput("value", "imbot.v2.Chat.Message.send")`);
      await openForm(other);
      await screenshot(other, `call-form-${language}${dark ? "-dark" : ""}`);
      const faults = await faultsIn(other, FORM);
      await other.context().close();
      assert.ok(names.length > 80);
      assert.deepEqual([...untold, ...problems, ...faults], []);
    }
  });
});
