import assert from "node:assert/strict";
import { codeOf, SEND, setUp } from "./support/door";
import { outcomeOf } from "./support/outcomes";

describe("dispatcher: calls that are not wanted any more", () => {
  describe("cancelling", () => {
    it("takes back a call that waits", async () => {
      const { clock, script, call, drain } = setUp();
      drain();
      const stop = new AbortController();
      await clock.pass(300);
      const ending = call({ signal: stop.signal });
      await clock.pass(10);
      stop.abort();
      await clock.run();
      assert.equal(codeOf(ending), "CANCELLED");
      assert.equal(outcomeOf(ending), "not-sent");
      assert.equal(script.executions.length, 48);
    });

    it("lets a running call end within its grace", async () => {
      const { clock, script, call } = setUp({ grace: 1_000 });
      const stop = new AbortController();
      script.callMs = 800;
      const ending = call({ signal: stop.signal });
      await clock.pass(50);
      stop.abort();
      await clock.run();
      assert.equal(outcomeOf(ending), "success");
      assert.equal(ending.times, 1);
      assert.equal(clock.pending, 0);
    });

    it("calls a running call unknown after its grace, once", async () => {
      const { clock, script, call } = setUp({ grace: 1_000 });
      const stop = new AbortController();
      script.callMs = 5_000;
      const ending = call({ signal: stop.signal });
      await clock.pass(50);
      stop.abort();
      await clock.pass(1_010);
      assert.equal(outcomeOf(ending), "unknown");
      await clock.run();
      assert.equal(ending.times, 1);
    });

    it("takes back a call that pauses before another attempt", async () => {
      const { clock, script, call } = setUp();
      script.trouble = () => ({ kind: "no-connection" });
      const stop = new AbortController();
      const ending = call({ signal: stop.signal });
      await clock.pass(100);
      stop.abort();
      await clock.run();
      assert.equal(codeOf(ending), "CANCELLED");
      assert.equal(outcomeOf(ending), "not-sent");
    });

    it("does not claim that a call never ran once an attempt of it was lost", async () => {
      const { clock, script, call } = setUp();
      script.trouble = () => ({ kind: "lost", ran: true });
      const stop = new AbortController();
      const ending = call({ signal: stop.signal, safe: true });
      await clock.pass(100);
      stop.abort();
      await clock.run();
      assert.equal(codeOf(ending), "CONNECTION_LOST");
      assert.equal(outcomeOf(ending), "unknown");
    });

    it("at once refuses what is cancelled before it is made", async () => {
      const { clock, script, call } = setUp();
      const ending = call({ signal: AbortSignal.abort() });
      await clock.run();
      assert.equal(codeOf(ending), "CANCELLED");
      assert.equal(script.requests.length, 0);
    });

    it("ends everything when the portal is closed, also when that is asked for twice", async () => {
      const { clock, script, portal, call, drain } = setUp({ grace: 1_000 });
      script.callMs = 3_000;
      const running = drain();
      await clock.pass(100);
      const waiting = Array.from({ length: 20 }, () => call({ chat: "chat1" }));
      let closed = 0;
      void portal.close().then(() => closed++);
      void portal.close().then(() => closed++);
      await clock.run();
      assert.equal(closed, 2);
      assert.deepEqual([...new Set(waiting.map(outcomeOf))], ["not-sent"]);
      assert.deepEqual([...new Set(running.map(outcomeOf))], ["unknown"]);
      assert.equal(codeOf(call()), "none");
      await clock.run();
      assert.equal(script.executions.length, 48);
    });
  });

  describe("bounds", () => {
    it("refuses at once what is beyond maxWaiting", async () => {
      const { clock, call, drain } = setUp({ maxWaiting: 50 });
      drain();
      await clock.pass(300);
      const endings = Array.from({ length: 60 }, () => call());
      await clock.run();
      assert.equal(endings.filter((one) => codeOf(one) === "QUEUE_FULL" && outcomeOf(one) === "not-sent").length, 10);
      assert.equal(endings.filter(({ success }) => success !== undefined).length, 50);
    });

    it("lets no call wait longer than maxWait", async () => {
      const { clock, script, portal, call, drain } = setUp({ maxWait: 5_000 });
      script.refusal = ({ method }) => (method === SEND ? null : "OPERATION_TIME_LIMIT");
      drain();
      const before = clock.now();
      const ending = call({}, "im.message.update");
      await clock.run();
      assert.equal(codeOf(ending), "WAITED_TOO_LONG");
      assert.equal(outcomeOf(ending), "not-sent");
      assert.ok(clock.now() - before <= 7_000, `${clock.now() - before} ms`);
      assert.ok(Number(ending.error?.details["seconds"]) >= 5);
      assert.equal(portal.activity().waiting, 0);
    });
  });
});
