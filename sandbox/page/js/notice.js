/** Refusals of the portal, said where the reader looks. */
import { byId } from "./dom.js";
import { t } from "./texts.js";

const SHOWN_MS = 6000;

let timer;

/** Runs an action; `null` when the portal refused, which is then shown. */
export async function attempt(action) {
  try {
    return (await action()) ?? true;
  } catch (error) {
    show(error instanceof TypeError ? t("page.away") : t("page.refused", { reason: error.message }));
    return null;
  }
}

/** Something to know that is no refusal. */
export function tellReader(text) {
  show(text, "info");
}

function show(text, kind = "") {
  const box = byId("notice");
  box.className = `notice ${kind}`.trim();
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (box.hidden = true), SHOWN_MS);
}
