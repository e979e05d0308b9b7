// Everything that must hold, in one command. The last line printed is `N passed, N failed`.
//
//   npm test                               type check, lint, format check, build, all tests
//   npm test -- test/rest --grep timeout   build and the chosen tests alone
//   npm run test:5                         build and all tests on Node-RED 5, with a Node that can run it
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { prepare } from "./prepare.mjs";
import { capture, inRoot, root, run, tools } from "./run.mjs";

const EXIT_GRACE_MS = 30_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "node-red": { type: "string", default: "4" },
    grep: { type: "string", short: "g" },
    bail: { type: "boolean" },
  },
});

/** Test files below the given paths; all of them when no path is given. */
function testFiles(paths) {
  return (paths.length > 0 ? paths : ["test"]).flatMap((path) => {
    if (!existsSync(inRoot(path))) throw new Error(`No such test: ${path}`);
    if (statSync(inRoot(path)).isFile()) return [path];
    const below = readdirSync(inRoot(path), { recursive: true, encoding: "utf8" });
    return below
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join(path, file))
      .sort();
  });
}

/** One check that passes or fails as a whole; what it printed is shown only when it failed. */
async function gate(name, tool, args) {
  const started = Date.now();
  const { code, output } = await capture(process.execPath, [tools[tool], ...args]);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? "✔" : "✖"} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The command that runs a script on the Node that the wanted Node-RED needs. */
function nodeFor(version) {
  if (version !== "5") return { command: process.execPath, prefix: [], env: {} };
  const env = { NODE_RED: "node-red-5" };
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 9)) return { command: process.execPath, prefix: [], env };
  return { command: "npm", prefix: ["exec", "--yes", "--package=node@24", "--", "node"], env };
}

/** Runs mocha and adds up what its reporter counted; a run that breaks off or does not end by itself has failed. */
async function mocha(files) {
  const folder = mkdtempSync(join(tmpdir(), "counts-"));
  const counts = join(folder, "counts.json");
  const { command, prefix, env } = nodeFor(values["node-red"]);
  const args = [...prefix, tools.mocha, ...files];
  if (values.grep !== undefined) args.push("--grep", values.grep);
  if (values.bail) args.push("--bail");
  let hung = false;
  let watch;
  const code = await run(command, args, {
    env: { ...process.env, ...env, TEST_COUNTS: counts },
    shell: process.platform === "win32",
    // A process group of its own, so that a run that hangs can be ended with everything it started.
    detached: process.platform !== "win32",
    started: (child) => {
      watch = setInterval(() => {
        if (!existsSync(counts) || Date.now() - statSync(counts).mtimeMs < EXIT_GRACE_MS) return;
        hung = true;
        endGroup(child);
      }, 1000);
      for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => endGroup(child));
    },
  });
  clearInterval(watch);
  const result = existsSync(counts) ? JSON.parse(readFileSync(counts, "utf8")) : { passed: 0, failed: 0 };
  rmSync(folder, { recursive: true, force: true });
  if (hung) console.log("✖ The tests are over, but something they started still runs.");
  else if (code !== 0 && result.failed === 0) console.log(`✖ The test run broke off with code ${code}.`);
  if ((hung || code !== 0) && result.failed === 0) result.failed = 1;
  return result;
}

function endGroup(child) {
  if (process.platform === "win32") child.kill();
  else process.kill(-child.pid, "SIGTERM");
}

const sum = (results) => ({
  passed: results.reduce((all, one) => all + one.passed, 0),
  failed: results.reduce((all, one) => all + one.failed, 0),
});

async function main() {
  prepare();
  const chosen = positionals.length > 0 || values.grep !== undefined;
  const results = [];
  if (!chosen && values["node-red"] !== "5") {
    results.push(
      ...(await Promise.all([
        gate("type check", "tsc", ["--noEmit"]),
        gate("type check of the editor", "tsc", ["--noEmit", "-p", "test/editor"]),
        gate("format", "prettier", ["--check", "--log-level=warn", "."]),
        gate("lint", "eslint", ["."]),
      ])),
    );
  }
  const mistakes = await build();
  console.log(`${mistakes === undefined ? "✔" : "✖"} build`);
  results.push(mistakes === undefined ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  if (mistakes !== undefined) console.log(mistakes);
  else results.push(await mocha(testFiles(positionals)));
  return sum(results);
}

process.chdir(root);
let total;
try {
  total = await main();
} catch (error) {
  console.log(`✖ ${error.message}`);
  total = { passed: 0, failed: 1 };
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
