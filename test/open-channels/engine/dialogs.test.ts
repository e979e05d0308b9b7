import assert from "node:assert/strict";
import { Dialogs, newDialog } from "../../../open-channels/engine/dialogs";
import type { Owner } from "../../../open-channels/engine/meaning";

const owned = (owner: Owner): ReturnType<typeof newDialog> => ({ ...newDialog(0), owner });

/** Dialogs of these owners, `count` of each, with ids that go on. */
function filled(...kinds: [owner: Owner, count: number][]): Dialogs {
  const dialogs = new Dialogs();
  let chatId = 0;
  for (const [owner, count] of kinds) for (let nth = 0; nth < count; nth++) dialogs.set(++chatId, owned(owner));
  return dialogs;
}

const count = (dialogs: Dialogs, owner: Owner): number =>
  [...dialogs.entries()].filter(([, one]) => one.owner === owner).length;

describe("the dialogs that are remembered", () => {
  it("are those of people, whatever comes after them", () => {
    const dialogs = filled(["human", 25_000], ["waiting", 25_000], ["bot", 30_000], ["closed", 30_000]);
    assert.equal(count(dialogs, "human") + count(dialogs, "waiting"), 50_000);
    assert.equal(count(dialogs, "bot") + count(dialogs, "closed"), 10_000);
    assert.equal(dialogs.get(1)?.owner, "human");
  });

  it("are bounded with people too, the longest unchanged first", () => {
    const dialogs = filled(["human", 50_000]);
    dialogs.set(1, owned("waiting"));
    dialogs.set(99_999, owned("human"));
    assert.deepEqual(
      [1, 2, 3, 99_999].map((chatId) => dialogs.get(chatId)?.owner),
      ["waiting", undefined, "human", "human"],
    );
  });

  it("forget closed ones before the bot's", () => {
    const dialogs = filled(["bot", 6_000], ["closed", 4_000], ["bot", 3_000]);
    assert.deepEqual([count(dialogs, "bot"), count(dialogs, "closed")], [9_000, 1_000]);
    assert.equal(dialogs.get(6_001), undefined, "the longest closed one");
    assert.equal(dialogs.get(10_000)?.owner, "closed");
    for (let chatId = 20_001; chatId <= 22_000; chatId++) dialogs.set(chatId, owned("bot"));
    assert.deepEqual([count(dialogs, "bot"), count(dialogs, "closed")], [10_000, 0]);
  });

  it("know each dialog once, whoever has it", () => {
    const dialogs = new Dialogs();
    for (const owner of ["bot", "waiting", "human", "closed", "bot"] as const) {
      dialogs.set(5, owned(owner));
      assert.deepEqual([...dialogs.entries()], [[5, owned(owner)]]);
    }
    dialogs.delete(5);
    assert.equal(dialogs.get(5), undefined);
  });
});
