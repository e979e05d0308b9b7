import assert from "node:assert/strict";
import fc from "fast-check";
import { holdsReference, type Characters } from "../../rest/reference";

/** What the portal itself looks for, which takes time in proportion to the cube of the text. */
const REFERENCE = /\$(result|next|total|time|error)[^ \t\n\v\f\r]*\[[^\]]+\]/i;

const part = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("$", "[", "]", " ", "x", "[a]", "[]") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("$result", "$Next", "$TOTAL", "$time", "$eRRor", "$resul", "result", "time[", "$time[x"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("\t", "\n", "\v", "\f", "\r", "\b", "\u00a0", "\u3000", "\ufeff", "é", "😀", "\ud83d"),
  },
  // Letters that become one of the words' letters only where more than ASCII is folded.
  {
    weight: 1,
    arbitrary: fc.constantFrom("$re\u017fult[a]", "\u0130", "$TIME\u212a[a]", "$\u0152rror[a]", "$\u0012esult[a]"),
  },
);
const text = fc.oneof(
  fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.string({ unit: fc.constantFrom(..."$timeTIME[] \t\u00a0]"), maxLength: 16 }),
);

/** A text that counts how often one of its characters is looked at. */
class Counted implements Characters {
  looks = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  charCodeAt(at: number): number {
    this.looks++;
    return this.#text.charCodeAt(at);
  }
}

describe("reference to another command's result", () => {
  it("is found exactly where the portal finds one", () => {
    let found = 0;
    fc.assert(
      fc.property(text, (words) => {
        const expected = REFERENCE.test(words);
        if (expected) found++;
        assert.equal(holdsReference(words), expected);
      }),
      { numRuns: 50_000 },
    );
    assert.ok(found > 2_000, `only ${found} texts held one`);
  });

  it("is looked for in steps in proportion to the text", () => {
    const parts = ["$", "[", "]", " ", "$time[", "$time[]", "$$", "$t", "$tim", "$result", "[]", "x", "\ud83d", "\0"];
    const looksAt = (part: string, length: number): number => {
      const counted = new Counted(part.repeat(Math.ceil(length / part.length)));
      holdsReference(counted);
      return counted.looks / counted.length;
    };
    for (const one of parts)
      for (const other of parts) {
        const looks = looksAt(one + other, 100_000);
        assert.ok(looks <= 15, `${looks} looks at each character of ${JSON.stringify(one + other)}`);
      }
  });
});
