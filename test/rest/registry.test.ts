import assert from "node:assert/strict";
import { plans } from "../../rest/budget";
import { BoundedMap } from "../../rest/bounded";
import { Metrics } from "../../rest/metrics";
import { OperatingWatch } from "../../rest/operating";
import { openPortal } from "../../rest/portal";
import { DispatcherRegistry } from "../../rest/registry";
import { outcomeOf, watch } from "./support/outcomes";
import { freshWebhook, openScripted, ScriptedPortal } from "./support/scripted-portal";
import { VirtualClock } from "./support/virtual-clock";

const planOf = (portal: { metrics(): object }): unknown =>
  (portal.metrics() as { budget: { plan: unknown } }).budget.plan;

describe("dispatchers of the addresses", () => {
  const setUp = () => {
    const clock = new VirtualClock();
    const script = new ScriptedPortal(clock);
    const dispatchers = new DispatcherRegistry();
    return { clock, script, dispatchers };
  };

  it("go when nobody uses them, however many addresses are tried", async () => {
    const { clock, script, dispatchers } = setUp();
    let most = 0;
    for (let one = 0; one < 2_000; one++) {
      await openScripted(clock, script, { dispatchers }).close();
      most = Math.max(most, dispatchers.size);
    }
    assert.ok(most <= 3, `${most} at a time`);
    assert.equal(dispatchers.size, 0);
  });

  it("stay until the portal's counter has run empty, so that a deploy cannot exceed it", async () => {
    const { clock, script, dispatchers } = setUp();
    const webhook = freshWebhook();
    for (let deploy = 0; deploy < 5; deploy++) {
      const portal = openScripted(clock, script, { dispatchers, webhook });
      for (let one = 0; one < 30; one++) void portal.call("profile", {}).catch(() => undefined);
      await clock.pass(200);
      void portal.close();
      await clock.pass(100);
      await openScripted(clock, script, { dispatchers }).close();
      assert.equal(dispatchers.size, 1, "that of the address that was used");
    }
    assert.equal(script.refused, 0);
    await clock.pass(60_000);
    await openScripted(clock, script, { dispatchers }).close();
    await openScripted(clock, script, { dispatchers }).close();
    assert.equal(dispatchers.size, 0);
  });

  it("that are still draining do not keep the empty ones", async () => {
    const { clock, script, dispatchers } = setUp();
    for (let one = 0; one < 10; one++) {
      const busy = openScripted(clock, script, { dispatchers });
      const ending = watch(busy.call("profile", {}));
      await clock.pass(50);
      await busy.close();
      assert.equal(outcomeOf(ending), "success");
    }
    const draining = dispatchers.size;
    for (let one = 0; one < 100; one++) await openScripted(clock, script, { dispatchers }).close();
    assert.ok(dispatchers.size <= draining + 4, `${dispatchers.size}, where ${draining} drain`);
  });

  it("belong to one clock: who opens the door with another one gets its own", async () => {
    const { clock, script, dispatchers } = setUp();
    const other = new VirtualClock();
    const webhook = freshWebhook();
    const first = openScripted(clock, script, { dispatchers, webhook });
    const second = openPortal({ webhook, dispatchers, clock: other, transport: new ScriptedPortal(other) });
    const ending = watch(second.call("profile", {}));
    await other.run();
    assert.equal(outcomeOf(ending), "success");
    assert.equal(dispatchers.size, 2);
    assert.equal(first.clock, clock);
    assert.equal(second.clock, other);
  });

  it("use the policy of whose call it is", async () => {
    const { clock, script, dispatchers } = setUp();
    const webhook = freshWebhook();
    script.trouble = () => ({ kind: "lost", ran: false });
    const open = (attempts: number) =>
      openScripted(clock, script, { dispatchers, webhook, policy: { attempts, pause: () => 100 } });
    const attemptsOf = async (attempts: number): Promise<number> => {
      const before = script.requests.length;
      void open(attempts)
        .call("profile", {}, { safe: true })
        .catch(() => undefined);
      await clock.pass(2_000);
      return script.requests.length - before;
    };
    assert.deepEqual([await attemptsOf(1), await attemptsOf(3)], [1, 3]);
  });

  it("take a guest's plan only where nobody else has one", async () => {
    const { clock, script, dispatchers } = setUp();
    const webhook = freshWebhook();
    const guest = openScripted(clock, script, { dispatchers, webhook, guest: true });
    assert.deepEqual(planOf(guest), plans.standard);
    const running = openScripted(clock, script, { dispatchers, webhook, plan: "enterprise" });
    assert.deepEqual(planOf(running), plans.enterprise);
    const smaller = openScripted(clock, script, { dispatchers, webhook, plan: "standard" });
    assert.deepEqual(planOf(running), plans.standard, "of config nodes the smallest counts");
    await smaller.close();
    assert.deepEqual(planOf(running), plans.enterprise);
    await running.close();
    assert.deepEqual(planOf(guest), plans.standard);
    await guest.close();
  });

  it("tell what a queue in front of the door needs", async () => {
    const { clock, script, dispatchers } = setUp();
    const portal = openScripted(clock, script, { dispatchers, maxWaiting: 70, maxWait: 5_000 });
    assert.deepEqual(portal.limits, { maxWaiting: 70, maxWait: 5_000 });
    const endings = Array.from({ length: 60 }, () => watch(portal.call("profile", {})));
    assert.equal(portal.waiting(), 60);
    await clock.run();
    assert.equal(portal.waiting(), 0);
    assert.ok(endings.every((one) => outcomeOf(one) === "success"));
  });
});

describe("what a portal or a flow can name", () => {
  it("is forgotten oldest first", () => {
    const map = new BoundedMap<string, number>(3);
    for (const key of ["a", "b", "c", "a", "d"]) map.set(key, (map.get(key) ?? 0) + 1);
    assert.deepEqual(
      [...map],
      [
        ["c", 1],
        ["a", 2],
        ["d", 1],
      ],
    );
  });

  it("is kept in small numbers by counts and times", () => {
    const [metrics, operating] = [new Metrics(), new OperatingWatch()];
    for (let one = 0; one < 100_000; one++) {
      metrics.failed(`CODE_${one}`);
      operating.record("caller", `method.${one}`, { operating: 1 }, 0);
    }
    operating.block("caller", "method.99999", 0);
    const { failures } = metrics.snapshot() as { failures: object };
    assert.equal(Object.keys(failures).length, 1_000);
    assert.equal(operating.snapshot(0).length, 1_000);
    assert.ok(operating.freeAt("caller", "method.99999") > 0);
  });

  it("and is tried as a newer method does not pile up", async () => {
    const clock = new VirtualClock();
    const script = new ScriptedPortal(clock);
    script.limit = null;
    script.refusal = ({ method }) => (method.startsWith("new.") ? "ERROR_METHOD_NOT_FOUND" : null);
    const portal = openScripted(clock, script);
    const call = async (method: string): Promise<number | undefined> => {
      const ending = watch(portal.call(method, {}, { otherwise: { method: "old", params: {} } }));
      await clock.pass(30_000);
      return ending.success?.attempts;
    };
    assert.deepEqual([await call("new.first"), await call("new.first")], [2, 1]);
    for (let one = 0; one < 1_000; one++) await call(`new.${one}`);
    assert.equal(await call("new.first"), 2);
  });
});
