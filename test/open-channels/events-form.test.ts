import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeForm, MOST_FIELDS } from "../../open-channels/events/form";
import { phpForm } from "./support/php-form";

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

  it("refuses broken encodings and takes escaped odd characters", () => {
    for (const broken of [
      "a=%",
      "a=%zz",
      "a=%E4",
      "a=%ED%A0%80",
      "a=%C0%AF",
      "%FF=1",
      Buffer.from([97, 61, 0xe4]).toString(),
    ])
      assert.equal(decodeForm(broken), null, broken);
    assert.deepEqual(plain(decodeForm("a=%EF%BF%BD&b=%00&c=%F0%9F%99%82")), { a: "\u{FFFD}", b: "\0", c: "🙂" });
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
