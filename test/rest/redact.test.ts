import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor } from "../../rest/redact";

const RUNS = 10_000;

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

  it(`leaves none in nested values and keys, and touches nothing else (${RUNS} values)`, () => {
    const leaf = fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant("words"));
    fc.assert(
      fc.property(
        secret,
        fc.nat(spellings.length - 1),
        fc.array(fc.constantFrom("list", "object", "key"), { maxLength: 5 }),
        leaf,
        (hidden, at, shape, other) => {
          const written = `see ${spellings[at]?.(hidden) ?? hidden}`;
          let value: unknown = { written, other };
          for (const kind of shape) {
            if (kind === "list") value = [other, value];
            else if (kind === "object") value = { inner: value, other };
            else value = { [written]: value, other };
          }
          const copy = structuredClone(value);
          const shown = createRedactor([hidden]).value(value);
          assert.ok(!textsAndKeys(shown).some((text) => text.includes(hidden)));
          assert.deepEqual(leaves(shown), leaves(copy), "numbers, booleans, nulls and plain words stay");
          assert.deepEqual(value, copy, "the original is not changed");
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("gives back the same object when there is nothing to hide", () => {
    const value = { text: "see https://site.example/rest/area/restaurants", list: [1, null, { n: 12345678 }] };
    const shown = createRedactor(["12345678secret"]).value(value);
    assert.equal(shown, value);
  });

  it("leaves a client's own words alone even when a secret stands beside them", () => {
    const value = { text: "see https://site.example/rest/area/restaurants", leak: "12345678secret" };
    const shown = createRedactor(["12345678secret"]).value(value);
    assert.deepEqual(shown, { ...value, leak: "***" });
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
    const circle: Record<string, unknown> = { leak: "topsecret" };
    circle["self"] = circle;
    const shown = createRedactor(["topsecret"]).value(circle);
    assert.equal(shown["leak"], "***");
    assert.equal(shown["self"], shown);
    const tricky = JSON.parse('{"__proto__": {"leak": "topsecret"}}') as object;
    const safe = createRedactor(["topsecret"]).value(tricky);
    assert.equal(JSON.stringify(safe), '{"__proto__":{"leak":"***"}}');
    assert.equal(Object.getPrototypeOf(safe), Object.prototype);
  });

  it("ignores secrets that are empty or too short to be any", () => {
    const redactor = createRedactor(["", undefined, "abc"]);
    assert.equal(redactor.text("abc def"), "abc def");
    assert.equal(redactor.finds("abc def"), false);
  });
});

function textsAndKeys(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsAndKeys(item)]);
}

function leaves(value: unknown): unknown[] {
  if (typeof value === "string") return value === "words" ? [value] : [];
  if (typeof value !== "object" || value === null) return [value];
  return Object.values(value).flatMap(leaves);
}
