// The practice portal's page: type-checked, and its scripts made into one file that browsers load.
import { join } from "node:path";
import { capture, inRoot, tools } from "./run.mjs";

/**
 * Writes `page.js` into a folder, which must be there. Resolves with `undefined`, or with the compiler's words when it
 * found mistakes.
 */
export async function bundlePage(folder) {
  const { code, output } = await capture(process.execPath, [tools.tsc, "-p", "sandbox/page"]);
  if (code !== 0) return output.trimEnd();
  // Loaded late: whoever imports this may be about to install it.
  const { build } = await import("esbuild");
  await build({
    entryPoints: [inRoot("sandbox/page/script/page.ts")],
    outfile: join(folder, "page.js"),
    bundle: true,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    minifyWhitespace: true,
    logLevel: "silent",
  });
  return undefined;
}
