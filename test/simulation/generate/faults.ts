import type { NetworkFault, Step } from "../script";
import type { Random } from "../world/random";

const MINUTE = 60_000;

const METHODS = {
  all: undefined,
  calls: "^(?!.*Event\\.get)",
  handovers: "session\\.(operator|transfer|finish)",
  messages: "message",
};

/** Something goes wrong between Node-RED and the portal from `at` (ms) on. */
export function someFault(random: Random, at: number): Step {
  const what = random.weighted<NetworkFault["what"]>({
    down: 2,
    "lose-request": 2,
    "lose-answer": 6,
    "swallow-request": 1,
    "swallow-answer": 2,
    slow: 3,
    busy: 3,
    page: 1,
    "page-after": 1,
    "post-lost": 0.5,
    "post-twice": 2,
    "post-late": 2,
  });
  const pattern = METHODS[random.weighted({ all: 1, calls: 3, handovers: 3, messages: 3 })];
  const isLong = random.chance(0.3);
  return {
    at: Math.max(0, at),
    do: "fault",
    fault: {
      what,
      for: isLong ? random.spread(5_000, 10 * MINUTE) : random.spread(2_000, 60_000),
      ...(!isLong && { count: random.int(1, 5) }),
      ...(isLong && { chance: random.pick([0.2, 0.5, 1]) }),
      ...(pattern !== undefined && { method: pattern }),
    },
  };
}

/** Calls wait for a while, so that what a deploy stops has something inside. */
export function busyPortal(random: Random, at: number): Step {
  const fault = { what: "busy", for: 40_000, count: random.int(2, 12), method: "message|session|sim" } as const;
  return { at: Math.max(0, at), do: "fault", fault };
}
