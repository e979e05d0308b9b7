/** A real Node-RED in this process, with the built package in it as after an installation. */
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..");
const SCOPE = "node_modules/@bitrix24-flows";

export interface Message extends Record<string, unknown> {
  _msgid: string;
  payload?: unknown;
  error?: unknown;
}

interface Node {
  on(event: "input", listener: (message: Message, send: unknown, done: () => void) => void): void;
  receive(message: Message): void;
}

/** What is used of Node-RED, which comes without types of its own. */
interface NodeRed {
  init(server: unknown, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly events: { once(event: "flows:started", listener: () => void): void };
  readonly nodes: {
    registerType(set: string, type: string, constructor: (this: Node, definition: object) => void): void;
    createNode(node: Node, definition: object): void;
    getNode(id: string): Node | null;
  };
  readonly runtime: { flows: { setFlows(options: object): Promise<unknown> } };
}

export type FlowNode = Record<string, unknown> & { id: string; type: string };

export interface Runtime {
  /** Replaces what runs; nodes on a canvas need no place of their own. Credentials stand inside of the nodes. */
  deploy(nodes: readonly FlowNode[]): Promise<void>;
  /** Gives the node `id` a message, which gets an id of its own; resolves when it has come out at the end, where all messages end. */
  through(id: string, message: object): Promise<Message>;
  /** Gives the node `id` a message and looks no further. */
  give(id: string, message: object): void;
  stop(): Promise<void>;
}

/** Where the flows under measurement have to lead. */
export const END = "end";

const SETTINGS = {
  flowFile: "flows.json",
  credentialSecret: false,
  uiPort: 0,
  logging: { console: { level: "off" } },
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, projects: { enabled: false } },
};

export async function startRuntime(): Promise<Runtime> {
  const userDir = mkdtempSync(join(tmpdir(), "bench-"));
  mkdirSync(join(userDir, SCOPE), { recursive: true });
  symlinkSync(root, join(userDir, SCOPE, "node-red-open-channels"), "junction");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- CommonJS without types
  const RED = require("node-red") as NodeRed;
  const started = () => new Promise<void>((resolve) => RED.events.once("flows:started", resolve));

  RED.init(createServer(), { ...SETTINGS, userDir });
  const empty = started();
  await RED.start();
  await empty;
  const waiting = new Map<string, (message: Message) => void>();
  RED.nodes.registerType("bench/end", "bench-end", function (definition) {
    RED.nodes.createNode(this, definition);
    this.on("input", (message, _send, done) => {
      waiting.get(message._msgid)?.(message);
      waiting.delete(message._msgid);
      done();
    });
  });

  let count = 0;
  const give = (id: string, message: object): string => {
    const _msgid = `m${count++}`;
    Object.assign(message, { _msgid });
    const node = RED.nodes.getNode(id);
    if (!node) throw new Error(`The flow has no node ${id}.`);
    node.receive(message as Message);
    return _msgid;
  };
  return {
    async deploy(nodes) {
      const flows = [
        { id: "tab", type: "tab", label: "bench" },
        { id: END, type: "bench-end", x: 0, y: 0, z: "tab" },
      ];
      const running = started();
      await RED.runtime.flows.setFlows({ flows: { flows: [...flows, ...nodes] }, deploymentType: "full" });
      await running;
    },
    through: (id, message) => new Promise((resolve) => waiting.set(give(id, message), resolve)),
    give,
    async stop() {
      await RED.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** A node on the canvas, wired to the end by `outputs` outputs unless `rest` says otherwise. */
export const onCanvas = (id: string, type: string, outputs: number, rest: object = {}): FlowNode => ({
  x: 0,
  y: 0,
  z: "tab",
  wires: Array.from({ length: outputs }, () => [END]),
  ...rest,
  id,
  type,
});

/** A portal's config node. */
export const portalNode = (id: string, webhookUrl: string, rest: object = {}): FlowNode => ({
  auth: "webhook",
  ...rest,
  id,
  type: "bitrix24-portal",
  credentials: { webhookUrl },
});
