import assert from "node:assert/strict";
import fc from "fast-check";
import { buildQuery, parseStr } from "../../sandbox/rest/forms";
import { phpInt, phpTruthy } from "../../sandbox/portal/php";
import { phpJson } from "../../sandbox/rest/json";

describe("sandbox: PHP's view of values", () => {
  it("casts to int as PHP does", () => {
    const cases: [unknown, number][] = [
      [undefined, 0],
      [null, 0],
      ["", 0],
      ["abc", 0],
      ["chat12", 0],
      [[], 0],
      [{}, 0],
      [false, 0],
      ["12abc", 12],
      [" 12", 12],
      [12.9, 12],
      ["12.9", 12],
      [true, 1],
      [[5], 1],
      [{ id: 5 }, 1],
      ["1e3", 1000],
      ["-5", -5],
      ["99999999999999999999", 2 ** 63],
    ];
    for (const [value, expected] of cases) assert.equal(phpInt(value), expected, JSON.stringify(value));
  });

  it("knows PHP's truth", () => {
    for (const value of [0, "0", "", false, null, undefined, [], {}]) assert.equal(phpTruthy(value), false);
    for (const value of [1, "false", "00", " ", true, [0], { a: 1 }]) assert.equal(phpTruthy(value), true);
  });

  it("reads nested form fields", () => {
    assert.deepEqual(parseStr("a=1&b[c][d]=x+y&l[]=1&l[]=2&l2[1]=b&l2[0]=a&e"), {
      a: "1",
      b: { c: { d: "x y" } },
      l: ["1", "2"],
      l2: { 0: "a", 1: "b" },
      e: "",
    });
    assert.deepEqual(parseStr("a.b=1&c d=2&x[y=3&p=%E2%82%AC&bad=%zz&n[5]=q"), {
      a_b: "1",
      c_d: "2",
      x_y: "3",
      p: "€",
      bad: "%zz",
      n: { 5: "q" },
    });
  });

  it("stops at a thousand fields", () => {
    const text = Array.from({ length: 1500 }, (_, index) => `k${index}=1`).join("&");
    assert.equal(Object.keys(parseStr(text)).length, 1000);
  });

  it("honours no prototype keys", () => {
    const parsed = parseStr("__proto__[polluted]=1&a[__proto__][b]=2");
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.deepEqual(Object.keys(parsed), ["__proto__", "a"]);
  });

  it("reads back what it writes, for random nested values", () => {
    const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "grapheme" }),
        fc.array(tie("tree"), { minLength: 1, maxLength: 30 }),
        fc.dictionary(key, tie("tree"), { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const root = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
    fc.assert(
      fc.property(root, (value) => {
        assert.deepEqual(parseStr(buildQuery(value), Infinity), value);
      }),
      { numRuns: 200 },
    );
  });

  it("writes events as strings, without nulls and empty lists", () => {
    assert.equal(
      buildQuery({ a: true, b: false, c: null, d: [], e: 5, f: { g: ["x"] } }),
      "a=1&b=0&e=5&f%5Bg%5D%5B0%5D=x",
    );
  });

  it("writes JSON with PHP's shapes and escapes", () => {
    assert.equal(phpJson({ a: {}, b: { 0: "x", 1: "y" }, c: { 1: "z" } }), '{"a":[],"b":["x","y"],"c":{"1":"z"}}');
    const text = `<a href="/x">'&' \\ "q" é`;
    const written = phpJson({ text });
    assert.ok(written.includes("\\u003Ca href=\\u0022\\/x\\u0022\\u003E\\u0027\\u0026\\u0027"), written);
    assert.deepEqual(JSON.parse(written), { text });
  });

  it("keeps every text through its JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        assert.equal((JSON.parse(phpJson({ text })) as { text: string }).text, text);
      }),
    );
  });
});
