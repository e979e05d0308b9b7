import assert from "node:assert/strict";
import { errorsOf } from "../../open-channels/actions/errors";
import { methodOf } from "../../open-channels/actions/facts";
import { findMethod, knownMethods } from "../../open-channels/actions/methods/known";
import { COMMON_ERRORS } from "../../rest/codes";
import { DECLARED, USES } from "../support/error-codes";
import { OPERATIONS } from "../support/declarations";
import { LANGUAGES, readText } from "../support/project";

type Texts = Record<string, { title?: string; hint?: string }>;
type Use = readonly [type: string, saved: Record<string, string>];

const textsIn = (language: string): Texts =>
  (JSON.parse(readText(`dist/nodes/locales/${language}/bitrix24-portal.json`)) as { errors: Texts }).errors;

/** Every way of every action, as it is saved, and every method that has a form. */
const ALL: readonly Use[] = [
  ...OPERATIONS.flatMap(({ type, ways }) => ways.map(({ when }): Use => [type, when])),
  ...knownMethods().map(({ name }): Use => ["bitrix24-call", { methodType: "str", method: name }]),
];

function codesOf([type, saved]: Use): { own: Map<string, readonly string[]>; all: Map<string, readonly string[]> } {
  const action = OPERATIONS.find((operation) => operation.type === type);
  assert.ok(action, type);
  const { own, common } = errorsOf(action, saved, findMethod);
  const entries = [...own, ...common].map(({ code, outcomes }): [string, readonly string[]] => [code, outcomes]);
  assert.equal(new Set(entries.map(([code]) => code)).size, entries.length, `${type}: a code is listed twice`);
  return { own: new Map(entries.slice(0, own.length)), all: new Map(entries) };
}

describe("the errors that are declared", () => {
  it("have a title and a hint in every language", () => {
    const untold: string[] = [];
    for (const language of LANGUAGES) {
      const texts = textsIn(language);
      for (const [where, codes] of DECLARED)
        for (const code of codes) {
          const uses = [code, ...USES.map((use) => `${code}_${use}`)].flatMap((key) => texts[key] ?? []);
          const isTold = uses.some(({ title, hint }) => /\S.*\.$/.test(title ?? "") && /\S.*\.$/.test(hint ?? ""));
          if (!isTold) untold.push(`${language} ${where}: ${code}`);
        }
    }
    assert.ok(DECLARED.size > 90);
    assert.deepEqual(untold, []);
  });

  it("have a title and a hint for each way in which a node can have them", () => {
    const untold: string[] = [];
    for (const language of LANGUAGES) {
      const texts = textsIn(language);
      for (const { type, ways } of OPERATIONS)
        for (const { texts: use, codes } of ways)
          for (const code of [...Object.keys(codes), ...Object.keys(COMMON_ERRORS)]) {
            const told = { ...texts[code], ...texts[`${code}_${use ?? type.replace("bitrix24-", "")}`] };
            if (!told.title || !told.hint) untold.push(`${language} ${type}: ${code}`);
          }
    }
    assert.deepEqual(untold, []);
  });

  it("are all that texts are written for", () => {
    const known = new Set([...DECLARED.values()].flat());
    const isOfUse = (key: string): boolean =>
      USES.some((use) => key.endsWith(`_${use}`) && known.has(key.slice(0, -use.length - 1)));
    assert.deepEqual(
      Object.keys(textsIn("en-US")).filter((key) => !known.has(key) && !isOfUse(key)),
      [],
    );
  });

  it("come once each in a node's list, with one of the three outcomes at least", () => {
    for (const use of ALL)
      for (const [code, outcomes] of codesOf(use).all) {
        assert.ok(outcomes.length > 0, code);
        for (const outcome of outcomes) assert.ok(["not-sent", "refused", "unknown"].includes(outcome), code);
      }
  });

  it("tell of people and of sessions where a node speaks or acts in a conversation, and nowhere else", () => {
    const held = ALL.filter((use) => codesOf(use).own.has("PEOPLE_HAVE_THE_DIALOG"));
    const told = held.map(([type, { mode = "bot" }]) => (type === "bitrix24-send" ? `send ${mode}` : type.slice(9)));
    for (const name of ["finish", "operator", "transfer", "send bot", "send automatic"]) assert.ok(told.includes(name));
    for (const name of ["join", "call", "send network"]) assert.ok(!told.includes(name), name);
    for (const use of ALL) assert.equal(codesOf(use).own.has("SESSION_OVER"), held.includes(use), JSON.stringify(use));
  });

  it("leave out what the settings rule out, unless the message brings the value", () => {
    const target = (targetKind: string, targetType: string) =>
      codesOf(["bitrix24-transfer", { targetKind, targetType }]).own;
    assert.ok(!target("line", "num").has("USER_ID_EMPTY"));
    assert.ok(!target("user", "msg").has("QUEUE_ID_EMPTY"));
    assert.ok(target("line", "auto").has("USER_ID_EMPTY"));
    assert.ok(!codesOf(["bitrix24-send", { mode: "network" }]).all.has("CHAT_ID_EMPTY"));
    assert.ok(!codesOf(["bitrix24-send", { mode: "automatic", template: "WELCOME" }]).all.has("MESSAGE_EMPTY"));
  });

  it("begin with those of the method that a call names, in any letter case", () => {
    const method = (name: string): Use => ["bitrix24-call", { methodType: "str", method: name }];
    assert.deepEqual(codesOf(method("IMBOT.bot.list")).own.get("WRONG_AUTH_TYPE"), ["refused"]);
    const [first] = codesOf(method("imopenlines.crm.chat.get")).own;
    assert.deepEqual(first, ["ERROR_ARGUMENT", ["not-sent", "refused"]]);
    assert.deepEqual(codesOf(method("my.own.method")), codesOf(["bitrix24-call", {}]));
  });

  it("are filed under the method that a node calls first", () => {
    const [send, call] = ["bitrix24-send", "bitrix24-call"].map((type) =>
      OPERATIONS.find((operation) => operation.type === type),
    );
    assert.ok(send && call);
    assert.equal(methodOf(send, {}), "imbot.v2.Chat.Message.send");
    assert.equal(methodOf(send, { mode: "network" }), "imopenlines.network.message.add");
    assert.equal(methodOf(call, { methodType: "str", method: " user.get " }), "user.get");
    assert.equal(methodOf(call, { methodType: "msg", method: "topic" }), "");
  });
});
