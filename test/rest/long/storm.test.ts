import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { notSent } from "../../../rest/errors";
import type { Admit, CallOptions, Portal } from "../../../rest/portal";
import type { Lane } from "../../../rest/pending";
import { outcomeOf, watch, type Ending } from "../support/outcomes";
import { Random } from "../support/random";
import { openScripted, ScriptedPortal, type Trouble } from "../support/scripted-portal";
import { VirtualClock } from "../support/virtual-clock";

interface Made {
  readonly id: number;
  readonly chat: string | null;
  readonly safe: boolean;
  readonly ending: Ending;
  /** How often it was let go by its last look; null when it has none. */
  admitted: { times: number } | null;
  readonly endBy: number;
  endedAt: number;
}

interface Weather {
  readonly calls: number;
  readonly chats: number;
  /** Chance of trouble for each request. */
  readonly faults: number;
  /** Requests of another program a second. */
  readonly foreign: number;
  readonly cancelled: number;
  /** Chance that a call is looked at before it goes, and that it has a time of its own. */
  readonly careful: number;
}

const LANES: readonly [Lane, Lane, Lane] = ["conversation", "polling", "bulk"];
const METHODS = ["im.message.add", "imopenlines.bot.session.finish", "im.message.get"] as const;
const TROUBLES: readonly [Trouble, ...Trouble[]] = [
  { kind: "no-connection" },
  { kind: "lost", ran: true },
  { kind: "lost", ran: false },
  { kind: "page", ran: true, status: 500 },
  { kind: "page", ran: false, status: 503 },
  { kind: "page", ran: false, status: 200 },
  { kind: "error", status: 503, code: "QUERY_LIMIT_EXCEEDED" },
  { kind: "error", status: 429, code: "OPERATION_TIME_LIMIT" },
  { kind: "error", status: 401, code: "CONNECTION_ERROR" },
  { kind: "error", status: 500, code: "INTERNAL_SERVER_ERROR" },
  { kind: "error", status: 400, code: "" },
];

interface Storm {
  readonly made: readonly Made[];
  readonly script: ScriptedPortal;
  readonly portal: Portal;
  readonly clock: VirtualClock;
}

async function storm(seed: number, weather: Weather): Promise<Storm> {
  const random = new Random(seed);
  const clock = new VirtualClock();
  const script = new ScriptedPortal(clock, seed);
  const slowest = random.pick([1, 80, 1_500, 12_000]);
  script.latency = () => random.next() * slowest;
  script.callMs = random.pick([0, 3, 40]);
  script.trouble = () => (random.chance(weather.faults) ? random.pick(TROUBLES) : null);
  const spent = random.pick(METHODS);
  script.refusal = ({ method }, { at }) =>
    weather.faults > 0 && at % 7_000 < 300 && method === spent ? "OPERATION_TIME_LIMIT" : null;
  const portal = openScripted(clock, script, { maxWait: 86_400_000 });
  const made: Made[] = [];

  const makeCall = (): void => {
    const id = made.length;
    const chat = random.chance(0.7) ? `chat${random.below(weather.chats)}` : null;
    const safe = random.chance(0.3);
    const stop = new AbortController();
    const options: CallOptions = {
      safe,
      lane: random.pick(LANES),
      signal: stop.signal,
      ...(chat !== null && { chat }),
    };
    const total = random.chance(weather.careful) ? random.below(60_000) : Infinity;
    const admitted = random.chance(weather.careful) ? { times: 0 } : null;
    const admit = admitted && lastLook(random, clock, admitted);
    const promise = portal.call(
      random.pick(METHODS),
      { ID: id },
      { ...options, ...(total < Infinity && { total }), ...(admit && { admit }) },
    );
    const call: Made = { id, chat, safe, ending: watch(promise), admitted, endBy: clock.now() + total, endedAt: -1 };
    promise.finally(() => (call.endedAt = clock.now())).catch(() => undefined);
    made.push(call);
    if (random.chance(weather.cancelled)) clock.after(random.next() * 20_000, () => stop.abort());
  };
  let at = 0;
  for (let left = weather.calls; left > 0;) {
    const group = Math.min(left, 1 + random.below(random.pick([2, 60, 200])));
    clock.after((at += random.next() * 4_000), () => {
      for (let one = 0; one < group; one++) makeCall();
    });
    left -= group;
  }
  for (let one = 0; one < (weather.foreign * at) / 1000; one++) clock.after(random.next() * at, () => script.foreign());
  await clock.run();
  return { made, script, portal, clock };
}

/** A last look that lets most calls go, in every way in which one can be answered. */
function lastLook(random: Random, clock: VirtualClock, admitted: { times: number }): Admit {
  return () => {
    const error = random.chance(0.1) ? notSent("PEOPLE_HAVE_THE_DIALOG") : null;
    if (random.chance(0.03)) throw new Error("no look");
    if (error === null) admitted.times++;
    if (random.chance(0.5)) return error;
    const delay = random.pick([0, 50, 3_000, 40_000]);
    return new Promise((resolve) => clock.after(delay, () => resolve(error)));
  };
}

function checkCare({ made, script }: Storm): void {
  const executed = executionsOf(script);
  for (const { id, admitted, endBy, endedAt } of made) {
    if (admitted) assert.ok((executed.get(id) ?? 0) <= admitted.times, `call ${id} went without a look`);
    // Timers count whole milliseconds.
    assert.ok(endedAt <= endBy + 1, `call ${id} ended ${endedAt - endBy} ms too late`);
  }
}

/** How often each call was executed, and the order of first executions. */
function executionsOf(script: ScriptedPortal): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { params } of script.executions) {
    const id = Number(params["ID"]);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function checkEndings({ made, script }: Storm): void {
  const executed = executionsOf(script);
  for (const { id, safe, ending } of made) {
    const times = executed.get(id) ?? 0;
    const outcome = outcomeOf(ending);
    assert.equal(ending.times, 1, `call ${id} ended ${ending.times} times`);
    if (!safe) assert.ok(times <= 1, `call ${id} ran ${times} times`);
    if (outcome === "success") assert.ok(times >= 1, `call ${id} never ran, but succeeded`);
    if (outcome === "not-sent" || outcome === "refused") assert.equal(times, 0, `call ${id} ran, but is ${outcome}`);
    assert.notEqual(outcome, "nothing");
  }
}

function checkOrder({ made, script }: Storm): void {
  const seen = new Set<number>();
  const lastOf = new Map<string, number>();
  for (const { params } of script.executions) {
    const id = Number(params["ID"]);
    const chat = made[id]?.chat ?? null;
    // A request that was broken off from here has been sent in its turn; when the portal gets to it is its own affair.
    if (seen.has(id) || chat === null || made[id]?.ending.error?.code === "TIMEOUT") continue;
    seen.add(id);
    assert.ok((lastOf.get(chat) ?? -1) < id, `in ${chat} call ${id} ran after call ${lastOf.get(chat)}`);
    lastOf.set(chat, id);
  }
}

function checkQuiet({ clock, script, portal }: Storm): void {
  assert.equal(portal.activity().waiting, 0);
  assert.equal(script.inFlight, 0);
  assert.equal(clock.pending, 0, "a timer was left behind");
}

const weather = (fields: Partial<Record<keyof Weather, fc.Arbitrary<number>>>): fc.Arbitrary<Weather> =>
  fc.record({
    calls: fc.integer({ min: 1, max: 500 }),
    chats: fc.integer({ min: 1, max: 30 }),
    faults: fc.constant(0),
    foreign: fc.constant(0),
    cancelled: fc.constant(0),
    careful: fc.constant(0),
    ...fields,
  });

describe("storm", function () {
  this.timeout(120_000);

  it("in calm weather: every call succeeds once, in order, and the portal refuses nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), weather({}), async (seed, calm) => {
        const seen = await storm(seed, calm);
        checkEndings(seen);
        checkOrder(seen);
        checkQuiet(seen);
        assert.ok(seen.made.every(({ ending }) => outcomeOf(ending) === "success"));
        assert.equal(seen.script.refused, 0);
        assert.ok(seen.script.highest <= 50, `the counter reached ${seen.script.highest}`);
        assert.equal(seen.script.executions.length, seen.made.length);
      }),
      { numRuns: 60 },
    );
  });

  it("with faults and cancellations: every call ends once, nothing unsafe runs twice, order holds", async () => {
    let unknown = 0;
    const chaos = weather({
      faults: fc.constantFrom(0.02, 0.1, 0.4),
      cancelled: fc.constantFrom(0, 0.1),
      foreign: fc.constantFrom(0, 2),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), chaos, async (seed, bad) => {
        const seen = await storm(seed, bad);
        checkEndings(seen);
        checkOrder(seen);
        checkQuiet(seen);
        unknown += seen.made.filter(({ ending }) => outcomeOf(ending) === "unknown").length;
      }),
      { numRuns: 120 },
    );
    assert.ok(unknown > 0, "no answer was ever lost: the test proves nothing");
  });

  it("with last looks and deadlines: nothing goes without a look, nothing ends late, order holds", async () => {
    const codes = new Map<string, number>();
    const careful = weather({
      careful: fc.constantFrom(0.2, 0.7),
      faults: fc.constantFrom(0, 0.1),
      cancelled: fc.constantFrom(0, 0.1),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), careful, async (seed, sky) => {
        const seen = await storm(seed, sky);
        checkEndings(seen);
        checkOrder(seen);
        checkCare(seen);
        checkQuiet(seen);
        for (const { ending } of seen.made)
          codes.set(ending.error?.code ?? "success", (codes.get(ending.error?.code ?? "success") ?? 0) + 1);
      }),
      { numRuns: 120 },
    );
    for (const code of ["PEOPLE_HAVE_THE_DIALOG", "UNKNOWN_ERROR", "WAITED_TOO_LONG", "TIMEOUT", "success"])
      assert.ok((codes.get(code) ?? 0) > 0, `no call ended as ${code}`);
  });

  it("with another program on the same address: everything arrives once", async () => {
    let refused = 0;
    const shared = weather({ foreign: fc.integer({ min: 1, max: 20 }), calls: fc.integer({ min: 100, max: 500 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer(), shared, async (seed, crowded) => {
        const seen = await storm(seed, crowded);
        checkEndings(seen);
        checkOrder(seen);
        checkQuiet(seen);
        const ended = seen.made.map(({ ending }) => outcomeOf(ending));
        assert.ok(ended.every((outcome) => outcome === "success"));
        refused += seen.script.refused;
      }),
      { numRuns: 40 },
    );
    assert.ok(refused > 0, "the other program never took anything away: the test proves nothing");
  });

  it("starves no lane: a call is passed over for no longer than its lane allows", async () => {
    const clock = new VirtualClock();
    const script = new ScriptedPortal(clock);
    const portal = openScripted(clock, script, { maxWait: 3_600_000, maxWaiting: 1_000_000 });
    const made: { lane: Lane; at: number }[] = [];
    const endings: Ending[] = [];
    const makeCall = (lane: Lane): void => {
      endings.push(watch(portal.call("im.message.add", { ID: made.length }, { lane })));
      made.push({ lane, at: clock.now() });
    };
    // More conversation than the portal can take, for a minute, and now and then something else.
    for (let second = 0; second < 60; second++)
      clock.after(second * 1000, () => {
        for (let one = 0; one < 150; one++) makeCall("conversation");
        makeCall("bulk");
        makeCall("polling");
      });
    await clock.run();
    const sentAt = new Map(
      script.executions.map(({ params, request }) => [Number(params["ID"]), script.requests[request]?.at ?? Infinity]),
    );
    const handicap = { conversation: 0, polling: 1_000, bulk: 3_000 };
    made.forEach((call, id) => {
      made.forEach((other, otherId) => {
        if (call.lane === "conversation" || other.at <= call.at + handicap[call.lane]) return;
        const [own, others] = [sentAt.get(id) ?? Infinity, sentAt.get(otherId) ?? Infinity];
        assert.ok(own <= others, `${call.lane} call ${id} went after ${other.lane} call ${otherId}`);
      });
    });
    assert.ok(endings.every(({ times, success }) => times === 1 && success !== undefined));
  });

  it("leaves no memory behind", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const used = async (seed: number): Promise<number> => {
      await storm(seed, { calls: 3_000, chats: 50, faults: 0.02, foreign: 0, cancelled: 0.05, careful: 0.2 });
      collect();
      return process.memoryUsage().heapUsed;
    };
    const first = [await used(1), await used(2)];
    const last = [await used(3), await used(4), await used(5)];
    const grown = Math.min(...last) - Math.max(...first);
    // 9,000 calls more: a single pointer kept for each would be more than this.
    assert.ok(grown < 9_000 * 100, `${grown} bytes were kept`);
  });
});
