import type { Page } from "playwright-core";
import { atRest } from "./editor";

/** The panel of an action node's error codes. */
export const PANEL = ".b24-errors";

export async function openPanel(page: Page): Promise<void> {
  await page.click("#b24-errors-open");
  await page.waitForSelector(PANEL, { state: "visible" });
  await atRest(page);
}

/** Waits until the panel has gone and the dialog is back. */
export async function panelGone(page: Page): Promise<void> {
  await page.waitForSelector(PANEL, { state: "detached" });
  await page.waitForSelector("#b24-errors-open", { state: "visible" });
  await atRest(page);
}

export async function closePanel(page: Page): Promise<void> {
  await page.click("#node-dialog-cancel");
  await panelGone(page);
}

export async function addSwitch(page: Page): Promise<void> {
  await page.click("#node-dialog-ok");
  await panelGone(page);
}

export const listed = (page: Page, group: string): Promise<string[]> =>
  page.$$eval(`[aria-labelledby="b24-errors-${group}"] .b24-errors-row`, (rows) =>
    rows.map((row) => row.getAttribute("data-code") ?? ""),
  );

export const tick = (page: Page, code: string): Promise<void> =>
  page.check(`${PANEL} .b24-errors-row[data-code="${code}"] input`);

export interface Switch {
  id: string;
  name: string;
  property: string;
  rules: { t: string; v?: string }[];
  outputs: number;
}

/** The switches behind output 2 of a node, as they would be exported. */
export const switchesBehind = (page: Page, id: string): Promise<Switch[]> =>
  page.evaluate<Switch[]>(
    `RED.nodes.filterLinks({ source: RED.nodes.node(${JSON.stringify(id)}), sourcePort: 1 }).map(({ target }) => target)
       .filter(({ type }) => type === "switch").map(({ id, name, property, rules, outputs }) => ({ id, name, property, rules, outputs }))`,
  );

/** Presses Ctrl+Z on the workspace, once the dialog has gone. */
export async function undo(page: Page): Promise<void> {
  await page.waitForFunction(`RED.view.state() === RED.state.DEFAULT`);
  await page.mouse.click(640, 700);
  await page.keyboard.press("Control+z");
}

/** What covers what on the flow, and what is not yet drawn. */
export const covered = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    `(() => { const all = RED.nodes.filterNodes({ z: "tab" });
       const apart = (a, b) => Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2;
       return all.flatMap((a, at) => all.slice(at + 1).filter((b) => !apart(a, b)).map((b) => a.id + " covers " + b.id)); })()`,
  );
