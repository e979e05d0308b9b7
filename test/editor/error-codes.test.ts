import assert from "node:assert/strict";
import { codesInSwitches, codesOf, isVague, methodOf, settingNames, variantOf } from "../../editor/errors/codes";

describe("the codes that the panel of errors shows", () => {
  it("are those of the way that the dialog's settings choose", () => {
    const { own, every } = codesOf("bitrix24-send", { mode: "network" });
    assert.ok(own.some(({ code }) => code === "USER_MESSAGE_LIMIT"));
    assert.ok(own.every(({ code }) => code !== "CHAT_ID_EMPTY"));
    assert.ok(every.some(({ code }) => code === "TIMEOUT"));
    assert.equal(variantOf("bitrix24-send", { mode: "automatic", template: "WELCOME" }), "send_automatic");
    assert.equal(variantOf("bitrix24-finish", {}), "finish");
    assert.throws(() => variantOf("bitrix24-portal", {}), /Not an action/);
  });

  it("depend on these properties", () => {
    assert.deepEqual(settingNames("bitrix24-finish"), ["chatId", "chatIdType"]);
    for (const name of ["mode", "template", "messageType"]) assert.ok(settingNames("bitrix24-send").includes(name));
    for (const name of ["targetKind", "targetType"]) assert.ok(settingNames("bitrix24-transfer").includes(name));
  });

  it("are vague while only the message knows the method, or nobody does", () => {
    const call = (methodType: string, method: string): Record<string, unknown> => ({ methodType, method });
    assert.equal(isVague("bitrix24-finish", {}), false);
    assert.equal(isVague("bitrix24-call", call("str", " imopenlines.dialog.get")), false);
    assert.equal(isVague("bitrix24-call", call("str", "my.method")), true);
    assert.equal(isVague("bitrix24-call", call("msg", "imopenlines.dialog.get")), true);
    assert.equal(methodOf("bitrix24-call", { methodType: "str", method: " user.get " }), "user.get");
  });

  it("hold what switches in the flows ask for besides, once each and in the order of the flows", () => {
    const rule = (v: string, t = "eq", vt = "str"): object => ({ t, v, vt });
    const ask = (rules: unknown, more: object = {}): { type: string } => ({
      type: "switch",
      ...{ property: "error.code", propertyType: "msg", rules },
      ...more,
    });
    const codesOfOperator = codesOf("bitrix24-operator", {});
    const nodes = [
      ask([rule("MY_CODE"), rule("CHAT_ID_EMPTY"), rule("TIMEOUT"), { t: "else" }]),
      ask([rule("OTHER"), rule("MY_CODE"), rule("not a code"), rule("X_1", "neq"), rule("X_2", "eq", "num")]),
      ask([rule("X_3")], { property: "payload" }),
      ask([rule("X_4")], { propertyType: "flow" }),
      ask([rule("X_5")], { type: "change" }),
      ask(undefined),
    ];
    assert.deepEqual(codesInSwitches(nodes, codesOfOperator), [
      { code: "MY_CODE", outcomes: [] },
      { code: "OTHER", outcomes: [] },
    ]);
  });
});
