import assert from "node:assert/strict";
import fc from "fast-check";
import { readAttachment } from "../../open-channels/actions/attachment";
import { readKeyboard } from "../../open-channels/actions/keyboard";
import { CallError } from "../../rest/errors";
import { parsing, typed } from "./support/running";

interface Seen {
  value?: unknown;
  code?: string;
  warnings: [key: string, count: unknown][];
}

function read(reader: (warn: (key: string, details?: Record<string, string | number>) => void) => unknown): Seen {
  const warnings: Seen["warnings"] = [];
  try {
    return { value: reader((key, details) => warnings.push([key, details?.["count"]])), warnings };
  } catch (error) {
    if (error instanceof CallError) return { code: error.code, warnings };
    throw error;
  }
}
const attachment = (value: unknown): Seen => read((warn) => readAttachment(typed(value), parsing(warn)));
const keyboard = (value: unknown, linksOnly = false): Seen =>
  read((warn) => readKeyboard(typed(value), parsing(warn), { linksOnly }));

const NOT_GIVEN = ["", " ", "[]", "{}", "0", "null", [], {}, null, 0, false];

describe("attachment", () => {
  for (const value of NOT_GIVEN)
    it(`counts as not given: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(attachment(value), { value: undefined, warnings: [] });
    });

  const shown: unknown[] = [
    [{ MESSAGE: "a" }],
    [{ DELIMITER: { SIZE: 200 } }],
    [{ LINK: { LINK: "https://a.example" } }],
    [{ LINK: { NAME: "n", USER_ID: 1 } }],
    [{ IMAGE: [{ LINK: "/upload/a.png" }] }],
    [{ FILE: { LINK: "https://a.example/f" } }],
    [{ USER: { NAME: "n", LINK: "https://a.example" } }],
    [{ GRID: [{ NAME: "n", VALUE: "v", DISPLAY: "LINE" }] }],
  ];
  for (const blocks of shown)
    it(`is taken as list, as object and as JSON text: ${JSON.stringify(blocks)}`, () => {
      assert.deepEqual(attachment(blocks), { value: blocks, warnings: [] });
      assert.deepEqual(attachment({ BLOCKS: blocks }).value, { BLOCKS: blocks });
      assert.deepEqual(attachment(JSON.stringify(blocks)).value, blocks);
    });

  const asMap = (list: unknown[], from = 0): object => Object.fromEntries(list.map((item, at) => [at + from, item]));

  for (const blocks of shown)
    it(`is taken with lists as maps, as PHP writes them: ${JSON.stringify(blocks)}`, () => {
      const list = blocks as Record<string, unknown>[];
      for (const from of [0, 3]) {
        const map = asMap(list, from);
        assert.deepEqual(attachment(map), { value: map, warnings: [] });
        assert.deepEqual(attachment({ BLOCKS: map }).value, { BLOCKS: map });
        assert.deepEqual(attachment(JSON.stringify({ blocks: map })).value, { BLOCKS: map });
      }
      const inner = list.map((block) =>
        Object.fromEntries(
          Object.entries(block).map(([name, item]) => [name, Array.isArray(item) ? asMap(item as unknown[]) : item]),
        ),
      );
      assert.deepEqual(attachment(inner), { value: inner, warnings: [] });
    });

  it("as a map tells of what would vanish, and is refused when nothing is left", () => {
    assert.deepEqual(attachment({ BLOCKS: { 0: { MESSAGE: "a" }, 1: { NOTHING: 1 } } }).warnings, [
      ["attachDropped", 1],
    ]);
    for (const value of [{ BLOCKS: {} }, { BLOCKS: { 0: "a" } }, { 0: { MESSAGE: { TEXT: "" } } }, { MESSAGE: "a" }])
      assert.equal(attachment(value).code, "ATTACH_ERROR", JSON.stringify(value));
  });

  it("in other spellings is brought to the portal's", () => {
    const { value } = attachment({ colorToken: "primary", blocks: [{ message: "a" }] });
    assert.deepEqual(value, { COLOR_TOKEN: "primary", BLOCKS: [{ MESSAGE: "a" }] });
  });

  const broken = [
    "{",
    "text",
    5,
    true,
    { BLOCKS: "x" },
    { DESCRIPTION: "d" },
    [{ NOTHING: 1 }],
    [5],
    [{ MESSAGE: "" }],
    [{ LINK: {} }],
    [{ MESSAGE: { TEXT: "" } }],
  ];
  for (const value of broken)
    it(`is refused when nothing of it would be shown: ${JSON.stringify(value)}`, () => {
      assert.equal(attachment(value).code, "ATTACH_ERROR");
    });

  it("tells of blocks that would vanish", () => {
    assert.deepEqual(attachment([{ MESSAGE: "a" }, { NOTHING: 1 }, 5]).warnings, [["attachDropped", 2]]);
  });

  it("is refused from 60,000 characters on, and warned of above 30 KB", () => {
    const sized = (size: number) => [{ MESSAGE: "я".repeat(size - JSON.stringify([{ MESSAGE: "" }]).length) }];
    assert.equal(attachment(sized(60_000)).code, "ATTACH_OVERSIZE");
    assert.deepEqual(attachment(sized(59_999)).warnings, [["attachOld", undefined]]);
    assert.deepEqual(attachment(sized(30 * 1024)).warnings, []);
    assert.deepEqual(attachment(sized(30 * 1024 + 1)).warnings, [["attachOld", undefined]]);
  });

  it("never throws anything but a code, whatever it is", () => {
    const circle: Record<string, unknown> = {};
    circle["BLOCKS"] = [circle];
    assert.equal(attachment(circle).code, "ATTACH_ERROR");
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        const { code = "ATTACH_ERROR" } = attachment(value);
        assert.equal(code, "ATTACH_ERROR");
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("keyboard", () => {
  for (const value of NOT_GIVEN)
    it(`counts as not given: ${JSON.stringify(value)}`, () => {
      assert.deepEqual(keyboard(value), { value: undefined, warnings: [] });
    });

  const buttons: [button: object, link: boolean][] = [
    [{ TEXT: "a", LINK: "https://a.example" }, true],
    [{ TEXT: "a", LINK: "/path" }, true],
    [{ TEXT: "a", COMMAND: "help" }, false],
    [{ TEXT: "a", ACTION: "SEND", ACTION_VALUE: "x" }, false],
    [{ TEXT: "a", APP_ID: 5 }, false],
  ];
  for (const [button, link] of buttons)
    it(`shows ${JSON.stringify(button)}${link ? "" : ", but not from a network channel"}`, () => {
      assert.deepEqual(keyboard([button]).value, [button]);
      assert.deepEqual(keyboard({ BUTTONS: [button] }).value, { BUTTONS: [button] });
      assert.deepEqual(keyboard(JSON.stringify([button])).value, [button]);
      assert.equal(keyboard([button], true).code, link ? undefined : "KEYBOARD_ERROR");
      for (const map of [{ 0: button }, { 2: button }, { BUTTONS: { 0: { TYPE: "NEWLINE" }, 1: button } }]) {
        assert.deepEqual(keyboard(map), { value: map, warnings: [] });
        assert.deepEqual(keyboard(JSON.stringify(map)).value, JSON.parse(JSON.stringify(map)));
      }
    });

  const broken = [
    "{",
    "text",
    5,
    { BUTTONS: {} },
    [{ TYPE: "NEWLINE" }],
    [{ TEXT: "a" }],
    [{ LINK: "https://a.example" }],
    [{ TEXT: "a", LINK: "javascript:x" }],
    [{ TEXT: "a", ACTION: "NONE", ACTION_VALUE: "x" }],
  ];
  for (const value of broken)
    it(`is refused without a button that does something: ${JSON.stringify(value)}`, () => {
      assert.equal(keyboard(value).code, "KEYBOARD_ERROR");
    });

  it("tells of buttons that would vanish; row breaks are none", () => {
    const seen = keyboard([{ TEXT: "a", COMMAND: "x" }, { TYPE: "NEWLINE" }, { TEXT: "no action" }, 5]);
    assert.deepEqual(seen.warnings, [["keyboardDropped", 2]]);
  });

  it("is refused from 60,000 characters on", () => {
    const button = { TEXT: "a".repeat(60_000), COMMAND: "x" };
    assert.equal(keyboard([button]).code, "KEYBOARD_OVERSIZE");
  });

  it("never throws anything but a code, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true }),
        fc.boolean(),
        (value, linksOnly) => {
          const { code = "KEYBOARD_ERROR" } = keyboard(value, linksOnly);
          assert.equal(code, "KEYBOARD_ERROR");
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
