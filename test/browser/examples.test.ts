import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { needChromium, screenshot, startEditor, type Editor } from "../support/editor";
import { example, examples, LANGUAGES, type FlowNode, type Language } from "../support/project";

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

/** What a small laptop shows of the canvas, px. */
const CANVAS = 760;

/** Nodes, buttons and groups that reach beyond the canvas. */
const wide = (page: Page, tab: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `(() => { const nodes = RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} });
       const right = ({ type, x, w }) => x + w / 2 + (type === "debug" ? 25 : 0);
       return nodes.filter((node) => right(node) > ${CANVAS}).map((node) => node.name + " ends at " + right(node))
         .concat(RED.nodes.groups(${JSON.stringify(tab)}).filter(({ x, w }) => x + w > ${CANVAS}).map(({ name, x, w }) => name + " ends at " + (x + w))); })()`,
  );

/** Wires that fan out bend under the edges of nodes beside them, by so much. */
const EDGE = 12;

/** Wires that run to the left, or through a node that they do not belong to, as the editor has drawn them. */
const stray = (page: Page, tab: string): Promise<string[]> =>
  page.evaluate<string[]>(
    `(() => { const nodes = RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} });
       const within = ({ x: left, y: top }, { x, y, w, h }) => Math.abs(left - x) < w / 2 - ${EDGE} && Math.abs(top - y) < h / 2;
       return [...document.querySelectorAll(".red-ui-flow-link-line")].flatMap((line) => {
         const { source, target } = d3.select(line.parentNode).datum();
         if (source.z !== ${JSON.stringify(tab)}) return [];
         const name = (source.name || source.type) + " → " + (target.name || target.type);
         if (target.x - target.w / 2 <= source.x + source.w / 2) return [name + " runs to the left"];
         const length = line.getTotalLength();
         const points = Array.from({ length: 60 }, (_, at) => line.getPointAtLength((length * at) / 59));
         return nodes.filter((node) => node !== source && node !== target && points.some((point) => within(point, node)))
           .map((node) => name + " runs through " + (node.name || node.type));
       }); })()`,
  );

const drawnWires = (page: Page): Promise<number> =>
  page.evaluate<number>('document.querySelectorAll(".red-ui-flow-link-line").length');

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
    await label(/^\s*\d\d-support-bot\s*$/)
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
      for (const [language, own] of pages) {
        const flow = examples(language).get(name) ?? [];
        const tab = await imported(own, flow);
        await screenshot(own, `example-${name}-${language}`);
        const wires = flow.flatMap((node) => ((node["wires"] ?? []) as string[][]).flat());
        assert.equal(await drawnWires(own), wires.length, "every wire is looked at");
        const found = [
          ...(await mistakes(own, flow)),
          ...(await overlapping(own, tab)),
          ...(await spilling(own, tab)),
          ...(await wide(own, tab)),
          ...(await stray(own, tab)),
        ];
        wrong.push(...found.map((text) => `${language}: ${text}`));
        await close(own, tab);
      }
      assert.deepEqual(wrong, []);
    });
  }

  it("import beside each other without a question", async () => {
    const flows = LANGUAGES.map((language) => example("support-bot", language));
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
