import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor } from "../../rest/redact";

const RUNS = 10_000;
const LONG = "secret/of the webhook";

const webhookCode = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789"),
  minLength: 8,
  maxLength: 32,
});
const anyToken = fc.string({ unit: "binary", minLength: 6, maxLength: 40 }).filter((text) => /[^*]{4}/u.test(text));
const awkwardToken = fc
  .string({ unit: fc.constantFrom(..."aZ9 /+%&=?#\\\"'<>!()*~.-_\n\té€😀"), minLength: 6, maxLength: 30 })
  .filter((text) => /[^*]{4}/u.test(text));
const secret = fc.oneof(webhookCode, anyToken, awkwardToken);

/** A secret as it turns up in addresses, forms, JSON and pages. */
const spellings: ((text: string) => string)[] = [
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  (text) => new URLSearchParams({ x: text }).toString().slice(2),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify({ deep: [text] }),
  (text) => JSON.stringify(JSON.stringify(text)),
  (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  (text) => text.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (text) => `https://portal.example/rest/1/${encodeURIComponent(text)}/profile`,
  (text) => encodeURIComponent(`https://portal.example/rest/1/${encodeURIComponent(text)}/`),
];

describe("redactor", function () {
  this.timeout(60_000);

  it(`leaves no spelling of a secret in a text (${RUNS} secrets)`, () => {
    fc.assert(
      fc.property(
        secret,
        fc.nat(spellings.length - 1),
        fc.string({ maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        (hidden, at, before, after) => {
          const written = spellings[at]?.(hidden) ?? hidden;
          const shown = createRedactor([hidden]).text(before + written + after);
          assert.ok(!shown.includes(hidden), shown);
          if (hidden.length >= 6) assert.ok(!shown.includes(written), shown);
          assert.ok(shown.includes("***"));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it(`hides whole secrets in data, and touches nothing else (${RUNS} values)`, () => {
    const data = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom("words", LONG, `see ${LONG}`, encodeURIComponent(LONG), "support", 12345, true, null),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom("text", "support", LONG, "__proto__"), tie("value"), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    })).value;
    const redactor = createRedactor([LONG, "support", "12345"]);
    fc.assert(
      fc.property(data, (value) => {
        const copy = structuredClone(value);
        const shown = redactor.value(value);
        const expected = leaves(copy).map((leaf) => (leaf === LONG ? "***" : leaf));
        assert.deepEqual(leaves(shown), expected);
        assert.deepEqual(keysOf(shown), keysOf(copy));
        assert.equal(JSON.stringify(value), JSON.stringify(copy), "the original is not changed");
      }),
      { numRuns: RUNS },
    );
  });

  for (const token of ["1234", "user", "chat", "support", "my order 12345"])
    it(`leaves data as it was written, although the token is ${token}`, () => {
      const event = {
        chat: { id: 1234 },
        user: { name: "support" },
        text: `dear ${token}, my order 12345`,
        all: token,
      };
      const redactor = createRedactor([token]);
      assert.equal(redactor.value(event), event);
      assert.equal(redactor.mayHold(JSON.stringify(event)), false);
    });

  it("leaves codes and methods alone that are the token by chance, and hides real secrets there", () => {
    const redactor = createRedactor(["LIMIT", "imbot", LONG]);
    assert.equal(redactor.name("QUERY_LIMIT_EXCEEDED"), "QUERY_LIMIT_EXCEEDED");
    assert.equal(redactor.name("imbot.v2.Chat.Message.send"), "imbot.v2.Chat.Message.send");
    assert.equal(redactor.name(`see ${LONG}`), "see ***");
    assert.equal(redactor.text("over the LIMIT"), "over the ***");
  });

  it("knows every way in which JSON could hold a whole secret", () => {
    const redactor = createRedactor([LONG]);
    const escaped = [...LONG].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
    for (const json of [`{"a":"${LONG}"}`, `{"a":"${escaped}"}`, `{"a":"${LONG.replace("s", "\\u0073")}"}`]) {
      assert.equal(redactor.mayHold(json), true, json);
      assert.deepEqual(redactor.value(JSON.parse(json)), { a: "***" });
    }
    assert.equal(redactor.mayHold('{"a":"words"}'), false);
  });

  it("goes as deep as data goes", () => {
    let deep: unknown = LONG;
    for (let level = 0; level < 200_000; level++) deep = [deep];
    let shown = createRedactor([LONG]).value(deep);
    while (Array.isArray(shown)) shown = shown[0] as unknown;
    assert.equal(shown, "***");
  });

  it("does not look into what has a class of its own", () => {
    const value = { at: new Date(0), bytes: Buffer.from(LONG), leak: LONG };
    const shown = createRedactor([LONG]).value(value);
    assert.deepEqual(shown, { ...value, leak: "***" });
    assert.equal(shown.at, value.at);
  });

  it("hides what looks like a webhook in texts, whoever's it is", () => {
    const text = (words: string) => createRedactor([]).text(words);
    assert.equal(
      text("at https://p.example/rest/1/abcdefgh12345678/profile"),
      "at https://p.example/rest/1/***/profile",
    );
    assert.equal(text("/rest/api/7/abcdefgh12345678"), "/rest/api/7/***");
    assert.equal(text("the rest of /rest/1/short/x"), "the rest of /rest/1/short/x");
  });

  it("does not go astray in circles, and keeps a key named __proto__ a key", () => {
    const circle: Record<string, unknown> = { leak: LONG };
    circle["self"] = circle;
    const shown = createRedactor([LONG]).value(circle);
    assert.equal(shown["leak"], "***");
    assert.equal(shown["self"], shown);
    const tricky = JSON.parse(`{"__proto__": {"leak": "${LONG}"}}`) as object;
    const safe = createRedactor([LONG]).value(tricky);
    assert.equal(JSON.stringify(safe), '{"__proto__":{"leak":"***"}}');
    assert.equal(Object.getPrototypeOf(safe), Object.prototype);
  });

  it("ignores secrets that are empty or too short to be any", () => {
    const redactor = createRedactor(["", undefined, "abc"]);
    assert.equal(redactor.text("abc def"), "abc def");
    assert.equal(redactor.name("abc def"), "abc def");
  });
});

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...keysOf(item)]);
}

function leaves(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  return Object.values(value).flatMap(leaves);
}
