import assert from "node:assert/strict";
import { codesInSwitches, codesOf, variantOf, type CodeEntry } from "../../editor/errors/codes";
import { METHODS } from "../../editor/methods/methods";
import type { Outcome } from "../../rest/errors";
import { LANGUAGES, readText } from "../support/project";

type Use = [type: string, settings: Record<string, string>];

const USES: Use[] = [
  ["bitrix24-send", { mode: "bot" }],
  ["bitrix24-send", { mode: "automatic" }],
  ["bitrix24-send", { mode: "network" }],
  ["bitrix24-operator", {}],
  ["bitrix24-transfer", { targetKind: "auto", targetType: "auto" }],
  ["bitrix24-finish", {}],
  ["bitrix24-join", {}],
  ["bitrix24-call", { methodType: "auto" }],
  ...METHODS.map(({ name }): Use => ["bitrix24-call", { methodType: "str", method: name }]),
];

const codes = ([type, settings]: Use): CodeEntry[] => {
  const { own, every } = codesOf(type, settings);
  return [...own, ...every];
};
const has = (use: Use, code: string, outcome: Outcome): boolean =>
  codes(use).some((entry) => entry.code === code && entry.outcomes.includes(outcome));

/** Codes that a source file refuses a message with before anything is sent. */
const refusedIn = (path: string): string[] => [
  ...new Set([...readText(path).matchAll(/\b(?:invalid|notSent)\(\s*"([A-Z_]+)"/g)].map(([, code]) => code ?? "")),
];

describe("the codes that the panel of errors shows", () => {
  it("have a title and a hint in every language, also for each method of the table", () => {
    const untold: string[] = [];
    for (const language of LANGUAGES) {
      const texts = (
        JSON.parse(readText(`dist/nodes/locales/${language}/bitrix24-portal.json`)) as {
          errors: Record<string, { title?: string; hint?: string }>;
        }
      ).errors;
      for (const use of USES)
        for (const { code } of codes(use)) {
          const told = { ...texts[code], ...texts[`${code}_${variantOf(...use)}`] };
          if (!/\S.*\.$/.test(told.title ?? "") || !/\S.*\.$/.test(told.hint ?? ""))
            untold.push(`${language} ${use[0]}: ${code}`);
        }
    }
    assert.ok(USES.length > 80);
    assert.deepEqual(untold, []);
  });

  it("come once each, with one of the three outcomes at least", () => {
    for (const use of USES) {
      const all = codes(use);
      assert.equal(new Set(all.map(({ code }) => code)).size, all.length, JSON.stringify(use));
      for (const { code, outcomes } of all) {
        assert.ok(outcomes.length > 0, code);
        for (const outcome of outcomes) assert.ok(["not-sent", "refused", "unknown"].includes(outcome), code);
      }
    }
  });

  const actions = "open-channels/actions";
  const SOURCES: [path: string, uses: Use[]][] = [
    [`${actions}/send.ts`, USES.slice(0, 3)],
    [`${actions}/values.ts`, USES.slice(0, 3)],
    [`${actions}/attachment.ts`, USES.slice(0, 1)],
    [`${actions}/keyboard.ts`, USES.slice(0, 1)],
    [`${actions}/attachment.ts`, USES.slice(2, 3)],
    [`${actions}/keyboard.ts`, USES.slice(2, 3)],
    [`${actions}/transfer.ts`, USES.slice(4, 5)],
    [`${actions}/target.ts`, USES.slice(4, 5)],
    [`${actions}/finish.ts`, USES.slice(5, 6)],
    [`${actions}/method.ts`, USES.slice(7, 8)],
    ["nodes/runtime/values.ts", USES.slice(0, 1)],
    ...["rest/portal.ts", "rest/dispatcher.ts", "rest/request.ts", "nodes/runtime/action.ts"].map(
      (path): [string, Use[]] => [path, USES.slice(0, 1)],
    ),
  ];

  it("hold whatever the nodes refuse a message with themselves", () => {
    for (const [path, uses] of SOURCES) {
      const refused = refusedIn(path);
      assert.ok(refused.length > 0, path);
      for (const code of refused)
        assert.ok(
          uses.some((use) => has(use, code, "not-sent")),
          `${path}: ${code}`,
        );
    }
  });

  it("hold every code of our own, with the outcome that it has", () => {
    const [, union = ""] = /export type OwnCode =([^;]+);/.exec(readText("rest/errors.ts")) ?? [];
    const own = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code ?? "");
    const inDoubt = ["CONNECTION_LOST", "TIMEOUT", "BAD_RESPONSE", "INTERRUPTED"];
    assert.ok(own.length > 10);
    for (const code of own) assert.ok(has(USES[0] as Use, code, inDoubt.includes(code) ? "unknown" : "not-sent"), code);
  });

  it("tell of people and of sessions where a node speaks or acts in a conversation, and nowhere else", () => {
    const held = USES.filter((use) => has(use, "PEOPLE_HAVE_THE_DIALOG", "not-sent"));
    assert.deepEqual(held, [USES[0], USES[1], USES[3], USES[4], USES[5]]);
    for (const use of USES) assert.equal(has(use, "SESSION_OVER", "not-sent"), held.includes(use), JSON.stringify(use));
  });

  it("leave out what the settings rule out", () => {
    const target = (targetKind: string, targetType: string): string[] =>
      codesOf("bitrix24-transfer", { targetKind, targetType }).own.map(({ code }) => code);
    assert.ok(!target("line", "num").includes("USER_ID_EMPTY"));
    assert.ok(!target("user", "msg").includes("QUEUE_ID_EMPTY"));
    // The payload's own name decides when the target comes from the message.
    assert.ok(target("line", "auto").includes("USER_ID_EMPTY"));
    assert.ok(has(["bitrix24-call", { methodType: "str", method: "IMBOT.bot.list" }], "WRONG_AUTH_TYPE", "refused"));
    const crm = codesOf("bitrix24-call", { methodType: "str", method: "imopenlines.crm.chat.get" }).own;
    assert.deepEqual(crm[0], { code: "ERROR_ARGUMENT", outcomes: ["not-sent", "refused"] });
    assert.ok(!has(["bitrix24-send", { mode: "network" }], "CHAT_ID_EMPTY", "not-sent"));
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
