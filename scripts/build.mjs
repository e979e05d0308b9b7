// Compiles the TypeScript sources to dist/, bundles the editor's plugin and lays what Node-RED looks for beside the compiled files.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleEditor } from "./bundle-editor.mjs";
import { bundlePage } from "./bundle-page.mjs";
import { areExamplesWritten, exampleFiles, writeExamples } from "./examples.mjs";
import { layNodes } from "./lay-nodes.mjs";
import { prepare } from "./prepare.mjs";
import { reference } from "./reference.mjs";
import { capture, inRoot, tools } from "./run.mjs";
import { writeWords } from "./words.mjs";

const ASSETS = [
  { from: "icons", to: "nodes/icons", endings: [".svg"] },
  { from: "sandbox/portal/locales", to: "sandbox/portal/locales", endings: [".json"] },
  ...["index.html", "icon.svg", "style", "locales"].map((part) => ({
    from: `sandbox/page/${part}`,
    to: `sandbox/page/${part}`,
    endings: [".html", ".svg", ".css", ".json"],
  })),
];

const SOURCES = [
  ...["nodes", "editor", "locales", "open-channels", "rest", "sandbox", "icons"],
  ...["tsconfig.json", "tsconfig.build.json"],
  ...["bundle-editor", "bundle-page", "declarations", "examples", "examples-layout", "help", "lay-nodes", "words"].map(
    (name) => `scripts/${name}.mjs`,
  ),
];

/** Newest change below a path. Folders count as well: their time tells of removed files. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), mtimeMs);
}

/** Says whether dist/ and the translated examples were built from the sources as they are now. */
export function isBuilt() {
  if (!existsSync(inRoot("dist"))) return false;
  const builtAt = statSync(inRoot("dist")).mtimeMs;
  const sources = [...SOURCES.map((source) => inRoot(source)), ...exampleFiles()];
  return areExamplesWritten() && sources.every((source) => newest(source) < builtAt);
}

/** Lays dialogs, help, icons and pages beside the compiled files in `target`, and the examples into their folders. */
export function copyAssets(target = inRoot("dist")) {
  for (const { from, to, endings } of ASSETS) {
    if (!existsSync(inRoot(from))) continue;
    cpSync(inRoot(from), join(target, to), {
      recursive: true,
      filter: (path) => extname(path) === "" || endings.includes(extname(path)),
    });
  }
  layNodes(join(target, "nodes"));
  writeWords(join(target, "nodes"));
  writeExamples();
}

/**
 * Builds dist/ from scratch. The old dist/ stays until the new one is complete, so that a failed type check breaks
 * nothing that is running from it. Resolves with `undefined`, or with the compiler's words when it found mistakes.
 */
export async function build() {
  const startedAt = new Date();
  mkdirSync(inRoot("node_modules/.cache"), { recursive: true });
  const next = mkdtempSync(inRoot("node_modules/.cache/dist-"));
  try {
    const target = join(next, "dist");
    const tsc = (...args) => capture(process.execPath, [tools.tsc, ...args]);
    const [compiled, checked, ofPage] = await Promise.all([
      tsc("-p", "tsconfig.build.json", "--outDir", target),
      tsc("-p", "editor"),
      bundlePage(join(target, "sandbox/page")),
    ]);
    for (const { code, output } of [compiled, checked]) if (code !== 0) return output.trimEnd();
    // The editor gets what the compiled declarations say.
    const mistakes = ofPage ?? (await bundleEditor(target));
    if (mistakes !== undefined) return mistakes;
    copyAssets(target);
    // What changes while the compiler works is not in this build; the time of its start makes that visible.
    utimesSync(target, startedAt, startedAt);
    if (existsSync(inRoot("dist"))) renameSync(inRoot("dist"), join(next, "old"));
    renameSync(target, inRoot("dist"));
    return undefined;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  prepare();
  const mistakes = process.argv.includes("--if-needed") && isBuilt() ? undefined : await build();
  if (mistakes !== undefined) {
    console.error(mistakes);
    process.exitCode = 1;
  } else writeFileSync(inRoot("docs/reference.md"), reference());
}
