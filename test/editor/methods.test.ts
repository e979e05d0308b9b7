import assert from "node:assert/strict";
import { findMethod, isOld, methodId, METHODS, type Param, type ParamKind } from "../../editor/methods/methods";
import { paramKey, readParams, rowValue, startOf, writeParams, type ParamValues } from "../../editor/methods/params";

const param = (name: string, kind: ParamKind, isRequired = true): Param => ({ name, kind, isRequired });

describe("the methods that have a form", () => {
  it("are there once each, with each parameter once", () => {
    assert.ok(METHODS.length > 80);
    assert.equal(new Set(METHODS.map(({ name }) => methodId(name))).size, METHODS.length);
    for (const { name, params } of METHODS)
      assert.equal(new Set(params.map((one) => paramKey(one.name))).size, params.length, name);
  });

  it("are found in any letter case, those of bot platform 2.0 only as they are written", () => {
    assert.equal(findMethod(" IMOPENLINES.Dialog.get ")?.name, "imopenlines.dialog.get");
    assert.equal(findMethod("imbot.v2.Chat.get")?.name, "imbot.v2.Chat.get");
    assert.equal(findMethod("imbot.V2.chat.get"), undefined);
    assert.equal(findMethod("crm.deal.get"), undefined);
  });

  it("know their parameters and codes", () => {
    const join = findMethod("imopenlines.network.join");
    assert.deepEqual(join?.params, [{ name: "CODE", isRequired: true, kind: "str" }]);
    assert.deepEqual(join?.errors, ["CODE", "IMBOT_ERROR", "NOT_FOUND", "INACTIVE"]);
    assert.deepEqual(findMethod("imopenlines.revision.get"), {
      name: "imopenlines.revision.get",
      params: [],
      errors: [],
    });
  });

  it("are old where bot platform 2.0 has others", () => {
    const old = METHODS.filter(isOld).map(({ name }) => name);
    assert.ok(old.includes("imbot.message.add"));
    assert.ok(old.every((name) => name.startsWith("imbot.") && !name.startsWith("imbot.v2.")));
  });
});

describe("the parameters of a method", () => {
  const mixed: ParamValues = {
    CHAT_ID: { path: "bitrix24.chatId" },
    TEXT: { value: 'a "b"' },
    LIST: { value: [{ a: 1 }] },
    NONE: { value: null },
  };

  it("are JSON when all of them are fixed, an expression when one comes from the message, and nothing without any", () => {
    assert.deepEqual(writeParams({}), { type: "auto", value: "" });
    assert.deepEqual(writeParams({ A: { value: 1 }, b: { value: "x" } }), { type: "json", value: '{"A":1,"b":"x"}' });
    assert.deepEqual(writeParams({ A: { path: "payload.items[0]" }, B: { value: "x" } }), {
      type: "jsonata",
      value: '{\t"A": payload.items[0],\t"B": "x"\t}',
    });
  });

  it("are read back as they were written", () => {
    for (const values of [{}, { A: { value: { b: [1] } } }, mixed]) {
      const { type, value } = writeParams(values);
      assert.deepEqual(readParams(type, value), values);
    }
  });

  it("are read from an expression that the editor has shown on several lines", () => {
    assert.deepEqual(readParams("jsonata", '{\n"A": payload,\n"B": true\n}'), {
      A: { path: "payload" },
      B: { value: true },
    });
  });

  it("cannot be shown when somebody wrote something else", () => {
    const others: [type: string, value: string][] = [
      ["msg", "payload"],
      ["jsonata", "payload"],
      ["jsonata", '{\t"A": $uppercase(payload)\t}'],
      ["jsonata", '{ "A": 1 }'],
      ["json", "[1]"],
      ["json", "{"],
    ];
    for (const [type, value] of others) assert.equal(readParams(type, value), null, value);
  });

  it("begin with what they have, else with the event's own ids where those are required and nothing is filled in", () => {
    const chat = param("CHAT_ID", "num");
    assert.deepEqual(startOf(chat, undefined, true), { type: "msg", value: "bitrix24.chatId" });
    assert.deepEqual(startOf(param("dialogId", "str"), undefined, true), { type: "msg", value: "bitrix24.dialogId" });
    assert.deepEqual(startOf(chat, undefined, false), { type: "num", value: "" });
    assert.deepEqual(startOf(param("CHAT_ID", "num", false), undefined, true), { type: "none", value: "" });
    assert.deepEqual(startOf(chat, { value: 12 }, false), { type: "num", value: "12" });
    assert.deepEqual(startOf(chat, { path: "payload" }, false), { type: "msg", value: "payload" });
    assert.deepEqual(startOf(param("A", "json"), { value: { b: 1 } }, false), { type: "json", value: '{"b":1}' });
    assert.deepEqual(startOf(param("A", "yn"), undefined, true), { type: "yn", value: "Y" });
    assert.deepEqual(startOf(param("A", "bool"), undefined, true), { type: "bool", value: "true" });
  });

  it("are taken from a row by its type, and refused when they are no value of it", () => {
    const number = param("A", "num");
    assert.deepEqual(rowValue(number, { type: "num", value: " 12 " }), { value: 12 });
    assert.equal(rowValue(number, { type: "num", value: "twelve" }), "wrong");
    assert.equal(rowValue(number, { type: "num", value: " " }), "wrong");
    assert.equal(rowValue(param("A", "num", false), { type: "num", value: "" }), undefined);
    assert.equal(rowValue(number, { type: "none", value: "12" }), undefined);
    assert.deepEqual(rowValue(number, { type: "msg", value: " payload.id " }), { path: "payload.id" });
    assert.equal(rowValue(number, { type: "msg", value: "payload id" }), "wrong");
    assert.deepEqual(rowValue(number, { type: "bool", value: "false" }), { value: false });
    assert.deepEqual(rowValue(number, { type: "yn", value: "N" }), { value: "N" });
    assert.deepEqual(rowValue(number, { type: "str", value: " a " }), { value: " a " });
    assert.deepEqual(rowValue(number, { type: "json", value: "[1]" }), { value: [1] });
    assert.equal(rowValue(number, { type: "json", value: "[1" }), "wrong");
  });
});
