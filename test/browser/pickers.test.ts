import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { faultsIn } from "../support/axe";
import {
  cancel,
  done,
  fillTyped,
  freshNode,
  needChromium,
  openDialog,
  overflow,
  readTyped,
  screenshot,
  startEditor,
  update,
  type Editor,
} from "../support/editor";
import { nodeRedPackage } from "../support/node-red";

const CODE = "0123456789abcdef0123456789abcdef";

/** Opens the list of a row and waits until it has been filled; the texts of its options. */
async function openList(page: Page, field: string): Promise<string[]> {
  await page.click(`#b24-pick-${field}`);
  return listed(page);
}

async function listed(page: Page): Promise<string[]> {
  await page.waitForSelector(".b24-choices .b24-choice", { state: "visible" });
  return page.$$eval(".b24-choices .b24-choice > span", (spans) =>
    spans.map((span) => span.firstChild?.textContent ?? ""),
  );
}

const toldAt = (field: string): string => `#b24-told-${field}`;

/** Waits until the line below a row says what it should; what it said last otherwise. */
async function told(page: Page, field: string, words: RegExp): Promise<string> {
  const text = `document.querySelector(${JSON.stringify(toldAt(field))})?.textContent ?? ""`;
  await page.waitForFunction(`${words}.test(${text})`, undefined, { timeout: 15_000 }).catch(() => undefined);
  return page.evaluate<string>(text);
}

const property = (page: Page, id: string, name: string): Promise<unknown> =>
  page.evaluate(`RED.nodes.node(${JSON.stringify(id)})[${JSON.stringify(name)}]`);
const nodeLabel = (page: Page, id: string): Promise<string> =>
  page.evaluate<string>(`RED.utils.getNodeLabel(RED.nodes.node(${JSON.stringify(id)}))`);

describe("choosing from the portal's lists in a real browser", function () {
  this.timeout(90_000);
  let sandbox: Sandbox;
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    sandbox = await startSandbox();
    const transfer = (id: string, values: Record<string, unknown>) =>
      freshNode(id, "bitrix24-transfer", { portal: "portal", ...values });
    editor = await startEditor(chromium, {
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        freshNode("portal", "bitrix24-portal", { name: "Practice" }),
        // The only portal would be chosen by itself.
        freshNode("other", "bitrix24-portal", { name: "Another one" }),
        transfer("transfer", {}),
        transfer("line", { y: 160, targetKind: "line", target: "2", targetType: "num" }),
        transfer("gone", { y: 220, targetKind: "line", target: "77", targetType: "num", targetLabel: "Old line" }),
        transfer("mixed", { y: 280 }),
        transfer("undeployed", { y: 340, portal: "", targetKind: "line" }),
        freshNode("join", "bitrix24-join", { portal: "portal", y: 400, name: "News", code: CODE, codeType: "str" }),
        freshNode("send", "bitrix24-send", { portal: "portal", y: 460, mode: "network" }),
      ],
      credentials: { portal: { webhookUrl: sandbox.webhookUrl } },
    });
    page = await editor.visit();
  });

  after(async () => {
    await editor?.close();
    await sandbox?.close();
  });

  it("offer employees, and the node is called after the chosen one", async () => {
    await openDialog(page, "transfer");
    await page.selectOption("#node-input-targetKind", "user");
    const names = await openList(page, "target");
    await page.fill(".b24-choices input", "maria");
    const found = await listed(page);
    await screenshot(page, "picker-operators");
    const faults = [...(await faultsIn(page, ".b24-choices")), ...(await faultsIn(page, "#dialog-form .b24-form"))];
    await page.click(".b24-choices .b24-choice");
    const value = await readTyped(page, "target");
    const says = await told(page, "target", /Maria Silva/);
    const beyond = await overflow(page);
    await screenshot(page, "picker-operator-chosen");
    await done(page);
    const label = await nodeLabel(page, "transfer");
    assert.ok(names.includes("Anna Weber") && names.includes("Ivan Petrov"), names.join());
    assert.deepEqual(found, ["Maria Silva"]);
    assert.match(value, /^num:\d+$/);
    assert.match(says, /Maria Silva/);
    assert.equal(label, "transfer → Maria Silva");
    assert.deepEqual(faults, []);
    assert.equal(beyond, 0);
  });

  it("serve the keyboard alone: open, search, move, choose, escape", async () => {
    await openDialog(page, "mixed");
    await page.focus("#b24-pick-target");
    await page.keyboard.press("Enter");
    await listed(page);
    await page.keyboard.type("sales");
    await page.keyboard.press("Enter");
    const chosen = await readTyped(page, "target");
    const back = await page.evaluate<string>("document.activeElement.id");
    await page.keyboard.press("Enter");
    await listed(page);
    await page.keyboard.press("Escape");
    const isOpen = await page.isVisible(".b24-choices");
    const isDialogOpen = await page.isVisible("#dialog-form");
    await page.keyboard.press("Enter");
    await listed(page);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    const above = await readTyped(page, "target");
    await done(page);
    assert.equal(chosen, "str:queue2");
    assert.equal(back, "b24-pick-target");
    assert.deepEqual([isOpen, isDialogOpen], [false, true]);
    assert.equal(above, "str:queue1");
  });

  it("say what a typed number stands for, and keep its name for the node", async () => {
    await openDialog(page, "line");
    const first = await told(page, "target", /Sales/);
    await fillTyped(page, "target", "num", "1");
    const second = await told(page, "target", /Support/);
    await done(page);
    const label = await nodeLabel(page, "line");
    assert.match(first, /Sales, open channel 2/);
    assert.match(second, /Support, open channel 1/);
    assert.equal(label, "transfer → Support");
  });

  it("mark a value that the portal no longer has, and leave it as it is", async () => {
    await openDialog(page, "gone");
    const says = await told(page, "target", /77/);
    const isMarked = await page.isVisible(`${toldAt("target")}.b24-gone`);
    const names = await openList(page, "target");
    await screenshot(page, "picker-gone");
    await page.keyboard.press("Escape");
    await done(page);
    const kept = [await property(page, "gone", "target"), await property(page, "gone", "targetLabel")];
    assert.match(says, /no open channel with the ID 77/);
    assert.equal(isMarked, true);
    assert.deepEqual(names, ["Support", "Sales"]);
    assert.deepEqual(kept, ["77", "Old line"]);
  });

  it("forget the chosen name when the value comes from the message again", async () => {
    await openDialog(page, "transfer");
    await told(page, "target", /Maria/);
    await fillTyped(page, "target", "auto", "");
    await page.waitForFunction(`$("#node-input-targetLabel").val() === ""`);
    await done(page);
    const label = await nodeLabel(page, "transfer");
    assert.equal(label, "transfer");
  });

  it("offer the channels that the flows use, and the portal's employees as recipients", async () => {
    await openDialog(page, "send");
    const codes = await openList(page, "code");
    await page.click(".b24-choices .b24-choice");
    const says = await told(page, "code", /News/);
    await openList(page, "userId");
    await page.fill(".b24-choices input", "anna");
    await page.keyboard.press("Enter");
    const recipient = await told(page, "userId", /Anna/);
    await screenshot(page, "picker-network");
    const beyond = await overflow(page);
    await done(page);
    const label = await nodeLabel(page, "send");
    assert.deepEqual(codes, [CODE]);
    assert.match(says, /News/);
    assert.match(recipient, /Anna Weber/);
    assert.match(label, /Anna Weber/);
    assert.equal(beyond, 0);
  });

  it("work before the first deploy, with the address as it was just pasted", async () => {
    await openDialog(page, "undeployed");
    await page.click("#b24-pick-target");
    await page.waitForFunction(`/portal/i.test(document.querySelector(".b24-choices-told").textContent)`);
    const without = await page.textContent(".b24-choices-told");
    await page.keyboard.press("Escape");
    await page.click("#node-input-btn-portal-add");
    await page.waitForSelector("#node-config-input-webhookUrl", { state: "visible" });
    await page.fill("#node-config-input-name", "Fresh");
    await page.fill("#node-config-input-webhookUrl", sandbox.webhookUrl);
    await update(page);
    await page.waitForFunction(`document.querySelectorAll(".red-ui-tray").length === 1`);
    const names = await openList(page, "target");
    await page.keyboard.press("Escape");
    await cancel(page);
    assert.match(without ?? "", /Choose a portal first/);
    assert.deepEqual(names, ["Support", "Sales"]);
  });

  it("leave what was saved alone while the portal is away, and say so", async () => {
    await sandbox.close();
    await page.reload();
    await page.waitForFunction(`typeof RED !== "undefined" && RED.nodes?.node && !!RED.nodes.node("line")`);
    await page.evaluate(`RED.nodes.node("line").targetLabel = "Support"`);
    await openDialog(page, "line");
    await page.click("#b24-pick-target");
    await page.click(".b24-choices-top > button");
    await page.waitForFunction(`/type the value/.test(document.querySelector(".b24-choices-told").textContent)`);
    const reason = await page.textContent(".b24-choices-told");
    await screenshot(page, "picker-away");
    await page.keyboard.press("Escape");
    await fillTyped(page, "target", "num", "9");
    const says = await told(page, "target", /could not be checked/);
    await done(page);
    const kept = await property(page, "line", "target");
    assert.match(reason ?? "", /could not reach/);
    assert.match(says, /could not be checked/);
    assert.equal(kept, "9");
  });
});

describe("the lists in Russian and in the dark", function () {
  this.timeout(90_000);
  const dark = nodeRedPackage === "node-red-5";

  it("are whole and accessible", async function () {
    const chromium = needChromium(this);
    const sandbox = await startSandbox();
    const editor = await startEditor(chromium, {
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        freshNode("portal", "bitrix24-portal"),
        freshNode("transfer", "bitrix24-transfer", { portal: "portal", target: "queue2", targetType: "str" }),
      ],
      credentials: { portal: { webhookUrl: sandbox.webhookUrl } },
    });
    try {
      const page = await editor.visit({ language: "ru", dark });
      await openDialog(page, "transfer");
      const says = await told(page, "target", /Sales/);
      const names = await openList(page, "target");
      const groups = await page.$$eval(".b24-choices-group", (all) => all.map((one) => one.textContent));
      await screenshot(page, `picker-ru${dark ? "-dark" : ""}`);
      const faults = [...(await faultsIn(page, ".b24-choices")), ...(await faultsIn(page, "#dialog-form .b24-form"))];
      assert.match(says, /Sales, открытая линия 2/);
      assert.ok(names.includes("Anna Weber") && names.includes("Sales"));
      assert.deepEqual(groups, ["Открытые линии", "Сотрудники"]);
      assert.deepEqual(faults, []);
    } finally {
      await editor.close();
      await sandbox.close();
    }
  });
});
