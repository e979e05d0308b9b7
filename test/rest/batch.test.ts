import assert from "node:assert/strict";
import fc from "fast-check";
import { batchAnswer, batchCommand, batchParams } from "../../rest/batch";
import type { Answer, JsonObject } from "../../rest/envelope";
import { CallError } from "../../rest/errors";
import { asPhp, isRewritten, readCommand, textsOf } from "./support/php-query";

const METHOD = "im.message.add";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(..."ab$[]{}result#&+%=?/.~ \u00a0\u2028\n\t😀é"), maxLength: 30 }),
  fc
    .tuple(
      fc.constantFrom("$result", "$RESULT", "$next", "$total", "$time", "$error", "$results", "result"),
      fc.constantFrom("", "x", " ", "\u00a0", "\u3000", "\ufeff", "\u0085", "\n", "€"),
      fc.constantFrom("[a]", "[a][ID]", "[]", "[", "[ ]", "[\n]"),
    )
    .map((parts) => parts.join("")),
);
const key = fc.oneof(
  fc.constantFrom(
    "CHAT_ID",
    "MESSAGE",
    "fields",
    "a.b",
    "a b",
    "a[b]",
    "0",
    "-1",
    "05",
    "",
    "__proto__",
    "constructor",
  ),
  fc.string({ maxLength: 5 }),
);
const leaf = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 3, arbitrary: fc.integer() },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.double(), fc.boolean(), fc.constantFrom(null, undefined, -0, NaN, 1e21, 2 ** 60)),
  },
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));
const params = fc.dictionary(key, value, { maxKeys: 5 }) as fc.Arbitrary<JsonObject>;

const nested = (depth: number): unknown => (depth === 0 ? "deep" : { a: nested(depth - 1) });

describe("batch command", () => {
  it("is read back by PHP exactly as it was, or the call travels alone", () => {
    let commands = 0;
    fc.assert(
      fc.property(params, (given) => {
        const command = batchCommand(METHOD, given);
        if (command === null) return;
        commands++;
        const read = readCommand(command);
        assert.equal(read.method, METHOD);
        assert.deepEqual(read.params, asPhp(given));
        assert.deepEqual(textsOf(read.params).filter(isRewritten), []);
      }),
      { numRuns: 10_000 },
    );
    assert.ok(commands > 1_000, `only ${commands} of 10000 became commands`);
  });

  it("is never made of a text that the portal would rewrite", () => {
    fc.assert(
      fc.property(text, (words) => {
        if (isRewritten(words)) assert.equal(batchCommand(METHOD, { fields: { list: [words] } }), null);
      }),
      { numRuns: 10_000 },
    );
  });

  const faithful: [what: string, params: JsonObject][] = [
    ["awkward letters", { MESSAGE: "100% + #1 & a=b? \n\t😀 \"quotes\" 'single' \\ / é" }],
    ["20,000 characters", { MESSAGE: "я😀".repeat(10_000) }],
    ["the words alone", { MESSAGE: "$result is a word, [a] too" }],
    ["a reference cut by a space", { MESSAGE: "$result [a]" }],
    ["empty text", { MESSAGE: "" }],
    ["whole numbers", { CHAT_ID: 12, N: -7, ZERO: 0 }],
    ["lists of objects", { ATTACH: [{ MESSAGE: "a" }, { DELIMITER: { SIZE: 200 } }] }],
    ["nothing", {}],
  ];
  for (const [what, given] of faithful)
    it(`carries ${what}`, () => {
      const command = batchCommand(METHOD, given);
      assert.ok(command !== null);
      assert.deepEqual(readCommand(command), { method: METHOD, params: asPhp(given) });
    });

  const alone: [what: string, params: JsonObject][] = [
    ["null", { a: null }],
    ["true", { a: true }],
    ["a fraction", { a: 1.5 }],
    ["an empty list", { a: [] }],
    ["an empty object", { a: {} }],
    ["a list with a hole", { a: [, "x"] }],
    ["a date", { a: new Date(0) }],
    ["a buffer", { a: Buffer.from("x") }],
    ["an object that writes itself", { a: { b: "c", toJSON: () => "d" } }],
    ["a name that PHP changes", { "a.b": "c" }],
    ["more nesting than PHP takes", nested(70) as JsonObject],
    ["more values than PHP takes", { a: Array.from({ length: 1001 }, String) }],
    ["half an emoji", { a: "\ud83d" }],
    ["a reference", { a: "$result[a][ID]" }],
    ["a reference in other letters", { a: "see $Result[x]" }],
    ["a reference behind a non-breaking space", { a: "$result\u00a0[x]" }],
  ];
  for (const [what, given] of alone)
    it(`is not made of ${what}`, () => {
      assert.equal(batchCommand(METHOD, given), null);
    });

  for (const method of [
    "batch",
    "download",
    "upload",
    "disk.folder.uploadfile",
    "im.disk.file.commit",
    "imbot.v2.File.upload",
    "a?b=c",
    "a#b",
    "a:80",
    "../x",
    "",
  ])
    it(`is not made of the method ${JSON.stringify(method)}`, () => {
      assert.equal(batchCommand(method, { a: "b" }), null);
    });

  it("takes objects of another realm as they are", () => {
    const foreign = JSON.parse('{"a":{"b":"c"}}') as JsonObject;
    Object.setPrototypeOf(foreign["a"], Object.create(null) as object);
    assert.equal(batchCommand(METHOD, foreign), `${METHOD}?a%5Bb%5D=c`);
  });
});

describe("batch answer", () => {
  const outer = (result: unknown): Answer => ({ result, next: null, total: null, time: null });
  const codeOf = (answer: Answer | CallError): string => (answer instanceof CallError ? answer.code : "success");
  const outcomeOf = (answer: Answer | CallError): string => (answer instanceof CallError ? answer.outcome : "success");

  it("names commands so that the answer is an object, and goes on after an error", () => {
    assert.deepEqual(batchParams(["a", "b?c=1"]), { halt: 0, cmd: { c0: "a", c1: "b?c=1" } });
  });

  it("gives each command its own result, paging and time", () => {
    const body = outer({
      result: { c0: null, c1: [1], c2: false },
      result_error: [],
      result_next: { c1: 50 },
      result_total: { c1: 99 },
      result_time: { c1: { operating: 3 } },
    });
    assert.deepEqual(batchAnswer(body, 0, METHOD), { result: null, next: null, total: null, time: null });
    assert.deepEqual(batchAnswer(body, 1, METHOD), { result: [1], next: 50, total: 99, time: { operating: 3 } });
    assert.deepEqual(batchAnswer(body, 2, METHOD), { result: false, next: null, total: null, time: null });
  });

  const errors: [error: unknown, code: string][] = [
    [{ error: "CHAT_ID_EMPTY", error_description: "x" }, "CHAT_ID_EMPTY"],
    [{ error: "" }, "UNKNOWN_ERROR"],
    [{ error: "0" }, "0"],
    [{ error: 0 }, "0"],
    [{}, "UNKNOWN_ERROR"],
    ["ERROR_TEXT", "ERROR_TEXT"],
    ["", "UNKNOWN_ERROR"],
  ];
  for (const [error, code] of errors)
    it(`knows the error ${JSON.stringify(error)}`, () => {
      const body = outer({ result: [], result_error: { c0: error } });
      assert.equal(codeOf(batchAnswer(body, 0, METHOD)), code);
      assert.equal(outcomeOf(batchAnswer(body, 0, METHOD)), "refused");
    });

  for (const result of [[], {}, null, "x", { result: [] }, { result: {}, result_error: [] }, { result: { c1: 1 } }])
    it(`leaves a command in doubt that is not mentioned: ${JSON.stringify(result)}`, () => {
      assert.equal(outcomeOf(batchAnswer(outer(result), 0, METHOD)), "unknown");
    });
});
