// Everything that must hold, in one command. The last line printed is `N passed, N failed`.
//
//   npm test                               what takes less than three minutes
//   npm run test:all                       everything, on both Node-RED lines
//   npm run test:5                         what runs inside Node-RED, on Node-RED 5
//   npm test -- test/rest --grep timeout   build and the chosen tests
//
// --jobs N runs N processes side by side, --node-red=5 chooses the line, --bail stops each process at its first failure.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { prepare } from "./prepare.mjs";
import { capture, messageOf, root, tools } from "./run.mjs";
import { check, counting, endAll, runAll, tests } from "./test-jobs.mjs";
import { bundles, folders, isLong, rememberTimes, rowOf, testFiles } from "./test-plan.mjs";

/** @typedef {import("./test-jobs.mjs").Job} Job */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean", default: false },
    "node-red": { type: "string", default: "4" },
    jobs: { type: "string", default: "" },
    grep: { type: "string", short: "g" },
    bail: { type: "boolean", default: false },
  },
});

const CORES = Math.max(2, availableParallelism());
/** In the quick run many tests wait more than they work. */
const JOBS = values.jobs === "" ? CORES + (values.all ? 0 : 1) : Number(values.jobs);
const isChosen = positionals.length > 0 || values.grep !== undefined;
/** Hours of simulated life in a full run, always the same ones. */
const SIMULATED_HOURS = Number(process.env["SIMULATED_HOURS"] ?? 2400);
const FIRST_SEED = 100_000;
/** As many on every machine, so that each of them lives through the same scripts. */
const SIMULATIONS = 2;
/** More scripts than half of those hours have. */
const SEEDS_APART = 800;

/** The Node.js that Node-RED 5 needs: this one, or one that npm fetches. */
async function nodeForLine5() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 9)) return process.execPath;
  const args = ["exec", "--yes", "--package=node@24", "--", "node", "-p", "process.execPath"];
  const { code, output } = await capture("npm", args, { shell: process.platform === "win32" });
  const path = output.trim().split("\n").at(-1);
  if (code !== 0 || !path) throw new Error(`Node-RED 5 needs a newer Node.js, which could not be fetched:\n${output}`);
  return path;
}

/**
 * The jobs that run test files on one Node-RED line.
 * @param {string[]} files
 * @param {{ line: string, coverage?: string }} how `coverage` is the folder that measurements go to
 * @returns {Promise<(Job & { files: string[] })[]>}
 */
async function testJobs(files, { line, coverage }) {
  const node = line === "5" ? await nodeForLine5() : process.execPath;
  const options = [...(values.grep === undefined ? [] : ["--grep", values.grep]), ...(values.bail ? ["--bail"] : [])];
  const parts = bundles(files, folders());
  return parts.map(({ name, files: own, row }) => ({
    files: own,
    ...tests(line === "5" ? `${name} on Node-RED 5` : name, {
      files: own,
      node,
      options,
      env: {
        // The run has built dist/ already; a test that looks at its age again would only cost time.
        DIST_IS_BUILT: "1",
        ...(line === "5" && { NODE_RED: "node-red-5" }),
        ...(coverage !== undefined && row.covered && { NODE_V8_COVERAGE: coverage }),
      },
      live: isChosen && parts.length === 1,
    }),
  }));
}

/** Lives of a bot in virtual time; each script counts as a test. */
function simulationJobs() {
  return Array.from({ length: SIMULATIONS }, (_, at) => {
    const hours = SIMULATED_HOURS / SIMULATIONS;
    const seed = FIRST_SEED + SEEDS_APART * at;
    const args = ["scripts/simulate.mjs", "--hours", String(hours), "--seed", String(seed), "--workers", "1"];
    return counting(`${hours} simulated hours from seed ${seed} on`, args, (last) => {
      const [, scripts, violations] = /^simulated \d+ h, (\d+) scripts, (\d+) violations$/.exec(last) ?? [];
      return scripts === undefined ? undefined : { passed: Number(scripts), failed: Number(violations) };
    });
  });
}

/** Type check, format and lint concern all of the source. */
const gates = () => [
  check("lint", tools.eslint, ["."]),
  check("type check", tools.tsc, ["--noEmit"]),
  check("type check of the editor", tools.tsc, ["--noEmit", "-p", "test/editor"]),
  check("type check of the practice page", tools.tsc, ["-p", "sandbox/page"]),
  check("type check of the scripts", tools.tsc, ["--noEmit", "-p", "scripts"]),
  check("format", tools.prettier, ["--check", "--log-level=warn", "."]),
];

/** Files of `npm test`, of a full run, or the chosen ones. */
function wantedFiles() {
  const rows = folders();
  const files = testFiles(positionals.length > 0 ? positionals : ["test"]);
  if (isChosen || values.all) return files;
  if (values["node-red"] === "5") return files.filter((file) => rowOf(rows, file).bothLines);
  return files.filter((file) => rowOf(rows, file).quick && !isLong(file));
}

/**
 * Everything that runs after the build, longest first.
 * @param {string} coverage folder for measurements
 */
async function jobsOf(coverage) {
  const files = wantedFiles();
  if (isChosen || values["node-red"] === "5") return testJobs(files, { line: values["node-red"] });
  if (!values.all) return [...gates(), ...(await testJobs(files, { line: "4" }))];
  const rows = folders();
  const onBoth = files.filter((file) => rowOf(rows, file).bothLines);
  return [
    ...simulationJobs(),
    ...gates(),
    ...(await testJobs(files, { line: "4", coverage })),
    ...(await testJobs(onBoth, { line: "5" })),
  ];
}

/** @param {string} coverage */
const coverageJob = (coverage) =>
  check("coverage", tools.c8, ["report", "--temp-directory", coverage, "--check-coverage"]);

async function main() {
  const startedAt = Date.now();
  prepare();
  const mistakes = await build();
  console.log(`${mistakes === undefined ? "✔" : "✖"} build (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (mistakes !== undefined) return { passed: 0, failed: 1, report: [mistakes] };
  const coverage = mkdtempSync(join(tmpdir(), "coverage-"));
  try {
    const ended = await runAll(await jobsOf(coverage), JOBS);
    if (values.all) ended.push(...(await runAll([coverageJob(coverage)], 1)));
    if (!isChosen)
      rememberTimes(
        ended.flatMap(({ job, seconds }) =>
          "files" in job ? [{ .../** @type {{ files: string[] }} */ (job), seconds }] : [],
        ),
      );
    return summary(ended);
  } finally {
    rmSync(coverage, { recursive: true, force: true });
  }
}

/**
 * Adds everything up, the build included. What failed is shown again at the end, where it is looked for first.
 * @param {{ job: Job, result: import("./test-jobs.mjs").Result }[]} ended
 */
function summary(ended) {
  const report = ended
    .filter(({ result }) => result.failed > 0)
    .map(({ job, result }) => `== ${job.name}\n${result.output?.trimEnd() ?? ""}`);
  return {
    passed: ended.reduce((sum, { result }) => sum + result.passed, 1),
    failed: ended.reduce((sum, { result }) => sum + result.failed, 0),
    report: [...report, ...new Set(ended.flatMap(({ result }) => result.leftOut ?? []))],
  };
}

for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    endAll();
    process.exit(1);
  });
process.chdir(root);
const startedAt = Date.now();
/** @type {{ passed: number, failed: number, report: string[] }} */
let total;
try {
  total = await main();
} catch (error) {
  total = { passed: 0, failed: 1, report: [`✖ ${messageOf(error)}`] };
}
for (const text of total.report) console.log(text);
console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
