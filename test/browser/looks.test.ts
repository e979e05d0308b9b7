import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SAMPLE_NETWORK_CODE, type Sandbox } from "../../sandbox/index";
import { freshNode, needChromium, screenshot, startEditor, type Editor } from "../support/editor";
import { startFreshSandbox } from "../support/fresh-sandbox";
import { inspect, LOOKS } from "../support/looks";
import { nodeRedPackage, type Flow } from "../support/node-red";
import { definitionOf, nodeSets } from "../support/project";
import { DIALOGS, portalSteps, type View } from "../support/views";

const types = nodeSets().filter((type) => type !== "bitrix24-portal");

/** A keyboard and an attachment with each kind of row, one of them wrong. */
const KEYBOARD = [
  { TEXT: "Where is my order?", ACTION: "SEND", ACTION_VALUE: "order" },
  { TEXT: "Our site", LINK: "https://example.com", BG_COLOR_TOKEN: "primary", DISPLAY: "LINE" },
  { TEXT: "Call us", ACTION: "CALL", ACTION_VALUE: "", DISPLAY: "LINE" },
];
const ATTACH = [{ GRID: [{ NAME: "Order", VALUE: "1234", DISPLAY: "ROW" }] }, { LINK: { LINK: "example.com" } }];

/** The nodes whose dialogs are looked at, and those that give the dialogs something to show. */
function workspace(): Flow {
  const node = (id: string, values: Record<string, unknown> = {}, type = id): Flow[number] =>
    freshNode(id, `bitrix24-${type}`, { portal: "portal", ...values });
  const written = {
    ...{ message: "[b]Good morning![/b][br]How can we help?", messageType: "str" },
    ...{ keyboard: JSON.stringify(KEYBOARD), keyboardType: "json" },
    ...{ attach: JSON.stringify(ATTACH), attachType: "json" },
  };
  const channel = { name: "News", code: SAMPLE_NETWORK_CODE, codeType: "str" };
  const nodes = [
    ...["event", "send", "operator", "transfer", "finish", "join"].map((type) => node(type)),
    node("call", { method: "imopenlines.bot.session.transfer", methodType: "str" }),
    node("gone", { targetKind: "line", target: "77", targetType: "num" }, "transfer"),
    node("channel", channel, "join"),
    node("written", written, "send"),
    node("fresh", { portal: "empty" }, "event"),
  ];
  return [
    { id: "tab", type: "tab", label: "Flow" },
    freshNode("portal", "bitrix24-portal"),
    freshNode("empty", "bitrix24-portal"),
    ...nodes.map((one, at) => ({ ...one, x: at > 6 ? 560 : 240, y: 60 + (at % 7) * 60 })),
  ];
}

describe("the looks of the nodes in a real browser", function () {
  this.timeout(120_000);
  let editor: Editor;
  let sandbox: Sandbox;

  before(async function () {
    const chromium = needChromium(this);
    sandbox = await startFreshSandbox();
    editor = await startEditor(chromium, {
      flows: workspace(),
      credentials: { portal: { webhookUrl: sandbox.webhookUrl } },
    });
  });

  after(async () => {
    await editor?.close();
    await sandbox?.close();
  });

  for (const look of LOOKS) {
    describe(look.name, () => {
      const { language, dark, axe } = look;
      let page: Page;
      let errors: string[];

      before(async () => {
        page = await editor.visit({ language, dark });
        errors = [];
        page.on("pageerror", ({ message }) => errors.push(message));
        await screenshot(page, `${nodeRedPackage}-${look.name}-workspace`);
      });

      after(async () => page?.context().close());

      /** What is wrong with all these views, and what the page itself complained about. */
      const problemsOf = async (views: View[]): Promise<string[]> => {
        const problems: string[] = [];
        for (const view of views)
          await view(page, async (name, part) => {
            problems.push(...(await inspect(page, look, name, part)));
          });
        return [...problems, ...errors];
      };

      const what = `fit, are whole and speak the user's language${axe ? ", and are accessible" : ""}`;

      it(`every dialog, list and panel: ${what}`, async () => {
        const problems = await problemsOf(DIALOGS);
        const isDark = await page.evaluate<boolean>('document.documentElement.classList.contains("nr-theme-dark")');
        assert.deepEqual(problems, []);
        assert.equal(isDark, dark);
      });

      it(`the portal's dialog in all its steps: ${what}`, async () => {
        const blank = await startFreshSandbox({ blank: true });
        const operator = blank.control.addOperator({ name: "Anna", lastName: "Weber", online: true });
        const line = blank.control.addLine({ name: "Support", queue: [operator] });
        blank.control.addLine({ name: "A line with a rather long name for the department of returns", active: false });
        let problems: string[];
        try {
          problems = await problemsOf([portalSteps(blank, line, "Support service")]);
        } finally {
          await blank.close();
        }
        assert.deepEqual(problems, []);
      });

      it("the palette: a category, a name and labelled outputs in the user's language", async () => {
        const each = (code: string): Promise<string[]> =>
          page.evaluate<string[]>(`${JSON.stringify(types.map((type) => type.slice(9)))}.flatMap((name) => ${code})`);
        const category = await page.textContent("#red-ui-palette-header-Bitrix24 span");
        const labels = await each(
          `$('.red-ui-palette-node[data-palette-type="bitrix24-' + name + '"] .red-ui-palette-label').text()`,
        );
        const names = await each(`RED.utils.getNodeLabel(RED.nodes.node(name))`);
        const outputs = await each(
          `[0, 1].map((port) => { const node = RED.nodes.node(name); return node._def.outputLabels.call(node, port); })`,
        );
        const isOurs = (text: string): boolean => text.trim() !== "" && !/bitrix24-|\.output|palette/.test(text);
        assert.equal(category?.trim(), language === "ru" ? "Битрикс24" : "Bitrix24");
        assert.deepEqual([labels.length, outputs.length], [types.length, types.length * 2]);
        for (const text of [...labels, ...names, ...outputs]) {
          assert.ok(isOurs(text), text);
          assert.equal(/[а-яё]/i.test(text), language === "ru", text);
        }
        for (let at = 0; at < outputs.length; at += 2) assert.notEqual(outputs[at], outputs[at + 1]);
      });
    });
  }

  it("tell on the node what it will do", async () => {
    const page = await editor.visit();
    const label = (type: string, values: object): Promise<string> =>
      page.evaluate<string>(
        `(() => { const node = Object.assign({}, RED.nodes.node("${type.slice(9)}"), ${JSON.stringify(values)});
           return node._def.label.call(Object.assign(node, { _: node._def._ })); })()`,
      );
    const target = (kind: string, type: string, value: string): object => ({
      ...{ targetKind: kind, targetType: type, target: value },
    });
    const seen = [
      await label("bitrix24-event", { events: [] }),
      await label("bitrix24-event", { events: ["message"] }),
      await label("bitrix24-event", { events: ["join", "from-the-future"] }),
      await label("bitrix24-send", {}),
      await label("bitrix24-send", { messageType: "str", message: "[b]Hello,[/b][br]I am the bot of the shop" }),
      await label("bitrix24-send", { mode: "automatic" }),
      await label("bitrix24-send", { mode: "automatic", messageType: "str", message: "One moment" }),
      await label("bitrix24-operator", {}),
      await label("bitrix24-transfer", target("user", "num", "7")),
      await label("bitrix24-transfer", target("line", "num", "5")),
      await label("bitrix24-transfer", { ...target("line", "num", "5"), targetLabel: "Sales" }),
      await label("bitrix24-transfer", target("auto", "str", "queue5")),
      await label("bitrix24-transfer", target("auto", "auto", "")),
      await label("bitrix24-finish", {}),
      await label("bitrix24-join", {}),
      await label("bitrix24-join", { codeType: "str", code: SAMPLE_NETWORK_CODE }),
      await label("bitrix24-join", { name: "Partner" }),
      await label("bitrix24-call", { methodType: "msg", method: "payload" }),
      await label("bitrix24-call", { methodType: "str", method: "user.get" }),
      await label("bitrix24-call", { methodType: "str", method: "user.get", paging: "all" }),
      await label("bitrix24-call", { methodType: "str", method: "user.get", paging: "stream" }),
    ];
    await page.context().close();
    assert.deepEqual(seen, [
      ...["events of the bot", "event: message", "event: bot joined, from-the-future"],
      ...[
        "send as bot",
        "send: Hello, I am the bot of t…",
        "send automatic message",
        "send automatic message: One moment",
      ],
      ...["to a free operator", "transfer → employee 7", "transfer → open channel 5", "transfer → Sales"],
      ...["transfer → queue5", "transfer", "close conversation"],
      ...["join network channel", "join → 01234567…", "Partner"],
      ...["call a method", "call user.get", "call user.get, all pages", "call user.get, page by page"],
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
