import assert from "node:assert/strict";
import type { CallOptions } from "../../rest/portal";
import { outcomeOf, watch, type Ending } from "./support/outcomes";
import { openScripted, ScriptedPortal } from "./support/scripted-portal";
import { VirtualClock } from "./support/virtual-clock";

const SEND = "im.message.add";

function setUp(settings: Parameters<typeof openScripted>[2] = {}) {
  const clock = new VirtualClock();
  const script = new ScriptedPortal(clock);
  const portal = openScripted(clock, script, settings);
  let made = 0;
  const call = (options: CallOptions = {}, method = SEND): Ending =>
    watch(portal.call(method, { ID: ++made }, options));
  /** Uses up what may go at once, so that further calls have to wait. */
  const drain = (): Ending[] => Array.from({ length: 48 }, () => call());
  return { clock, script, portal, call, drain };
}

const codeOf = ({ error }: Ending): string => error?.code ?? "none";

describe("dispatcher", () => {
  describe("single calls and batches", () => {
    it("sends a call that need not wait alone and at once", async () => {
      const { clock, script, call } = setUp();
      const before = clock.now();
      const ending = call();
      await clock.run();
      assert.equal(ending.success?.batched, false);
      assert.equal(ending.success?.attempts, 1);
      assert.deepEqual(
        script.requests.map(({ method, at }) => [method, at - before]),
        [[SEND, 20]],
      );
    });

    it("spreads what is more than the budget evenly over batches", async () => {
      const { clock, script, call } = setUp();
      const endings = Array.from({ length: 480 }, () => call());
      await clock.run();
      assert.ok(endings.every(({ success }) => success?.batched === true));
      assert.equal(script.requests.length, 48);
      assert.ok(script.requests.every(({ calls }) => calls === 10));
    });

    it("never mixes callers in one batch", async () => {
      const clock = new VirtualClock();
      const script = new ScriptedPortal(clock);
      const send = script.send.bind(script);
      const seen = new Map<string, number>();
      script.send = (request) => {
        const user = /\/rest\/(\d+)\//.exec(request.url)?.[1] ?? "";
        for (const id of request.body.matchAll(/USER%3D(\d)|USER=(\d)|"USER":(\d)/g)) {
          assert.equal(id[1] ?? id[2] ?? id[3], user);
          seen.set(user, (seen.get(user) ?? 0) + 1);
        }
        return send(request);
      };
      const open = (userId: string) =>
        openScripted(clock, script, {
          webhook: { base: "https://mixed.example/rest/", userId, code: `secret-${userId}` },
        });
      const [one, two] = [open("1"), open("2")];
      const endings = Array.from({ length: 200 }, (_, at) =>
        watch((at % 2 === 0 ? one : two).call(SEND, { USER: at % 2 === 0 ? 1 : 2 })),
      );
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      assert.deepEqual(
        [...seen],
        [
          ["1", 100],
          ["2", 100],
        ],
      );
      assert.equal(script.refused, 0, "both share the address's budget");
    });

    it("makes smaller batches where calls take long", async () => {
      const { clock, script, call } = setUp({ maxWait: 7_200_000 });
      script.callMs = 1_500;
      const endings = Array.from({ length: 4_000 }, () => call());
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      const sizes = script.requests.slice(48).map(({ calls }) => calls);
      assert.ok(sizes.length > 0 && Math.max(...sizes) <= 14, `up to ${Math.max(...sizes)}`);
    });
  });

  describe("order", () => {
    it("holds in a chat whatever lanes its calls were made in", async () => {
      const { clock, script, call, drain } = setUp();
      drain();
      await clock.pass(500);
      call({ chat: "chat1", lane: "bulk" });
      call({ chat: "chat1", lane: "polling" });
      call({ chat: "chat1", lane: "conversation" });
      await clock.run();
      const ids = script.executions.slice(48).map(({ params }) => Number(params["ID"]));
      assert.deepEqual(ids, [49, 50, 51]);
    });

    it("holds where an older method name has to be used in the middle of a rush", async () => {
      const { clock, script, portal, drain } = setUp();
      script.refusal = ({ method }) => (method === "imbot.v2.Chat.Message.send" ? "ERROR_METHOD_NOT_FOUND" : null);
      drain();
      await clock.pass(500);
      const endings = [1, 2, 3, 4, 5, 6].flatMap((chat) => {
        const options = { chat: `chat${chat}`, otherwise: { method: "imbot.message.add", params: { CHAT: chat } } };
        return [
          watch(portal.call("imbot.v2.Chat.Message.send", { CHAT: chat }, options)),
          watch(portal.call("imopenlines.bot.session.finish", { CHAT: chat }, { chat: `chat${chat}` })),
        ];
      });
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      for (const chat of [1, 2, 3, 4, 5, 6]) {
        const methods = script.executions
          .filter(({ params }) => Number(params["CHAT"]) === chat)
          .map(({ method }) => method);
        assert.deepEqual(methods, ["imbot.message.add", "imopenlines.bot.session.finish"]);
      }
    });

    it("holds when a call has to pause: those behind it wait", async () => {
      const { clock, script, call } = setUp();
      let failures = 2;
      script.trouble = () => (failures-- > 0 ? { kind: "no-connection" } : null);
      const first = call({ chat: "chat1" });
      await clock.pass(100);
      const second = call({ chat: "chat1" });
      await clock.run();
      assert.deepEqual([first.success?.attempts, second.success?.attempts], [3, 1]);
      assert.deepEqual(
        script.executions.map(({ params }) => params["ID"]),
        [1, 2],
      );
    });
  });

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
      assert.equal(codeOf(ending), "CANCELLED");
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

  it("shows its state without a secret", async () => {
    const { clock, portal, call } = setUp({ secrets: ["the-bots-token"] });
    call();
    await clock.run();
    const shown = JSON.stringify(portal.metrics());
    assert.ok(!shown.includes("secret-of-the-webhook") && !shown.includes("the-bots-token"));
    assert.ok(shown.includes('"calls":1'));
  });
});
