import assert from "node:assert/strict";
import { Breaker } from "../../rest/breaker";

/** Fails as often as it takes. */
function opened(now: number): Breaker {
  const breaker = new Breaker();
  while (!breaker.open) {
    breaker.started();
    breaker.failed(now, false);
  }
  return breaker;
}

describe("breaker", () => {
  it("stays closed while answers come between failures", () => {
    const breaker = new Breaker();
    for (let round = 0; round < 100; round++) {
      breaker.failed(round, false);
      if (round % 3 === 2) breaker.succeeded();
    }
    assert.equal(breaker.open, false);
    assert.equal(breaker.allows(100), true);
  });

  it("lets one probe out at a time once the pause is over", () => {
    const breaker = opened(0);
    assert.equal(breaker.allows(999), false);
    assert.equal(breaker.allows(1_000), true);
    assert.equal(breaker.started(), true);
    assert.equal(breaker.allows(1_000_000), false);
    breaker.failed(2_000, true);
    assert.equal(breaker.allows(2_001), false);
    assert.equal(breaker.allows(4_000), true);
  });

  it("does not let a second probe out because an older request failed", () => {
    const breaker = opened(0);
    assert.equal(breaker.started(), true);
    breaker.failed(1_500, false);
    assert.equal(breaker.allows(60_000), false, "the probe is still running");
    breaker.failed(60_000, true);
    assert.equal(breaker.allows(65_000), true);
  });

  it("does not pause longer because many requests failed at once", () => {
    const breaker = opened(0);
    for (let late = 0; late < 50; late++) breaker.failed(10, false);
    assert.equal(breaker.allows(1_010), true);
  });

  it("pauses five seconds at most, and recovers with the first answer", () => {
    const breaker = opened(0);
    let now = 0;
    for (let probe = 0; probe < 10; probe++) {
      now += 5_000;
      assert.equal(breaker.allows(now), true, `probe ${probe}`);
      breaker.started();
      breaker.failed(now, true);
    }
    breaker.started();
    breaker.succeeded();
    assert.equal(breaker.open, false);
    assert.equal(breaker.allows(now), true);
    assert.equal(breaker.started(), false);
  });
});
