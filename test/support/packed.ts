import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureBuilt } from "./built";
import { projectRoot } from "./node-red";

const execute = promisify(execFile);
const npm = (args: string[], cwd: string) =>
  execute("npm", [...args, "--loglevel=error"], { cwd, shell: process.platform === "win32", maxBuffer: 1 << 24 });

export interface InstalledPackage {
  /** A user folder with the package in it, as after an installation from the palette manager. */
  readonly userDir: string;
  /** The package's folder in it. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Packs the project as for publishing and installs the tarball into a fresh user folder. */
export async function installPacked(): Promise<InstalledPackage> {
  const parent = await mkdtemp(join(tmpdir(), "packed-"));
  const userDir = join(parent, "user");
  await mkdir(userDir);
  await writeFile(
    join(userDir, "package.json"),
    JSON.stringify({ name: "user-folder", version: "0.0.1", private: true }),
  );
  await ensureBuilt();
  const { stdout } = await npm(["pack", "--ignore-scripts", "--pack-destination", parent], projectRoot);
  const tarball = join(parent, stdout.trim().split("\n").at(-1) ?? "");
  await npm(["install", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline", tarball], userDir);
  return {
    userDir,
    folder: join(userDir, "node_modules/@bitrix24-flows/node-red-open-channels"),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
