import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { faultsIn } from "../support/axe";
import {
  atRest,
  cancel,
  done,
  fillTyped,
  freshNode,
  loaded,
  needChromium,
  openDialog,
  overflow,
  screenshot,
  startEditor,
  type Editor,
} from "../support/editor";
import {
  PANEL,
  openPanel,
  panelGone,
  closePanel,
  addSwitch,
  listed,
  tick,
  switchesBehind,
  undo,
  covered,
} from "../support/error-panel";
import { nodeRedPackage } from "../support/node-red";

describe("the panel of known error codes in a real browser", function () {
  this.timeout(90_000);
  let sandbox: Sandbox;
  let editor: Editor;
  let page: Page;

  const action = (id: string, y: number, values: Record<string, unknown> = {}) =>
    freshNode(id, `bitrix24-${id.split("-")[0] ?? ""}`, { portal: "portal", y, ...values });
  const NODES = [
    action("send", 60),
    action("operator", 120),
    action("transfer", 180),
    action("finish", 240),
    action("join", 300),
    action("call", 360, { method: "imopenlines.crm.chat.get", methodType: "str" }),
  ];

  const GROUP = { id: "group", type: "group", z: "grouped", name: "", style: {}, x: 140, y: 40, w: 600, h: 320 };

  before(async function () {
    const chromium = needChromium(this);
    sandbox = await startSandbox();
    editor = await startEditor(chromium, {
      flows: [
        { id: "tab", type: "tab", label: "Flow" },
        freshNode("portal", "bitrix24-portal", { maxWait: "90" }),
        ...NODES,
        {
          ...{
            id: "in",
            type: "http in",
            z: "tab",
            url: "/try",
            method: "get",
            x: 100,
            y: 420,
            wires: [["operator-http"]],
          },
        },
        action("operator-http", 420, { wires: [["free"], []] }),
        { id: "free", type: "http response", z: "tab", x: 700, y: 420, wires: [] },
        ...["hit", "other", "rest"].map((id, at) => ({
          ...{ id, type: "change", z: "tab", x: 700, y: 480 + at * 60, wires: [["free"]] },
          rules: [{ t: "set", p: "payload", pt: "msg", to: id, tot: "str" }],
        })),
        { id: "grouped", type: "tab", label: "Group" },
        { ...GROUP, nodes: ["member", "last"] },
        freshNode("member", "bitrix24-send", { portal: "portal", z: "grouped", g: "group" }),
        freshNode("last", "bitrix24-finish", { portal: "portal", z: "grouped", g: "group", x: 700, y: 300 }),
      ],
      credentials: { portal: { webhookUrl: sandbox.webhookUrl } },
    });
    page = await editor.visit();
  });

  after(async () => {
    await editor?.close();
    await sandbox?.close();
  });

  it("opens in each action node, with the codes that this node can leave", async () => {
    const own: Record<string, string[]> = {};
    const doubled: string[] = [];
    const faults: string[] = [];
    for (const { id } of NODES.map((node) => ({ id: String(node["id"]) }))) {
      await openDialog(page, id);
      assert.equal(await overflow(page), 0, id);
      await openPanel(page);
      own[id] = await listed(page, "own");
      const every = await listed(page, "every");
      doubled.push(...every.filter((code) => own[id]?.includes(code)));
      if (every.length < 20) faults.push(`${id}: ${every.join()}`);
      const untold = await page.$$eval(`${PANEL} .b24-errors-row`, (rows) =>
        rows
          .filter((row) => (row.textContent ?? "").includes("__") || !/\S.*\.\S.*\.$/s.test(row.textContent ?? ""))
          .map((row) => row.textContent),
      );
      faults.push(...untold.map(String), ...(await faultsIn(page, PANEL)));
      await screenshot(page, `errors-${id}`);
      await closePanel(page);
      await cancel(page);
    }
    assert.deepEqual([...doubled, ...faults], []);
    assert.ok(own["send"]?.includes("BOT_NOT_READY"));
    const held = ["PEOPLE_HAVE_THE_DIALOG", "SESSION_OVER"];
    assert.deepEqual(own["operator"], ["CHAT_ID_EMPTY", "WRONG_CHAT", ...held]);
    assert.ok(own["transfer"]?.includes("OPERATOR_WRONG"));
    assert.deepEqual(own["finish"], ["CHAT_ID_EMPTY", "ACCESS_DENIED", "BOT_ID_ERROR", ...held]);
    assert.ok(own["join"]?.includes("INACTIVE"));
    assert.ok(own["call"]?.includes("ACCESS_DENIED") && own["call"].includes("ERROR_METHOD_NOT_FOUND"));
  });

  it("follows what is set in the dialog, and speaks of the portal that is chosen there", async () => {
    await openDialog(page, "send");
    await page.selectOption("#node-input-mode", "network");
    const beyond = await overflow(page);
    await openPanel(page);
    const network = await listed(page, "own");
    const waited = await page.textContent(`${PANEL} [data-code="WAITED_TOO_LONG"]`);
    await closePanel(page);
    await cancel(page);
    await openDialog(page, "transfer");
    await page.selectOption("#node-input-targetKind", "line");
    await fillTyped(page, "target", "num", "2");
    await openPanel(page);
    const line = await listed(page, "own");
    await closePanel(page);
    await cancel(page);
    await openDialog(page, "call");
    await fillTyped(page, "method", "auto", "");
    await openPanel(page);
    const vague = await page.textContent(`${PANEL} [aria-labelledby="b24-errors-own"]`);
    await closePanel(page);
    await cancel(page);
    assert.equal(beyond, 0);
    assert.ok(network.includes("USER_MESSAGE_LIMIT") && !network.includes("CHAT_ID_EMPTY"), network.join());
    assert.match(waited ?? "", /90 s/);
    assert.ok(line.includes("QUEUE_ID_EMPTY") && !line.includes("USER_ID_EMPTY"), line.join());
    assert.match(vague ?? "", /own codes/);
  });

  it("finds codes by name and by words, serves the keyboard alone, and copies", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openDialog(page, "operator");
    await page.focus("#b24-errors-open");
    await page.keyboard.press("Enter");
    await page.waitForSelector(PANEL, { state: "visible" });
    await atRest(page);
    await page.locator(`${PANEL} > input:focus`).waitFor();
    await page.keyboard.type("may have run");
    const byWords = await listed(page, "every");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.fill(`${PANEL} > input`, "chat_id");
    const byCode = await listed(page, "own");
    await page.keyboard.press("Enter");
    await page.fill(`${PANEL} > input`, "SOMETHING_NEW");
    const typed = await listed(page, "typed");
    await page.keyboard.press("Enter");
    await page.fill(`${PANEL} > input`, "QUERY_LIMIT_EXCEEDED");
    const waitedOut = await listed(page, "every");
    await page.fill(`${PANEL} > input`, "");
    const says = await page.textContent(".b24-errors-told");
    const kept = await listed(page, "typed");
    await page.click("#b24-errors-copy");
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    await page.focus(`${PANEL} > input`);
    await page.keyboard.press("Escape");
    await panelGone(page);
    const back = await page.evaluate<string>("document.activeElement.id");
    await cancel(page);
    assert.deepEqual(byWords.slice(0, 3), ["CONNECTION_LOST", "TIMEOUT", "BAD_RESPONSE"]);
    assert.ok(!byWords.includes("CONNECTION_FAILED"));
    assert.deepEqual(byCode, ["CHAT_ID_EMPTY"]);
    assert.deepEqual(typed, ["SOMETHING_NEW"]);
    assert.deepEqual(kept, ["SOMETHING_NEW"]);
    assert.deepEqual(waitedOut, ["WAITED_TOO_LONG"]);
    assert.match(says ?? "", /3 codes selected/);
    assert.equal(copied, "CHAT_ID_EMPTY\nTIMEOUT\nSOMETHING_NEW");
    assert.equal(back, "b24-errors-open");
  });

  it("adds nothing when the dialog is cancelled or the switch is taken back", async () => {
    const count = (): Promise<number> => page.evaluate<number>(`RED.nodes.filterNodes({ z: "tab" }).length`);
    const before = await count();
    await openDialog(page, "finish");
    await openPanel(page);
    const isOffered = await page.isEnabled("#node-dialog-ok");
    await tick(page, "BOT_ID_ERROR");
    await addSwitch(page);
    const says = await page.textContent(".b24-errors-will");
    await screenshot(page, "errors-will");
    const faults = await faultsIn(page, "#dialog-form .b24-form");
    await cancel(page);
    const afterCancel = await count();
    await openDialog(page, "finish");
    await openPanel(page);
    await tick(page, "BOT_ID_ERROR");
    await addSwitch(page);
    await page.click("#b24-errors-take-back");
    await done(page);
    const dirty = await page.evaluate<boolean>("RED.nodes.dirty()");
    assert.equal(isOffered, false);
    assert.match(says ?? "", /switch node for 1 code/);
    assert.deepEqual(faults, []);
    assert.deepEqual([afterCancel, await count(), dirty], [before, before, false]);
  });

  it("puts a switch behind output 2, which one step of undoing takes away and one brings back", async () => {
    const state = async () => ({
      switches: (await switchesBehind(page, "transfer")).length,
      kind: await page.evaluate<string>(`RED.nodes.node("transfer").targetKind`),
      changed: await page.evaluate<boolean>(`!!RED.nodes.node("transfer").changed`),
      dirty: await page.evaluate<boolean>("RED.nodes.dirty()"),
    });
    const before = await state();
    await openDialog(page, "transfer");
    await page.selectOption("#node-input-targetKind", "user");
    await openPanel(page);
    await tick(page, "OPERATOR_WRONG");
    await tick(page, "CHAT_ID_EMPTY");
    await screenshot(page, "errors-ticked");
    await addSwitch(page);
    await done(page);
    const [made] = await switchesBehind(page, "transfer");
    const added = await state();
    const above = await covered(page);
    await screenshot(page, "errors-switch");
    await undo(page);
    const undone = await state();
    await page.keyboard.press("Control+y");
    const redone = await state();
    await page.keyboard.press("Control+z");
    const again = await state();
    assert.deepEqual(before, { switches: 0, kind: "auto", changed: false, dirty: false });
    assert.deepEqual(made && { ...made, id: "" }, {
      id: "",
      name: "Which error?",
      property: "error.code",
      rules: [{ t: "eq", v: "CHAT_ID_EMPTY", vt: "str" }, { t: "eq", v: "OPERATOR_WRONG", vt: "str" }, { t: "else" }],
      outputs: 3,
    });
    assert.deepEqual(added, { switches: 1, kind: "user", changed: true, dirty: true });
    assert.deepEqual(above, []);
    assert.deepEqual([undone, again], [before, before]);
    assert.deepEqual(redone, { ...added, changed: redone.changed });
  });

  it("makes a switch that routes, and knows its codes the next time", async () => {
    await openDialog(page, "operator-http");
    await openPanel(page);
    await tick(page, "CHAT_ID_EMPTY");
    await page.fill(`${PANEL} > input`, "NEW_CODE");
    await page.keyboard.press("Enter");
    await addSwitch(page);
    await done(page);
    const [made] = await switchesBehind(page, "operator-http");
    assert.ok(made);
    await page.evaluate(
      `["hit", "other", "rest"].forEach((id, port) =>
         RED.nodes.addLink({ source: RED.nodes.node(${JSON.stringify(made.id)}), sourcePort: port, target: RED.nodes.node(id) }))`,
    );
    const above = await covered(page);
    await editor.deploy(page);
    const answer = await editor.nodeRed.request("try");
    const refused = await editor.nodeRed.request("try?CHAT_ID=4711");
    await page.reload();
    await loaded(page);
    await openDialog(page, "send");
    await openPanel(page);
    const inFlows = await listed(page, "flows");
    await closePanel(page);
    await cancel(page);
    assert.deepEqual(above, []);
    assert.equal(answer.text, "hit");
    assert.equal(refused.text, "rest");
    assert.deepEqual(inFlows, ["NEW_CODE"]);
  });

  it("is whole and accessible in Russian and in the dark, and adds to the group of its node", async () => {
    const dark = nodeRedPackage === "node-red-5";
    const other = await editor.visit({ language: "ru", dark });
    const counted = await other.evaluate<string[]>(
      `[1, 2, 5, 21].map((count) => RED._("@bitrix24-flows/node-red-open-channels/bitrix24-portal:errorPicker.ticked", { count }))`,
    );
    await other.evaluate(`RED.workspaces.show("grouped")`);
    await openDialog(other, "member");
    await openPanel(other);
    await other.fill(`${PANEL} > input`, "портал связь");
    const found = await listed(other, "every");
    await other.fill(`${PANEL} > input`, "");
    await tick(other, "CHAT_NOT_FOUND");
    await tick(other, "CONNECTION_LOST");
    const groups = await other.$$eval(".b24-errors-group", (all) => all.map((one) => one.textContent));
    await screenshot(other, `errors-ru${dark ? "-dark" : ""}`);
    const faults = await faultsIn(other, PANEL);
    await addSwitch(other);
    await screenshot(other, `errors-ru-will${dark ? "-dark" : ""}`);
    faults.push(...(await faultsIn(other, "#dialog-form .b24-form")));
    const beyond = await overflow(other);
    await done(other);
    const [made] = await switchesBehind(other, "member");
    const members = (): Promise<string[]> =>
      other.evaluate<string[]>(`RED.nodes.group("group").nodes.map(({ id }) => id)`);
    const joined = await members();
    await undo(other);
    const left = await members();
    await other.context().close();
    assert.deepEqual(counted, ["Отмечен 1 код", "Отмечено 2 кода", "Отмечено 5 кодов", "Отмечен 21 код"]);
    assert.ok(found.length > 0);
    assert.deepEqual(groups, ["Вызов этого узла", "Любой вызов", "Другие коды из ваших потоков"]);
    assert.deepEqual(faults, []);
    assert.equal(beyond, 0);
    assert.equal(made?.name, "Какая ошибка?");
    assert.deepEqual(joined, ["member", "last", made.id]);
    assert.deepEqual(left, ["member", "last"]);
  });
});
