/** What one call costs when nothing has to wait: the way through the package against the ways without it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { median, type Section } from "./report";
import { axiosAlone, closeConnections, httpAlone, startRuntime, type Call } from "./rivals";

/** Below the burst of a portal, so that no call waits for the budget. */
const CALLS = 200;
const ROUNDS = 11;
const WARM_UP = 3;
const CONCURRENCIES = [1, 50];
/** Ours needs a fresh portal for each round; every rival gets the same ones, and the same cold connections. */
const PORTALS = (WARM_UP + ROUNDS) * CONCURRENCIES.length;

async function startServer(): Promise<{ ports: number[]; stop: () => void }> {
  const child = fork(join(__dirname, "answering-server.ts"), [String(PORTALS)], { execArgv: ["--require", "tsx/cjs"] });
  const [message] = (await once(child, "message")) as [{ ports: number[] }];
  return { ports: message.ports, stop: () => child.disconnect() };
}

/** Microseconds for one of many calls, `concurrency` of them at a time. */
async function round(call: Call, portal: number, concurrency: number): Promise<number> {
  let left = CALLS;
  const worker = async () => {
    while (left-- > 0) await call(portal);
  };
  const started = process.hrtime.bigint();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return Number(process.hrtime.bigint() - started) / 1000 / CALLS;
}

export async function loneCall(): Promise<Section> {
  const server = await startServer();
  const runtime = await startRuntime(server.ports);
  const rivals: [string, Call][] = [
    ["operator node (ours)", runtime.operator],
    ["axios alone", axiosAlone(server.ports)],
    ["node:http alone", httpAlone(server.ports)],
    ["core http request node", runtime.httpNode],
  ];
  const costs = rivals.map(() => CONCURRENCIES.map((): number[] => []));
  let portal = 0;
  for (let index = 0; index < CONCURRENCIES.length; index++) {
    for (let turn = 0; turn < WARM_UP + ROUNDS; turn++, portal++) {
      // Taking turns spreads whatever else the machine does over all of them.
      for (const [place, [, call]] of rivals.entries()) {
        const cost = await round(call, portal, CONCURRENCIES[index] ?? 1);
        if (turn >= WARM_UP) costs[place]?.[index]?.push(cost);
      }
    }
  }
  await runtime.stop();
  closeConnections();
  server.stop();

  const medians = costs.map((series) => series.map(median));
  const ratio = (place: number, index: number) => (medians[place]?.[index] ?? NaN) / (medians[1]?.[index] ?? NaN);
  return {
    title: "A lone call",
    method: `Time for one call that need not wait, against a server that answers at once; median of ${ROUNDS} rounds of ${CALLS} calls. Ratios are to axios alone.`,
    columns: ["", ...CONCURRENCIES.flatMap((n) => [`${n} at a time, µs`, "ratio"])],
    rows: rivals.map(([name], place) => [
      name,
      ...CONCURRENCIES.flatMap((_, index) => [
        (medians[place]?.[index] ?? NaN).toFixed(0),
        ratio(place, index).toFixed(2),
      ]),
    ]),
  };
}
