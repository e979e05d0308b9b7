/** Helper processes, so that what they do does not count as cost of what is measured. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Child<Ready> {
  readonly process: ChildProcess;
  /** The first message that it sent. */
  readonly ready: Ready;
  stop(): void;
}

/** Starts a file of this folder; it has to send one message when it is ready, and to end when it is disconnected. */
export async function startChild<Ready>(file: string, args: string[], flags: string[] = []): Promise<Child<Ready>> {
  const child = fork(join(__dirname, file), args, { execArgv: ["--require", "tsx/cjs", ...flags] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${file} ended with ${String(code)} before it was ready`);
  });
  const [ready] = (await Promise.race([once(child, "message"), ended])) as [Ready];
  ended.catch(() => undefined);
  return { process: child, ready, stop: () => child.disconnect() };
}
