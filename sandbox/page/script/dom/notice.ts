/** Refusals of the portal, said where the reader looks. */
import { t } from "../words/texts";
import { byId } from "./elements";

const SHOWN_MS = 6000;

let timer: number | undefined;

/** Runs an action; null when the portal refused, which is then shown. */
export async function attempt<T>(action: () => Promise<T>): Promise<{ result: T } | null> {
  try {
    return { result: await action() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Where no answer came, fetch throws a TypeError.
    show(error instanceof TypeError ? t("page.away") : t("page.refused", { reason: error.message }));
    return null;
  }
}

/** Something to know that is no refusal. */
export function tellReader(text: string): void {
  show(text, "info");
}

function show(text: string, kind = ""): void {
  const box = byId("notice");
  box.className = `notice ${kind}`.trim();
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => (box.hidden = true), SHOWN_MS);
}
