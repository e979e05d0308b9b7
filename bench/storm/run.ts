/** One storm: many messages at once through one way to a portal of its own. */
import { once } from "node:events";
import { startChild } from "../child";
import { startRuntime, type Runtime } from "../runtime";
import type { Durations } from "./limit";
import type { Counts, PracticePortal } from "./practice-portal";
import type { Sending, Way } from "./ways";

/** A guess at what a portal in the cloud takes; the same for all. */
export const DURATIONS: Durations = { request: 100, call: 100 };
const MOST_CHATS = 1_000;

export interface Storm {
  readonly way: Way;
  readonly calls: number;
}

export interface Result extends Counts {
  readonly ms: number;
  /** When each call ended, ms after the start, as far as the way tells of them one by one. */
  readonly ends: readonly number[];
}

/** Runs the storms, all at the same time, in one Node-RED and against a portal each. */
export async function runStorms(storms: readonly Storm[]): Promise<Result[]> {
  const runtime = await sharedRuntime();
  const portals = await Promise.all(
    storms.map(({ calls }) => {
      const args = [Math.min(calls, MOST_CHATS), DURATIONS.request, DURATIONS.call].map(String);
      return startChild<PracticePortal>("storm/practice-portal.ts", args);
    }),
  );
  await runtime.deploy(
    storms.flatMap(({ way }, at) => way.nodes?.(`storm${at}`, portals[at]?.ready.webhookUrl ?? "") ?? []),
  );
  return Promise.all(
    storms.map(async (storm, at) => {
      const portal = portals[at];
      if (!portal) throw new Error("a storm without a portal");
      const { ms, ends } = await run(storm, portal.ready, (payload) => runtime.through(`storm${at}`, { payload }));
      portal.process.send("counts");
      const [counts] = (await once(portal.process, "message")) as [Counts];
      portal.stop();
      return { ms, ends, ...counts };
    }),
  );
}

async function run(
  { way, calls }: Storm,
  portal: PracticePortal,
  through: Parameters<Way["send"]>[2],
): Promise<Pick<Result, "ms" | "ends">> {
  const all = Array.from({ length: calls }, (_, number): Sending => {
    return { CHAT_ID: portal.chats[number % portal.chats.length] ?? 0, NAME: "DEFAULT", MESSAGE: `message ${number}` };
  });
  const ends: number[] = [];
  const started = performance.now();
  await way.send(all, portal, through, () => ends.push(performance.now() - started));
  return { ms: performance.now() - started, ends };
}

let runtime: Promise<Runtime> | undefined;
const sharedRuntime = (): Promise<Runtime> => (runtime ??= startRuntime());

/** Ends what the storms shared. */
export async function endStorms(): Promise<void> {
  await (await runtime)?.stop();
  runtime = undefined;
}
