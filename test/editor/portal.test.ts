import assert from "node:assert/strict";
import { codeFor } from "../../editor/portal/bot-code";
import { connectionResults, type Connection } from "../../editor/portal/connection";
import { aboutLine, changeResult, isOurs, wishesIn, type Line, type LineRow } from "../../editor/portal/line-rules";
import { MadeBots, newToken } from "../../editor/portal/made-bots";
import { problem } from "../../editor/portal/problem";
import type { LookUp } from "../../editor/portal/results";

/** A catalogue that holds every key; a text is its key with its values. */
const text: LookUp = (key, { defaultValue: _ignored, ...values } = {}) =>
  Object.keys(values).length === 0 ? key : `${key} ${JSON.stringify(values)}`;

/** A catalogue that holds only these keys. */
const only =
  (...keys: string[]): LookUp =>
  (key, { defaultValue } = {}) =>
    keys.includes(key) || typeof defaultValue !== "string" ? key : defaultValue;

describe("the code made of a bot's name", () => {
  const CODES: [name: string, code: string][] = [
    ["Help desk", "help_desk"],
    ["Служба поддержки", "sluzhba_podderzhki"],
    ["Ёжик & Щука", "ezhik_schuka"],
    ["  Süß — Café 24! ", "su_cafe_24"],
    ["客服", ""],
    ["a".repeat(40), "a".repeat(30)],
  ];
  for (const [name, code] of CODES) it(`is ${code || "empty"} for ${name}`, () => assert.equal(codeFor(name), code));
});

describe("bots made while the editor is open", () => {
  it("have tokens of 32 characters that fit into addresses, no two alike", () => {
    const tokens = Array.from({ length: 100 }, newToken);
    for (const token of tokens) assert.match(token, /^[\w-]{32}$/);
    assert.equal(new Set(tokens).size, tokens.length);
  });

  it("are found again by portal and code, whatever user the webhook belongs to", () => {
    const made = new MadeBots();
    const bot = made.at("https://a.example/rest/1/secret/", "help");
    bot.id = 7;
    assert.equal(made.at("https://a.example/rest/2/other/", "help"), bot);
    assert.notEqual(made.at("https://a.example/rest/1/secret/", "sales"), bot);
    assert.notEqual(made.at("https://b.example/rest/1/secret/", "help"), bot);
    assert.equal(made.at("9f8e7d", "help"), made.at("9f8e7d", "help"));
  });
});

describe("what a test of the connection says", () => {
  const FOUND: Connection = {
    host: "a.example",
    user: { id: 5, name: "Anna", admin: true },
    permissions: { missing: [] },
    openChannels: 33,
    botPlatform: 24,
    plan: "ru_basic",
    enterprise: false,
    weakToken: false,
  };
  const said = (found: Partial<Connection>, plan = "standard"): string[] =>
    connectionResults({ ...FOUND, ...found }, plan, text).map((result) => `${result.kind} ${result.text}`);

  it("is everything that works", () => {
    assert.deepEqual(said({}), [
      'good portal.test.portal {"host":"a.example","plan":"ru_basic"}',
      'good portal.test.administrator {"name":"Anna"}',
      "good portal.test.permissions",
      'good portal.test.openChannels {"revision":33}',
      'good portal.test.botPlatform {"revision":24}',
    ]);
  });

  it("leaves out what the portal does not tell", () => {
    const user = { id: 5, name: "", admin: false };
    assert.deepEqual(said({ plan: null, user, openChannels: null, botPlatform: null }), [
      'good portal.test.portalOnly {"host":"a.example"}',
      'good portal.test.user {"name":5}',
      "good portal.test.permissions",
    ]);
  });

  it("names missing permissions: one that is needed is bad, the one to list employees deserves care", () => {
    const results = connectionResults({ ...FOUND, permissions: { missing: ["imbot", "user"] } }, "standard", text);
    assert.deepEqual(
      results.filter(({ hint }) => hint !== undefined),
      [
        {
          kind: "bad",
          text: 'portal.test.missing {"name":"portal.scope.imbot"}',
          hint: "portal.test.missingHint",
        },
        {
          kind: "careful",
          text: 'portal.test.missing {"name":"portal.scope.user"}',
          hint: "portal.test.userHint",
        },
      ],
    );
    assert.ok(!results.some((result) => result.text === "portal.test.permissions"));
  });

  it("warns of a short token, an old bot platform, and a plan that allows more", () => {
    const careful = (found: Partial<Connection>, plan?: string): string[] =>
      said(found, plan).filter((line) => line.startsWith("careful"));
    assert.deepEqual(careful({ weakToken: true, botPlatform: 0, enterprise: true }), [
      "careful portal.note.weakToken",
      "careful portal.test.oldPlatform",
      "careful portal.test.enterprise",
    ]);
    assert.deepEqual(careful({ enterprise: true }, "enterprise"), []);
  });
});

describe("what went wrong with a question", () => {
  const answer = (code: string, more = {}): object => ({ error: { code, message: "words", hint: "advice", ...more } });

  it("is a missing permission of the editor, or a Node-RED that is away", () => {
    assert.deepEqual(problem(403, undefined, text), { kind: "bad", text: "portal.problem.forbidden" });
    assert.deepEqual(problem(0, undefined, text), { kind: "bad", text: "portal.problem.away" });
    assert.deepEqual(problem(500, "<html>", text), { kind: "bad", text: "portal.problem.away" });
  });

  it("is said in the words for bots before those for everything, and in the server's own when there are none", () => {
    const both = only("errors.X_bot.title", "errors.X.title", "errors.X.hint");
    assert.deepEqual(problem(200, answer("X"), both), {
      kind: "bad",
      text: "errors.X_bot.title",
      hint: "errors.X.hint",
    });
    assert.deepEqual(problem(200, answer("X"), only()), { kind: "bad", text: "words", hint: "advice" });
  });

  it("has its own words for a webhook that cannot be used", () => {
    assert.deepEqual(problem(200, answer("not-a-webhook"), only("problems.not-a-webhook")), {
      kind: "bad",
      text: "problems.not-a-webhook",
      hint: "portal.hint.webhook",
    });
  });

  it("gives no advice to repeat what is not waiting here", () => {
    assert.equal(problem(200, answer("TIMEOUT"), only("errors.TIMEOUT.hint")).hint, "portal.hint.away");
  });

  it("never makes a key of a strange code", () => {
    const found = problem(200, answer("a.b<c>"), only("errors.UNKNOWN_ERROR.title"));
    assert.equal(found.text, "errors.UNKNOWN_ERROR.title");
  });
});

describe("the open channels of a bot", () => {
  const line = (id: number, bot: Line["bot"], active = true): Line => ({
    ...{ id, name: `Line ${id}`, active, bot },
    ...{ join: "always", time: 600, left: "queue" },
  });
  const row = (of: Line, isTicked: boolean, time = "600"): LineRow => ({
    ...{ line: of, isTicked, time },
    ...{ join: "first", left: "close" },
  });
  const ours = { id: 7, name: "Help" };

  it("are ours where the bot has our id", () => {
    assert.equal(isOurs(line(1, ours), 7), true);
    assert.equal(isOurs(line(1, ours), 8), false);
    assert.equal(isOurs(line(1, null), null), false);
  });

  it("are wished for where they are ticked, given back where they were ours, and kept as they are otherwise", () => {
    const rows = [
      row(line(1, null), true, " 30 "),
      row(line(2, ours), false),
      row(line(3, { id: 9, name: "Other" }), false),
      row(line(4, ours), true, "soon"),
    ];
    const wish = { join: "first", left: "close" };
    assert.deepEqual(wishesIn(rows, 7), [
      { ...wish, id: 1, on: true, time: 30 },
      { ...wish, id: 2, on: false, time: 600 },
      { ...wish, id: 4, on: true, time: "soon" },
    ]);
  });

  it("say who answers there now, and whether they are switched off", () => {
    assert.equal(aboutLine(line(1, null), text), 'portal.lines.now {"bot":"portal.lines.nobody"}');
    assert.equal(
      aboutLine(line(1, { id: 9, name: null }, false), text),
      'portal.lines.now {"bot":"#9"}, portal.lines.off',
    );
  });

  it("say what would change, each value by its name", () => {
    const changes = [
      { what: "bot", from: null, to: "Help" },
      { what: "time", from: 600, to: 0 },
      { what: "join", from: "always", to: "first" },
    ] as const;
    const names: LookUp = (key, values) =>
      key.startsWith("portal.lines.change.")
        ? `${String(values?.["from"])} > ${String(values?.["to"])}`
        : text(key, values);
    assert.equal(
      changeResult({ name: "Support", changes }, names).text,
      "Support — portal.lines.nobody > Help; " +
        'portal.lines.seconds {"count":600} > portal.lines.seconds {"count":0}; ' +
        "portal.lines.join.always > portal.lines.join.first",
    );
  });
});
