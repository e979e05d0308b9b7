import assert from "node:assert/strict";
import { notSent, outcomeUnknown, type CallError } from "../../rest/errors";
import type { Admit, AttemptAhead, CallOptions } from "../../rest/portal";
import { codeOf, SEND, setUp } from "./support/door";
import { outcomeOf, type Ending } from "./support/outcomes";

const PEOPLE = notSent<string>("PEOPLE_HAVE_THE_DIALOG");

/** A hook whose answers a test gives by hand. */
function byHand() {
  const answers: ((error: CallError | null) => void)[] = [];
  const admit: Admit = () => new Promise((resolve) => answers.push(resolve));
  return { answers, admit };
}

const idsOf = (executions: readonly { params: Record<string, unknown> }[]): number[] =>
  executions.map(({ params }) => Number(params["ID"]));

describe("admission: a last look before a call goes out", () => {
  it("is asked before each attempt, with what is known of it", async () => {
    const { clock, script, call } = setUp();
    const asked: AttemptAhead[] = [];
    const sentBefore: number[] = [];
    let losses = 1;
    script.trouble = () => (losses-- > 0 ? { kind: "lost", ran: true } : null);
    const admit: Admit = (attempt) => {
      asked.push(attempt);
      sentBefore.push(script.inFlight + script.requests.length);
      return null;
    };
    const ending = call({ safe: true, admit });
    await clock.run();
    assert.equal(outcomeOf(ending), "success");
    const params = { ID: 1 };
    assert.deepEqual(asked, [
      { method: SEND, params, attempt: 1, inDoubt: false },
      { method: SEND, params, attempt: 2, inDoubt: true },
    ]);
    assert.deepEqual(sentBefore, [0, 1]);
  });

  it("makes nothing asynchronous that was not", async () => {
    const { clock, script, call } = setUp();
    const seen: number[] = [];
    call({ admit: () => null });
    clock.soon(() => seen.push(script.inFlight));
    await clock.pass(0);
    assert.deepEqual(seen, [1], "the request went out in the turn in which it was due");
    await clock.run();
  });

  for (const [how, admit] of [
    ["at once", () => PEOPLE],
    ["later", () => Promise.resolve(PEOPLE)],
  ] as [string, Admit][])
    it(`ends a call with exactly its error, ${how}; nothing counts and the chat goes on`, async () => {
      const { clock, script, portal, call } = setUp();
      const refused = call({ chat: "chat1", admit });
      const next = call({ chat: "chat1" });
      await clock.pass(1_000);
      const { budget } = portal.metrics() as { budget: { level: number; running: number } };
      assert.deepEqual([codeOf(refused), outcomeOf(refused)], ["PEOPLE_HAVE_THE_DIALOG", "not-sent"]);
      assert.equal(outcomeOf(next), "success");
      assert.deepEqual(idsOf(script.executions), [2]);
      assert.equal(budget.running, 0);
      await clock.run();
    });

  it("gives the place in the budget back without counting", async () => {
    const { clock, portal, call } = setUp();
    const endings = Array.from({ length: 200 }, () => call({ admit: () => PEOPLE }));
    await clock.run();
    const { budget } = portal.metrics() as { budget: { level: number; running: number; available: number } };
    assert.ok(endings.every((one) => codeOf(one) === "PEOPLE_HAVE_THE_DIALOG"));
    assert.deepEqual([budget.level, budget.running, budget.available], [0, 0, 48]);
  });

  for (const [how, admit] of [
    [
      "throws",
      () => {
        throw new Error("the disk is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the disk is full"))],
  ] as [string, Admit][])
    it(`that ${how} ends its call as never sent`, async () => {
      const { clock, script, call } = setUp();
      const ending = call({ chat: "chat1", admit });
      const next = call({ chat: "chat1" });
      await clock.run();
      assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["UNKNOWN_ERROR", "not-sent"]);
      assert.equal(outcomeOf(next), "success");
      assert.deepEqual(idsOf(script.executions), [2]);
    });

  it("takes single calls out of a batch; the others go", async () => {
    const { clock, script, call, drain } = setUp();
    drain();
    await clock.pass(500);
    const endings = Array.from({ length: 60 }, (_, at) =>
      call({ admit: at % 3 === 0 ? () => PEOPLE : at % 3 === 1 ? () => Promise.resolve(null) : () => null }),
    );
    await clock.run();
    endings.forEach((one, at) => assert.equal(outcomeOf(one), at % 3 === 0 ? "not-sent" : "success", `call ${at}`));
    assert.equal(script.executions.length, 48 + 40);
    assert.ok(script.requests.some(({ calls }) => calls > 1));
  });

  it("in doubt ends a call as the lost attempt did", async () => {
    const { clock, script, call } = setUp();
    script.trouble = () => ({ kind: "page", ran: true, status: 502 });
    const ending = call({ safe: true, admit: ({ inDoubt }) => (inDoubt ? PEOPLE : null) });
    await clock.run();
    assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["BAD_RESPONSE", "unknown"]);
    assert.equal(ending.error?.status, 502);
  });

  it("may itself say that nothing is known", async () => {
    const { clock, call } = setUp();
    const ending = call({ admit: () => outcomeUnknown("INTERRUPTED") });
    await clock.run();
    assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["INTERRUPTED", "unknown"]);
  });

  describe("that takes its time", () => {
    const started = (options: CallOptions = {}) => {
      const set = setUp({ maxWait: 30_000, grace: 1_000 });
      const hand = byHand();
      const ending = set.call({ chat: "chat1", admit: hand.admit, ...options });
      return { ...set, ...hand, ending };
    };

    it("keeps the order of the chat", async () => {
      const { clock, script, answers, call, ending } = started();
      const next = call({ chat: "chat1" });
      const other = call({ chat: "chat2" });
      await clock.pass(5_000);
      assert.equal(outcomeOf(other), "success");
      assert.equal(next.times, 0);
      answers[0]?.(null);
      await clock.run();
      assert.deepEqual([outcomeOf(ending), outcomeOf(next)], ["success", "success"]);
      assert.deepEqual(idsOf(script.executions), [3, 1, 2]);
    });

    it("ends with the call's waiting, also when it never answers", async () => {
      const { clock, script, call, ending } = started();
      const next = call({ chat: "chat1" });
      await clock.pass(29_999);
      assert.equal(ending.times, 0);
      await clock.pass(500);
      assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["WAITED_TOO_LONG", "not-sent"]);
      await clock.run();
      assert.equal(next.times, 1);
      assert.ok(!idsOf(script.executions).includes(1));
      assert.equal(clock.pending, 0);
    });

    it("is not waited for when the call is taken back; a late answer sends nothing", async () => {
      const stop = new AbortController();
      const { clock, script, answers, ending } = started({ signal: stop.signal });
      await clock.pass(100);
      stop.abort();
      await clock.pass(10);
      assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["CANCELLED", "not-sent"]);
      answers[0]?.(null);
      await clock.run();
      assert.equal(script.requests.length, 0);
      assert.equal(ending.times, 1);
    });

    it("does not keep the portal from closing", async () => {
      const { clock, portal, ending } = started();
      await clock.pass(100);
      let closed = false;
      void portal.close().then(() => (closed = true));
      await clock.run();
      assert.equal(closed, true);
      assert.equal(codeOf(ending), "CANCELLED");
    });

    it("holds up the others of its batch for two seconds at most, and goes by itself then", async () => {
      const { clock, script, call, drain } = setUp();
      drain();
      await clock.pass(500);
      const { answers, admit } = byHand();
      const slow = call({ chat: "slow", admit });
      const behind = call({ chat: "slow" });
      const others: Ending[] = Array.from({ length: 40 }, () => call());
      await clock.pass(5_000);
      assert.ok(others.every((one) => outcomeOf(one) === "success"));
      assert.deepEqual([slow.times, behind.times], [0, 0]);
      answers[0]?.(null);
      await clock.pass(1_000);
      answers[1]?.(null);
      await clock.run();
      assert.deepEqual([slow.success?.batched, outcomeOf(behind)], [false, "success"]);
      assert.deepEqual(idsOf(script.executions).slice(-2), [49, 50]);
    });
  });
});
