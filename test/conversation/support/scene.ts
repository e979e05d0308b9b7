import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import type { Node, NodeAPI } from "node-red";
import { callOperation } from "../../../open-channels/actions/call";
import registerEvent from "../../../nodes/event/node";
import { finishOperation } from "../../../open-channels/actions/finish";
import { operatorOperation } from "../../../open-channels/actions/operator";
import { actionNode } from "../../../nodes/runtime/action";
import registerPortal from "../../../nodes/portal/node";
import { sendOperation } from "../../../open-channels/actions/send";
import { transferOperation } from "../../../open-channels/actions/transfer";
import { createEnvironment } from "../../../nodes/runtime/environment";
import { asPortalNode } from "../../../nodes/runtime/portal-node";
import { type Control, type Sandbox, type SandboxOptions } from "../../../sandbox/index";
import { useCatalogues } from "../../support/catalogue";
import { nodeRedPackage } from "../../support/node-red";
import { giveLine, prepareLine } from "./dialogs";
import { until } from "./until";
import { unloadBefore } from "../../support/unload";
import { startFreshSandbox } from "../../support/fresh-sandbox";

export type FlowNode = Record<string, unknown> & { id: string; type: string };
export type Message = Record<string, unknown> & { bitrix24: Record<string, unknown> };

interface Helper {
  init(path: string): void;
  settings(settings: object): void;
  load(nodes: ((RED: NodeAPI) => void)[], flow: FlowNode[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  setFlows(flow: FlowNode[], type: "full" | "flows" | "nodes", credentials: object): Promise<void>;
  getNode(id: string): (Node & { receive(msg: unknown): void }) | null;
  log(): { args: [{ level: number; id?: string; msg: unknown }][] };
}

interface StatusEvent {
  id: string;
  status?: { text?: string; fill?: string };
}

interface NodeRedUtil {
  events: {
    on(name: "node-status", listener: (event: StatusEvent) => void): void;
    removeListener(name: "node-status", listener: (event: StatusEvent) => void): void;
  };
}

const fromHere = createRequire(__filename);
const fromNodeRed = createRequire(fromHere.resolve(`${nodeRedPackage}/package.json`));
const { events: nodeRedEvents } = fromNodeRed("@node-red/util") as NodeRedUtil;
// The helper has no types of its own; it answers for the Node-RED that is asked for here.
const helper = fromHere("node-red-node-test-helper") as Helper;
helper.init(fromHere.resolve(nodeRedPackage));

const LOADERS = [
  // Each scene is a process of its own: what another one remembers must not turn up here.
  (RED: NodeAPI): void => registerPortal(RED, createEnvironment()),
  registerEvent,
  actionNode(sendOperation),
  actionNode(operatorOperation),
  actionNode(transferOperation),
  actionNode(finishOperation),
  actionNode(callOperation),
];

export const CODE = "support_bot";
export const PORTAL = "portal1";

export interface SceneOptions {
  readonly portal?: Record<string, unknown>;
  readonly credentials?: Record<string, string>;
  readonly event?: Record<string, unknown>;
  /** Further nodes; their outputs go nowhere unless they say so. */
  readonly more?: FlowNode[];
  readonly userDir?: string;
  readonly sandbox?: SandboxOptions;
  /** Does something to the portal before the flow starts. */
  readonly prepare?: (control: Control) => void;
  /** The webhook's address, where it is not the portal's own. */
  readonly address?: (sandbox: Sandbox) => Promise<string>;
  /** Node types of the test's own. */
  readonly loaders?: readonly ((RED: NodeAPI) => void)[];
  /** Whether the bot is expected to come up; default true. */
  readonly isReady?: boolean;
}

/** A flow at work beside a practice portal: `turn` collects output 1 of the event node, `people` output 2. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly control: Control;
  readonly line: number;
  readonly operator: number;
  readonly turn: Message[];
  readonly people: Message[];
  /** Where the portal posts events to. */
  readonly receiver: string;
  flow: FlowNode[];
  /** By node; what a deploy brings along. */
  readonly credentials: Record<string, Record<string, string>>;
  readonly botId: () => number;
  readonly writes: (text: string, client?: string) => number;
  until(check: () => boolean, what: string, within?: number): Promise<void>;
  readonly deploy: (flow: FlowNode[], type?: "full" | "flows" | "nodes") => Promise<void>;
  /** A running node. */
  readonly node: (id: string) => Node | null;
  /** Waits until nobody will do anything with any event any more. */
  readonly handled: () => Promise<void>;
  /** Gives a node a message. */
  readonly give: (id: string, msg: object) => void;
  /** The texts of a node's statuses, as keys or words. */
  readonly statuses: (id?: string) => string[];
  /** What the nodes have written into the log as warnings and errors. */
  readonly logged: () => string[];
}

const open: (() => Promise<void>)[] = [];

/** Ends everything that the scenes of a test have started; for `afterEach`. */
export async function endScenes(): Promise<void> {
  for (const end of open.splice(0)) await end();
}

const place = { z: "tab1", x: 100, y: 100 };

function flowOf({ portal, event, more = [] }: SceneOptions, publicUrl: string): FlowNode[] {
  return [
    { id: "tab1", type: "tab" },
    {
      id: PORTAL,
      type: "bitrix24-portal",
      botCode: CODE,
      botName: "Support",
      pollInterval: "0.05",
      publicUrl,
      ...portal,
    },
    {
      id: "event1",
      type: "bitrix24-event",
      portal: PORTAL,
      events: ["message"],
      ...place,
      wires: [["turn"], ["people"]],
      ...event,
    },
    { id: "turn", type: "helper", ...place, wires: [] },
    { id: "people", type: "helper", ...place, wires: [] },
    ...more.map((node) => ({ ...place, portal: PORTAL, wires: [], ...node })),
  ];
}

/** A server for Node-RED's own routes, whose address is known before Node-RED is. */
async function listen(app: () => Express | undefined): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const handle = app();
    if (handle) handle(request, response);
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const sandbox = await startFreshSandbox({ blank: true, ...options.sandbox });
  const { control } = sandbox;
  const { line, operator } = prepareLine(sandbox);
  options.prepare?.(control);
  let app: Express | undefined;
  const { server, url } = await listen(() => app);
  const flow = flowOf(options, url);
  const credentials: Record<string, Record<string, string>> = {
    [PORTAL]: { webhookUrl: (await options.address?.(sandbox)) ?? sandbox.webhookUrl, ...options.credentials },
  };
  const seen: StatusEvent[] = [];
  const note = (status: StatusEvent): void => void seen.push(status);
  nodeRedEvents.on("node-status", note);
  open.push(async () => {
    nodeRedEvents.removeListener("node-status", note);
    await unloadBefore(helper, () => sandbox.close());
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  helper.settings({ ...(options.userDir !== undefined && { userDir: options.userDir }) });
  const catalogues = await useCatalogues(fromNodeRed, "en-US");
  const capture = (RED: NodeAPI): void => void (app = RED.httpNode);
  const turn: Message[] = [];
  const people: Message[] = [];
  const heard = new WeakSet<Node>();
  const hear = (id: string, messages: Message[]): void => {
    const node = helper.getNode(id);
    // A deploy makes new nodes of those only that changed.
    if (node === null || heard.has(node)) return;
    heard.add(node);
    node.on("input", (msg) => void messages.push(msg as unknown as Message));
  };
  const collect = (): void => {
    hear("turn", turn);
    hear("people", people);
  };
  await helper.load([capture, catalogues, ...LOADERS, ...(options.loaders ?? [])], flow, credentials);
  collect();

  const find = (): number | undefined => control.state().bots.find(({ code }) => code === CODE)?.id;
  const scene: Scene = {
    sandbox,
    control,
    line,
    operator,
    turn,
    people,
    receiver: `${url}/bitrix24/${PORTAL}`,
    flow,
    credentials,
    botId: () => find() ?? 0,
    writes: (text, client = "Olga Sommer") => control.clientWrites({ line, client, text }).chatId,
    until: (check, what, within = 15_000) => until(sandbox, check, what, within),
    async deploy(next, type = "full") {
      await helper.setFlows(next, type, credentials);
      scene.flow = next;
      collect();
    },
    node: (id) => helper.getNode(id),
    handled() {
      const engine = asPortalNode(helper.getNode(PORTAL))?.connection?.engine;
      return scene.until(() => engine?.openEvents === 0, "all events are handled");
    },
    give: (id, msg) => helper.getNode(id)?.receive(msg),
    statuses: (id = "event1") => seen.filter((each) => each.id === id).map(({ status }) => status?.text ?? ""),
    logged: () =>
      helper
        .log()
        .args.map(([entry]) => entry)
        .filter(({ level, id }) => level <= 30 && id !== undefined)
        .map(({ msg }) => (msg instanceof Error ? msg.message : typeof msg === "string" ? msg : JSON.stringify(msg))),
  };
  if (options.isReady !== false) await makeReady(scene);
  return scene;
}

async function makeReady(scene: Scene): Promise<void> {
  await scene.until(() => scene.botId() > 0, "the bot is registered");
  giveLine(scene.sandbox, scene.line, CODE);
  await scene.until(() => scene.statuses().at(-1)?.endsWith(":status.connected") === true, "the bot is connected");
}
