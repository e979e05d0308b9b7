/** What one call costs when nothing has to wait: the way through the package against the ways without it. */
import { startChild } from "./child";
import { median, type Section } from "./report";
import { axiosAlone, httpAlone } from "./rivals";
import { onCanvas, portalNode, startRuntime, type FlowNode, type Runtime } from "./runtime";

/** Below the burst of a portal, so that no call waits for the budget. */
const CALLS = 200;
const ROUNDS = 21;
const WARM_UP = 4;
const CONCURRENCIES = [1, 50];
/** Ours needs a fresh portal for each round; every rival gets the same ones, and the same cold connections. */
const PORTALS = (WARM_UP + ROUNDS) * CONCURRENCIES.length;
const METHOD = "imopenlines.bot.session.operator";
/** Changes nothing that the journal has to know. */
const OTHER_METHOD = "imopenlines.session.history.get";

const webhookUrl = (port: number) => `http://127.0.0.1:${port}/rest/1/secret123456789/`;
const callUrl = (port: number) => `${webhookUrl(port)}${METHOD}`;
let chats = 0;
/** Every call is for another dialog: calls for the same one would wait for each other, as they must. */
const params = () => ({ CHAT_ID: (chats++ % 100_000) + 1 });

type CallAt = (portal: number) => Promise<unknown>;

/** Microseconds for one of many calls, `concurrency` of them at a time. */
async function round(call: CallAt, portal: number, concurrency: number): Promise<number> {
  let left = CALLS;
  const worker = async () => {
    while (left-- > 0) await call(portal);
  };
  const started = process.hrtime.bigint();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return Number(process.hrtime.bigint() - started) / 1000 / CALLS;
}

const rotated = <T>(list: readonly T[], by: number): T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
];

/** A pair of nodes for each portal, and a function node that does nothing. */
function flow(ports: readonly number[]): FlowNode[] {
  const pairs = ports
    .slice(0, PORTALS)
    .flatMap((port, index) => [
      portalNode(`portal${index}`, webhookUrl(port), { plan: "enterprise" }),
      onCanvas(`ours${index}`, "bitrix24-operator", 2, { portal: `portal${index}`, chatId: "", chatIdType: "auto" }),
      onCanvas(`http${index}`, "http request", 1, { method: "POST", ret: "obj", url: callUrl(port), persist: true }),
    ]);
  // A burst is too small for both of our nodes.
  const others = ports.slice(PORTALS).flatMap((port, index) => [
    portalNode(`other${index}`, webhookUrl(port), { plan: "enterprise" }),
    onCanvas(`call${index}`, "bitrix24-call", 2, {
      portal: `other${index}`,
      method: OTHER_METHOD,
      methodType: "str",
    }),
  ]);
  return [...pairs, ...others, onCanvas("function", "function", 1, { func: "return msg;", outputs: 1 })];
}

async function throughNode(runtime: Runtime, id: string, payload: object = params()): Promise<unknown> {
  const message = await runtime.through(id, { payload });
  if (message.error !== undefined) throw new Error(JSON.stringify(message.error));
  return message.payload;
}

export async function loneCall(): Promise<Section> {
  const server = await startChild<{ ports: number[] }>("answering-server.ts", [String(2 * PORTALS)]);
  const { ports } = server.ready;
  const runtime = await startRuntime();
  await runtime.deploy(flow(ports));
  const [axios, http] = [axiosAlone(), httpAlone()];
  const url = (portal: number) => callUrl(ports[portal] ?? 0);
  const rivals: [string, CallAt][] = [
    ["operator node (ours)", (portal) => throughNode(runtime, `ours${portal}`)],
    ["call node (ours)", (portal) => throughNode(runtime, `call${portal}`, { params: params() })],
    ["axios alone", (portal) => axios.call(url(portal), params())],
    ["node:http alone", (portal) => http.call(url(portal), params())],
    ["core http request node", (portal) => throughNode(runtime, `http${portal}`)],
    ["a function node that does nothing", () => throughNode(runtime, "function")],
  ];
  const calls = [...rivals.map(([, call]) => call).entries()];
  const costs = rivals.map(() => CONCURRENCIES.map((): number[] => []));
  let portal = 0;
  for (const [index, concurrency] of CONCURRENCIES.entries()) {
    for (let turn = 0; turn < WARM_UP + ROUNDS; turn++, portal++) {
      // Taking turns, each beginning with another one, spreads whatever else the machine does over all of them.
      for (const [place, call] of rotated(calls, turn)) {
        const cost = await round(call, portal, concurrency);
        if (turn >= WARM_UP) costs[place]?.[index]?.push(cost);
      }
    }
  }
  await runtime.stop();
  for (const rival of [axios, http]) rival.close();
  server.stop();
  return section(
    rivals.map(([name]) => name),
    costs,
  );
}

function section(names: readonly string[], costs: readonly (readonly number[][])[]): Section {
  const base = names.indexOf("axios alone");
  const cells = (place: number, index: number) => {
    const own = costs[place]?.[index] ?? [];
    const axios = costs[base]?.[index] ?? [];
    return [median(own).toFixed(0), median(own.map((cost, turn) => cost / (axios[turn] ?? NaN))).toFixed(2)];
  };
  return {
    title: "A single call",
    method:
      `Time of a single call that need not wait, in a running Node-RED, against a server in another process that answers at once; median of ${ROUNDS} rounds of ${CALLS} calls. ` +
      "Ratios are to axios by itself in the same round. All keep their connections within a round. *operator* also records in the journal who has the conversation; *call* of another method records nothing. The last row is what Node-RED itself takes to pass a message through a node.",
    columns: ["", ...CONCURRENCIES.flatMap((n) => [`${n} at a time, µs`, "ratio"])],
    rows: names.map((name, place) => [name, ...CONCURRENCIES.flatMap((_, index) => cells(place, index))]),
  };
}
