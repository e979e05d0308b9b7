// Makes one plugin of editor/: its style sheets and its modules in one HTML file, as Node-RED loads plugins.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { editorData } from "./declarations.mjs";
import { inRoot } from "./run.mjs";

/** What every dialog has comes first, so that a folder's own sheet can say otherwise. */
function styles() {
  const files = readdirSync(inRoot("editor"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".css"),
  );
  const inOrder = (file) => (file.startsWith("shared") ? `0${file}` : `1${file}`);
  return files
    .sort((one, other) => (inOrder(one) < inOrder(other) ? -1 : 1))
    .map((file) => readFileSync(inRoot("editor", file), "utf8"))
    .join("");
}

/**
 * Writes the plugin into `target`/nodes, with what the compiled declarations in `compiled` say. Resolves with undefined, or with esbuild's words when it found mistakes; types
 * are checked elsewhere.
 */
export async function bundleEditor(target = inRoot("dist"), compiled = target) {
  // Loaded late: whoever imports this may be about to install it.
  const { build } = await import("esbuild");
  const made = await build({
    entryPoints: [inRoot("editor/index.ts")],
    tsconfig: inRoot("editor/tsconfig.json"),
    bundle: true,
    define: { DECLARED: JSON.stringify(editorData(compiled)) },
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    minifySyntax: true,
    minifyWhitespace: true,
    write: false,
    logLevel: "silent",
  }).catch((error) => ({ mistakes: error.message }));
  if ("mistakes" in made) return made.mistakes;
  const file = join(target, "nodes/bitrix24-editor.html");
  mkdirSync(dirname(file), { recursive: true });
  const [script] = made.outputFiles;
  writeFileSync(
    file,
    `<style>\n${styles()}</style>\n<script type="text/javascript">\n${script?.text ?? ""}</script>\n`,
  );
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mistakes = await bundleEditor(process.argv[2], inRoot("dist"));
  if (mistakes !== undefined) {
    console.error(mistakes);
    process.exitCode = 1;
  }
}
