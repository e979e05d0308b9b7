import assert from "node:assert/strict";
import fc from "fast-check";
import { plans, RequestBudget, type Plan } from "../../rest/budget";
import { Random } from "./support/random";

/** The portal's counter as it is documented: one up a request, some down each second, at a phase that nobody knows. */
class StrictCounter {
  level = 0;
  highest = 0;
  readonly #plan: Plan;
  #steps: number;
  readonly #phase: number;

  constructor(plan: Plan, phase: number) {
    this.#plan = plan;
    this.#phase = phase;
    this.#steps = this.#stepsUntil(0);
  }

  count(now: number): void {
    const steps = this.#stepsUntil(now);
    this.level = Math.max(0, this.level - (steps - this.#steps) * this.#plan.perSecond) + 1;
    this.#steps = steps;
    this.highest = Math.max(this.highest, this.level);
  }

  #stepsUntil(now: number): number {
    return Math.floor((now + this.#phase) / 1000);
  }
}

interface Event {
  at: number;
  kind: "wake" | "count" | "end";
}

/** Starts whatever the budget allows, with any latency, and counts anywhere between start and answer. */
function overrun(plan: Plan, seed: number, demand: number, duration: number): { highest: number; started: number } {
  const random = new Random(seed);
  const counter = new StrictCounter(plan, random.next() * 1000);
  const budget = new RequestBudget(plan);
  const longest = random.pick([1, 30, 400, 3_000, 20_000]);
  const events: Event[] = [{ at: random.next() * 1000, kind: "wake" }];
  let waiting = 0;
  let started = 0;
  while (events.length > 0) {
    events.sort((one, other) => one.at - other.at);
    const { at: now, kind } = events.shift() ?? { at: 0, kind: "wake" };
    if (kind === "count") counter.count(now);
    if (kind === "end") budget.end(now);
    if (kind === "wake" && now < duration) {
      if (random.chance(0.5)) waiting += random.below(demand);
      events.push({ at: now + random.next() * random.pick([5, 100, 1_500, 9_000]), kind: "wake" });
    }
    const start = Math.min(waiting, budget.available(now));
    waiting -= start;
    for (let one = 0; one < start; one++) {
      started++;
      budget.start(now);
      const end = now + random.next() * longest;
      events.push({ at: now + random.next() * (end - now), kind: "count" }, { at: end, kind: "end" });
    }
  }
  return { highest: counter.highest, started };
}

describe("request budget", function () {
  this.timeout(60_000);

  for (const [name, plan] of Object.entries(plans))
    it(`never overruns the portal's counter by our own traffic (${name})`, () => {
      let total = 0;
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 2, max: 400 }), (seed, demand) => {
          const { highest, started } = overrun(plan, seed, demand, 40_000);
          total += started;
          assert.ok(highest <= plan.burst, `the counter reached ${highest}`);
        }),
        { numRuns: 400 },
      );
      assert.ok(total > 10_000, `only ${total} requests were tried`);
    });

  it("would be caught if it were more generous than the portal", () => {
    const generous = { burst: plans.standard.burst + 4, perSecond: 2 };
    const strict = plans.standard.burst;
    const highest = Math.max(...Array.from({ length: 30 }, (_, seed) => overrun(generous, seed, 400, 20_000).highest));
    assert.ok(highest > strict, `the model saw no overrun (${highest})`);
  });

  it("uses the burst at once, less one step, and afterwards all that drains", () => {
    const budget = new RequestBudget(plans.standard);
    let started = 0;
    for (let now = 0; now <= 60_000; now += 50)
      while (budget.available(now) > 0) {
        budget.start(now);
        budget.end(now);
        started++;
        if (now === 0) assert.ok(started <= 48);
      }
    assert.ok(started >= 48 + 2 * 59 && started <= 48 + 2 * 60, String(started));
  });

  it("stands still for a second after a refusal, and becomes more careful for a while", () => {
    const budget = new RequestBudget(plans.standard);
    budget.start(0);
    budget.end(100);
    budget.refuse(100);
    assert.equal(budget.available(1_099), 0);
    assert.equal(budget.refusals, 1);
    const careful = budget.available(30_000 - 10_000);
    const calm = budget.available(200_000);
    assert.ok(careful < calm, `${careful} and ${calm}`);
    assert.equal(calm, 48);
  });

  it("takes many refusals of one moment as one reason for care", () => {
    const one = new RequestBudget(plans.standard);
    const many = new RequestBudget(plans.standard);
    one.refuse(0);
    for (let refusal = 0; refusal < 30; refusal++) many.refuse(refusal);
    const difference = one.available(15_000) - many.available(15_000);
    assert.ok(difference <= plans.standard.perSecond, `${difference} requests fewer`);
  });

  it("never stops altogether, however often it is refused", () => {
    const budget = new RequestBudget(plans.standard);
    let now = 0;
    for (let refusal = 0; refusal < 200; refusal++) budget.refuse((now += 1_000));
    assert.ok(budget.available(now + 40_000) >= 20);
  });

  it("says when it is worth asking again, always in the future", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("start", "refuse"), fc.nat(5_000)), { maxLength: 80 }), (steps) => {
        const budget = new RequestBudget(plans.standard);
        let now = 1_000_000;
        for (const [kind, pause] of steps) {
          now += pause;
          if (kind === "refuse") budget.refuse(now);
          else {
            budget.start(now);
            budget.end(now);
          }
          const next = budget.nextChange(now);
          assert.ok(next > now && next <= now + 1_000 + 1, `${next - now}`);
        }
      }),
    );
  });
});
