import { configInput } from "../shared/dom";
import { text } from "../shared/text";
import { keepTokenOf, prepareBot } from "./bot";
import { prepareConnect } from "./connect";
import { prepareLines, showLines } from "./lines";
import { noteOfReceiver, noteOfWebhook } from "./notes";
import { begin, currentDialog, typed, type PortalDialog } from "./state";
import { makeRoom, step } from "./steps";

/** In this time after a dialog has opened only the editor moves the focus, ms. */
const OPENING = 1000;

/** Prepares the portal's dialog. */
export function openPortal(node: RedNode): void {
  const dialog = begin(node, step("connect").closest(".b24-form"));
  noteOfWebhook();
  noteOfReceiver(node);
  // Someone who has changed something in there wants to see it again.
  step("advanced").prop("open", node["eventMode"] === "webhook");
  prepareConnect(dialog);
  prepareBot(dialog);
  prepareLines(dialog);
  const copy = $("#b24-receiver-copy");
  copy.on("click", () => copyReceiver(copy));
  configInput("eventMode")
    .add(configInput("publicUrl"))
    .on("input change", () => makeRoom(dialog, step("advanced")));
  for (const element of dialog.form.children<HTMLDetailsElement>("details").get())
    $(element).on("toggle", () => unfolded(dialog, element));
  beginWithWebhook(dialog);
}

/** Done was pressed. */
export function keepToken(): void {
  const dialog = currentDialog();
  if (dialog !== undefined) keepTokenOf(dialog);
}

function unfolded(dialog: PortalDialog, element: HTMLDetailsElement): void {
  if (!element.open) return;
  makeRoom(dialog, $(element));
  if (element.id === "b24-lines") showLines(dialog);
  RED.tray.resize();
}

function copyReceiver(button: JQuery): void {
  const [address] = /https?:\/\/\S+/.exec($("#b24-receiver-note").text()) ?? [];
  if (address !== undefined) RED.clipboard.copyText(address, button, text("portal.copied"));
}

/** Nothing works without the webhook, so a new portal begins there and not at the tab where the editor begins. */
function beginWithWebhook({ form }: PortalDialog): void {
  if (typed("webhookUrl") !== "") return;
  const tray = form.closest(".red-ui-tray");
  tray.one("focusin.b24", ".red-ui-tab-label", () => configInput("webhookUrl").trigger("focus"));
  setTimeout(() => tray.off("focusin.b24"), OPENING);
}
