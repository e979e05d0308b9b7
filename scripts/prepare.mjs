// Makes a fresh clone ready to work in: installs the dependencies when they do not fit the lock file.
// Runs before anything is installed, so it uses nothing but Node itself.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : undefined;
}

/**
 * Says whether node_modules holds what the lock file asks for. Contents are compared, not times: a checkout makes every
 * file new. Optional packages are left out, because npm installs only those that fit the machine.
 */
export function isInstalled() {
  const wanted = packagesOf(join(root, "package-lock.json"));
  const found = packagesOf(join(root, "node_modules/.package-lock.json"));
  if (wanted === undefined || found === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || found[path]?.version === entry.version,
  );
}

/** Installs the dependencies when they are missing or differ from the lock file; throws when that fails. */
export function prepare() {
  if (isInstalled()) return;
  const started = Date.now();
  process.stdout.write("Installing dependencies (npm ci) … ");
  const { status, error, stderr } = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    shell: process.platform === "win32",
    // An install for production alone would leave out the compiler and the tests.
    env: { ...process.env, NODE_ENV: "development" },
  });
  if (status === 0) {
    console.log(`done in ${Math.round((Date.now() - started) / 1000)} s`);
    return;
  }
  console.log("failed");
  throw new Error(`npm ci failed: ${error?.message ?? stderr.trim()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();
