/** Runs the measurements, all or the named ones, prints them, and keeps a complete run in bench/results.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loneCall } from "./lone-call";
import { markdown, type Section } from "./report";
import { weight } from "./weight";

/** A new measurement is a function that returns a section, and an entry here. */
const PARTS: Record<string, () => Promise<Section>> = { "lone-call": loneCall, weight };

async function main(names: string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`No such part: ${unknown.join(", ")}. There are ${Object.keys(PARTS).join(", ")}.`);
  const texts: string[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const text = markdown(await part());
    console.log(`${text}\n`);
    texts.push(text);
  }
  if (names.length > 0) return;
  const head = `# Measurements\n\nMade by \`npm run bench\` on Node.js ${process.version}. Times depend on the machine; the ratios are what to compare.\n`;
  writeFileSync(join(__dirname, "results.md"), `${[head, ...texts].join("\n")}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
