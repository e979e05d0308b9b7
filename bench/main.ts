/** Runs the measurements, all or the named ones, prints them, and keeps a complete run in bench/results.md. */
import { writeFileSync } from "node:fs";
import { arch, availableParallelism, loadavg, platform } from "node:os";
import { join } from "node:path";
import { day } from "./engine/day";
import { dialogs } from "./engine/dialogs";
import { throughput } from "./engine/throughput";
import { loneCall } from "./lone-call";
import { memory } from "./memory";
import { markdown, type Section } from "./report";
import { storm } from "./storm/storm";
import { weight } from "./weight";

/** A new measurement is a function that returns a section, and an entry here. */
const PARTS: Record<string, (options: { full: boolean }) => Promise<Section>> = {
  storm: ({ full }) => storm(full),
  "lone-call": loneCall,
  memory,
  engine: throughput,
  day,
  dialogs,
  weight,
};

async function main(args: string[]): Promise<void> {
  const full = args.includes("--full");
  const names = args.filter((arg) => arg !== "--full");
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`No such part: ${unknown.join(", ")}. There are ${Object.keys(PARTS).join(", ")}.`);
  const texts: string[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const text = markdown(await part({ full }));
    console.log(`${text}\n`);
    texts.push(text);
  }
  if (names.length > 0) return;
  writeFileSync(join(__dirname, "results.md"), [head(), ...texts].join("\n"));
}

/** How busy the machine was counts as much as what it is: on a busy one everything waits. */
function head(): string {
  const day = new Date().toISOString().slice(0, 10);
  const load = loadavg().map((value) => value.toFixed(1));
  return `# Measurements

Made by \`npm run bench\` on ${day}: Node.js ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores, load average at the end ${load.join(", ")}.
Times depend on the machine; the ratios are what to compare.
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
