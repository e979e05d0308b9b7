import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Builds dist/ when it is older than its sources, once for a run: `npm test` has built it and says so. */
export async function ensureBuilt(): Promise<void> {
  if (process.env["DIST_IS_BUILT"] === "1") return;
  const cwd = join(__dirname, "../..");
  await promisify(execFile)(process.execPath, [join(cwd, "scripts/build.mjs"), "--if-needed"], { cwd });
}
