import assert from "node:assert/strict";
import { codeOf, SEND, setUp } from "./support/door";
import { outcomeOf, type Ending } from "./support/outcomes";

describe("dispatcher: what the portal puts in the way", () => {
  describe("execution time of a method", () => {
    it("is waited for; other methods go on meanwhile", async () => {
      const { clock, script, portal, call } = setUp();
      const free = clock.now() + 30_000;
      script.refusal = ({ method }, { at }) => (method === SEND && at < free ? "OPERATION_TIME_LIMIT" : null);
      const blocked = call();
      await clock.pass(1_000);
      const other = call({}, "imopenlines.bot.session.finish");
      await clock.pass(1_000);
      assert.ok(portal.pausedFor(SEND) > 0);
      assert.equal(portal.pausedFor("imopenlines.bot.session.finish"), 0);
      assert.equal(outcomeOf(other), "success");
      assert.equal(blocked.times, 0);
      await clock.run();
      assert.equal(outcomeOf(blocked), "success");
      assert.equal(portal.pausedFor(SEND), 0);
    });

    it("is waited for until the reset that the portal told, no longer", async () => {
      const { clock, script, call } = setUp();
      const start = clock.now();
      script.time = () => ({ operating: 200, operating_reset_at: start / 1000 + 200, finish: clock.now() / 1000 });
      call();
      await clock.pass(1_000);
      const free = start + 199_000;
      script.refusal = (_call, { at }) => (at < free ? "OPERATION_TIME_LIMIT" : null);
      const blocked = call();
      await clock.run();
      assert.equal(outcomeOf(blocked), "success");
      assert.equal(blocked.success?.attempts, 2);
      const waited = (script.executions.at(-1)?.at ?? 0) - start;
      assert.ok(waited >= 199_000 && waited < 205_000, `${waited} ms`);
    });

    it("spaces out calls of a method that is near its limit", async () => {
      const { clock, script, call } = setUp();
      script.time = () => ({ operating: 419 });
      const endings = [call({ chat: "a" }), call({ chat: "a" }), call({ chat: "a" })];
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      const [first, second] = script.executions.map(({ at }) => at);
      assert.ok((second ?? 0) - (first ?? 0) > 3_000);
    });

    it("refused inside a batch concerns that method alone", async () => {
      const { clock, script, call } = setUp();
      const free = clock.now() + 30_000;
      script.refusal = ({ method }, { at }) => (method === SEND && at < free ? "OPERATION_TIME_LIMIT" : null);
      const blocked = Array.from({ length: 60 }, () => call());
      const others = Array.from({ length: 60 }, () => call({}, "imopenlines.bot.session.finish"));
      await clock.pass(5_000);
      assert.ok(others.every(({ success }) => success !== undefined));
      assert.ok(blocked.every(({ times }) => times === 0));
      await clock.run();
      assert.ok(blocked.every(({ success }) => success !== undefined));
      assert.equal(script.executions.length, 120);
    });

    it("refused for the batch itself turns batches off for a while", async () => {
      const { clock, script, call } = setUp();
      script.trouble = ({ method }) =>
        method === "batch" ? { kind: "error", status: 429, code: "OPERATION_TIME_LIMIT" } : null;
      const endings = Array.from({ length: 60 }, () => call());
      await clock.pass(40_000);
      assert.ok(endings.every(({ success }) => success?.batched === false));
      assert.equal(script.executions.length, 60);
      assert.equal(script.refused, 0);
    });

    it("written in small letters means the same", async () => {
      const { clock, script, call } = setUp();
      let refusals = 1;
      script.trouble = () => (refusals-- > 0 ? { kind: "error", status: 429, code: "operation_time_limit" } : null);
      const ending = call();
      await clock.pass(5_000);
      assert.equal(script.requests.length, 1);
      await clock.run();
      assert.equal(ending.success?.attempts, 2);
    });
  });

  it("waits out a refusal by the counter inside a batch instead of hammering", async () => {
    const { clock, script, call } = setUp();
    const free = clock.now() + 10_000;
    script.refusal = (_call, { at }) => (at < free ? "QUERY_LIMIT_EXCEEDED" : null);
    const endings = Array.from({ length: 100 }, () => call());
    await clock.pass(10_000);
    assert.ok(script.requests.length <= 48 + 2 * 10, `${script.requests.length} requests`);
    await clock.run();
    assert.ok(endings.every(({ success }) => success !== undefined));
  });

  describe("older method names", () => {
    const options = { otherwise: { method: "old.name", params: { OLD: 1 } } };
    const oldPortal = () => {
      const set = setUp();
      set.script.refusal = ({ method }) => (method === "new.name" ? "ERROR_METHOD_NOT_FOUND" : null);
      return set;
    };

    it("are tried where the portal does not know the newer one, and remembered", async () => {
      const { clock, script, call } = oldPortal();
      const first = call(options, "new.name");
      await clock.run();
      const second = call(options, "new.name");
      await clock.run();
      assert.deepEqual([first.success?.method, first.success?.attempts], ["old.name", 2]);
      assert.deepEqual([second.success?.method, second.success?.attempts], ["old.name", 1]);
      assert.equal(script.requests.length, 3);
    });

    it("are forgotten after an hour, also when they are in steady use", async () => {
      const { clock, script, call } = oldPortal();
      for (let minute = 0; minute < 70; minute++) {
        call(options, "new.name");
        await clock.pass(60_000);
      }
      assert.equal(script.requests.filter(({ method }) => method === "new.name").length, 2);
    });

    it("are not remembered where the portal knows neither", async () => {
      const { clock, script, call } = setUp();
      script.refusal = () => "ERROR_METHOD_NOT_FOUND";
      const first = call(options, "new.name");
      await clock.run();
      const second = call(options, "new.name");
      await clock.run();
      assert.deepEqual([codeOf(first), codeOf(second)], ["ERROR_METHOD_NOT_FOUND", "ERROR_METHOD_NOT_FOUND"]);
      assert.equal(script.requests.length, 4);
    });

    it("are not safe to repeat because the newer one was", async () => {
      const { clock, script, call } = oldPortal();
      script.trouble = ({ method }) => (method === "old.name" ? { kind: "lost", ran: true } : null);
      const ending = call({ safe: true, otherwise: { ...options.otherwise, safe: false } }, "new.name");
      await clock.run();
      assert.equal(outcomeOf(ending), "unknown");
      assert.equal(script.executions.length, 1);
    });
  });

  describe("a portal that is away", () => {
    it("is known after a few failures; then calls fail at once, and one at a time looks", async () => {
      const { clock, script, portal, call } = setUp();
      let attempts = 0;
      script.trouble = () => {
        attempts++;
        return { kind: "no-connection" };
      };
      const early = Array.from({ length: 6 }, () => call());
      await clock.pass(900);
      assert.equal(portal.activity().away, true);
      assert.ok(early.every((one) => outcomeOf(one) === "not-sent" && codeOf(one) === "CONNECTION_FAILED"));
      attempts = 0;
      const during: Ending[] = [];
      for (let tick = 0; tick < 300; tick++) {
        during.push(call());
        await clock.pass(100);
      }
      assert.ok(during.every((one) => one.times === 1 && outcomeOf(one) === "not-sent"));
      assert.ok(attempts >= 5 && attempts <= 12, `${attempts} probes in 30 s`);
      script.trouble = () => null;
      const back = [call()];
      for (let tick = 0; tick < 60; tick++) {
        await clock.pass(100);
        back.push(call());
      }
      await clock.run();
      assert.equal(portal.activity().away, false);
      assert.equal(outcomeOf(back.at(-1) ?? { times: 0 }), "success");
    });

    it("gets one probe at a time, also when the probe hangs", async () => {
      const { clock, script, portal, call } = setUp();
      script.trouble = () => ({ kind: "no-connection" });
      for (let one = 0; one < 6; one++) call();
      await clock.pass(900);
      assert.equal(portal.activity().away, true);
      script.trouble = () => null;
      script.latency = () => 30_000;
      let most = 0;
      for (let tick = 0; tick < 200; tick++) {
        call();
        await clock.pass(100);
        most = Math.max(most, script.inFlight);
      }
      assert.equal(most, 1);
      await clock.run();
      assert.equal(portal.activity().away, false);
    });

    it("keeps polls waiting instead of failing them", async () => {
      const { clock, script, call } = setUp();
      script.trouble = () => ({ kind: "no-connection" });
      for (let one = 0; one < 6; one++) call();
      await clock.pass(900);
      const poll = call({ lane: "polling", safe: true });
      await clock.pass(10);
      assert.equal(poll.times, 0);
      script.trouble = () => null;
      await clock.run();
      assert.equal(outcomeOf(poll), "success");
    });
  });
});
