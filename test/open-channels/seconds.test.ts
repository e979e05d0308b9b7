import assert from "node:assert/strict";
import fc from "fast-check";
import { isCapped, LONGEST_SECONDS, seconds } from "../../open-channels/seconds";

describe("seconds", () => {
  const known: [value: unknown, milliseconds: number][] = [
    [2, 2_000],
    ["2", 2_000],
    [" 90 ", 90_000],
    ["0.05", 50],
    [LONGEST_SECONDS, 2_147_483_000],
    [LONGEST_SECONDS + 1, 2_147_483_000],
    [2_592_000, 2_147_483_000],
    ["2592000", 2_147_483_000],
    ["1e400", 2_147_483_000],
    [Infinity, 2_147_483_000],
    ...["", " ", "soon", "5 s", 0, "0", -1, "-1", NaN, null, undefined, true, {}, [5]].map(
      (value): [unknown, number] => [value, 60_000],
    ),
  ];
  for (const [value, milliseconds] of known)
    it(`of ${typeof value} ${JSON.stringify(value) ?? "undefined"} are ${milliseconds} ms`, () => {
      assert.equal(seconds(value, 60), milliseconds);
    });

  it("say when they are fewer than was asked for", () => {
    assert.deepEqual([LONGEST_SECONDS, "60", "soon", null, -1e9].map(isCapped), [false, false, false, false, false]);
    assert.deepEqual([LONGEST_SECONDS + 0.5, "2592000", Infinity].map(isCapped), [true, true, true]);
  });

  it("always fit a timer, whatever was saved", () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.anything(), fc.string(), fc.maxSafeInteger().map(String)), (value) => {
        const found = seconds(value, 60);
        assert.ok(found > 0 && found <= 2 ** 31 - 1, String(found));
      }),
      { numRuns: 2_000 },
    );
  });
});
