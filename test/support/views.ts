import type { Page } from "playwright-core";
import type { Sandbox } from "../../sandbox/index";
import { atRest, cancel, openDialog, openPortalDialog } from "./editor";
import { closePanel, openPanel } from "./error-panel";
import type { Part } from "./looks";

type Look = (name: string, part?: Part) => Promise<void>;

/** Does something in what is open, looks, or both. */
type Step = (page: Page, look: Look) => Promise<unknown>;

/** Shows parts of the editor and looks at each; leaves the editor as it found it. */
export type View = (page: Page, look: Look) => Promise<void>;

/** Opens the dialog of a node, takes the steps in it, and closes it unsaved. */
function dialog(id: string, ...steps: Step[]): View {
  return async (page, look) => {
    await openDialog(page, id);
    for (const step of steps) await step(page, look);
    await cancel(page);
  };
}

const seen =
  (name: string): Step =>
  (_page, look) =>
    look(name);

const choose =
  (property: string, value: string): Step =>
  (page) =>
    page.selectOption(`#node-input-${property}`, value);

/** What the line below a row says comes from the portal, a moment later. */
const told =
  (field: string): Step =>
  (page) =>
    page.waitForFunction(`document.querySelector("#b24-told-${field}")?.textContent !== ""`);

/** Looks at the list of a row. */
const list =
  (field: string, name: string): Step =>
  async (page, look) => {
    await page.click(`#b24-pick-${field}`);
    await page.waitForSelector(".b24-choices .b24-choice", { state: "visible" });
    await atRest(page, ".red-ui-popover-panel:has(.b24-choices)");
    await look(name, "list");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".b24-choices", { state: "hidden" });
  };

/** Looks at a panel that a button opens above the dialog; at a method's form also with its errors unfolded. */
const panel =
  (button: string, inside: string, name: string, part: Part): Step =>
  async (page, look) => {
    await page.click(button);
    await page.waitForSelector(inside, { state: "visible" });
    await atRest(page, inside);
    await look(name, part);
    if (await page.isVisible(".b24-method-errors")) {
      await page.click(".b24-method-errors > summary");
      await look(`${name}-errors`, "long form");
    }
    await page.click("#node-dialog-cancel >> nth=-1");
    await page.waitForSelector(inside, { state: "detached" });
  };

const composer = (name: string): Step => panel("#b24-compose", ".b24-composer", name, "composer");

/** Looks at the codes with which the node can fail. */
const errors: Step = async (page, look) => {
  await openPanel(page);
  await look("errors", "errors");
  await closePanel(page);
};

/** The dialogs of the event and action nodes with every choice that changes what they show, and what opens above them. */
export const DIALOGS: View[] = [
  dialog("event", seen("event"), choose("confirm", "received"), seen("event-received")),
  dialog(
    "send",
    ...[seen("send-bot"), choose("mode", "automatic"), seen("send-automatic"), composer("message-automatic")],
    ...[choose("template", "WELCOME"), seen("send-greeting")],
    ...[choose("mode", "network"), seen("send-network"), composer("message-network")],
  ),
  dialog("written", composer("message-bot")),
  dialog("operator", seen("operator")),
  dialog("transfer", seen("transfer"), list("target", "list-targets"), errors),
  dialog("transfer", choose("targetKind", "user"), seen("transfer-user")),
  dialog("gone", told("target"), seen("transfer-line-gone")),
  dialog("finish", seen("finish")),
  dialog("join", seen("join"), list("code", "list-channels")),
  dialog(
    "call",
    ...[told("method"), seen("call"), list("method", "list-methods")],
    panel("#b24-params-form", ".b24-method-form", "method-form", "form"),
    ...[choose("paging", "all"), seen("call-all"), choose("paging", "stream"), seen("call-stream")],
  ),
];

const portalField = (name: string): string => `#node-config-input-${name}`;

/** The portal's dialog from its first sight to the applied lines, on a blank portal that has this line. */
export const portalSteps =
  (sandbox: Sandbox, line: number, botName: string): View =>
  async (page, look) => {
    const test = async (scopes: string[], sign: string): Promise<void> => {
      sandbox.control.configure({ scopes });
      await page.click("#b24-test");
      await page.waitForSelector(`#b24-test-result ${sign}`);
    };
    await openDialog(page, "fresh");
    await openPortalDialog(page);
    await look("portal-empty");
    await page.fill(portalField("webhookUrl"), sandbox.webhookUrl);
    await test(["imbot", "imopenlines"], ".fa-exclamation-triangle");
    await look("portal-tested");
    await test(["imopenlines", "user"], ".fa-times-circle");
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
