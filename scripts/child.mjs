// A program that tells by itself when it is ready, and that is ended together with its parent.
import { fork } from "node:child_process";
import { once } from "node:events";

const CLOSE_GRACE_MS = 20_000;

/**
 * Starts a script and waits for its message `{ event: "ready", … }`. The child runs in a process group of its own:
 * Ctrl+C reaches the parent alone, which then ends its children in order.
 * Resolves with `{ ready, stop, ended }`; rejects with what the child printed when it ends before it is ready.
 * @param {string} script
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, print?: (text: string) => void }} [options]
 */
export async function startChild(script, args, { env, print } = {}) {
  const child = fork(script, args, {
    execArgv: [],
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let early = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      early = (early + text).slice(-4000);
      print?.(text);
    });
  }
  const ended = once(child, "exit");
  /** @type {{ event: string, port: number, url: string, webhookUrl: string }} */
  const ready = await new Promise((resolve, reject) => {
    child.on("message", (/** @type {typeof ready} */ message) => message.event === "ready" && resolve(message));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${script} ended with code ${code}\n${early.trim()}`)));
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), CLOSE_GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  return { ready, stop, ended };
}
