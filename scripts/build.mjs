// Compiles the TypeScript sources to dist/ and lays what Node-RED looks for beside the compiled files.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Copies everything below `from` whose ending is one of `endings`. */
function copy(from, to, endings) {
  const source = join(root, from);
  if (!existsSync(source)) return;
  cpSync(source, join(root, "dist", to), {
    recursive: true,
    filter: (path) => extname(path) === "" || endings.includes(extname(path)),
  });
}

/** Lays dialogs, help, icons and pages beside the compiled files. */
export function copyAssets() {
  copy("nodes", "nodes", [".html", ".json"]);
  copy("icons", "nodes/icons", [".svg"]);
  copy("sandbox/page", "sandbox/page", [".html", ".css", ".js", ".svg"]);
}

/** Builds dist/ from scratch; throws when the type check fails. */
export function build() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  copyAssets();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
