import assert from "node:assert/strict";
import type { Clock } from "../../../rest/clock";
import { FAULT_KINDS, type FaultKind } from "../../../sandbox/index";
import { outcomeOf, settledAll, watch, type Ending } from "../support/outcomes";
import { startPractice, UNSAFE, type Practice } from "../support/practice";

const IN_DOUBT = new Set(["CONNECTION_LOST", "TIMEOUT", "BAD_RESPONSE", "INTERNAL_SERVER_ERROR"]);
const LOSES_THE_ANSWER = new Set<FaultKind>(["drop-after", "drop-middle", "html-after", "truncated", "hang", "slow"]);

/** A clock that goes faster, so that the portal's seconds need not be waited for. */
function fastClock(speed: number): Clock {
  const start = Date.now();
  const origin = performance.now();
  return {
    now: () => start + (performance.now() - origin) * speed,
    soon: (task) => {
      setImmediate(task);
    },
    after: (delay, task) => {
      const timer = setTimeout(task, delay / speed);
      return () => clearTimeout(timer);
    },
  };
}

describe("portal in chaos", function () {
  this.timeout(240_000);
  let practice: Practice;
  const begin = async (...args: Parameters<typeof startPractice>): Promise<Practice> => {
    practice = await startPractice(...args);
    return practice;
  };
  afterEach(() => practice.close());

  it("outlives chaos: 2,000 sends under every fault run at most once each, and end once each", async () => {
    const speed = 20;
    const clock = fastClock(speed);
    const { sandbox, addChats, sendUnsafe } = await begin(
      { clock, timing: { connect: 1_000, answer: 4_000, idle: 200 }, maxWait: 86_400_000 },
      { requestLimit: "standard", now: () => clock.now(), seed: 7 },
    );
    const chats = addChats(100);
    for (const kind of FAULT_KINDS) {
      sandbox.control.addFault({ kind, probability: 0.02, count: Infinity, ms: 50 });
      if (kind !== "redirect")
        sandbox.control.addFault({
          kind,
          method: UNSAFE,
          probability: 0.004,
          count: Infinity,
          ms: 50,
          insideBatch: true,
        });
    }
    sandbox.control.addFault({ kind: "hang", probability: 0.01, count: Infinity, executed: true });
    const endings: Ending[] = [];
    for (let wave = 0; wave < 10; wave++) {
      for (let one = 0; one < 200; one++) {
        const at = endings.length;
        endings.push(watch(sendUnsafe(`m${at}`, chats[at % 100])));
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000 / speed));
    }
    await settledAll(endings);
    const runs = new Map<string, number>();
    const requestOf = new Map<string, number>();
    for (const { params, requestId } of sandbox.control.log()) {
      const text = String(params["MESSAGE"]);
      runs.set(text, (runs.get(text) ?? 0) + 1);
      requestOf.set(text, requestId);
    }
    const faultOf = new Map(sandbox.control.requests().map(({ id, fault }) => [id, fault]));
    const outcomes = new Map<string, number>();
    endings.forEach((ending, at) => {
      const text = `m${at}`;
      const outcome = outcomeOf(ending);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const ran = runs.get(text) ?? 0;
      assert.equal(ending.times, 1, `${text} ended ${ending.times} times`);
      assert.ok(ran <= 1, `${text} ran ${ran} times`);
      if (outcome === "success") assert.equal(ran, 1, `${text} succeeded without running`);
      if (outcome === "not-sent" || outcome === "refused") assert.equal(ran, 0, `${text} ran, but is ${outcome}`);
      if (outcome !== "unknown") return;
      assert.ok(IN_DOUBT.has(ending.error?.code ?? ""), `${text}: ${ending.error?.code}`);
      const fault = faultOf.get(requestOf.get(text) ?? -1);
      if (ran === 1) assert.ok(fault && LOSES_THE_ANSWER.has(fault), `${text} is unknown, but was answered (${fault})`);
    });
    assert.ok(
      (outcomes.get("success") ?? 0) > 1_000 && (outcomes.get("unknown") ?? 0) > 0,
      JSON.stringify([...outcomes]),
    );
  });
});
