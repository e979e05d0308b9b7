import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { ensureBuilt } from "./built";
import { projectRoot, startNodeRed, type Flow, type NodeRed } from "./node-red";
import { definitionOf } from "./project";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** The system's Chromium, or what CHROMIUM names; undefined when there is none. */
function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  return (named === undefined || named === "" ? CANDIDATES : [named]).find((path) => existsSync(path));
}

let told = false;

/**
 * Leaves the tests of a suite out when there is no browser, saying so once. On a build server that is a failure:
 * nobody would look at the gap.
 */
export function needChromium(suite: Mocha.Context): string {
  const path = findChromium();
  if (path !== undefined) return path;
  const how = "no Chromium found; install it or name one in the environment variable CHROMIUM";
  if ((process.env["CI"] ?? "") !== "") throw new Error(how);
  if (!told) console.log(`Left out: browser tests (${how}).`);
  told = true;
  return suite.skip();
}

export interface EditorOptions {
  flows: Flow;
  credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Editor {
  readonly nodeRed: NodeRed;
  /** Opens the editor in a fresh browser profile; resolves when the flows are loaded. */
  visit(options?: { language?: string; dark?: boolean }): Promise<Page>;
  /** Presses Deploy and waits until the flows run: the editor says earlier that they are deployed. */
  deploy(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** A real Node-RED with this package from dist/, and a browser to look at it. */
export async function startEditor(executablePath: string, { flows, credentials }: EditorOptions): Promise<Editor> {
  await ensureBuilt();
  const nodeRed = await startNodeRed({
    flows,
    ...(credentials !== undefined && { credentials }),
    settings: { nodesDir: [projectRoot] },
  });
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  } catch (error) {
    await nodeRed.stop();
    throw error;
  }
  return {
    nodeRed,
    visit: ({ language = "en-US", dark = false } = {}) => visit(browser, nodeRed.url, language, dark),
    deploy: async (page) => {
      const running = nodeRed.startedAgain();
      await page.click("#red-ui-header-button-deploy");
      await page.waitForFunction("!RED.nodes.dirty()");
      await running;
    },
    close: async () => {
      await browser.close();
      await nodeRed.stop();
    },
  };
}

async function visit(browser: Browser, url: string, language: string, dark: boolean): Promise<Page> {
  const context = await browser.newContext({ locale: language, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  if (dark) await page.addInitScript('localStorage.setItem("view-dark-theme", "dark")');
  await page.goto(url);
  await loaded(page);
  return page;
}

/** Resolves when the editor has loaded the flows and can open dialogs. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForFunction(
    'typeof RED !== "undefined" && RED.editor && RED.nodes && RED.nodes.getWorkspaceOrder().length > 0 && !!RED.palette && RED.settings.version !== undefined && document.querySelectorAll(".red-ui-palette-node").length > 0',
  );
}

/** A node of a test flow with the values it would have when dragged from the palette. */
export function freshNode(id: string, type: string, values: Readonly<Record<string, unknown>> = {}): Flow[number] {
  const { defaults, category, outputs } = definitionOf(type);
  const fresh = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
  const place =
    category === "config" ? {} : { z: "tab", x: 300, y: 100, wires: Array.from({ length: outputs ?? 0 }, () => []) };
  return { ...fresh, id, type, ...place, ...values };
}

const DIALOG = "#dialog-form";
const CONFIG_DIALOG = "#node-config-dialog-edit-form";

/** Opens the dialog of a node, as a double click does; resolves when it has come to rest. */
export async function openDialog(page: Page, id: string): Promise<void> {
  await page.evaluate(`RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
  await page.waitForSelector(`${DIALOG} .b24-form`, { state: "visible" });
  await atRest(page);
}

/** Opens the portal's dialog from the row of the node that is being edited. */
export async function openPortalDialog(page: Page): Promise<void> {
  await page.click("#node-input-btn-portal-edit");
  await page.waitForSelector(`${CONFIG_DIALOG} .b24-form`, { state: "visible" });
  await atRest(page);
}

/**
 * Waits until the only tray, or the only element of `selector`, stands still: trays slide in and lists unroll, and what
 * is measured or clicked before is somewhere else.
 */
export async function atRest(page: Page, selector = ".red-ui-tray"): Promise<void> {
  await page.evaluate("window.placeBefore = null");
  await page.waitForFunction(
    `(() => { const [one, ...others] = document.querySelectorAll(${JSON.stringify(selector)});
      if (one === undefined || others.length > 0 || one.getAnimations().length > 0) return false;
      const { left, top, height } = one.getBoundingClientRect(); const before = window.placeBefore;
      window.placeBefore = [left, top, height].join(); return window.placeBefore === before; })()`,
    undefined,
    { polling: 100 },
  );
}

async function closeWith(page: Page, button: string, form: string): Promise<void> {
  await page.click(button);
  await page.waitForSelector(form, { state: "detached" });
}

export const done = (page: Page): Promise<void> => closeWith(page, "#node-dialog-ok", DIALOG);
export const cancel = (page: Page): Promise<void> => closeWith(page, "#node-dialog-cancel", DIALOG);
export const update = (page: Page): Promise<void> => closeWith(page, "#node-config-dialog-ok", CONFIG_DIALOG);

/** Waits until the list of nodes to add stands still: while it unfolds it takes the keyboard once more, from anywhere. */
export async function nodeListAtRest(page: Page): Promise<void> {
  await page.locator(".red-ui-type-search input").waitFor();
  await page.waitForFunction('!$(".red-ui-type-search *").is(":animated")');
}

/** Chooses a type in the value row inside of `container`. */
export async function chooseType(page: Page, container: string, type: string): Promise<void> {
  await page.click(`${container} .red-ui-typedInput-type-select`);
  // A click into a list that still unfolds scrolls it, and hits another entry.
  await page.waitForFunction('!$(".red-ui-typedInput-options").is(":animated")');
  await page.click(`.red-ui-typedInput-options:visible a[value="${type}"]`);
}

/** Chooses a type in a value row and types the value, with the mouse and the keyboard. */
export async function fillTyped(page: Page, field: string, type: string, value: string): Promise<void> {
  const container = `#node-input-${field} + .red-ui-typedInput-container`;
  await chooseType(page, container, type);
  if (type !== "auto") {
    await page.fill(`${container} .red-ui-typedInput-input`, value);
    await page.press(`${container} .red-ui-typedInput-input`, "Tab");
  }
}

/** What a value row holds: `type:value`. */
export function readTyped(page: Page, field: string): Promise<string> {
  const input = `$("#node-input-${field}")`;
  return page.evaluate<string>(`${input}.typedInput("type") + ":" + ${input}.typedInput("value")`);
}

/** What the editor finds wrong with a node: the messages of its validators. */
export function mistakes(page: Page, id: string): Promise<string[]> {
  const node = `RED.nodes.node(${JSON.stringify(id)})`;
  return page.evaluate<string[]>(`(RED.editor.validateNode(${node}), ${node}.validationErrors || [])`);
}

/** How far the dialog reaches below the room it has without scrolling, in pixels; 0 when it fits. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    `(() => { const tray = [...document.querySelectorAll(".red-ui-tray")].at(-1);
      const bottom = tray.querySelector(".b24-form").getBoundingClientRect().bottom;
      return Math.max(0, bottom - tray.querySelector(".red-ui-tray-footer").getBoundingClientRect().top); })()`,
  );
}

/** Saves a picture for people to look at, in the folder that SCREENSHOTS names; else does nothing. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined || folder === "") return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
