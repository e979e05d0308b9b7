/** What the package costs before it does anything: loading, memory, download. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median, type Section } from "./report";

const root = join(__dirname, "..");
const PROCESSES = 7;

/** Runs in a fresh process: requires all given files and tells milliseconds and bytes. */
const PROBE = `
const used = () => { global.gc(); return process.memoryUsage(); };
const before = used();
const started = process.hrtime.bigint();
for (const file of process.argv.slice(1)) require(file);
const ms = Number(process.hrtime.bigint() - started) / 1e6;
const after = used();
console.log(JSON.stringify({ ms, heap: after.heapUsed - before.heapUsed, rss: after.rss - before.rss }));
`;

interface Probe {
  ms: number;
  heap: number;
  rss: number;
}

function probe(files: string[]): Probe {
  const runs = Array.from({ length: PROCESSES }, () => {
    const output = execFileSync(process.execPath, ["--expose-gc", "-e", PROBE, ...files], {
      cwd: root,
      encoding: "utf8",
    });
    return JSON.parse(output) as Probe;
  });
  const of = (key: keyof Probe) => median(runs.map((run) => run[key]));
  return { ms: of("ms"), heap: of("heap"), rss: of("rss") };
}

function tarball(): { size: number; unpackedSize: number } {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
  const shell = process.platform === "win32";
  const answer = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", shell })) as object;
  const [first] = Object.values(answer) as { size: number; unpackedSize: number }[];
  if (first === undefined) throw new Error("npm pack told nothing");
  return first;
}

function productionPackages(): number {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(lock.packages).filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional)
    .length;
}

const MB = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
const KB = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;

export function weight(): Promise<Section> {
  const folder = join(root, "dist/nodes");
  const nodes = readdirSync(folder).filter((file) => /^bitrix24-.*\.js$/.test(file));
  const ours = probe(nodes.map((file) => join(folder, file)));
  // axios is loaded with the first call; its cost belongs to the package all the same.
  const withAxios = probe([...nodes.map((file) => join(folder, file)), require.resolve("axios")]);
  const pack = tarball();
  return Promise.resolve({
    title: "Weight",
    method: `Loading all ${nodes.length} nodes in a cold process, median of ${PROCESSES}; on the right including axios, which is loaded with the first call.`,
    columns: ["", "all nodes", "after the first call"],
    rows: [
      ["load time", `${ours.ms.toFixed(0)} ms`, `${withAxios.ms.toFixed(0)} ms`],
      ["heap", MB(ours.heap), MB(withAxios.heap)],
      ["resident memory", MB(ours.rss), MB(withAxios.rss)],
      ["tarball, packed", KB(pack.size), ""],
      ["tarball, unpacked", KB(pack.unpackedSize), ""],
      ["packages in the production tree", String(productionPackages()), ""],
    ],
  });
}
