import assert from "node:assert/strict";
import { after, isOpen, type Happening, type HandoverState } from "../../../open-channels/engine/transitions";

const STATES: readonly HandoverState[] = ["offered", "held", "done", "adrift", "replaced"];
const HAPPENINGS: readonly Happening[] = [
  ...(["begin", "end", "quiet", "timeout", "received"] as const),
  ...(["lost", "restart", "again", "gone"] as const),
];

/** Each row as engine.ts relies on it, in the order of HAPPENINGS; null is a fault. */
const EXPECTED: Readonly<Record<HandoverState, readonly (HandoverState | null)[]>> = {
  offered: ["held", null, null, "done", "done", "adrift", "adrift", null, "done"],
  held: ["held", "held", "done", null, null, "adrift", "adrift", null, "done"],
  done: ["held", null, null, null, null, null, null, null, null],
  adrift: ["adrift", "adrift", null, null, null, "adrift", "adrift", "replaced", "done"],
  replaced: ["replaced", "replaced", null, null, null, null, null, null, null],
};

/** All states that `from` can come to in any way. */
function reachable(from: HandoverState, without: readonly Happening[] = []): Set<HandoverState> {
  const found = new Set<HandoverState>();
  const open: HandoverState[] = [from];
  for (let state = open.pop(); state; state = open.pop())
    for (const happening of HAPPENINGS.filter((one) => !without.includes(one))) {
      const next = after(state, happening);
      if (next === null || found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  return found;
}

describe("the states of a hand-over", () => {
  for (const state of STATES)
    it(`has a row for ${state} that says where each happening leads, or that it is a fault`, () => {
      assert.deepEqual(
        HAPPENINGS.map((happening) => after(state, happening)),
        EXPECTED[state],
      );
    });

  it("leads back to the flow as a new message from nowhere", () => {
    for (const state of STATES) assert.equal(reachable(state).has("offered"), false, state);
  });

  it("ends for good with what went out again, and with what is done unless an action comes", () => {
    assert.deepEqual([...reachable("replaced")], ["replaced"]);
    assert.deepEqual([...reachable("done", ["begin"])], []);
  });

  it("is in doubt only after a loss or a restart", () => {
    for (const state of STATES)
      if (state !== "adrift") assert.equal(reachable(state, ["lost", "restart"]).has("adrift"), false, state);
  });

  it("comes to an end from everywhere where it is open, and only there", () => {
    for (const state of STATES) {
      const ends = reachable(state, ["begin"]);
      assert.equal(ends.has("done") || ends.has("replaced"), isOpen(state) || state === "replaced", state);
    }
    assert.deepEqual(STATES.filter(isOpen), ["offered", "held", "adrift"]);
  });
});
