import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  done,
  fillTyped,
  freshNode,
  loaded,
  mistakes,
  needChromium,
  openDialog,
  openPortalDialog,
  readTyped,
  startEditor,
  update,
  type Editor,
} from "../support/editor";

const SECRET = "abcdefghijklmnop";
const CODE = "0123456789abcdef0123456789abcdef";

interface Filling {
  type: string;
  /** Selects, in the order in which a person would use them. */
  select?: Record<string, string>;
  typed: Record<string, [type: string, value: string]>;
  /** Checkboxes to be turned over. */
  turn?: string[];
  /** What must be in the deployed flow besides the pairs. */
  saved?: Record<string, unknown>;
}

const FILLINGS: Record<string, Filling> = {
  "send as the bot": {
    type: "bitrix24-send",
    typed: {
      chatId: ["num", "12"],
      message: ["str", "Good morning[br]How are you?"],
      attach: ["json", '[{"MESSAGE":"more"}]'],
      keyboard: ["flow", "keyboard"],
    },
    turn: ["urlPreview"],
    saved: { mode: "bot", urlPreview: false, overPeople: false },
  },
  "send as an automatic message": {
    type: "bitrix24-send",
    select: { mode: "automatic", template: "DEFAULT" },
    typed: { chatId: ["msg", "chat.id"], message: ["jsonata", '"Hello " & name'] },
    turn: ["overPeople"],
    saved: { mode: "automatic", template: "DEFAULT", overPeople: true },
  },
  "send the line's greeting": {
    type: "bitrix24-send",
    select: { mode: "automatic", template: "WELCOME" },
    typed: { chatId: ["num", "12"] },
    saved: { mode: "automatic", template: "WELCOME" },
  },
  "send from a network channel": {
    type: "bitrix24-send",
    select: { mode: "network" },
    typed: { code: ["str", CODE], userId: ["env", "USER_ID"], message: ["global", "news"] },
    saved: { mode: "network", urlPreview: true },
  },
  operator: { type: "bitrix24-operator", typed: { chatId: ["msg", "payload.chat"] } },
  "transfer to an employee": {
    type: "bitrix24-transfer",
    select: { targetKind: "user" },
    typed: { chatId: ["num", "12"], target: ["num", "7"] },
    turn: ["leave"],
    saved: { targetKind: "user", leave: true },
  },
  "transfer to a line": {
    type: "bitrix24-transfer",
    select: { targetKind: "line" },
    typed: { target: ["str", "queue5"] },
    saved: { targetKind: "line", leave: false },
  },
  finish: { type: "bitrix24-finish", typed: { chatId: ["flow", "chat"] } },
  join: { type: "bitrix24-join", typed: { code: ["str", CODE] } },
  "call a method": {
    type: "bitrix24-call",
    select: { paging: "stream" },
    typed: { method: ["str", "user.get"], params: ["json", '{"FILTER":{"ACTIVE":true}}'] },
    saved: { paging: "stream" },
  },
};

const names = Object.keys(FILLINGS);
const idOf = (name: string): string => `node${names.indexOf(name)}`;

async function fill(page: Page, { select = {}, typed, turn = [] }: Filling): Promise<void> {
  for (const [property, value] of Object.entries(select)) await page.selectOption(`#node-input-${property}`, value);
  for (const [field, [type, value]] of Object.entries(typed)) await fillTyped(page, field, type, value);
  for (const property of turn) await page.click(`#node-input-${property}`);
}

describe("the dialogs in a real browser", function () {
  this.timeout(90_000);
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    const nodes = names.map((name, at) =>
      freshNode(idOf(name), FILLINGS[name]?.type ?? "", { portal: "portal", y: 60 + at * 50 }),
    );
    const topics = ["join", "from-the-future"];
    const events = freshNode("events", "bitrix24-event", { portal: "portal", y: 20, events: topics });
    editor = await startEditor(chromium, {
      flows: [{ id: "tab", type: "tab", label: "Flow" }, freshNode("portal", "bitrix24-portal"), events, ...nodes],
    });
    page = await editor.visit();
  });

  after(async () => editor?.close());

  it("keep the portal's values through Done, Deploy and a reload, and the secrets out of the flow", async () => {
    await openDialog(page, idOf("operator"));
    await openPortalDialog(page);
    await page.fill("#node-config-input-name", "Main portal");
    await page.fill("#node-config-input-webhookUrl", `https://example.bitrix24.com/rest/1/${SECRET}/`);
    const note = await page.textContent("#b24-webhook-note");
    await page.selectOption("#node-config-input-plan", "enterprise");
    await page.fill("#node-config-input-botId", "39");
    await page.fill("#node-config-input-botToken", "token-of-the-bot");
    await page.click("#b24-advanced > summary");
    await page.selectOption("#node-config-input-eventMode", "webhook");
    await page.fill("#node-config-input-publicUrl", "https://nodered.example.com");
    const receiver = await page.textContent("#b24-receiver-note");
    await page.fill("#node-config-input-maxWaiting", "500");
    await page.fill("#node-config-input-maxWait", "${MAX_WAIT}");
    await update(page);
    await done(page);
    await editor.deploy(page);

    const { text } = await editor.nodeRed.request("flows");
    const credentials = (await editor.nodeRed.request("credentials/bitrix24-portal/portal")).json<object>();
    assert.match(receiver ?? "", /https:\/\/nodered\.example\.com\/bitrix24\/portal$/);
    assert.match(note ?? "", /example\.bitrix24\.com.* 1\b/);
    assert.ok(!text.includes(SECRET) && !text.includes("token-of-the-bot"));
    assert.deepEqual(credentials, {
      has_webhookUrl: true,
      has_botToken: true,
      has_clientId: false,
      has_clientSecret: false,
    });

    await page.reload();
    await loaded(page);
    await openDialog(page, idOf("operator"));
    await openPortalDialog(page);
    const values: Record<string, string> = {};
    for (const name of ["name", "webhookUrl", "plan", "botId", "eventMode", "publicUrl", "maxWaiting", "maxWait"])
      values[name] = await page.inputValue(`#node-config-input-${name}`);
    const isWrong = await page.isVisible("#node-config-dialog-edit-form .input-error");
    await page.click("#node-config-dialog-cancel");
    await page.click("#node-dialog-cancel");
    await page.waitForSelector("#dialog-form", { state: "detached" });
    assert.deepEqual(values, {
      name: "Main portal",
      webhookUrl: "__PWRD__",
      plan: "enterprise",
      botId: "39",
      eventMode: "webhook",
      publicUrl: "https://nodered.example.com",
      maxWaiting: "500",
      maxWait: "${MAX_WAIT}",
    });
    assert.equal(isWrong, false);
  });

  for (const name of names) {
    it(`keep what was filled in: ${name}`, async () => {
      const filling = FILLINGS[name];
      assert.ok(filling);
      await openDialog(page, idOf(name));
      await page.fill("#node-input-name", name);
      await fill(page, filling);
      await done(page);
      const wrong = await mistakes(page, idOf(name));
      await editor.deploy(page);

      const flows = await editor.nodeRed.request("flows");
      const node = flows.json<Record<string, unknown>[]>().find(({ id }) => id === idOf(name)) ?? {};
      const expected: Record<string, unknown> = { name, portal: "portal", ...filling.saved };
      for (const [field, [type, value]] of Object.entries(filling.typed)) {
        expected[field] = value;
        expected[`${field}Type`] = type;
      }
      const kept = Object.fromEntries(Object.keys(expected).map((property) => [property, node[property]]));
      assert.deepEqual(wrong, []);
      assert.deepEqual(kept, expected);
    });
  }

  it("keep the chosen events of the event node, also one that is not known yet", async () => {
    await openDialog(page, "events");
    const before = await page.evaluate<string[]>(
      `$(".b24-topics input:checked").map((at, box) => $(box).attr("data-topic")).get()`,
    );
    await page.check('.b24-topics input[data-topic="message"]');
    await page.check('.b24-topics input[data-topic="session-finish"]');
    await page.uncheck('.b24-topics input[data-topic="join"]');
    await page.uncheck("#node-input-openChannelsOnly");
    await page.fill("#node-input-confirmTimeout", "90");
    await page.selectOption("#node-input-confirm", "received");
    const asksForTime = await page.isVisible("#node-input-confirmTimeout");
    await done(page);
    const wrong = await mistakes(page, "events");
    await editor.deploy(page);

    const flows = await editor.nodeRed.request("flows");
    const node = flows.json<Record<string, unknown>[]>().find(({ id }) => id === "events") ?? {};
    const { events, openChannelsOnly, confirm, confirmTimeout } = node;
    assert.deepEqual(before, ["join", "from-the-future"]);
    assert.equal(asksForTime, false);
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      { events, openChannelsOnly, confirm, confirmTimeout: Number(confirmTimeout) },
      {
        events: ["message", "session-finish", "from-the-future"],
        openChannelsOnly: false,
        confirm: "received",
        confirmTimeout: 90,
      },
    );
  });

  it("take a text of several lines in an editor of its own", async () => {
    await openDialog(page, idOf("send as the bot"));
    await page.click("#node-input-message + .red-ui-typedInput-container .red-ui-typedInput-option-expand");
    await page.waitForSelector(".red-ui-tray .monaco-editor.focused", { state: "visible" });
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\nSee you");
    await page.click("#node-dialog-ok:visible >> nth=-1");
    await page.waitForFunction(`String($("#node-input-message").typedInput("value")).endsWith("you")`);
    const text = await readTyped(page, "message");
    await page.click("#node-dialog-cancel");
    await page.waitForSelector("#dialog-form", { state: "detached" });
    assert.equal(text, "str:Good morning[br]How are you?[br]See you");
  });

  it("show the kept values again after a reload", async () => {
    await page.reload();
    await loaded(page);
    for (const name of names) {
      const { typed = {}, select = {} } = FILLINGS[name] ?? {};
      await openDialog(page, idOf(name));
      const shown: Record<string, string> = {};
      for (const field of Object.keys(typed)) shown[field] = await readTyped(page, field);
      for (const property of Object.keys(select)) shown[property] = await page.inputValue(`#node-input-${property}`);
      await page.click("#node-dialog-cancel");
      await page.waitForSelector("#dialog-form", { state: "detached" });
      const pairs = Object.entries(typed).map(([field, pair]) => [field, pair.join(":")]);
      assert.deepEqual(shown, { ...Object.fromEntries(pairs), ...select }, name);
    }
  });

  it("open and close without changing anything", async () => {
    for (const name of names) {
      await openDialog(page, idOf(name));
      await done(page);
    }
    const dirty = await page.evaluate<boolean>("RED.nodes.dirty()");
    assert.equal(dirty, false);
  });

  it("show the rows that belong to the chosen way and no others", async () => {
    const visibleRows = async (): Promise<string[]> =>
      page.evaluate<string[]>(
        `$("#dialog-form .form-row:visible").map((at, row) => $(row).find("[id^=node-input-]").attr("id").replace("node-input-", "")).get()`,
      );
    await openDialog(page, idOf("send as the bot"));
    const seen: Record<string, string[]> = { bot: await visibleRows() };
    await page.selectOption("#node-input-mode", "network");
    seen["network"] = await visibleRows();
    await page.selectOption("#node-input-mode", "automatic");
    seen["automatic"] = await visibleRows();
    await page.selectOption("#node-input-template", "WELCOME");
    seen["greeting"] = await visibleRows();
    await page.click("#node-dialog-cancel");
    await page.waitForSelector("#dialog-form", { state: "detached" });
    const top = ["name", "portal", "mode"];
    assert.deepEqual(seen, {
      bot: [...top, "overPeople", "chatId", "message", "attach", "keyboard", "urlPreview"],
      network: [...top, "code", "userId", "message", "attach", "keyboard", "urlPreview"],
      automatic: [...top, "overPeople", "chatId", "template", "message"],
      greeting: [...top, "overPeople", "chatId", "template"],
    });
  });
});
