// Starting programs: what the entry scripts share.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Path of a file in the project's folder. */
export const inRoot = (...parts) => join(root, ...parts);

/** JavaScript entry files of the tools, so that they run on the very Node that runs the script. */
export const tools = {
  tsc: inRoot("node_modules/typescript/bin/tsc"),
  eslint: inRoot("node_modules/eslint/bin/eslint.js"),
  prettier: inRoot("node_modules/prettier/bin/prettier.cjs"),
  mocha: inRoot("node_modules/mocha/bin/mocha.js"),
};

/** Starts a program in the project's folder; resolves with its exit code when it ends. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    options.started?.(child);
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal === null ? code : 1));
  });
}

/** Runs a program quietly; resolves with its exit code and everything it printed. */
export async function capture(command, args, options = {}) {
  let output = "";
  const started = (child) => {
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  };
  const code = await run(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], started });
  return { code, output };
}
