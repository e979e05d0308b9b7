import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  done,
  fillTyped,
  freshNode,
  mistakes,
  needChromium,
  openDialog,
  openPortalDialog,
  startEditor,
  update,
  type Editor,
} from "../../support/editor";
import { nodeSets } from "../../support/project";

const WEBHOOK = "https://example.bitrix24.com/rest/1/abcdefghijklmnop/";
const TYPES = nodeSets().filter((type) => type !== "bitrix24-portal");

describe("the main dialogs in a real browser", function () {
  this.timeout(90_000);
  const problems: string[] = [];
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    const nodes = TYPES.map((type, at) => freshNode(type, type, { portal: "portal", y: 60 + at * 50 }));
    editor = await startEditor(chromium, {
      flows: [{ id: "tab", type: "tab", label: "Flow" }, freshNode("portal", "bitrix24-portal"), ...nodes],
    });
    page = await editor.visit();
    page.on("pageerror", ({ message }) => problems.push(message));
  });

  after(async () => editor?.close());

  it("open, take values, and give them to the deployed flow", async () => {
    for (const [at, type] of TYPES.entries()) {
      await openDialog(page, type);
      await page.fill("#node-input-name", `My ${type}`);
      if (at === 0) {
        await openPortalDialog(page);
        await page.fill("#node-config-input-webhookUrl", WEBHOOK);
        await update(page);
      }
      await done(page);
    }
    await editor.deploy(page);

    const flows = (await editor.nodeRed.request("flows")).json<Record<string, unknown>[]>();
    const names = flows.filter(({ id }) => TYPES.includes(String(id))).map(({ name }) => name);
    const credentials = await editor.nodeRed.request("credentials/bitrix24-portal/portal");
    assert.deepEqual(names.sort(), TYPES.map((type) => `My ${type}`).sort());
    assert.equal(credentials.json<Record<string, unknown>>()["has_webhookUrl"], true);
    assert.deepEqual(problems, []);
  });

  it("mark a value that the portal would refuse", async () => {
    await openDialog(page, "bitrix24-operator");
    await fillTyped(page, "chatId", "num", "-5");
    await done(page);
    const wrong = await mistakes(page, "bitrix24-operator");
    assert.equal(wrong.length, 1);
  });
});
