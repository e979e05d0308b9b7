import type { Script } from "../script";
import type { Transcript } from "../world/transcript";
import { noNeedlessRepeat, noneWaits, nothingLost } from "./deliveries";
import { Facts, type Violation } from "./facts";
import { inOrder, nothingSwallowed, onceOnly } from "./intents";
import { neverOverPeople, ownerIsRight } from "./people";
import { noCrash, oneWayOut } from "./ways";

const RULES = [
  noCrash,
  nothingLost,
  noneWaits,
  noNeedlessRepeat,
  onceOnly,
  nothingSwallowed,
  inOrder,
  neverOverPeople,
  ownerIsRight,
  oneWayOut,
];

/** Reads the invariants off a transcript. @returns those that did not hold, in the order of time */
export function check(script: Script, transcript: Transcript): Violation[] {
  const facts = new Facts(script, transcript);
  return RULES.flatMap((rule) => [...rule(facts)]).sort((one, other) => one.at - other.at);
}

export type { Violation };
