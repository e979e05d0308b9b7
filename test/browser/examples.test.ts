import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { needChromium, screenshot, startEditor, type Editor } from "../support/editor";
import { examples } from "../support/project";

describe("the examples in a real browser", function () {
  this.timeout(90_000);
  let editor: Editor;
  let page: Page;

  before(async function () {
    const chromium = needChromium(this);
    editor = await startEditor(chromium, { flows: [{ id: "empty", type: "tab", label: "Empty" }] });
    page = await editor.visit();
  });

  after(async () => editor?.close());

  for (const [name, flow] of examples()) {
    it(`import without a question and with every node in order: ${name}`, async () => {
      await page.evaluate(`RED.view.importNodes(${JSON.stringify(flow)}, { addFlow: false, generateIds: false })`);
      const tab = flow.find(({ type }) => type === "tab")?.id ?? "";
      await page.waitForFunction(`!!RED.nodes.workspace(${JSON.stringify(tab)})`);
      await page.evaluate(`RED.workspaces.show(${JSON.stringify(tab)})`);
      // Sizes come with the first drawing, which a slow machine does later.
      await page.waitForFunction(
        `RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} }).every(({ x, w, h }) => x >= 0 && w > 0 && h > 0)`,
      );
      await screenshot(page, `example-${name}`);
      const wrong = await page.evaluate<string[]>(
        `${JSON.stringify(flow.filter(({ type }) => type !== "tab").map(({ id }) => id))}.flatMap((id) => {
           const node = RED.nodes.node(id) ?? RED.nodes.group(id);
           if (!node) return [id + " is missing"];
           if (node.type !== "group") RED.editor.validateNode(node);
           return (node.validationErrors ?? []).concat(node.type === "unknown" ? "unknown type" : []).map((text) => id + ": " + text);
         })`,
      );
      const overlapping = await page.evaluate<string[]>(
        `(() => { const nodes = RED.nodes.filterNodes({ z: ${JSON.stringify(tab)} });
           const apart = (a, b) => Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2;
           const covers = (list) =>
             list.flatMap((a, at) => list.slice(at + 1).filter((b) => !apart(a, b)).map((b) => a.id + " covers " + b.id));
           const box = ({ id, x, y, w, h }) => ({ id, x: x + w / 2, y: y + h / 2, w, h });
           return covers(nodes).concat(covers(RED.nodes.groups(${JSON.stringify(tab)}).map(box))); })()`,
      );
      assert.deepEqual(wrong, []);
      assert.deepEqual(overlapping, []);
    });
  }
});
