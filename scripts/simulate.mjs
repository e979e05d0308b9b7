/** Lives through simulated hours on several cores: `npm run simulate -- --hours N --seed S [--workers 2] [--script F]`. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { inRoot } from "./run.mjs";

const { values, tokens } = parseArgs({
  options: {
    hours: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    script: { type: "string" },
  },
  strict: false,
  tokens: true,
});

const OWN = ["hours", "seed", "workers"];
const passedOn = tokens.flatMap((token) =>
  token.kind === "option" && !OWN.includes(token.name)
    ? [`--${token.name}`, ...(token.value === undefined ? [] : [token.value])]
    : token.kind === "positional"
      ? [token.value]
      : [],
);
const workers = values.script === undefined ? Math.max(1, Math.min(Number(values.workers), Number(values.hours))) : 1;

/** Each source sees its own place on disk, although all of them are one text. */
const ownPlaces = {
  name: "own-places",
  setup: (plugin) =>
    plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8")
        .replaceAll("__dirname", JSON.stringify(dirname(path)))
        .replaceAll("__filename", JSON.stringify(path)),
      loader: "ts",
    })),
};

/**
 * The worker with all its sources as one script. Translated file by file as they are loaded, every function would be given
 * its name anew each time it is made, which is most of what millions of small steps do.
 */
async function bundle() {
  const result = await build({
    entryPoints: [inRoot("test/simulation/worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    plugins: [ownPlaces],
  });
  return result.outputFiles[0]?.text ?? "";
}

/** One worker; its last line is a total, everything before it is for people. */
function work(index, code) {
  const options = ["--hours", String(Number(values.hours) / workers), "--seed", String(Number(values.seed) + index)];
  const child = spawn(
    process.execPath,
    // Transcripts live as long as a script: a larger nursery saves copying them. The script itself comes by stdin.
    ["--max-semi-space-size=64", "-", ...options, "--stride", String(workers), ...passedOn],
    { stdio: ["pipe", "pipe", "inherit"], cwd: inRoot(".") },
  );
  child.stdin.end(code);
  const total = { hours: 0, scripts: 0, violations: 0 };
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("TOTAL ")) Object.assign(total, JSON.parse(line.slice("TOTAL ".length)));
    else console.log(line);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ ...total, failed: code !== 0 }));
  });
}

const code = await bundle();
const totals = await Promise.all(Array.from({ length: workers }, (_, index) => work(index, code)));
const sum = (name) => totals.reduce((all, total) => all + total[name], 0);
const rules = {};
for (const total of totals)
  for (const [rule, count] of Object.entries(total.rules ?? {})) rules[rule] = (rules[rule] ?? 0) + count;
for (const [rule, count] of Object.entries(rules)) console.log(`broken in ${count} scripts: ${rule}`);
console.log(`simulated ${Math.round(sum("hours"))} h, ${sum("scripts")} scripts, ${sum("violations")} violations`);
process.exitCode = sum("violations") > 0 || totals.some(({ failed }) => failed) ? 1 : 0;
