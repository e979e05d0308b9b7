import { createRequire } from "node:module";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { text, type Language } from "./catalogue";
import { nodeListAtRest, overflow, screenshot } from "./editor";
import { nodeRedFolder, nodeRedPackage } from "./node-red";
import { readText } from "./project";

export interface Look {
  language: Language;
  dark: boolean;
}

export const lookName = ({ language, dark }: Look): string => `${language}${dark ? "-dark" : ""}`;

/** Looks that the Node-RED under test has: the dark theme came with 5.0. */
export const LOOKS: readonly Look[] = [false, ...(nodeRedPackage === "node-red-5" ? [true] : [])].flatMap((dark) =>
  (["en-US", "ru"] as const).map((language) => ({ language, dark })),
);

interface EditorWords {
  common: { label: { done: string } };
  deploy: { deploy: string };
  editor: { configAdd: string; configUpdate: string };
}

/** Node-RED's own words, as they stand on its buttons. */
function editorWords(language: Language): EditorWords {
  const load = createRequire(join(nodeRedFolder, "package.json"));
  return load(`@node-red/editor-client/locales/${language}/editor.json`) as EditorWords;
}

/** What the palette calls a node. */
function paletteName(type: string, language: Language): string {
  const catalogue = JSON.parse(readText(`dist/nodes/locales/${language}/${type}.json`)) as Record<
    string,
    { palette: string }
  >;
  return catalogue[type]?.palette ?? type;
}

/**
 * A person who sets up a first flow with the mouse and the keyboard. Finds everything by the words, signs and places to
 * be seen in the language at hand, goes on when the words are there that one would wait for, and counts the steps.
 */
export class Newcomer {
  readonly steps: string[] = [];
  /** Dialogs that were not seen whole. */
  readonly cut: string[] = [];
  readonly page: Page;
  readonly #look: Look;
  readonly #journey: string;
  readonly #editor: EditorWords;

  constructor(page: Page, look: Look, journey: string) {
    this.page = page;
    this.#look = look;
    this.#journey = journey;
    this.#editor = editorWords(look.language);
    page.setDefaultTimeout(15_000);
  }

  /** A text of the package as it is shown, or as far as it is known before its first gap. */
  words(key: string, values: Readonly<Record<string, string>> = {}): string {
    const found = text(key, this.#look.language, Number(values["count"] ?? 0));
    if (found === undefined) throw new Error(`no text ${key}`);
    return found.replace(/__(\w+)__/g, (gap, name: string) => values[name] ?? gap).split("__", 1)[0] ?? "";
  }

  /** Waits until words of the package can be seen. */
  async reads(key: string, values: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.page.getByText(this.words(key, values)).filter({ visible: true }).first().waitFor();
  }

  async #step(name: string, act: () => Promise<unknown>): Promise<void> {
    await this.#lookAt(name);
    this.steps.push(name);
    await act();
  }

  /** The sight before a step: a picture for people, and whether an open dialog can be seen whole. */
  async #lookAt(next: string): Promise<void> {
    const number = String(this.steps.length + 1).padStart(2, "0");
    const name = next.replace(/\W+/g, "-");
    await screenshot(this.page, `${nodeRedPackage}-${this.#journey}-${lookName(this.#look)}-${number}-${name}`);
    const dialog = this.page.locator(".red-ui-tray .b24-form").filter({ visible: true }).last();
    if ((await dialog.count()) > 0 && (await overflow(this.page)) > 0) this.cut.push(`before ${next}`);
  }

  #node(at: number): Locator {
    return this.page.locator(".red-ui-flow-node-group").nth(at);
  }

  #button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true }).filter({ visible: true }).last();
  }

  /** Adds a node at a place of the flow: Ctrl and click, its name, Enter. */
  async addNode(type: string, x: number): Promise<void> {
    const name = paletteName(type, this.#look.language);
    const nodes = await this.page.locator(".red-ui-flow-node-group").count();
    const chart = this.page.locator("#red-ui-workspace-chart");
    await this.#step(`Ctrl and click for ${type}`, () =>
      chart.click({ position: { x, y: 200 }, modifiers: ["Control"] }),
    );
    const list = this.page.locator(".red-ui-type-search");
    await nodeListAtRest(this.page);
    await this.#step(`name of ${type} and Enter`, async () => {
      await list.locator("input").pressSequentially(name);
      // The list follows the keys, and for letters beyond the US keyboard Playwright makes no strokes.
      await this.page.keyboard.press("End");
      await list.locator("li.selected", { hasText: name }).waitFor();
      await this.page.keyboard.press("Enter");
    });
    await this.#node(nodes).waitFor();
    // A wire would hang on the mouse.
    await this.page.keyboard.press("Escape");
  }

  /** Opens the dialog of a node that is in the flow. */
  async open(at: number): Promise<void> {
    await this.#step("double click on the node", () => this.#node(at).dblclick());
    await this.page.getByLabel(this.words("field.portal"), { exact: true }).waitFor();
  }

  /** Opens the portal's dialog by the plus or the pencil beside it. */
  async openPortal(sign: "plus" | "pencil"): Promise<void> {
    const row = this.page.locator(".form-row", { hasText: this.words("field.portal") });
    await this.#step(`${sign} beside the portal`, () => row.locator(`.red-ui-button:has(.fa-${sign})`).click());
    await this.#button(this.words("portal.bot.button")).waitFor();
  }

  async fill(field: string, value: string): Promise<void> {
    const input = this.page.getByLabel(this.words(`field.${field}`), { exact: true });
    await this.#step(`fill in ${field}`, () => input.fill(value));
  }

  /** Presses a button of the package. */
  async press(key: string): Promise<void> {
    await this.#step(`press ${key}`, () => this.#button(this.words(key)).click());
  }

  /** Opens a step of the portal's dialog that is folded. */
  async unfold(key: string): Promise<void> {
    await this.#step(`open ${key}`, () => this.page.locator("summary", { hasText: this.words(key) }).click());
  }

  async tick(name: string): Promise<void> {
    await this.#step(`tick ${name}`, () => this.page.getByRole("checkbox", { name }).check());
  }

  /** Closes the portal's dialog and then the node's, keeping what was done. */
  async closeBoth(button: "configAdd" | "configUpdate"): Promise<void> {
    const own = this.#button(this.words("portal.bot.button"));
    await this.#step("close the portal's dialog", () => this.#button(this.#editor.editor[button]).click());
    await own.waitFor({ state: "detached" });
    const done = this.#button(this.#editor.common.label.done);
    await this.#step("Done", () => done.click());
    await done.waitFor({ state: "detached" });
  }

  async wire(from: number, to: number): Promise<void> {
    const output = this.#node(from).locator(".red-ui-flow-port-output").first();
    await this.#step("draw the wire", () => output.dragTo(this.#node(to).locator(".red-ui-flow-port-input")));
  }

  /** Deploys, and waits until there is nothing left to deploy. */
  async deploy(): Promise<void> {
    await this.#step("Deploy", () => this.page.getByText(this.#editor.deploy.deploy, { exact: true }).click());
    await this.page.locator("#red-ui-header-button-deploy.disabled").waitFor();
  }

  /** Signs at the nodes that something is wrong with them. */
  async triangles(): Promise<number> {
    return this.page.locator(".red-ui-flow-node-error").filter({ visible: true }).count();
  }

  /** The last sight. */
  async end(): Promise<void> {
    await this.#lookAt("end");
  }
}
