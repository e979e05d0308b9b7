import { writeFileSync } from "node:fs";
import { reporters, Runner, type MochaOptions, type Test } from "mocha";

/**
 * Mocha's own report followed by one line that other programs can read: `N passed, N failed`.
 * With TEST_COUNTS set, counts and the present test go to that file instead, for a caller that adds several runs up and
 * looks whether each gets on.
 * On a build server a skipped test is a failed one: nobody would look at the gap.
 */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const { EVENT_TEST_BEGIN, EVENT_RUN_END } = Runner.constants;
    runner.on(EVENT_TEST_BEGIN, (test: Test) => this.write(false, test.fullTitle()));
    runner.once(EVENT_RUN_END, () => setImmediate(() => this.write(true, "")));
  }

  private write(isOver: boolean, at: string): void {
    const skippedCounts = process.env["CI"] !== undefined && process.env["CI"] !== "";
    const passed = this.stats.passes;
    const failed = this.stats.failures + (skippedCounts ? this.stats.pending : 0);
    const file = process.env["TEST_COUNTS"];
    if (file !== undefined && file !== "") writeFileSync(file, JSON.stringify({ passed, failed, isOver, at }));
    else if (isOver) console.log(`${passed} passed, ${failed} failed`);
  }
}
