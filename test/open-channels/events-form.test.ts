import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "qs";
import { decodeForm, MOST_FIELDS } from "../../open-channels/events/form";
import { repairForm } from "../../open-channels/events/form-repair";
import type { JsonObject } from "../../rest/envelope";
import { brokenForm, phpForm } from "./support/php-form";

type Nested = string | { [name: string]: Nested };

/** Names without brackets and without what every object has by nature; digits are ids or positions. */
const name = fc.oneof(
  fc.constantFrom(
    "PARAMS",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "0",
    "1",
    "12",
    "4294967296",
    "ключ",
    "a b",
    "a.b",
    "a+b",
    "a=b&c",
  ),
  fc.stringMatching(/^[A-Za-z_][\w -]{0,8}$/).filter((word) => word !== "__proto__"),
);

const value = fc.string({ unit: "binary", maxLength: 20 }).filter((words) => words.isWellFormed());

const list = (item: fc.Arbitrary<Nested>, maxLength: number): fc.Arbitrary<Nested> =>
  fc.array(item, { minLength: 1, maxLength }).map((items) => ({ ...items }) as unknown as Nested);

const nested = fc.letrec<{ body: Nested; node: Nested }>((tie) => ({
  body: fc.dictionary(name, tie("node"), { maxKeys: 6, noNullPrototype: true }),
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    value,
    fc.dictionary(name, tie("node"), { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
    list(tie("node"), 4),
    list(value, 60),
  ),
}));

/** Plain objects: what a body says must not depend on the decoder's kind of object. */
const plain = (decoded: unknown): unknown => JSON.parse(JSON.stringify(decoded)) as unknown;

describe("decoding forms", () => {
  it("gives back every nested body as it was, with ids as names and lists of any length", () => {
    fc.assert(
      fc.property(nested.body, (body) => {
        assert.deepEqual(plain(decodeForm(phpForm(body as Record<string, Nested>))), body);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps bots with small and large ids under their ids", () => {
    for (const id of [1, 2, 20, 21, 567, 100_000])
      assert.deepEqual(plain(decodeForm(`data[BOT][${id}][BOT_ID]=${id}`)), {
        data: { BOT: { [id]: { BOT_ID: String(id) } } },
      });
  });

  it("takes the last of several values, as PHP does", () => {
    assert.deepEqual(plain(decodeForm("a[b]=1&a[b]=2&c=3&c=4")), { a: { b: "2" }, c: "4" });
  });

  it("does not honour names that would reach behind an object", () => {
    const decoded = decodeForm(
      "__proto__[polluted]=1&data[__proto__][polluted]=1&data[constructor][prototype][polluted]=1",
    );
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.equal((decoded as Record<string, Record<string, unknown>>)["data"]?.["polluted"], undefined);
  });

  it("refuses half escapes only, and takes escaped odd characters", () => {
    for (const broken of ["a=%", "a=%zz", "a=%4", "%=1", "a=1&b=%G0"]) assert.equal(decodeForm(broken), null, broken);
    assert.deepEqual(plain(decodeForm("a=%EF%BF%BD&b=%00&c=%F0%9F%99%82&d=%25D0+%2B")), {
      a: "\u{FFFD}",
      b: "\0",
      c: "🙂",
      d: "%D0 +",
    });
  });

  it("puts U+FFFD in the place of what is no UTF-8 and leaves everything else as written", () => {
    const read = (body: string | Buffer): unknown => plain(decodeForm(Buffer.from(body as string).toString("utf8")));
    assert.deepEqual(read("a=%D0%9F%D1%80+%F0%9F!&b=%D0%9F"), { a: "Пр \u{FFFD}!", b: "П" });
    assert.deepEqual(read("data[message][text]=x%E4y&data[chat][name]=%FF"), {
      data: { message: { text: "x\u{FFFD}y" }, chat: { name: "\u{FFFD}" } },
    });
    assert.deepEqual(read("a[%FF%C3%BC]=1"), { a: { "\u{FFFD}ü": "1" } });
    assert.deepEqual(read(Buffer.from([0x61, 0x3d, 0xe4, 0x62])), { a: "\u{FFFD}b" });
  });

  it("takes ten thousand fields and not one more, in any form", () => {
    const fields = (count: number, field: (at: number) => string): string =>
      Array.from({ length: count }, (_, at) => field(at)).join("&");
    for (const field of [(at: number) => `data[${at}]=x`, (at: number) => `a${at}=x`, () => "a=x"]) {
      assert.notEqual(decodeForm(fields(MOST_FIELDS, field)), null);
      assert.equal(decodeForm(fields(MOST_FIELDS + 1, field)), null);
    }
  });

  it("refuses depths that nobody needs", () => {
    const deep = (levels: number): string => `a${"[b]".repeat(levels)}=1`;
    assert.notEqual(decodeForm(deep(20)), null);
    assert.equal(decodeForm(deep(2_000)), null);
  });

  it("never fails on any text", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."a[]=&%+0.1_", "%5B", "%5D", "__proto__"), maxLength: 40 });
    fc.assert(
      fc.property(noise, (body) => {
        const decoded = decodeForm(body);
        assert.ok(decoded === null || typeof decoded === "object");
      }),
      { numRuns: 500 },
    );
  });
});

/** As the parser in front of Node-RED's default admin root reads a body. [express, body-parser] */
const readInFront = (body: string): JsonObject =>
  parse(body, { allowPrototypes: true, arrayLimit: 1_000, depth: 32, strictDepth: true });

describe("mending forms that another parser has read", () => {
  it("gives what our own parser gives, broken bytes or not", () => {
    const piece = fc.oneof(
      value,
      fc.constantFrom("a b", "~._-", "+", "🙂").map((words) => words),
    );
    const broken = fc.uint8Array({ min: 0x80, max: 0xff, minLength: 1, maxLength: 4 });
    const texts = fc.array(fc.oneof(piece, broken), { maxLength: 6 });
    const word = fc.stringMatching(/^[a-z]{1,6}$/).filter((name) => !(name in {}));
    fc.assert(
      fc.property(
        fc.dictionary(word, fc.dictionary(word, texts, { minKeys: 1, maxKeys: 4 }), { maxKeys: 4 }),
        (form) => {
          const body = brokenForm(form);
          assert.deepEqual(plain(repairForm(readInFront(body))), plain(decodeForm(body)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("mends values, lists and names", () => {
    const mended = (body: string): unknown => plain(repairForm(readInFront(body)));
    assert.deepEqual(mended("text=%D0%9F%D1%80+%F0%9F%21"), { text: "Пр \u{FFFD}!" });
    assert.deepEqual(mended("list%5B0%5D=%FF&list%5B1%5D=ok"), { list: ["\u{FFFD}", "ok"] });
    assert.deepEqual(mended("a%5B%FFx%5D=1"), { a: { "\u{FFFD}x": "1" } });
  });

  it("leaves a client's own words as they are, also where they look escaped", () => {
    for (const words of ["%D0%9F", "100%", "100%25", "%41 %42", "%zz", "50% off", "ä%FF", "a/%FF", "%ff", "%", "%F"]) {
      assert.deepEqual(plain(repairForm(readInFront(phpForm({ text: words })))), { text: words });
    }
  });
});
