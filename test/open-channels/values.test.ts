import assert from "node:assert/strict";
import fc from "fast-check";
import { parseId } from "../../open-channels/ids";
import { requireChannelCode, requireFlag, requireText } from "../../open-channels/actions/values";
import { CallError } from "../../rest/errors";
import { parsing, typed } from "./support/running";

const codeFrom = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof CallError) return error.code;
    throw error;
  }
  return "none";
};

describe("values", () => {
  it("take whole positive numbers and their plain spelling as ids", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.constantFrom("", " ", "\t"), (id, space) => {
        assert.equal(parseId(id), id);
        assert.equal(parseId(`${space}${id}${space}`), id);
        assert.equal(parseId(BigInt(id)), id);
      }),
      { numRuns: 2_000 },
    );
  });

  it("take nothing else as an id, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
        const id = parseId(value);
        const plain = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
        if (id === null) return;
        assert.ok(plain && /^\s*\d+\s*$/.test(String(value)), String(value));
        assert.ok(Number.isSafeInteger(id) && id > 0);
      }),
      { numRuns: 10_000 },
    );
  });

  const noIds = ["12abc", "chat12", "1e3", "12.5", "-1", "0", "", " ", "+5", "0x10", "1 2", "９", "9007199254740993"];
  for (const value of [...noIds, 0, -1, 12.5, NaN, Infinity, 2 ** 53, true, null, undefined, {}, [5], new Date(5), 0n])
    it(`do not bend ${typeof value} ${JSON.stringify(typeof value === "bigint" ? "0n" : value)} into an id`, () => {
      assert.equal(parseId(value), null);
    });

  it("write numbers and truth values as JavaScript does, and leave texts as they are", () => {
    for (const [value, text] of [
      [5, "5"],
      [1e21, "1e+21"],
      [0, "0"],
      [true, "true"],
      [false, "false"],
      [" a ", " a "],
    ] as const)
      assert.equal(requireText(typed(value), parsing()), text);
  });

  it("refuse what is no text, or blank", () => {
    for (const value of ["", " ", "\n\t", null, undefined, {}, [], ["a"], Symbol("s"), () => "f"])
      assert.equal(
        codeFrom(() => requireText(typed(value), parsing())),
        "MESSAGE_EMPTY",
      );
    assert.equal(
      codeFrom(() => requireText([], parsing())),
      "MESSAGE_EMPTY",
    );
  });

  it("know a switch in every spelling of flows, and refuse the rest", () => {
    for (const value of [true, 1, "Y", "y", "yes", " TRUE ", "1"])
      assert.equal(requireFlag(value, "N", parsing()), "Y");
    for (const value of [false, 0, "N", "no", "False", "0"]) assert.equal(requireFlag(value, "N", parsing()), "N");
    for (const value of ["", "maybe", 2, null, undefined, {}, []])
      assert.equal(
        codeFrom(() => requireFlag(value, "N", parsing())),
        "ERROR_ARGUMENT",
      );
  });

  const code = "0123456789abcdef0123456789abcdef";

  it("take a channel code as it was pasted: with spaces and line breaks around it", () => {
    for (const pasted of [code, ` ${code}`, `${code}\r\n`, `\t${code}\u00a0`])
      assert.equal(requireChannelCode(typed(pasted), parsing()), code);
    assert.equal(requireChannelCode(typed("🙂".repeat(32)), parsing()), "🙂".repeat(32));
  });

  it("refuse a channel code of another length, or with something within", () => {
    const wrong = ["", " ", code.slice(1), `${code}0`, `${code.slice(0, 16)} ${code.slice(16)}`, 5, null, [code], {}];
    for (const value of [...wrong, "🙂".repeat(16), "x".repeat(1_000_000)])
      assert.equal(
        codeFrom(() => requireChannelCode(typed(value), parsing())),
        "CODE",
      );
  });
});
