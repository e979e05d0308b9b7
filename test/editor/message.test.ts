import assert from "node:assert/strict";
import {
  readAttachment as readBlocks,
  writeAttachment as writeBlocks,
  wrongBlock,
} from "../../editor/message/attachment";
import { changes, draftOf, isTooLarge, outsideText, written, wrongText, type Pair } from "../../editor/message/draft";
import { readKeyboard as readButtons, writeKeyboard as writeButtons, wrongButton } from "../../editor/message/keyboard";
import { readAttachment } from "../../open-channels/actions/attachment";
import { readKeyboard } from "../../open-channels/actions/keyboard";
import { parsing } from "../open-channels/support/running";

type Told = "sent" | "dropped" | "refused";

/** What the running node makes of a value. */
function verdict(read: (warn: (key: string) => void) => unknown): Told {
  const warned: string[] = [];
  try {
    read((key) => warned.push(key));
  } catch {
    return "refused";
  }
  return warned.length > 0 ? "dropped" : "sent";
}

const keyboard = (json: string, linksOnly = false): Told =>
  verdict((warn) => readKeyboard([{ name: null, value: json }], parsing(warn), { linksOnly }));
const attachment = (json: string): Told =>
  verdict((warn) => readAttachment([{ name: null, value: json }], parsing(warn)));

const BUTTONS: Record<string, object> = {
  link: { TEXT: "Site", LINK: "https://example.com" },
  "path on the portal": { TEXT: "Page", LINK: "/crm/" },
  "no address": { TEXT: "Site", LINK: "example.com" },
  "no text": { TEXT: " ", ACTION: "SEND", ACTION_VALUE: "a" },
  sends: { TEXT: "Prices", ACTION: "SEND", ACTION_VALUE: "prices" },
  "sends nothing": { TEXT: "Prices", ACTION: "SEND", ACTION_VALUE: "" },
  calls: { TEXT: "Call", ACTION: "CALL", ACTION_VALUE: "+4930" },
  command: { TEXT: "Help", COMMAND: "help", COMMAND_PARAMS: "all" },
  application: { TEXT: "App", APP_ID: 5 },
  coloured: { TEXT: "Red", LINK: "https://example.com", BG_COLOR_TOKEN: "alert", TEXT_COLOR: "#fff" },
};

const BLOCKS: Record<string, object> = {
  text: { MESSAGE: "Hello[br]there" },
  link: { LINK: { LINK: "https://example.com", NAME: "Site", DESC: "More" } },
  "link without an address": { LINK: { LINK: "example.com" } },
  image: { IMAGE: { LINK: "https://example.com/a.png", WIDTH: 10 } },
  "several images": { IMAGE: [{ LINK: "https://example.com/a.png" }, { LINK: "/b.png" }] },
  file: { FILE: { LINK: "/a.pdf", NAME: "a.pdf" } },
  table: { GRID: [{ NAME: "Order", VALUE: "12", DISPLAY: "ROW" }] },
  "table without a look": { GRID: [{ NAME: "Order", VALUE: "12" }, { VALUE: "https://example.com" }] },
  "table with links": { GRID: [{ NAME: "Order", VALUE: "12", LINK: "https://example.com" }] },
  line: { DELIMITER: { SIZE: 200, COLOR: "#ccc" } },
  user: { USER: { NAME: "Anna", USER_ID: 5 } },
  unknown: { VIDEO: { LINK: "https://example.com" } },
  "text without a text": { MESSAGE: { AS_DESCRIPTION: "Y" } },
};

/** A second item that is always right, so that only the first decides between sent and dropped. */
const GOOD_BUTTON = { TEXT: "Good", LINK: "https://example.com" };

describe("the message panel", () => {
  for (const [name, button] of Object.entries(BUTTONS)) {
    it(`marks a button exactly when the node would lose it: ${name}`, () => {
      const part = readButtons(JSON.stringify([button, GOOD_BUTTON]));
      assert.ok(part);
      const wrong = part.items.map((item) => wrongButton(item, "bot") !== undefined);
      const told = keyboard(JSON.stringify([button, GOOD_BUTTON]));
      const kept = JSON.parse(writeButtons(part)) as object[];
      assert.deepEqual(wrong, [told !== "sent", false]);
      assert.deepEqual(kept, [button, GOOD_BUTTON]);
    });
  }

  for (const [name, block] of Object.entries(BLOCKS)) {
    it(`marks a block exactly when the node would lose it, and keeps the rest as it is: ${name}`, () => {
      const json = JSON.stringify([block, { MESSAGE: "good" }]);
      const part = readBlocks(json);
      assert.ok(part);
      const wrong = part.items.map((item) => wrongBlock(item) !== undefined);
      assert.deepEqual(wrong, [attachment(json) !== "sent", false]);
      assert.equal(writeBlocks(part), json);
    });
  }

  it("allows only links in a network message, as the node does", () => {
    for (const button of [BUTTONS["link"], BUTTONS["sends"], BUTTONS["command"]]) {
      const json = JSON.stringify([button]);
      const [item] = readButtons(json)?.items ?? [];
      assert.ok(item);
      assert.equal(wrongButton(item, "network") !== undefined, keyboard(json, true) === "refused", json);
    }
  });

  it("keeps rows: buttons side by side, a break between two such rows, a button by itself", () => {
    const line = (text: string): object => ({ TEXT: text, LINK: "https://example.com", DISPLAY: "LINE" });
    const rows = [line("a"), line("b"), { TYPE: "NEWLINE" }, line("c"), line("d"), { TEXT: "e", LINK: "/e" }];
    const part = readButtons(JSON.stringify(rows));
    assert.ok(part);
    assert.deepEqual(
      [...part.items].map(({ newRow }) => newRow),
      [true, false, true, false, true],
    );
    assert.deepEqual(JSON.parse(writeButtons(part)), rows);
  });

  it("keeps what is beside the lists, and writes names as the portal does", () => {
    const attach = readBlocks('{"colorToken":"primary","blocks":[{"message":"a"}]}');
    const keys = readButtons('{"BUTTONS":[{"text":"a","link":"/a"}],"BOT_ID":5}');
    assert.ok(attach && keys);
    assert.deepEqual(JSON.parse(writeBlocks(attach)), { COLOR_TOKEN: "primary", BLOCKS: [{ MESSAGE: "a" }] });
    assert.deepEqual(JSON.parse(writeButtons(keys)), { BOT_ID: 5, BUTTONS: [{ TEXT: "a", LINK: "/a" }] });
  });

  it("reads lists that PHP wrote as maps, as the node does, and writes them as lists", () => {
    const button = { TEXT: "a", LINK: "/a" };
    const block = { MESSAGE: "a" };
    for (const json of ['{"3":%}', '{"BUTTONS":{"3":%}}', '{"buttons":{"x":%}}']) {
      const text = json.replace("%", JSON.stringify(button));
      const part = readButtons(text);
      assert.equal(keyboard(text), "sent");
      assert.ok(part);
      assert.deepEqual(JSON.parse(writeButtons(part)), [button]);
    }
    const attach = readBlocks(JSON.stringify({ COLOR_TOKEN: "primary", BLOCKS: { 1: block, 2: block } }));
    assert.ok(attach);
    assert.equal(writeBlocks(attach), JSON.stringify({ COLOR_TOKEN: "primary", BLOCKS: [block, block] }));
    for (const text of ['{"BUTTONS":{}}', '{"TEXT":"a"}', '{"BUTTONS":5}']) {
      assert.equal(readButtons(text), null);
      assert.equal(keyboard(text), "refused");
    }
  });

  it("does not touch what is neither a keyboard nor an attachment", () => {
    for (const json of ["{", "5", '"text"', '{"A":1}', '["a"]']) {
      assert.equal(readButtons(json), null, json);
      assert.equal(readBlocks(json), null, json);
    }
  });

  it("says why a button would be lost", () => {
    const item = { text: "Go", color: "", newRow: true, kind: "link" as const, value: "/a", rest: {} };
    assert.equal(wrongButton(item, "bot"), undefined);
    assert.equal(wrongButton({ ...item, value: "a" }, "bot"), "address");
    assert.equal(wrongButton({ ...item, text: " " }, "bot"), "noText");
    assert.equal(wrongButton({ ...item, kind: "send", value: " " }, "bot"), "noValue");
    assert.equal(wrongButton({ ...item, kind: "send" }, "network"), "linksOnly");
    assert.equal(wrongButton({ ...item, kind: "keep" }, "bot"), "noValue");
    assert.equal(wrongButton({ ...item, text: "", value: "" }, "bot"), undefined);
  });

  it("says why a block would be lost", () => {
    const block = { kind: "json" as const, value: '{"message":"a"}', name: "" };
    assert.equal(wrongBlock(block), undefined);
    assert.equal(wrongBlock({ ...block, value: "{" }), "json");
    assert.equal(wrongBlock({ ...block, value: '{"USER":5}' }), "block");
    assert.equal(wrongBlock({ ...block, value: "5" }), "block");
    assert.equal(wrongBlock({ ...block, kind: "image", value: "a.png" }), "address");
    assert.equal(wrongBlock({ ...block, kind: "file", value: "" }), undefined);
  });
});

describe("the draft of a message", () => {
  const auto: Pair = { type: "auto", value: "" };
  const pairs = { message: auto, keyboard: auto, attach: auto };

  it("is written where the dialog has literal values or nothing, and kept as it is where values come from elsewhere", () => {
    const keyboard: Pair = { type: "msg", value: "payload.keyboard" };
    const draft = draftOf("bot", { ...pairs, message: { type: "str", value: "a[BR]b" }, keyboard });
    assert.deepEqual([draft.message?.value, draft.keyboard, draft.attach?.items], ["a\nb", null, []]);
    assert.deepEqual(written(draft), { message: "a[br]b", attach: "" });
  });

  it("has neither buttons nor attachment in an automatic message", () => {
    const draft = draftOf("automatic", pairs);
    assert.deepEqual(draft, { mode: "automatic", message: { value: "" }, keyboard: null, attach: null });
  });

  it("changes only what was changed, and gives back to the message what was emptied", () => {
    const before = { message: "a", keyboard: '[{"TEXT":"b","LINK":"/b"}]', attach: "" };
    assert.deepEqual(changes(before, { ...before }), []);
    assert.deepEqual(changes(before, { ...before, message: "", attach: "[]" }), [
      ["message", { type: "auto", value: "" }],
      ["attach", { type: "json", value: "[]" }],
    ]);
    assert.deepEqual(changes(before, {}), []);
  });

  it("saves no text that is nothing but white space", () => {
    assert.equal(written(draftOf("bot", { ...pairs, message: { type: "str", value: " \n" } })).message, "");
  });

  it("knows the texts that the portal drops or cuts", () => {
    assert.equal(wrongText("0", "automatic"), "zero");
    assert.equal(wrongText("0", "bot"), undefined);
    assert.equal(wrongText("😀".repeat(20_000), "bot"), undefined);
    assert.equal(wrongText("a".repeat(20_001), "bot"), "long");
  });

  it("is too large exactly when the node refuses it for its size", () => {
    const blocks = (length: number): string => JSON.stringify([{ MESSAGE: "a".repeat(length) }]);
    const draft = (value: string) => draftOf("bot", { ...pairs, attach: { type: "json", value } });
    const frame = blocks(0).length;
    for (const [length, refused] of [
      [59_999 - frame, false],
      [60_000 - frame, true],
    ] as const) {
      assert.equal(isTooLarge(draft(blocks(length))), refused);
      assert.equal(attachment(blocks(length)) === "refused", refused);
    }
  });

  it("is plain text outside of Bitrix24: addresses with their names, no buttons", () => {
    const attach = [
      { MESSAGE: "[i]see[/i]" },
      { LINK: { LINK: "https://example.com", NAME: "Site" } },
      { FILE: { LINK: "/a.pdf" } },
      { DELIMITER: { SIZE: 200 } },
      { USER: { NAME: "Anna", USER_ID: 5 } },
    ];
    const draft = draftOf("bot", {
      message: { type: "str", value: "[b]Hi[/b]" },
      keyboard: { type: "json", value: '[{"TEXT":"Go","LINK":"/"}]' },
      attach: { type: "json", value: JSON.stringify(attach) },
    });
    assert.equal(outsideText(draft), "Hi\nsee\nSite: https://example.com\n/a.pdf\n———");
  });
});
