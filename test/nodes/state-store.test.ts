import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyState, fileStore, type BotState, type StateStore } from "../../nodes/runtime/state-store";
import type { Clock } from "../../rest/clock";

/** A clock that stands still, whose timers the test rings itself. */
class StandingClock implements Clock {
  #now = 1_000_000;
  readonly #timers: { at: number; task: () => void }[] = [];
  #onTimer: () => void = () => undefined;

  now(): number {
    return this.#now;
  }

  soon(task: () => void): void {
    setImmediate(task);
  }

  after(delay: number, task: () => void): () => void {
    const timer = { at: this.#now + delay, task };
    this.#timers.push(timer);
    this.#onTimer();
    return () => void this.#timers.splice(this.#timers.indexOf(timer), 1);
  }

  /** Ends when a timer has been set. */
  timerSet(): Promise<void> {
    return this.#timers.length > 0 ? Promise.resolve() : new Promise((resolve) => (this.#onTimer = resolve));
  }

  advance(duration: number): void {
    this.#now += duration;
    for (const timer of this.#timers.splice(0)) timer.task();
  }
}

describe("state store: how often it writes", () => {
  let folder: string;
  let clock: StandingClock;
  let store: StateStore;
  let writes: number;
  const failures: Error[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "state-"));
    clock = new StandingClock();
    writes = 0;
    store = fileStore(folder, "bot", (error) => failures.push(error), clock);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const save = (cursor: number): void => store.save(() => (writes++, { ...emptyState("owner"), cursor }));
  const onDisk = async (): Promise<number> =>
    (JSON.parse(await readFile(join(folder, "bot.json"), "utf8")) as BotState).cursor;

  it("writes the first change at once", async () => {
    save(1);
    await store.flush();
    assert.equal(await onDisk(), 1);
    assert.equal(writes, 1);
  });

  it("writes what follows quickly together, after a pause", async () => {
    save(1);
    await store.flush();
    save(2);
    await clock.timerSet();
    for (let cursor = 3; cursor <= 1000; cursor++) save(cursor);
    const beforePause = writes;
    clock.advance(50);
    await store.flush();
    assert.equal(beforePause, 1);
    assert.equal(writes, 2);
    assert.equal(await onDisk(), 1000);
  });

  it("writes without a pause when somebody waits for it, also several times in a row", async () => {
    save(1);
    await store.flush();
    save(2);
    await clock.timerSet();
    const first = store.flush();
    save(3);
    await Promise.all([first, store.flush()]);
    save(4);
    await store.flush();
    assert.equal(await onDisk(), 4);
    assert.deepEqual(failures, []);
  });

  it("writes at once again after a quiet while", async () => {
    save(1);
    await store.flush();
    clock.advance(50);
    save(2);
    // Nobody hurries it: were there a pause on this clock, it would never end.
    while ((await onDisk()) !== 2) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(writes, 2);
  });
});
