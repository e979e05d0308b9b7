import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  cancel,
  done,
  freshNode,
  needChromium,
  nodeListAtRest,
  openDialog,
  startEditor,
  type Editor,
} from "../support/editor";
import type { Flow } from "../support/node-red";
import { nodeSets } from "../support/project";

const TAB = { id: "tab", type: "tab", label: "Flow" };
const PORTAL = freshNode("portal", "bitrix24-portal");
const TYPES = nodeSets().filter((type) => type !== "bitrix24-portal");

interface Dropped {
  id: string;
  type: string;
  portal: string;
}

describe("the only portal", function () {
  this.timeout(90_000);
  let editor: Editor;
  let page: Page;

  before(async function () {
    editor = await startEditor(needChromium(this), { flows: [TAB] });
  });

  after(async () => editor?.close());

  afterEach(async () => page?.context().close());

  async function visit(...flow: Flow): Promise<void> {
    await editor.nodeRed.deploy([TAB, ...flow]);
    page = await editor.visit();
  }

  /** The nodes of ours in the flow, except those of the test's own flow. */
  const dropped = (): Promise<Dropped[]> =>
    page.evaluate<Dropped[]>(
      `RED.nodes.filterNodes({ z: "tab" }).filter(({ id, type }) => /^bitrix24-/.test(type) && !/^own/.test(id))
         .map(({ id, type, portal }) => ({ id, type, portal }))`,
    );

  const users = (): Promise<number> => page.evaluate<number>('RED.nodes.node("portal").users.length');

  /** Drags a node out of the palette. */
  async function drag(type: string, x: number, y: number): Promise<void> {
    const before = (await dropped()).length;
    const source = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await source.scrollIntoViewIfNeeded();
    await source.dragTo(page.locator("#red-ui-workspace-chart"), { targetPosition: { x, y } });
    for (let look = 0; look < 50 && (await dropped()).length === before; look++) await page.waitForTimeout(50);
  }

  async function quickAdd(type: string, x: number, y: number): Promise<void> {
    await page.locator("#red-ui-workspace-chart").click({ position: { x, y }, modifiers: ["Control"] });
    await nodeListAtRest(page);
    await page.locator(".red-ui-type-search input").pressSequentially(type);
    await page.waitForFunction("$('.red-ui-type-search li:visible').length === 1");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
  }

  it("is chosen in each node that is dragged into the flow, and counts it", async () => {
    await visit(PORTAL);
    for (const [at, type] of TYPES.entries()) await drag(type, 200 + 300 * (at % 2), 80 + 70 * at);
    const nodes = await dropped();
    const count = await users();
    const triangles = await page.locator(".red-ui-flow-node-error").filter({ visible: true }).count();
    assert.deepEqual(nodes.map(({ type }) => type).sort(), [...TYPES].sort());
    for (const { type, portal } of nodes) assert.equal(portal, "portal", type);
    assert.equal(count, TYPES.length);
    assert.equal(triangles, 0);
  });

  it("is chosen on quick add; undo takes node and count back, redo brings both, and it is deployed", async () => {
    await visit(PORTAL);
    await quickAdd("bitrix24-send", 300, 200);
    const counts = [await users()];
    await page.keyboard.press("Control+Z");
    counts.push((await dropped()).length, await users());
    await page.keyboard.press("Control+Y");
    counts.push((await dropped()).length, await users());
    await editor.deploy(page);
    const flows = (await editor.nodeRed.request("flows")).json<Record<string, unknown>[]>();
    assert.deepEqual(counts, [1, 0, 0, 1, 1]);
    assert.equal(flows.find(({ type }) => type === "bitrix24-send")?.["portal"], "portal");
  });

  const WITHOUT: [why: string, flow: Flow][] = [
    ["there is none", []],
    ["there are two", [PORTAL, freshNode("second", "bitrix24-portal")]],
    ["it is switched off", [{ ...PORTAL, d: true }]],
    [
      "it belongs to another flow",
      [
        { id: "other", type: "tab", label: "Other" },
        { ...PORTAL, z: "other" },
      ],
    ],
  ];
  for (const [why, flow] of WITHOUT)
    it(`is not chosen when ${why}`, async () => {
      await visit(...flow);
      await quickAdd("bitrix24-operator", 300, 200);
      const [node] = await dropped();
      const triangles = await page.locator(".red-ui-flow-node-error").filter({ visible: true }).count();
      await openDialog(page, node?.id ?? "");
      const offered = await page.inputValue("#node-input-portal");
      assert.equal(node?.portal, "");
      assert.equal(triangles, 1);
      assert.equal(offered, "_ADD_");
    });

  it("changes nothing in what is imported or copied", async () => {
    await visit(PORTAL, freshNode("own1", "bitrix24-finish", { portal: "" }));
    await page.evaluate(
      `RED.view.importNodes(${JSON.stringify([freshNode("a", "bitrix24-join", { portal: "" }), freshNode("b", "bitrix24-call", { portal: "gone" })])})`,
    );
    await page.locator("#red-ui-workspace-chart").click({ position: { x: 300, y: 300 } });
    await page.evaluate('RED.view.select({ nodes: [RED.nodes.node("own1")] })');
    await page.keyboard.press("Control+C");
    await page.keyboard.press("Control+V");
    await page.locator("#red-ui-workspace-chart").click({ position: { x: 300, y: 450 } });
    const nodes = await dropped();
    const count = await users();
    assert.deepEqual(nodes.map(({ type, portal }) => `${type} ${portal}`).sort(), [
      "bitrix24-call gone",
      "bitrix24-finish ",
      "bitrix24-join ",
    ]);
    assert.equal(count, 0);
  });

  it("is offered in the dialog of a node without a portal, and saved with Done alone", async () => {
    await visit(PORTAL, freshNode("own1", "bitrix24-send", { portal: "" }));
    const seen: unknown[] = [];
    const look = async (): Promise<void> => {
      seen.push([await page.evaluate('RED.nodes.node("own1").portal'), await users()]);
    };
    await openDialog(page, "own1");
    const offered = await page.inputValue("#node-input-portal");
    await cancel(page);
    await look();
    await openDialog(page, "own1");
    await done(page);
    await look();
    await page.keyboard.press("Control+Z");
    await look();
    assert.equal(offered, "portal");
    assert.deepEqual(seen, [
      ["", 0],
      ["portal", 1],
      ["", 0],
    ]);
  });
});
