import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { RequestCounter, RATES } from "../../sandbox/rest/limits";
import { call, Clock, refusal } from "./support";

describe("sandbox: limits", () => {
  const clock = new Clock();
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ now: clock.now, requestLimit: "standard" });
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const passing = async (count: number): Promise<number> => {
    let passed = 0;
    for (let index = 0; index < count; index++) if ((await call(sandbox, "profile")).status === 200) passed++;
    return passed;
  };

  it("lets fifty through, then two a second", async () => {
    assert.equal(await passing(50), 50);
    assert.equal(await refusal(sandbox, "profile"), "503 QUERY_LIMIT_EXCEEDED");
    clock.forward(2);
    assert.equal(await passing(5), 3);
    assert.equal(sandbox.control.state().counters.refused, 3);
    assert.deepEqual(sandbox.control.requests().at(-1)?.refused, true);
  });

  it("counts refused requests too", async () => {
    await passing(70);
    clock.forward(5);
    assert.equal(await passing(1), 0);
    clock.forward(6);
    assert.equal(await passing(1), 1);
  });

  it("steps down at full seconds, not in between", () => {
    const counter = new RequestCounter();
    counter.hit("a", 10_900, RATES.standard);
    counter.hit("a", 10_900, RATES.standard);
    assert.equal(counter.level("a", 10_999, RATES.standard), 2);
    assert.equal(counter.level("a", 11_000, RATES.standard), 0);
    assert.equal(counter.level("b", 11_000, RATES.standard), 0);
  });

  it("keeps a step that came between two requests of one second apart", () => {
    const counter = new RequestCounter();
    for (let index = 0; index < 10; index++) counter.hit("a", 500, RATES.standard);
    counter.hit("a", 1100, RATES.standard);
    assert.equal(counter.level("a", 1900, RATES.standard), 9);
    assert.equal(counter.level("a", 2000, RATES.standard), 7);
  });

  it("counts a batch and an unknown method as one request each", async () => {
    await call(sandbox, "batch", { cmd: { a: "scope", b: "scope" } });
    await call(sandbox, "no.such");
    assert.equal(sandbox.control.requests().at(-1)?.level, 2);
  });

  it("allows an enterprise portal more, and can be switched off and reset", async () => {
    await passing(50);
    sandbox.control.configure({ requestLimit: "enterprise" });
    assert.equal(await passing(200), 200);
    assert.equal(await passing(1), 0);
    clock.forward(1);
    assert.equal(await passing(5), 4);
    sandbox.control.configure({ requestLimit: "off" });
    assert.equal(await passing(5), 5);
    sandbox.control.configure({ requestLimit: "standard" });
    sandbox.control.resetCounter();
    assert.equal(await passing(51), 50);
  });

  it("blocks a method that used up its time, until its oldest minute is over", async () => {
    sandbox.control.configure({ requestLimit: "off", operatingLimit: 100, operatingCost: { Scope: 60 } });
    const timeOf = async (): Promise<Record<string, number>> =>
      (await call(sandbox, "scope")).body?.time as Record<string, number>;
    const first = await timeOf();
    assert.equal(first.operating, 60);
    assert.equal(first.operating_reset_at, Math.floor(clock.ms / 60_000) * 60 + 600);
    clock.forward(120);
    assert.equal((await timeOf()).operating, 120);
    assert.equal(await refusal(sandbox, "scope"), "429 OPERATION_TIME_LIMIT");
    assert.equal((await call(sandbox, "profile")).status, 200);
    clock.ms = (first.operating_reset_at ?? 0) * 1000;
    const later = await timeOf();
    assert.equal(later.operating, 120);
  });

  it("does not record a tenth of a second or less", async () => {
    sandbox.control.spendOperating("scope", 0.1);
    const { body } = await call(sandbox, "scope");
    const time = body?.time as Record<string, unknown>;
    assert.deepEqual([time.operating, "operating_reset_at" in time], [0, false]);
  });
});
