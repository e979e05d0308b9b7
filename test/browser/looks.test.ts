import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import {
  cancel,
  freshNode,
  needChromium,
  openDialog,
  openPortalDialog,
  overflow,
  screenshot,
  startEditor,
  type Editor,
} from "../support/editor";
import { nodeRedPackage } from "../support/node-red";
import { definitionOf, LANGUAGES, nodeSets, type Language } from "../support/project";

const axeScript = createRequire(__filename).resolve("axe-core/axe.min.js");

/** Dialogs to be looked at: node type and what is chosen in it. */
const VIEWS: [name: string, type: string, select: Record<string, string>][] = [
  ["send-bot", "bitrix24-send", {}],
  ["send-automatic", "bitrix24-send", { mode: "automatic" }],
  ["send-network", "bitrix24-send", { mode: "network" }],
  ["operator", "bitrix24-operator", {}],
  ["transfer", "bitrix24-transfer", {}],
  ["transfer-line", "bitrix24-transfer", { targetKind: "line" }],
  ["finish", "bitrix24-finish", {}],
  ["join", "bitrix24-join", {}],
  ["call", "bitrix24-call", {}],
  ["event", "bitrix24-event", {}],
];

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe finds in our rows; rows of the editor itself are its own business. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  const violations = await page.evaluate<Violation[]>(
    `axe.run([...document.querySelectorAll(".red-ui-tray .b24-form")].at(-1)).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/** Rows whose text is missing or is nothing but the key of a text. */
const untranslated = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(
    `$(".red-ui-tray:last .b24-form [data-i18n]").get().filter((element) => {
       const key = $(element).attr("data-i18n");
       const name = /^\\[(\\w+)\\]/.exec(key)?.[1];
       const shown = (name ? $(element).attr(name) : $(element).text()) ?? "";
       return ["", key, key.replace(/^(\\[\\w+\\])?[^:]*:/, ""), key.replace(/^\\[\\w+\\]/, "")].includes(shown.trim());
     }).map((element) => $(element).attr("data-i18n"))`,
  );

interface Look {
  language: Language;
  dark: boolean;
  /** Whether axe looks as well: it sees structure and colours, which are the same in every language. */
  axe: boolean;
}

const LOOKS: Look[] = [
  ...LANGUAGES.map((language) => ({ language, dark: false, axe: ["en-US", "ru"].includes(language) })),
  ...(nodeRedPackage === "node-red-5" ? [{ language: "en-US" as const, dark: true, axe: true }] : []),
];

describe("the looks of the nodes in a real browser", function () {
  this.timeout(90_000);
  let editor: Editor;
  const types = nodeSets().filter((type) => type !== "bitrix24-portal");
  const views = VIEWS.filter(([, type]) => types.includes(type));

  before(async function () {
    const chromium = needChromium(this);
    const nodes = types.map((type, at) => freshNode(`node${at}`, type, { portal: "portal", y: 60 + at * 60 }));
    editor = await startEditor(chromium, {
      flows: [{ id: "tab", type: "tab", label: "Flow" }, freshNode("portal", "bitrix24-portal"), ...nodes],
    });
  });

  after(async () => editor?.close());

  for (const { language, dark, axe } of LOOKS) {
    const look = `${language}${dark ? "-dark" : ""}`;

    it(`fit, speak the user's language${axe ? " and are accessible" : ""}: ${look}`, async () => {
      const page = await editor.visit({ language, dark });
      const problems: string[] = [];
      page.on("pageerror", ({ message }) => problems.push(message));
      if (axe) await page.addScriptTag({ path: axeScript });
      await screenshot(page, `${look}-workspace`);
      const inspect = async (name: string): Promise<void> => {
        await screenshot(page, `${look}-${name}`);
        // Steps fold and trays settle a moment after the click that causes it.
        for (let look = 0; look < 30 && (await overflow(page)) > 0; look++) await page.waitForTimeout(100);
        if ((await overflow(page)) > 0) problems.push(`${name} does not fit`);
        for (const key of await untranslated(page)) problems.push(`${name}: no text for ${key}`);
        for (const fault of axe ? await accessibilityFaults(page) : []) problems.push(`${name}: ${fault}`);
      };
      for (const [name, type, select] of views) {
        await openDialog(page, `node${types.indexOf(type)}`);
        for (const [property, value] of Object.entries(select))
          await page.selectOption(`#node-input-${property}`, value);
        await inspect(name);
        await cancel(page);
      }
      await openDialog(page, "node0");
      await openPortalDialog(page);
      await inspect("portal");
      await page.click("#b24-advanced > summary");
      await inspect("portal-advanced");
      const isDark = await page.evaluate<boolean>('document.documentElement.classList.contains("nr-theme-dark")');
      await page.context().close();
      assert.deepEqual(problems, []);
      assert.equal(isDark, dark);
    });

    it(`have their place in the palette, a name and labelled outputs: ${look}`, async () => {
      const page = await editor.visit({ language, dark });
      const category = await page.textContent("#red-ui-palette-header-Bitrix24 span");
      const labels = await page.evaluate<string[]>(
        `${JSON.stringify(types)}.map((type) => $('.red-ui-palette-node[data-palette-type="' + type + '"] .red-ui-palette-label').text())`,
      );
      const names = await page.evaluate<string[]>(
        `${JSON.stringify(types)}.map((type, at) => RED.utils.getNodeLabel(RED.nodes.node("node" + at)))`,
      );
      const outputs = await page.evaluate<string[][]>(
        `${JSON.stringify(types)}.map((type, at) => { const node = RED.nodes.node("node" + at);
           return [0, 1].map((port) => node._def.outputLabels.call(node, port)); })`,
      );
      await page.context().close();
      const isOurs = (text: string): boolean => text.trim() !== "" && !/bitrix24-|\.output|palette/.test(text);
      assert.equal(category?.trim(), language === "ru" ? "Битрикс24" : "Bitrix24");
      for (const text of [...labels, ...names, ...outputs.flat()]) {
        assert.ok(isOurs(text), text);
        assert.equal(/[а-яё]/i.test(text), language === "ru", text);
      }
      for (const [first, second] of outputs) assert.notEqual(first, second);
    });
  }

  it("tell on the node what it will do", async () => {
    const page = await editor.visit();
    const label = (type: string, values: object): Promise<string> =>
      page.evaluate<string>(
        `(() => { const node = Object.assign({}, RED.nodes.node("node${types.indexOf(type)}"), ${JSON.stringify(values)});
           return node._def.label.call(Object.assign(node, { _: node._def._ })); })()`,
      );
    const target = (kind: string, type: string, value: string): object => ({
      ...{ targetKind: kind, targetType: type, target: value },
    });
    const seen = [
      await label("bitrix24-send", { mode: "automatic" }),
      await label("bitrix24-transfer", target("user", "num", "7")),
      await label("bitrix24-transfer", target("line", "num", "5")),
      await label("bitrix24-transfer", target("auto", "str", "queue5")),
      await label("bitrix24-transfer", target("auto", "auto", "")),
      await label("bitrix24-call", { methodType: "str", method: "user.get" }),
      await label("bitrix24-join", { name: "Partner" }),
    ];
    await page.context().close();
    assert.deepEqual(seen, [
      "send automatic message",
      "transfer → employee 7",
      "transfer → line 5",
      "transfer → queue5",
      "transfer",
      "user.get",
      "Partner",
    ]);
  });

  it("carry a colour of their own on which white icons and dark labels can be seen", () => {
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
        const part = parseInt(color.slice(at, at + 2), 16) / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (one: number, other: number): number =>
      (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const colors = types.map((type) => definitionOf(type).color ?? "");
    assert.equal(new Set(colors).size, types.length);
    for (const color of colors) {
      assert.ok(contrast(luminance(color), 1) > 2.5, `${color} behind a white icon`);
      assert.ok(contrast(luminance(color), luminance("#333333")) > 4.4, `${color} behind a label`);
    }
  });
});
