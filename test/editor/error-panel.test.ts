import assert from "node:assert/strict";
import fc from "fast-check";
import { boxOf, freeHeight, overlap } from "../../editor/errors/place";
import { inOrder, unlisted } from "../../editor/errors/search";
import { describe as describeCode } from "../../editor/errors/words";
import { hasAllWords } from "../../editor/shared/search";
import { useEditor } from "./editor-double";

const LISTED = ["CHAT_ID_EMPTY", "TIMEOUT", "insufficient_scope"];
const codes = (query: string, ticked: string[] = []): string[] =>
  unlisted(query, ticked, LISTED).map(({ code }) => code);

describe("the search in the panel of errors", () => {
  it("offers what looks like a code and is listed nowhere", () => {
    assert.deepEqual(codes("MY_CODE"), ["MY_CODE"]);
    assert.deepEqual(codes("my_code"), ["my_code"]);
    for (const query of ["", "AB", "timeout", "TIMEOUT", "chat_id", "not a code", "word"])
      assert.deepEqual(codes(query), [], query);
  });

  it("keeps a ticked code in sight that is listed nowhere", () => {
    assert.deepEqual(codes("", ["MY_CODE", "TIMEOUT"]), ["MY_CODE"]);
    assert.deepEqual(codes("MY_CODE", ["MY_CODE"]), ["MY_CODE"]);
  });

  it("finds a code by all of its words", () => {
    assert.ok(hasAllWords("TIMEOUT the portal did not answer", "PORTAL time"));
    assert.ok(!hasAllWords("timeout", "portal"));
  });

  it("gives ticked codes in the order of the list, then the others", () => {
    assert.deepEqual(inOrder(["X", "TIMEOUT", "CHAT_ID_EMPTY"], LISTED), ["CHAT_ID_EMPTY", "TIMEOUT", "X"]);
  });

  it("knows the portal's names for what leaves under another code", () => {
    const putBack = useEditor();
    try {
      const about = { variant: "send", values: { method: "user.get", seconds: 600 } } as const;
      const entry = describeCode({ code: "WAITED_TOO_LONG", outcomes: ["not-sent"] }, about);
      assert.match(entry.words, /QUERY_LIMIT_EXCEEDED/);
      assert.match(entry.title, /600/);
      assert.equal(describeCode({ code: "MY_CODE", outcomes: [] }, about).hint, "");
    } finally {
      putBack();
    }
  });
});

describe("the place of a new switch", () => {
  const size = { w: 100, h: 30 };

  it("is at the height of its source when there is room", () => {
    assert.equal(freeHeight({ x: 300, y: 100, ...size }, []), 100);
  });

  it("is the nearest one that covers nothing, and never above the canvas", () => {
    const other = boxOf({ x: 300, y: 100, ...size }, 10);
    assert.equal(freeHeight({ x: 300, y: 100, ...size }, [other]), 140);
    const below = boxOf({ x: 300, y: 140, ...size }, 10);
    assert.equal(freeHeight({ x: 300, y: 100, ...size }, [other, below]), 60);
    assert.equal(freeHeight({ x: 300, y: 20, ...size }, [boxOf({ x: 300, y: 20, ...size }, 0)]), 60);
  });

  it("covers nothing wherever the others are", () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 600 }), y: fc.integer({ min: 0, max: 600 }) });
    fc.assert(
      fc.property(place, fc.array(place, { maxLength: 30 }), (wish, others) => {
        const taken = others.map((other) => boxOf({ ...other, ...size }, 10));
        const y = freeHeight({ ...wish, ...size }, taken);
        const box = boxOf({ ...wish, y, ...size }, 0);
        assert.ok(box.top >= 0 && !taken.some((other) => overlap(box, other)));
      }),
    );
  });
});
