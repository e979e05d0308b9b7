// Starting programs: what the entry scripts share.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Path of a file in the project's folder.
 * @param {string[]} parts
 */
export const inRoot = (...parts) => join(root, ...parts);

/** JavaScript entry files of the tools, so that they run on the very Node that runs the script. */
export const tools = {
  tsc: inRoot("node_modules/typescript/bin/tsc"),
  eslint: inRoot("node_modules/eslint/bin/eslint.js"),
  prettier: inRoot("node_modules/prettier/bin/prettier.cjs"),
  mocha: inRoot("node_modules/mocha/bin/mocha.js"),
  c8: inRoot("node_modules/c8/bin/c8.js"),
};

/**
 * What an error says.
 * @param {unknown} error
 */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */
/** @typedef {import("node:child_process").SpawnOptions & { started?: (child: ChildProcess) => void }} RunOptions */

/**
 * Starts a program in the project's folder; resolves with its exit code when it ends.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options] `started` is called with the process
 * @returns {Promise<number | null>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    options.started?.(child);
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal === null ? code : 1));
  });
}

/**
 * Runs a program quietly; resolves with its exit code and everything it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
export async function capture(command, args, options = {}) {
  let output = "";
  /** @param {ChildProcess} child */
  const started = (child) => {
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
    options.started?.(child);
  };
  const code = await run(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], started });
  return { code, output };
}
