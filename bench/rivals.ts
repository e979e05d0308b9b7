/** The ways to make one REST call that are compared: without Node-RED, and as nodes in one running flow. */
import { request as httpRequest, Agent } from "node:http";
import { join } from "node:path";
import axios from "axios";

const root = join(__dirname, "..");
const METHOD = "imopenlines.bot.session.operator";

/** Makes one call to the portal number `portal`; resolves when the answer has been read. */
export type Call = (portal: number) => Promise<unknown>;

const url = (port: number) => `http://127.0.0.1:${port}/rest/1/secret123456789/${METHOD}.json`;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
let chats = 0;
/** Every call is for another dialog: calls for the same one would wait for each other, as they must. */
const params = () => ({ CHAT_ID: (chats++ % 100_000) + 1 });

export function axiosAlone(ports: readonly number[]): Call {
  const client = axios.create({ httpAgent: agent, proxy: false });
  return async (portal) => (await client.post<unknown>(url(ports[portal] ?? 0), params())).data;
}

export function httpAlone(ports: readonly number[]): Call {
  return (portal) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(params());
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const request = httpRequest(url(ports[portal] ?? 0), { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => resolve(JSON.parse(text) as unknown));
      });
      request.once("error", reject);
      request.end(body);
    });
}

/** What is used of node-red-node-test-helper, which comes without types. */
interface Helper {
  init(path: string): void;
  load(nodes: unknown[], flow: object[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): {
    receive(message: object): void;
    on(event: "input", listener: (message: Message) => void): void;
  };
}
interface Message {
  _msgid: string;
  payload: unknown;
  error?: unknown;
}

export interface Runtime {
  readonly operator: Call;
  readonly httpNode: Call;
  stop(): Promise<void>;
}

/** Loads the built nodes and the core http request node into one Node-RED runtime, a pair of them for each portal. */
export async function startRuntime(ports: readonly number[]): Promise<Runtime> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the helper is CommonJS without types
  const load = (path: string) => require(path) as unknown;
  const helper = load("node-red-node-test-helper") as Helper;
  helper.init(require.resolve("node-red"));
  const types = [
    join(root, "dist/nodes/bitrix24-portal.js"),
    join(root, "dist/nodes/bitrix24-operator.js"),
    "@node-red/nodes/core/network/21-httprequest.js",
  ].map((path) => {
    const loaded = load(path) as { default?: unknown };
    return loaded.default ?? loaded;
  });
  const place = { z: "tab1", x: 100, y: 100 };
  const flow = [
    { id: "tab1", type: "tab", label: "bench" },
    { id: "out1", type: "helper", ...place },
  ].concat(
    ports.flatMap((port, index) => [
      { id: `portal${index}`, type: "bitrix24-portal", label: "", auth: "webhook", plan: "enterprise" },
      {
        ...place,
        id: `ours${index}`,
        type: "bitrix24-operator",
        label: "",
        portal: `portal${index}`,
        chatId: "",
        chatIdType: "auto",
        wires: [["out1"], ["out1"]],
      },
      {
        ...place,
        id: `http${index}`,
        type: "http request",
        label: "",
        method: "POST",
        ret: "obj",
        url: url(port),
        persist: true,
        headers: [],
        wires: [["out1"]],
      },
    ]),
  );
  const credentials = Object.fromEntries(
    ports.map((port, index) => [`portal${index}`, { webhookUrl: `http://127.0.0.1:${port}/rest/1/secret123456789/` }]),
  );
  await helper.load(types, flow, credentials);

  const waiting = new Map<string, (message: Message) => void>();
  helper.getNode("out1").on("input", (message) => waiting.get(message._msgid)?.(message));
  let count = 0;
  const through = (kind: string): Call => {
    return (portal) =>
      new Promise((resolve, reject) => {
        const id = `m${count++}`;
        waiting.set(id, (message) => {
          waiting.delete(id);
          if (message.error === undefined) resolve(message.payload);
          else reject(new Error(JSON.stringify(message.error)));
        });
        helper.getNode(`${kind}${portal}`).receive({ _msgid: id, payload: params() });
      });
  };
  return { operator: through("ours"), httpNode: through("http"), stop: () => helper.unload() };
}

/** Closes the kept connections of the rivals without a runtime. */
export const closeConnections = () => agent.destroy();
