import { configInput } from "../shared/dom";
import type { PortalDialog } from "./state";

export type StepName = "connect" | "bot" | "lines" | "advanced";

/** What is folded first when a step needs room. */
const STEPS: readonly StepName[] = ["advanced", "connect", "bot", "lines"];

export const step = (name: StepName): JQuery => $(`#b24-${name}`);

/** Says in the heading of a step what it has led to, so that it can be read while folded. */
export function summarize(name: StepName, words: string): void {
  $(`#b24-${name}-state`).text(words).attr("title", words);
}

function overflows({ form }: PortalDialog): boolean {
  const [content] = form;
  const [footer] = form.closest(".red-ui-tray").find(".red-ui-tray-footer");
  if (content === undefined || footer === undefined) return false;
  return content.getBoundingClientRect().bottom > footer.getBoundingClientRect().top;
}

/** Folds other steps until the one in use is seen whole without scrolling. */
export function makeRoom(dialog: PortalDialog, used: JQuery): void {
  for (const other of STEPS.map(step)) {
    if (other.is(used) || other.prop("open") !== true || !overflows(dialog)) continue;
    other.prop("open", false);
  }
}

export function openStep(dialog: PortalDialog, name: StepName): void {
  step(name).prop("open", true);
  makeRoom(dialog, step(name));
}

/** Opens what comes next, unless what was just said would have to go for it. */
export function offerStep(dialog: PortalDialog, name: StepName): void {
  const next = step(name);
  if (next.prop("open") === true) return;
  next.prop("open", true);
  if (overflows(dialog)) next.prop("open", false);
}

/** Enter in a field does what the button of its step does. */
export function onEnter(properties: readonly string[], act: () => void): void {
  for (const field of properties.map(configInput))
    field.on("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.trigger("change");
      act();
    });
}
