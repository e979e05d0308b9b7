import assert from "node:assert/strict";
import { label } from "../../editor/labels/label";
import { excerpt } from "../../editor/shared/node";
import { redNode, useEditor } from "./editor-double";

const CASES: [type: string, properties: Record<string, unknown>, label: string][] = [
  ["send", { name: "Greeting" }, "Greeting"],
  ["send", {}, "send as bot"],
  ["send", { messageType: "str", message: "[b]Hello[/b][br]you" }, "send: Hello you"],
  ["send", { messageType: "msg", message: "payload" }, "send as bot"],
  ["send", { mode: "automatic", messageType: "str", message: "Hi" }, "send automatic message: Hi"],
  ["send", { mode: "automatic", template: "WELCOME", messageType: "str", message: "Hi" }, "send the greeting"],
  ["send", { mode: "network", userIdType: "num", userId: "1", userLabel: "Ann" }, "send network message → Ann"],
  ["transfer", { targetType: "auto", target: "5" }, "transfer"],
  ["transfer", { targetType: "num", targetKind: "line", target: "5" }, "transfer → open channel 5"],
  ["transfer", { targetType: "num", targetKind: "user", target: "5", targetLabel: "Ann" }, "transfer → Ann"],
  ["transfer", { targetType: "msg", targetKind: "user", target: "to", targetLabel: "Ann" }, "transfer → to"],
  ["join", { codeType: "auto", code: "x" }, "join network channel"],
  ["join", { codeType: "str", code: " short " }, "join → short"],
  ["join", { codeType: "str", code: "0123456789abcdef" }, "join → 01234567…"],
  ["call", { methodType: "str", method: "user.get", paging: "one" }, "call user.get"],
  ["call", { methodType: "str", method: "user.get", paging: "all" }, "call user.get, all pages"],
  ["call", { methodType: "auto", method: "user.get" }, "call a method"],
  ["event", { events: ["message", "command"] }, "event: message, command"],
  ["event", { events: ["message", "join", "later"] }, "events of the bot"],
  ["event", { events: "message" }, "events of the bot"],
  ["event", { events: ["later"] }, "event: later"],
];

describe("the labels of nodes", () => {
  let putBack: () => void;
  before(() => (putBack = useEditor()));
  after(() => putBack());

  it("say what a node does, unless it has a name", () => {
    for (const [type, properties, expected] of CASES)
      assert.equal(label(redNode(`bitrix24-${type}`, properties)), expected, JSON.stringify(properties));
  });

  it("cut a text between letters, however many numbers those take", () => {
    assert.equal(excerpt("😀".repeat(24)), "😀".repeat(24));
    assert.equal(excerpt("😀".repeat(25)), `${"😀".repeat(24)}…`);
    assert.equal(excerpt(undefined), "");
    assert.equal(excerpt("a#BR#b [url=https://example.com]c[/url]"), "a b c");
  });
});
