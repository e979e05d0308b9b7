import assert from "node:assert/strict";
import { afterDelay } from "../../rest/clock";

const DAY = 86_400_000;

/** Timers as Node.js has them: at most 2,147,483,647 ms. */
function timers() {
  const started: number[] = [];
  let due: (() => void) | undefined;
  const start = (delay: number, task: () => void): (() => void) => {
    assert.ok(delay <= 2_147_483_647, `a timer of ${delay} ms fires at once`);
    started.push(delay);
    due = task;
    return () => (due = undefined);
  };
  const fire = (): boolean => {
    const task = due;
    due = undefined;
    task?.();
    return task !== undefined;
  };
  return { started, start, fire };
}

describe("clock", () => {
  it("waits for a pause of 60 days as long as that", () => {
    const { started, start, fire } = timers();
    let done = 0;
    afterDelay(60 * DAY, () => done++, start);
    let fired = 0;
    while (done === 0 && fire()) fired++;
    assert.deepEqual([done, fired], [1, 3]);
    assert.equal(
      started.reduce((sum, delay) => sum + delay, 0),
      60 * DAY,
    );
  });

  it("takes a long pause back in any of its parts", () => {
    const { start, fire } = timers();
    let done = 0;
    const stop = afterDelay(60 * DAY, () => done++, start);
    fire();
    stop();
    assert.equal(fire(), false);
    assert.equal(done, 0);
  });

  it("never begins a pause without an end", () => {
    const { started, start } = timers();
    afterDelay(Infinity, () => undefined, start)();
    assert.deepEqual(started, []);
  });
});
