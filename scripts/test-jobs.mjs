// What a test run consists of: jobs, each a process of its own, run side by side.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, run, tools } from "./run.mjs";

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {string} [output] what is shown at the end when something failed
 * @property {string[]} [leftOut] sentences about tests that were not run
 */
/**
 * @typedef {object} Job
 * @property {string} name what is printed beside its result
 * @property {() => Promise<Result>} run never rejects
 */
/**
 * @typedef {object} TestRun
 * @property {string[]} files
 * @property {string} node the Node.js that runs them
 * @property {NodeJS.ProcessEnv} env
 * @property {string[]} options for mocha
 * @property {boolean} live prints while it runs, instead of keeping everything back
 * @property {{ exit: number, test: number }} [limits] ms: for a process to end whose tests are over, and for a single
 *   test, whatever its own time limit says
 */

const LIMITS = { exit: 30_000, test: 360_000 };

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/**
 * Ends a process with everything it started.
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
function endGroup(child, signal = "SIGTERM") {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === "win32") child.kill(signal);
  else process.kill(-child.pid, signal);
}

/** Ends all processes of the run. */
export function endAll() {
  for (const child of running) endGroup(child);
}

/**
 * Options for a process group of its own, so that a run that hangs can be ended with everything it started.
 * @param {(child: import("node:child_process").ChildProcess) => void} [started]
 */
function inGroup(started) {
  return {
    detached: process.platform !== "win32",
    /** @param {import("node:child_process").ChildProcess} child */
    started: (child) => {
      running.add(child);
      child.once("close", () => running.delete(child));
      started?.(child);
    },
  };
}

/**
 * One check that passes or fails as a whole.
 * @param {string} name
 * @param {string} script the tool's JavaScript file
 * @param {string[]} args
 * @returns {Job}
 */
export function check(name, script, args) {
  return {
    name,
    run: async () => {
      const { code, output } = await capture(process.execPath, [script, ...args], inGroup());
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
    },
  };
}

/**
 * A program that counts for itself.
 * @param {string} name
 * @param {string[]} args of Node.js
 * @param {(last: string) => Result | undefined} read makes a result of the last line it printed
 * @returns {Job}
 */
export function counting(name, args, read) {
  return {
    name,
    run: async () => {
      const { code, output } = await capture(process.execPath, args, inGroup());
      const result = read(output.trimEnd().split("\n").at(-1) ?? "");
      if (result === undefined || (code !== 0 && result.failed === 0)) return { passed: 0, failed: 1, output };
      return { ...result, output };
    },
  };
}

/**
 * What mocha's reporter wrote last.
 * @param {string} file
 * @returns {{ passed: number, failed: number, isOver: boolean, at: string, age: number }}
 */
function progressIn(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, isOver: false, at: "", age: 0 };
  const age = Date.now() - statSync(file).mtimeMs;
  try {
    return { .../** @type {any} */ (JSON.parse(readFileSync(file, "utf8"))), age };
  } catch {
    // It is being written at this very moment.
    return { passed: 0, failed: 0, isOver: false, at: "", age: 0 };
  }
}

/**
 * Ends a process that does not get on.
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} file where the reporter writes
 * @param {{ exit: number, test: number }} limits
 * @param {(reason: string) => void} stuck
 */
function watch(child, file, limits, stuck) {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    const { isOver, at, age } = progressIn(file);
    const silent = age === 0 ? Date.now() - startedAt : age;
    if (silent < (isOver ? limits.exit : limits.test)) return;
    clearInterval(timer);
    stuck(isOver ? "The tests are over, but something they started still runs." : `The tests hang: ${at || "loading"}`);
    endGroup(child);
    setTimeout(() => endGroup(child, "SIGKILL"), 5_000).unref();
  }, 1_000);
  child.once("close", () => clearInterval(timer));
}

/**
 * From where mocha adds up on; everything when it did not get that far.
 * @param {string} output
 */
function summaryOf(output) {
  const start = output.search(/^ +\d+ passing/m);
  return start < 0 ? output : output.slice(start);
}

/** @param {string} output */
const leftOutIn = (output) => output.split("\n").filter((line) => line.startsWith("Left out: "));

/**
 * Runs test files in a process of their own. A run that breaks off, hangs, or does not end by itself has failed.
 * @param {TestRun} wanted
 * @returns {Promise<Result>}
 */
async function mocha({ files, node, env, options, live, limits = LIMITS }) {
  const folder = mkdtempSync(join(tmpdir(), "counts-"));
  const counts = join(folder, "counts.json");
  /** @type {string | undefined} */
  let reason;
  const settings = {
    env: { ...process.env, ...env, TEST_COUNTS: counts },
    ...inGroup((child) => watch(child, counts, limits, (why) => (reason = why))),
  };
  const args = [tools.mocha, ...files, ...options];
  const { code, output } = live
    ? { code: await run(node, args, settings), output: "" }
    : await capture(node, args, settings);
  const { passed, failed, isOver, at } = progressIn(counts);
  rmSync(folder, { recursive: true, force: true });
  if (!isOver) reason ??= `The test run broke off with code ${String(code)}: ${at || "loading"}`;
  else if (code !== 0 && failed === 0) reason ??= `The tests ended with code ${String(code)}.`;
  if (reason === undefined && failed === 0) return { passed, failed, leftOut: leftOutIn(output) };
  const shown = reason === undefined ? summaryOf(output) : `${output}\n✖ ${reason}`;
  return { passed, failed: Math.max(1, failed), output: shown, leftOut: leftOutIn(output) };
}

/**
 * @param {string} name
 * @param {TestRun} wanted
 * @returns {Job}
 */
export const tests = (name, wanted) => ({ name, run: () => mocha(wanted) });

/**
 * Runs jobs, so many at a time, in their order, and says of each how it ended.
 * @param {Job[]} jobs
 * @param {number} slots
 * @returns {Promise<{ job: Job, result: Result, seconds: number }[]>}
 */
export async function runAll(jobs, slots) {
  const waiting = [...jobs];
  /** @type {{ job: Job, result: Result, seconds: number }[]} */
  const ended = [];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const startedAt = Date.now();
      const result = await job.run();
      const seconds = (Date.now() - startedAt) / 1000;
      ended.push({ job, result, seconds });
      const counts = result.failed > 0 ? `${result.passed} passed, ${result.failed} failed` : `${result.passed} passed`;
      console.log(`${result.failed === 0 ? "✔" : "✖"} ${job.name} (${counts}, ${seconds.toFixed(1)} s)`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, slots) }, work));
  return ended;
}
