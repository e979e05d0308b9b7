import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  fillTyped,
  freshNode,
  mistakes,
  needChromium,
  openDialog,
  openPortalDialog,
  startEditor,
  type Editor,
} from "../support/editor";

interface Case {
  type: string;
  values: Record<string, unknown>;
  /** Part of the only message that must appear; undefined when the node is right as it is. */
  says?: RegExp;
}

const pair = (field: string, type: string, value: string): Record<string, string> => ({
  [field]: value,
  [`${field}Type`]: type,
});

const CODE = "0123456789abcdef0123456789abcdef";

const CASES: Record<string, Case> = {
  "nothing filled in: all comes from the message": { type: "bitrix24-send", values: {} },
  "a chat id": { type: "bitrix24-operator", values: pair("chatId", "num", " 12 ") },
  "a chat id with letters": { type: "bitrix24-operator", values: pair("chatId", "num", "12abc"), says: /^Chat ID: / },
  "a chat id of zero": { type: "bitrix24-finish", values: pair("chatId", "num", "0"), says: /positive whole number/ },
  "a chat id with a fraction": {
    type: "bitrix24-finish",
    values: pair("chatId", "num", "12.5"),
    says: /positive whole/,
  },
  "a chat id in scientific notation": {
    type: "bitrix24-finish",
    values: pair("chatId", "num", "1e3"),
    says: /positive whole/,
  },
  "a chat id beyond what a number holds": {
    type: "bitrix24-finish",
    values: pair("chatId", "num", "9007199254740993"),
    says: /positive whole/,
  },
  "a chat id left empty": { type: "bitrix24-operator", values: pair("chatId", "num", ""), says: /enter a value/ },
  "a chat id from the environment": { type: "bitrix24-operator", values: pair("chatId", "num", "${CHAT}") },
  "a broken message property": {
    type: "bitrix24-operator",
    values: pair("chatId", "msg", "payload["),
    says: /Chat ID/,
  },
  "a broken expression": { type: "bitrix24-send", values: pair("message", "jsonata", "1 +"), says: /Message/ },
  "a blank text": { type: "bitrix24-send", values: pair("message", "str", "  "), says: /^Message: enter a value/ },
  "the text 0 as the bot": { type: "bitrix24-send", values: pair("message", "str", "0") },
  "the text 0 as an automatic message": {
    type: "bitrix24-send",
    values: { mode: "automatic", ...pair("message", "str", "0") },
    says: /silently drops/,
  },
  "a blank text with the line's greeting, which needs none": {
    type: "bitrix24-send",
    values: { mode: "automatic", template: "WELCOME", ...pair("message", "str", "") },
  },
  "broken JSON": { type: "bitrix24-send", values: pair("attach", "json", "[{"), says: /^Attachment: / },
  "JSON that is no structure": { type: "bitrix24-send", values: pair("keyboard", "json", "5"), says: /object or list/ },
  "too much JSON": {
    type: "bitrix24-send",
    values: pair("attach", "json", JSON.stringify([{ MESSAGE: "x".repeat(60_000) }])),
    says: /fewer than 60000/,
  },
  "broken JSON in a row that an automatic message does not have": {
    type: "bitrix24-send",
    values: { mode: "automatic", ...pair("attach", "json", "[{") },
  },
  "a short channel code": { type: "bitrix24-join", values: pair("code", "str", "abc"), says: /exactly 32 characters/ },
  "a channel code as it was pasted": { type: "bitrix24-join", values: pair("code", "str", ` ${CODE}\n`) },
  "an event's time of a second": { type: "bitrix24-event", values: { confirmTimeout: "1" } },
  "an event's time from the environment": { type: "bitrix24-event", values: { confirmTimeout: "${SECONDS}" } },
  "an event's longest time": { type: "bitrix24-event", values: { confirmTimeout: 2_147_483 } },
  "an event's time beyond what a timer can wait": {
    type: "bitrix24-event",
    values: { confirmTimeout: "2147484" },
    says: /^Confirm within: .* from 1 to 2,147,483/,
  },
  "an event's time below a second": {
    type: "bitrix24-event",
    values: { confirmTimeout: "0.5" },
    says: /from 1 to 2,147,483/,
  },
  "a channel code": { type: "bitrix24-join", values: pair("code", "str", CODE) },
  "a wrong channel code in a mode without one": { type: "bitrix24-send", values: pair("code", "str", "abc") },
  "a wrong recipient": {
    type: "bitrix24-send",
    values: { mode: "network", ...pair("userId", "num", "-1") },
    says: /^User ID: /,
  },
  "a line as queue5": { type: "bitrix24-transfer", values: pair("target", "str", "queue5") },
  "a line as Queue5": {
    type: "bitrix24-transfer",
    values: pair("target", "str", "Queue5"),
    says: /for example queue5/,
  },
  "a line where an employee is wanted": {
    type: "bitrix24-transfer",
    values: { targetKind: "user", ...pair("target", "str", "queue5") },
    says: /^Employee ID: /,
  },
  "a method": { type: "bitrix24-call", values: pair("method", "str", "imbot.v2.Chat.Message.send") },
  "a method with a slash": { type: "bitrix24-call", values: pair("method", "str", "/user.get"), says: /^Method: / },
  "parameters as a list": { type: "bitrix24-call", values: pair("params", "json", "[1]"), says: /^Parameters: / },
  "no portal": { type: "bitrix24-join", values: { portal: "" }, says: /portal/ },
};

const names = Object.keys(CASES);

const ADDRESSES: [string, boolean][] = [
  ["https://example.bitrix24.com/rest/1/abcdefghijklmnop/", true],
  ["https://example.bitrix24.com/rest/1/abcdefghijklmnop/profile.json", true],
  ["https://portal.example.com:8443/prefix/rest/1/abcdefghijklmnop", true],
  ["http://127.0.0.1:3000/rest/1/abcdefghijklmnop/", true],
  ["http://localhost:3000/rest/1/abcdefghijklmnop/", true],
  ["${BITRIX24_WEBHOOK}", true],
  ["http://example.bitrix24.com/rest/1/abcdefghijklmnop/", false],
  ["http://127.0.0.1.example.com/rest/1/abcdefghijklmnop/", false],
  ["https://example.bitrix24.com/", false],
  ["https://example.bitrix24.com/rest/1/", false],
  ["ftp://example.bitrix24.com/rest/1/abcdefghijklmnop/", false],
  ["no address at all", false],
];

describe("the validators in a real browser", function () {
  this.timeout(90_000);
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    const nodes = names.map((name, at) => {
      const { type = "", values = {} } = CASES[name] ?? {};
      return freshNode(`node${at}`, type, { portal: "portal", y: 60 + at * 40, ...values });
    });
    const dialog = freshNode("dialog", "bitrix24-operator", { portal: "portal", y: 20 });
    editor = await startEditor(chromium, {
      flows: [{ id: "tab", type: "tab", label: "Flow" }, freshNode("portal", "bitrix24-portal"), dialog, ...nodes],
    });
    page = await editor.visit();
  });

  after(async () => editor?.close());

  for (const [at, name] of names.entries()) {
    const { says } = CASES[name] ?? {};
    it(`${says === undefined ? "accept" : "refuse with a reason"}: ${name}`, async () => {
      const found = await mistakes(page, `node${at}`);
      if (says === undefined) assert.deepEqual(found, []);
      else {
        assert.equal(found.length, 1, found.join());
        assert.match(found[0] ?? "", says);
      }
    });
  }

  it("follow what is being typed, not what was saved", async () => {
    const isRed = (): Promise<boolean> =>
      page.isVisible("#node-input-chatId + .red-ui-typedInput-container.input-error");
    await openDialog(page, "dialog");
    const before = await isRed();
    await fillTyped(page, "chatId", "num", "12abc");
    const wrong = await isRed();
    await fillTyped(page, "chatId", "num", "12");
    const right = await isRed();
    await page.click("#node-dialog-cancel");
    await page.waitForSelector("#dialog-form", { state: "detached" });
    assert.deepEqual([before, wrong, right], [false, true, false]);
  });

  it("know a webhook address from anything else, and http only for this machine", async () => {
    await openDialog(page, "dialog");
    await openPortalDialog(page);
    const accepted: [string, boolean][] = [];
    for (const [address] of ADDRESSES) {
      await page.fill("#node-config-input-webhookUrl", address);
      await page.press("#node-config-input-webhookUrl", "Tab");
      accepted.push([address, !(await page.isVisible("#node-config-input-webhookUrl.input-error"))]);
    }
    assert.deepEqual(accepted, ADDRESSES);
  });

  it("want a name for a bot with a code, a token neither long nor short, and numbers in bounds", async () => {
    const isWrong = (name: string): Promise<boolean> => page.isVisible(`#node-config-input-${name}.input-error`);
    const type = async (name: string, value: string): Promise<void> => {
      await page.fill(`#node-config-input-${name}`, value);
      await page.press(`#node-config-input-${name}`, "Tab");
    };
    const seen: Record<string, boolean> = {};
    await type("botCode", "support");
    seen["code without name"] = await isWrong("botName");
    await type("botName", "Support");
    seen["code with name"] = await isWrong("botName");
    await type("botToken", "x".repeat(41));
    seen["long token"] = await isWrong("botToken");
    await type("botToken", "x".repeat(40));
    seen["token"] = await isWrong("botToken");
    await type("botToken", "x".repeat(15));
    seen["token that can be guessed"] = await isWrong("botToken");
    seen["warned of it"] = await page.isVisible("#b24-token-note");
    await type("botId", "7");
    seen["the same for an existing bot"] = await isWrong("botToken");
    seen["then warned of it"] = await page.isVisible("#b24-token-note");
    await type("botToken", "x".repeat(16));
    seen["warned of a longer one"] = await page.isVisible("#b24-token-note");
    await type("botToken", "${TOKEN}");
    await type("botId", "");
    seen["token from the environment"] = await isWrong("botToken");
    await page.click("#b24-advanced > summary");
    await type("maxWaiting", "1.5");
    seen["one and a half calls"] = await isWrong("maxWaiting");
    await type("maxWait", "0");
    seen["no time to wait"] = await isWrong("maxWait");
    await type("pollInterval", "0.5");
    seen["half a second"] = await isWrong("pollInterval");
    await type("pollInterval", "2592000");
    seen["thirty days"] = await isWrong("pollInterval");
    await type("pollInterval", "1.5");
    seen["one and a half seconds"] = await isWrong("pollInterval");
    assert.deepEqual(seen, {
      "code without name": true,
      "code with name": false,
      "long token": true,
      token: false,
      "token that can be guessed": true,
      "warned of it": false,
      "the same for an existing bot": false,
      "then warned of it": true,
      "warned of a longer one": false,
      "token from the environment": false,
      "one and a half calls": true,
      "no time to wait": true,
      "half a second": true,
      "thirty days": true,
      "one and a half seconds": false,
    });
  });
});
