import assert from "node:assert/strict";
import vm from "node:vm";
import { readAttachment } from "../../open-channels/actions/attachment";
import { readKeyboard } from "../../open-channels/actions/keyboard";
import { parsing } from "../open-channels/support/running";
import { readText, scriptsOf } from "../support/project";

interface Part {
  items: Record<string, unknown>[];
  rest: Record<string, unknown>;
}

/** What the message panel knows of Bitrix24's JSON, apart from any page. */
interface Editor {
  readKeyboard(json: string): Part | null;
  writeKeyboard(part: Part): string;
  wrongButton(item: object, mode: string): string;
  readAttach(json: string): Part | null;
  writeAttach(part: Part): string;
  wrongBlock(item: object): string;
  plain(text: string): string;
}

const editor = ((): Editor => {
  const script = scriptsOf(readText("dist/nodes/bitrix24-editor-message.html")).find(({ code }) =>
    code.includes("var Bitrix24Message"),
  );
  assert.ok(script, "the plugin has no Bitrix24Message");
  // In this very realm, so that lists and objects can be compared.
  const load = vm.runInThisContext(`(function () {${script.code}\nreturn Bitrix24Message;})`) as () => Editor;
  return load();
})();

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

/** A second item that is always right, so that the first alone decides between sent and dropped. */
const GOOD_BUTTON = { TEXT: "Good", LINK: "https://example.com" };

describe("the message panel", () => {
  for (const [name, button] of Object.entries(BUTTONS)) {
    it(`marks a button exactly when the node would lose it: ${name}`, () => {
      const part = editor.readKeyboard(JSON.stringify([button, GOOD_BUTTON]));
      assert.ok(part);
      const wrong = part.items.map((item) => editor.wrongButton(item, "bot") !== "");
      const told = keyboard(JSON.stringify([button, GOOD_BUTTON]));
      const kept = JSON.parse(editor.writeKeyboard(part)) as object[];
      assert.deepEqual(wrong, [told !== "sent", false]);
      assert.deepEqual(kept, [button, GOOD_BUTTON]);
    });
  }

  for (const [name, block] of Object.entries(BLOCKS)) {
    it(`marks a block exactly when the node would lose it, and keeps the rest as it is: ${name}`, () => {
      const json = JSON.stringify([block, { MESSAGE: "good" }]);
      const part = editor.readAttach(json);
      assert.ok(part);
      const wrong = part.items.map((item) => editor.wrongBlock(item) !== "");
      assert.deepEqual(wrong, [attachment(json) !== "sent", false]);
      assert.equal(editor.writeAttach(part), json);
    });
  }

  it("allows links alone in a network message, as the node does", () => {
    for (const button of [BUTTONS["link"], BUTTONS["sends"], BUTTONS["command"]]) {
      const json = JSON.stringify([button]);
      const [item] = editor.readKeyboard(json)?.items ?? [];
      assert.ok(item);
      assert.equal(editor.wrongButton(item, "network") !== "", keyboard(json, true) === "refused", json);
    }
  });

  it("keeps rows: buttons side by side, a break between two such rows, a button alone", () => {
    const line = (text: string): object => ({ TEXT: text, LINK: "https://example.com", DISPLAY: "LINE" });
    const rows = [line("a"), line("b"), { TYPE: "NEWLINE" }, line("c"), line("d"), { TEXT: "e", LINK: "/e" }];
    const part = editor.readKeyboard(JSON.stringify(rows));
    assert.ok(part);
    assert.deepEqual(
      [...part.items].map(({ newRow }) => newRow),
      [true, false, true, false, true],
    );
    assert.deepEqual(JSON.parse(editor.writeKeyboard(part)), rows);
  });

  it("keeps what stands beside the lists, and writes names as the portal does", () => {
    const attach = editor.readAttach('{"colorToken":"primary","blocks":[{"message":"a"}]}');
    const keys = editor.readKeyboard('{"BUTTONS":[{"text":"a","link":"/a"}],"BOT_ID":5}');
    assert.ok(attach && keys);
    assert.deepEqual(JSON.parse(editor.writeAttach(attach)), { COLOR_TOKEN: "primary", BLOCKS: [{ MESSAGE: "a" }] });
    assert.deepEqual(JSON.parse(editor.writeKeyboard(keys)), { BOT_ID: 5, BUTTONS: [{ TEXT: "a", LINK: "/a" }] });
  });

  it("reads lists that PHP wrote as maps, as the node does, and writes them as lists", () => {
    const button = { TEXT: "a", LINK: "/a" };
    const block = { MESSAGE: "a" };
    for (const json of ['{"3":%}', '{"BUTTONS":{"3":%}}', '{"buttons":{"x":%}}']) {
      const text = json.replace("%", JSON.stringify(button));
      const part = editor.readKeyboard(text);
      assert.equal(keyboard(text), "sent");
      assert.ok(part);
      assert.deepEqual(JSON.parse(editor.writeKeyboard(part)), [button]);
    }
    const attach = editor.readAttach(JSON.stringify({ COLOR_TOKEN: "primary", BLOCKS: { 1: block, 2: block } }));
    assert.ok(attach);
    assert.equal(editor.writeAttach(attach), JSON.stringify({ COLOR_TOKEN: "primary", BLOCKS: [block, block] }));
    for (const text of ['{"BUTTONS":{}}', '{"TEXT":"a"}', '{"BUTTONS":5}']) {
      assert.equal(editor.readKeyboard(text), null);
      assert.equal(keyboard(text), "refused");
    }
  });

  it("does not touch what is no keyboard and no attachment", () => {
    for (const json of ["{", "5", '"text"', '{"A":1}', '["a"]']) {
      assert.equal(editor.readKeyboard(json), null, json);
      assert.equal(editor.readAttach(json), null, json);
    }
  });

  it("tells a text without its formatting, addresses included", () => {
    assert.equal(
      editor.plain("[b]Hello[/b][br][url=https://example.com]site[/url] [color=#f00]!"),
      "Hello\nsite (https://example.com) !",
    );
  });
});
