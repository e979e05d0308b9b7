import assert from "node:assert/strict";
import fc from "fast-check";
import { gone, placements, redrawn, type Drawn, type Key } from "../../../sandbox/page/script/dom/changes";

interface Item {
  id: number;
  text: string;
}

let made = 0;
const drawing = {
  key: ({ id }: Item) => id,
  sign: ({ text }: Item) => text,
  make: ({ id, text }: Item) => `${id} ${text} ${++made}`,
};

describe("the practice page's lists", () => {
  it("keep the node of an item whose key and sign stay", () => {
    const before = redrawn(
      new Map<Key, Drawn<string>>(),
      [
        { id: 1, text: "a" },
        { id: 2, text: "b" },
      ],
      drawing,
    );
    const items = [
      { id: 2, text: "b" },
      { id: 1, text: "changed" },
      { id: 3, text: "c" },
    ];
    const after = redrawn(before, items, drawing);
    assert.deepEqual([...after.keys()], [2, 1, 3]);
    assert.equal(after.get(2)?.node, before.get(2)?.node);
    assert.notEqual(after.get(1)?.node, before.get(1)?.node);
    assert.deepEqual(gone(before, after), [before.get(1)?.node]);
    assert.deepEqual(
      gone(after, new Map()),
      [...after.values()].map(({ node }) => node),
    );
  });

  it("do not touch nodes that are in order already", () => {
    assert.deepEqual(placements(["a", "b", "c"], ["a", "b", "c"]), []);
    assert.deepEqual(placements(["a", "b"], ["a", "b", "c"]), [{ node: "c", before: null }]);
    assert.deepEqual(placements(["a", "b", "c"], ["c", "a", "b"]), [{ node: "c", before: "a" }]);
    assert.deepEqual(placements([], ["a"]), [{ node: "a", before: null }]);
  });

  it("come into the wanted order, whatever it was before", () => {
    const lists = fc.uniqueArray(fc.integer({ min: 0, max: 12 }));
    fc.assert(
      fc.property(lists, lists, (before, wanted) => {
        const list = before.filter((node) => wanted.includes(node));
        for (const { node, before: next } of placements(list, wanted)) {
          if (list.includes(node)) list.splice(list.indexOf(node), 1);
          list.splice(next === null ? list.length : list.indexOf(next), 0, node);
        }
        assert.deepEqual(list, wanted);
      }),
    );
  });
});
