// `npm run bench`: how fast, side by side with what one would use instead. `npm run bench -- weight` runs one part.
import { prepare } from "./prepare.mjs";
import { build, isBuilt } from "./build.mjs";
import { inRoot, run } from "./run.mjs";

prepare();
const mistakes = isBuilt() ? undefined : await build();
if (mistakes !== undefined) {
  console.error(mistakes);
  process.exitCode = 1;
} else {
  const args = ["--require", "tsx/cjs", inRoot("bench/main.ts"), ...process.argv.slice(2)];
  process.exitCode = (await run(process.execPath, args)) ?? 1;
}
