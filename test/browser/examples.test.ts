import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { needChromium, screenshot, startEditor, type Editor } from "../support/editor";
import { examples, LANGUAGES, type FlowNode, type Language } from "../support/project";

/** Imports a flow as the dialog does and shows its tab; resolves when it is drawn. */
async function imported(page: Page, flow: readonly FlowNode[]): Promise<string> {
  const tab = flow.find(({ type }) => type === "tab")?.id ?? "";
  await page.evaluate(`RED.view.importNodes(${JSON.stringify(flow)}, { addFlow: false, generateIds: false })`);
  await page.waitForFunction(`!!RED.nodes.workspace(${JSON.stringify(tab)})`);
  await page.evaluate(`RED.workspaces.show(${JSON.stringify(tab)})`);
  // Sizes come with the first drawing, which a slow machine does later.
  await page.waitForFunction(
    `RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} }).every(({ x, w, h }) => x >= 0 && w > 0 && h > 0)`,
  );
  return tab;
}

const mistakes = (page: Page, flow: readonly FlowNode[]): Promise<string[]> =>
  page.evaluate<string[]>(
    `${JSON.stringify(flow.filter(({ type }) => type !== "tab").map(({ id }) => id))}.flatMap((id) => {
       const node = RED.nodes.node(id) ?? RED.nodes.group(id);
       if (!node) return [id + " is missing"];
       if (node.type !== "group") RED.editor.validateNode(node);
       return (node.validationErrors ?? []).concat(node.type === "unknown" ? "unknown type" : []).map((text) => id + ": " + text);
     })`,
  );

const overlapping = (page: Page, tab: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `(() => { const nodes = RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} });
       const apart = (a, b) => Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2;
       const covers = (list) =>
         list.flatMap((a, at) => list.slice(at + 1).filter((b) => !apart(a, b)).map((b) => a.name + " covers " + b.name));
       const box = ({ name, x, y, w, h }) => ({ name, x: x + w / 2, y: y + h / 2, w, h });
       return covers(nodes).concat(covers(RED.nodes.groups(${JSON.stringify(tab)}).map(box))); })()`,
  );

/** Left edges of the nodes by their place in the flow; none for what is not drawn as a node. */
const leftEdges = (page: Page, flow: readonly FlowNode[]): Promise<(number | null)[]> =>
  page.evaluate<(number | null)[]>(
    `${JSON.stringify(flow.map(({ id }) => id))}.map((id) => RED.nodes.node(id)).map((node) => (node?.w ? node.x - node.w / 2 : null))`,
  );

/** Widths of letters differ a little from machine to machine, and a node grows by steps of the grid. */
const STEP = 20;

/** Nodes that stand below each other in English and do not in the translation. */
function ragged(flow: readonly FlowNode[], english: (number | null)[], edges: (number | null)[]): string[] {
  const columns = new Map<string, number[]>();
  flow.forEach(({ g, type }, at) => {
    const key = `${type === "comment" ? type : String(g)} ${english[at]}`;
    if (edges[at] !== null) columns.set(key, [...(columns.get(key) ?? []), edges[at] ?? 0]);
  });
  return [...columns]
    .filter(([, places]) => Math.max(...places) - Math.min(...places) > STEP)
    .map(([key, places]) => `${key}: ${places.join()}`);
}

/** The editor measures names upright and draws them slanted, which takes a little more room. */
const SLANT = 8;

/** Names that reach over the right edge of their node. */
const spilling = (page: Page, tab: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} }).flatMap(({ id }) => {
       const drawn = document.getElementById(id);
       const name = drawn.querySelector(".red-ui-flow-node-label");
       const over = name.getBoundingClientRect().right - drawn.querySelector(".red-ui-flow-node").getBoundingClientRect().right;
       return over > ${SLANT} ? [name.textContent + " spills over by " + Math.round(over) + " px"] : [];
     })`,
  );

const close = (page: Page, tab: string): Promise<void> =>
  page.evaluate<void>(`RED.workspaces.delete(RED.nodes.workspace(${JSON.stringify(tab)}))`);

describe("the examples in a real browser", function () {
  this.timeout(90_000);
  let editor: Editor;
  let page: Page;
  /** Nodes without a name say in the editor's language what they do, which makes them wider or narrower. */
  const pages = new Map<Language, Page>();

  before(async function () {
    const chromium = needChromium(this);
    editor = await startEditor(chromium, { flows: [{ id: "empty", type: "tab", label: "Empty" }] });
    for (const language of LANGUAGES) pages.set(language, await editor.visit({ language }));
    page = pages.get("en-US") ?? assert.fail("English is spoken");
  });

  after(async () => editor?.close());

  it("are offered by the import dialog: other languages in folders, English below them", async () => {
    await page.evaluate('RED.actions.invoke("core:show-import-dialog")');
    await page.locator("#red-ui-clipboard-dialog-import-tabs a", { hasText: "Examples" }).click();
    const label = (text: RegExp) => page.locator(".red-ui-treeList-label:visible", { hasText: text });
    await label(/node-red-open-channels$/).click();
    await label(/^\s*ru\s*$/).click();
    await label(/^\s*support-bot\s*$/)
      .nth(1)
      .waitFor();
    await screenshot(page, "examples-import");
    const texts = (await label(/./).allTextContents()).map((text) => text.trim());
    await page.keyboard.press("Escape");
    await page.locator("#red-ui-clipboard-dialog-import-tabs").waitFor({ state: "hidden" });
    const names = [...examples().keys()];
    const folders = LANGUAGES.filter((language) => language !== "en-US").sort();
    const from = texts.indexOf("@bitrix24-flows/node-red-open-channels") + 1;
    const expected = [...folders.flatMap((folder) => (folder === "ru" ? [folder, ...names] : [folder])), ...names];
    assert.deepEqual(texts.slice(from, from + expected.length), expected);
  });

  for (const name of examples().keys()) {
    it(`import with every node in order, each in an editor of its language: ${name}`, async () => {
      const wrong: string[] = [];
      let english: (number | null)[] = [];
      for (const [language, own] of pages) {
        const flow = examples(language).get(name) ?? [];
        const tab = await imported(own, flow);
        await screenshot(own, `example-${name}-${language}`);
        const edges = await leftEdges(own, flow);
        if (language === "en-US") english = edges;
        const found = [
          ...(await mistakes(own, flow)),
          ...(await overlapping(own, tab)),
          ...(await spilling(own, tab)),
          ...ragged(flow, english, edges),
        ];
        wrong.push(...found.map((text) => `${language}: ${text}`));
        await close(own, tab);
      }
      assert.deepEqual(wrong, []);
    });
  }

  it("import beside each other without a question", async () => {
    const flows = LANGUAGES.map((language) => examples(language).get("support-bot") ?? []);
    const empty = await editor.visit();
    const tabs: string[] = [];
    for (const flow of flows) tabs.push(await imported(empty, flow));
    const wrong: string[] = [];
    for (const flow of flows) wrong.push(...(await mistakes(empty, flow)));
    await empty.context().close();
    assert.equal(new Set(tabs).size, LANGUAGES.length);
    assert.deepEqual(wrong, []);
  });
});
