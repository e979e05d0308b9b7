import assert from "node:assert/strict";
import fc from "fast-check";
import {
  attachRule,
  chatIdRule,
  codeRule,
  keyboardRule,
  messageRule,
  methodRule,
  paramsRule,
  targetRule,
  userIdRule,
  type Rule,
} from "../../editor/checks/literals";
import { check } from "../../editor/checks/pairs";
import { checkPlain, wrongPublicUrl, wrongToken, wrongWebhookUrl } from "../../editor/checks/properties";
import { isWeakToken } from "../../editor/checks/token";
import { STORED_SECRET } from "../../editor/shared/text";
import { parseWebhookUrl } from "../../rest/address";
import { redNode, useEditor } from "./editor-double";

/** What a rule finds, as `key field`; an empty text for nothing. */
const found = (rule: Rule, literal: string): string => {
  const mistake = rule(literal);
  return mistake === null ? "" : `${mistake.key} ${mistake.field}`;
};

const CODE = "0123456789abcdef0123456789abcdef";

const LITERALS: Record<string, [rule: Rule, literal: string, finds: string][]> = {
  "numbers of chats and users": [
    [chatIdRule, " 12 ", ""],
    ...["12abc", "0", "-1", "12.5", "1e3", "9007199254740993", "chat12", "{}"].map(
      (literal): [Rule, string, string] => [chatIdRule, literal, "id chatId"],
    ),
    [userIdRule, "7", ""],
    [userIdRule, "-7", "id userId"],
  ],
  "codes of channels": [
    [codeRule, ` ${CODE}\n`, ""],
    [codeRule, CODE.slice(1), "code code"],
  ],
  texts: [
    [messageRule("bot"), "0", ""],
    [messageRule("automatic"), "0", "zero message"],
    [messageRule("network"), " \t", "empty message"],
  ],
  attachments: [
    [attachRule, '[{"MESSAGE":"Hi"}]', ""],
    [attachRule, '{"blocks":[{"link":{"link":"https://example.com"}}]}', ""],
    [attachRule, "[]", ""],
    [attachRule, "5", "structure attach"],
    [attachRule, "[{", "structure attach"],
    [attachRule, '[{"MESSAGE":""}]', "errors.ATTACH_ERROR.title attach"],
    [attachRule, '{"BLOCKS":5}', "errors.ATTACH_ERROR.title attach"],
    [attachRule, JSON.stringify([{ MESSAGE: "x".repeat(60_000) }]), "tooLong attach"],
  ],
  buttons: [
    [keyboardRule("bot"), '[{"TEXT":"Yes","ACTION":"SEND","ACTION_VALUE":"yes"}]', ""],
    [
      keyboardRule("network"),
      '[{"TEXT":"Yes","ACTION":"SEND","ACTION_VALUE":"yes"}]',
      "errors.KEYBOARD_ERROR_send_network.title keyboard",
    ],
    [keyboardRule("network"), '[{"TEXT":"Site","LINK":"https://example.com"}]', ""],
    [keyboardRule("bot"), '[{"TEXT":"Yes"}]', "errors.KEYBOARD_ERROR.title keyboard"],
    [keyboardRule("bot"), "true", "structure keyboard"],
  ],
  targets: [
    [targetRule("auto"), "queue5", ""],
    [targetRule("auto"), " 5 ", ""],
    [targetRule("auto"), "Queue5", "target target"],
    [targetRule("user"), "queue5", "id employee"],
    [targetRule("line"), "queue5", ""],
    [targetRule("line"), "queue", "id line"],
  ],
  "methods and parameters": [
    [methodRule, " user.get ", ""],
    [methodRule, "/user.get", "method method"],
    [methodRule, "user..get", "method method"],
    [paramsRule, "{}", ""],
    [paramsRule, "[]", ""],
    [paramsRule, "[1]", "structure params"],
    [paramsRule, "null", "structure params"],
  ],
};

describe("what a dialog marks as wrong", () => {
  let putBack: () => void;
  before(() => (putBack = useEditor()));
  after(() => putBack());

  for (const [name, cases] of Object.entries(LITERALS))
    it(`are ${name} that the node would refuse`, () => {
      for (const [rule, literal, finds] of cases) assert.equal(found(rule, literal), finds, literal.slice(0, 60));
    });

  it("is found without a fault in whatever people type", () => {
    const rules = [chatIdRule, userIdRule, codeRule, attachRule, paramsRule, methodRule].concat(
      ["bot", "automatic", "network", undefined].flatMap((mode) => [messageRule(mode), keyboardRule(mode)]),
      ["auto", "user", "line"].map(targetRule),
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.json()), (literal) => {
        for (const rule of rules) found(rule, literal);
      }),
      { numRuns: 500 },
    );
  });

  it("is said in one sentence with the field's name in it", () => {
    const send = redNode("bitrix24-send", { attachType: "json", chatIdType: "num" });
    assert.equal(check.chatId(send, "12abc"), "Chat ID: the value does not match its type");
    assert.equal(check.chatId(send, "1e3"), "Chat ID: enter a positive whole number, for example 12");
    assert.equal(check.attach(send, "[1]"), "Attachment: The attachment has no valid block.");
    assert.equal(check.attach(send, "[{"), "Attachment: the value does not match its type");
  });

  it("is nothing that comes from the message, from the environment, or from elsewhere", () => {
    for (const type of ["auto", "", undefined, "msg", "flow", "global", "env", "jsonata"])
      assert.equal(check.chatId(redNode("bitrix24-finish", { chatIdType: type }), "x"), true, type);
    assert.equal(check.chatId(redNode("bitrix24-finish", { chatIdType: "num" }), "${CHAT}"), true);
  });

  it("is nothing in a row that the node does not read in this mode", () => {
    const send = (mode: string, template = "DEFAULT"): RedNode =>
      redNode("bitrix24-send", {
        ...{ mode, template, codeType: "str", chatIdType: "num", messageType: "str", userIdType: "num" },
        ...{ attachType: "json", keyboardType: "json" },
      });
    const wrong = (node: RedNode): string[] =>
      (["chatId", "message", "code", "userId", "attach", "keyboard"] as const).filter(
        (field) => check[field](node, "") !== true,
      );
    assert.deepEqual(wrong(send("bot")), ["chatId", "message", "attach", "keyboard"]);
    assert.deepEqual(wrong(send("automatic")), ["chatId", "message"]);
    assert.deepEqual(wrong(send("automatic", "WELCOME")), ["chatId"]);
    assert.deepEqual(wrong(send("network")), ["message", "code", "userId", "attach", "keyboard"]);
  });
});

describe("what the portal's dialog marks as wrong", () => {
  let putBack: () => void;
  before(() => (putBack = useEditor()));
  after(() => putBack());

  it("is a webhook address that the node cannot use", () => {
    const key = (value: unknown): string | undefined => wrongWebhookUrl(value)?.key;
    assert.equal(key("https://example.bitrix24.com/rest/1/abcdefghijklmnop/"), undefined);
    assert.equal(key(' "example.bitrix24.com/rest/1/abcdefghijklmnop" '), undefined);
    assert.equal(key("http://example.bitrix24.com/rest/1/abcdefghijklmnop/"), "https");
    assert.equal(key("https://example.bitrix24.com/"), "webhook");
    assert.equal(key("${}"), "webhook");
    for (const empty of ["", "  ", undefined]) assert.equal(key(empty), "missing");
    assert.doesNotThrow(() => parseWebhookUrl("http://127.0.0.1:3000/rest/1/abcdefghijklmnop/"));
  });

  it("is a token that is too long, or that can be guessed and is not a bot's already", () => {
    assert.equal(wrongToken("x".repeat(40), false), null);
    assert.equal(wrongToken("x".repeat(41), false)?.key, "token");
    assert.equal(wrongToken("x".repeat(15), false)?.key, "weakToken");
    assert.equal(wrongToken("x".repeat(15), true), null);
    assert.equal(isWeakToken(` ${"x".repeat(15)} `), true);
    for (const unknown of ["", STORED_SECRET, "${TOKEN}", undefined]) assert.equal(isWeakToken(unknown), false);
  });

  it("is a public address that Bitrix24 cannot reach, in webhook mode", () => {
    assert.equal(wrongPublicUrl("https://flows.example.com/"), null);
    assert.equal(wrongPublicUrl(" ")?.key, "missing");
    for (const address of ["flows.example.com", "ftp://flows.example.com", "https://", "https://a b"])
      assert.equal(wrongPublicUrl(address)?.key, "url", address);
    assert.equal(checkPlain.publicUrl(redNode("bitrix24-portal", { eventMode: "fetch" }), "x"), true);
    assert.equal(
      checkPlain.publicUrl(redNode("bitrix24-portal", { eventMode: "webhook" }), "x"),
      "Public address: enter an address, for example https://example.com",
    );
  });

  it("is a bot with a code but without a name, and an id that is none", () => {
    assert.notEqual(checkPlain.botName(redNode("bitrix24-portal", { botCode: "support" }), " "), true);
    assert.equal(checkPlain.botName(redNode("bitrix24-portal", { botCode: "" }), ""), true);
    assert.notEqual(checkPlain.botId("x"), true);
    for (const id of ["", undefined, "7", 7, "${BOT}"]) assert.equal(checkPlain.botId(id), true);
  });

  it("is a number out of its bounds", () => {
    for (const seconds of ["1", 1.5, "2147483", "${S}"]) assert.equal(checkPlain.seconds("maxWait", seconds), true);
    for (const seconds of ["", "0.5", "2147484", "x", "Infinity"])
      assert.equal(
        checkPlain.seconds("maxWait", seconds),
        "Longest wait: enter a number of seconds from 1 to 2,147,483",
      );
    for (const count of ["1", 10_000, "${N}"]) assert.equal(checkPlain.count("maxWaiting", count), true);
    for (const count of ["", "0", "1.5", "x"]) assert.notEqual(checkPlain.count("maxWaiting", count), true);
  });

  it("is no secret that is stored or comes from the environment", () => {
    for (const value of [STORED_SECRET, "${SECRET}"]) {
      assert.equal(checkPlain.webhookUrl(value), true);
      assert.equal(checkPlain.botToken(redNode("bitrix24-portal"), value), true);
    }
  });
});
