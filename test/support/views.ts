import type { Page } from "playwright-core";
import type { Sandbox } from "../../sandbox/index";
import { cancel, openDialog, openPortalDialog } from "./editor";
import type { Part } from "./looks";

/** Shows a part and calls `look`; leaves the editor as it found it. */
export type View = (page: Page, look: (name: string, part?: Part) => Promise<void>) => Promise<void>;

const TARGET = "#node-input-targetKind";
const MODE = "#node-input-mode";

/** Opens a dialog, does something in it, looks, and closes it unsaved. */
function dialog(id: string, name: string, prepare: (page: Page) => Promise<unknown> = async () => undefined): View {
  return async (page, look) => {
    await openDialog(page, id);
    await prepare(page);
    await look(name);
    await cancel(page);
  };
}

/** What the line below a row says comes from the portal, a moment later. */
async function told(page: Page, field: string): Promise<void> {
  await page.waitForFunction(`document.querySelector("#b24-told-${field}")?.textContent !== ""`);
}

/** Opens the list of a row in the dialog of a node, looks at both, and closes them. */
function list(id: string, field: string, name: string): View {
  return async (page, look) => {
    await openDialog(page, id);
    await page.click(`#b24-pick-${field}`);
    await page.waitForSelector(".b24-choices .b24-choice", { state: "visible" });
    await look(name, "list");
    await page.keyboard.press("Escape");
    await cancel(page);
  };
}

/** Opens a panel above a node's dialog, looks at it, and closes both. */
function panel(id: string, mode: string | null, button: string, inside: string, name: string, part: Part): View {
  return async (page, look) => {
    await openDialog(page, id);
    if (mode !== null) await page.selectOption(MODE, mode);
    await page.click(button);
    await page.waitForSelector(inside, { state: "visible" });
    await page.waitForFunction(
      `(() => { const { left } = document.querySelector("${inside}").getBoundingClientRect();
        const same = window.panelLeft === left; window.panelLeft = left; return same; })()`,
      undefined,
      { polling: 120 },
    );
    await look(name, part);
    if (await page.isVisible(".b24-method-errors")) {
      await page.click(".b24-method-errors > summary");
      await look(`${name}-errors`, "long form");
    }
    await page.click("#node-dialog-cancel >> nth=-1");
    await page.waitForSelector(inside, { state: "detached" });
    await cancel(page);
  };
}

/** The dialogs of the event node and of the action nodes, with every choice that changes what they show. */
export const DIALOGS: View[] = [
  dialog("event", "event"),
  dialog("event", "event-received", (page) => page.selectOption("#node-input-confirm", "received")),
  dialog("send", "send-bot"),
  dialog("send", "send-automatic", (page) => page.selectOption(MODE, "automatic")),
  dialog("send", "send-greeting", async (page) => {
    await page.selectOption(MODE, "automatic");
    await page.selectOption("#node-input-template", "WELCOME");
  }),
  dialog("send", "send-network", (page) => page.selectOption(MODE, "network")),
  dialog("operator", "operator"),
  dialog("transfer", "transfer"),
  dialog("transfer", "transfer-user", (page) => page.selectOption(TARGET, "user")),
  dialog("gone", "transfer-line-gone", (page) => told(page, "target")),
  dialog("finish", "finish"),
  dialog("join", "join"),
  dialog("call", "call", (page) => told(page, "method")),
  dialog("call", "call-all", (page) => page.selectOption("#node-input-paging", "all")),
  dialog("call", "call-stream", (page) => page.selectOption("#node-input-paging", "stream")),
];

/** What opens above the dialogs: lists to choose from, the message's panel, a method's form. */
export const PANELS: View[] = [
  list("transfer", "target", "list-targets"),
  list("joining", "code", "list-channels"),
  list("call", "method", "list-methods"),
  panel("written", null, "#b24-compose", ".b24-composer", "message-bot", "composer"),
  panel("send", "automatic", "#b24-compose", ".b24-composer", "message-automatic", "composer"),
  panel("send", "network", "#b24-compose", ".b24-composer", "message-network", "composer"),
  panel("call", null, "#b24-params-form", ".b24-method-form", "method-form", "form"),
];

const portalField = (name: string): string => `#node-config-input-${name}`;

/** The portal's dialog from its first sight to the applied lines, on a portal of its own without the user permission. */
export const portalSteps =
  (sandbox: Sandbox, line: number, botName: string): View =>
  async (page, look) => {
    await openDialog(page, "fresh");
    await openPortalDialog(page);
    await look("portal-empty");
    await page.fill(portalField("webhookUrl"), sandbox.webhookUrl);
    await page.click("#b24-test");
    await page.waitForSelector("#b24-test-result .fa-exclamation-triangle");
    await look("portal-tested");
    sandbox.control.configure({ scopes: ["imopenlines", "user"] });
    await page.click("#b24-test");
    await page.waitForSelector("#b24-test-result .fa-times-circle");
    await look("portal-permission");
    sandbox.control.configure({ scopes: ["imbot", "imopenlines", "user"] });
    await page.fill(portalField("botName"), botName);
    await page.press(portalField("botName"), "Tab");
    await page.click("#b24-repair");
    await page.waitForSelector(`#b24-line-${line}`);
    await look("portal-bot");
    await page.check(`#b24-line-${line}`);
    await page.waitForSelector("#b24-lines-apply[aria-disabled=false]");
    await look("portal-lines");
    await page.click("#b24-lines-apply");
    await page.waitForSelector("#b24-lines-result .fa-check");
    await look("portal-applied");
    await page.click("#b24-advanced > summary");
    await look("portal-advanced");
    await page.selectOption(portalField("eventMode"), "webhook");
    await page.fill(portalField("publicUrl"), "https://nodered.example.com");
    await page.press(portalField("publicUrl"), "Tab");
    await look("portal-webhook");
    await page.click("#node-config-dialog-cancel");
    await page.waitForSelector("#node-config-dialog-edit-form", { state: "detached" });
    await cancel(page);
  };
