import assert from "node:assert/strict";
import { codeOf, setUp } from "./support/door";
import { outcomeOf, type Ending } from "./support/outcomes";

describe("deadlines of a call", () => {
  const endOf = (clock: { now(): number }, ending: Ending, promise: Promise<unknown>): { at: number } => {
    const end = { at: -1 };
    void promise.finally(() => (end.at = clock.now())).catch(() => undefined);
    assert.equal(ending.times, 0);
    return end;
  };

  it("total is for all attempts together, not for each", async () => {
    const { clock, script, portal } = setUp();
    script.latency = () => 4_000;
    script.trouble = () => ({ kind: "lost", ran: false });
    const begun = clock.now();
    let error: unknown;
    let ended = 0;
    portal.call("imbot.v2.Bot.update", {}, { safe: true, timeout: 15_000, total: 15_000 }).catch((reason: unknown) => {
      error = reason;
      ended = clock.now() - begun;
    });
    await clock.run();
    assert.equal(ended, 15_000);
    assert.deepEqual(
      [(error as { code: string }).code, (error as { outcome: string }).outcome],
      ["TIMEOUT", "unknown"],
    );
  });

  it("breaks the running request off, and the chat goes on", async () => {
    const { clock, script, call } = setUp();
    script.callMs = 60_000;
    const ending = call({ chat: "chat1", deadline: clock.now() + 3_000 });
    const next = call({ chat: "chat1" });
    await clock.pass(3_000);
    assert.deepEqual([codeOf(ending), outcomeOf(ending), script.stopped], ["TIMEOUT", "unknown", 1]);
    script.callMs = 5;
    await clock.run();
    assert.equal(outcomeOf(next), "success");
  });

  it("ends a call that waits exactly then, as never sent", async () => {
    const { clock, call, drain } = setUp();
    drain();
    await clock.pass(100);
    const ending = call({ chat: "chat1", total: 300 });
    await clock.pass(299);
    assert.equal(ending.times, 0);
    await clock.pass(1);
    assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["WAITED_TOO_LONG", "not-sent"]);
    await clock.run();
  });

  it("ends a call in doubt that waits for another attempt as unknown", async () => {
    const { clock, script, call } = setUp({ policy: { attempts: 4, pause: () => 900 } });
    script.trouble = () => ({ kind: "lost", ran: true });
    const ending = call({ safe: true, total: 1_000 });
    await clock.run();
    assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["CONNECTION_LOST", "unknown"]);
    assert.equal(script.executions.length, 2);
  });

  it("does not wait for an attempt that could not start in time", async () => {
    const { clock, script, portal, call } = setUp({ policy: { attempts: 4, pause: () => 5_000 } });
    script.trouble = () => ({ kind: "no-connection" });
    const ending = call({ total: 4_000 });
    const end = endOf(clock, ending, portal.call("profile", {}, { total: 4_000 }));
    const begun = clock.now();
    await clock.run();
    assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["CONNECTION_FAILED", "not-sent"]);
    assert.ok(end.at - begun < 1_000, `${end.at - begun} ms`);
  });

  it("waitUntil shortens the waiting and nothing else", async () => {
    const { clock, script, call, drain } = setUp();
    const running = call({ waitUntil: clock.now() + 1_000 });
    script.callMs = 5_000;
    await clock.pass(10);
    drain();
    await clock.pass(10);
    const waiting = call({ waitUntil: clock.now() + 1_000 });
    await clock.pass(2_100);
    assert.deepEqual([codeOf(waiting), outcomeOf(waiting)], ["WAITED_TOO_LONG", "not-sent"]);
    await clock.run();
    assert.equal(outcomeOf(running), "success");
  });

  it("of one call in a batch concerns that call alone", async () => {
    const { clock, script, call, drain } = setUp();
    drain();
    await clock.pass(500);
    script.callMs = 500;
    const endings = Array.from({ length: 20 }, (_, at) => call(at === 7 ? { total: 3_000 } : {}));
    await clock.run();
    endings.forEach((one, at) => assert.equal(outcomeOf(one), at === 7 ? "unknown" : "success", `call ${at}`));
    assert.equal(script.stopped, 0);
  });

  it("breaks off a cancelled call's request after its grace", async () => {
    const { clock, script, portal, call } = setUp({ grace: 1_000 });
    script.callMs = 60_000;
    const ending = call();
    await clock.pass(100);
    const begun = clock.now();
    let closed = 0;
    void portal.close().then(() => (closed = clock.now() - begun));
    await clock.pass(2_000);
    assert.deepEqual([outcomeOf(ending), closed, script.stopped], ["unknown", 1_000, 1]);
    await clock.run();
  });

  it("does not take requests that were broken off early for a portal that is away", async () => {
    const { clock, script, portal, call } = setUp();
    script.callMs = 60_000;
    for (let one = 0; one < 20; one++) call({ total: 1_000 });
    await clock.pass(2_000);
    assert.equal(portal.activity().away, false);
    for (let one = 0; one < 5; one++) call({ total: 15_000 });
    await clock.pass(16_000);
    assert.equal(portal.activity().away, true, "fifteen seconds of silence are another matter");
  });
});
