import { createRequire } from "node:module";
import { setImmediate as turn } from "node:timers/promises";
import type { Node, NodeAPI } from "node-red";
import { actionNode } from "../../nodes/runtime/action";
import registerPortal from "../../nodes/portal/node";
import { createEnvironment } from "../../nodes/runtime/environment";
import { SAMPLE_BOT, type Control, type Sandbox } from "../../sandbox/index";
import { useCatalogues } from "./catalogue";
import { OPERATIONS } from "./declarations";
import { nodeRedPackage } from "./node-red";
import { unloadBefore } from "./unload";
import { startFreshSandbox } from "./fresh-sandbox";

export type Message = Record<string, unknown>;
export type FlowNode = Record<string, unknown> & { id: string; type: string };
type Loader = (RED: NodeAPI) => void;

interface LogEntry {
  level: number;
  id?: string;
  msg: unknown;
}

interface Helper {
  init(path: string): void;
  load(nodes: Loader[], flow: FlowNode[], credentials: object): Promise<void>;
  unload(): Promise<void>;
  setFlows(flow: FlowNode[], type: "full" | "flows" | "nodes", credentials: object): Promise<void>;
  getNode(id: string): Node & { receive(msg: unknown): void };
  log(): { args: [LogEntry][] };
}

interface StatusEvent {
  id: string;
  status?: Status;
}

interface CompleteEvent {
  msg: unknown;
  error?: unknown;
  node: { id: string };
}

interface NodeRedUtil {
  hooks: { add(name: string, hook: (event: CompleteEvent) => void): void; remove(name: string): void };
  events: {
    on(name: "node-status", listener: (event: StatusEvent) => void): void;
    removeListener(name: "node-status", listener: (event: StatusEvent) => void): void;
  };
}

export interface Status {
  fill?: string;
  shape?: string;
  text?: string;
}

const fromHere = createRequire(__filename);
const fromNodeRed = createRequire(fromHere.resolve(`${nodeRedPackage}/package.json`));
const util = fromNodeRed("@node-red/util") as NodeRedUtil;
// The helper has no types of its own; it answers for the Node-RED that is asked for here.
const helper = fromHere("node-red-node-test-helper") as Helper;
helper.init(fromHere.resolve(nodeRedPackage));

const LOADERS: Loader[] = [
  // Each scene is a process of its own: what another one remembers must not turn up here.
  (RED) => registerPortal(RED, createEnvironment()),
  ...OPERATIONS.map(actionNode),
];

/** How a message left a node. */
export interface Left {
  readonly way: "success" | "error" | "catch" | "log";
  /** The message as the next node got it; for the log its text under `text`. */
  readonly msg: Message;
}

export interface SceneOptions {
  /** Type of the node under test. */
  type: string;
  /** Its saved properties. */
  props?: Message;
  /** Properties of the portal's config node; null leaves the config node out. */
  portal?: Message | null;
  /** The config node's credentials; the sample bot's token and the practice portal's webhook when absent. */
  credentials?: Readonly<Record<string, string>> | ((webhookUrl: string) => Readonly<Record<string, string>>);
  /** Whether output 2 is wired; default true. */
  errorWired?: boolean;
  /** Whether a Catch node stands in the flow; default false. */
  catching?: boolean;
  /** Further nodes of the flow. */
  more?: FlowNode[];
  /** The webhook's secret; a random one when absent. */
  secret?: string;
  /** Language of the server. */
  language?: "en-US" | "ru";
}

/** A running flow: one node under test, a portal behind it, helper nodes on its outputs. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly control: Control;
  /** The sample dialog. */
  readonly chatId: number;
  readonly botId: number;
  /** What Node-RED saves and runs. */
  flow: FlowNode[];
  readonly credentials: object;
  /** Gives the node a message and tells all ways by which it left, once the node has said that it is done. */
  readonly sendAll: (msg: unknown, id?: string) => Promise<Left[]>;
  /** As `sendAll`, for the rule: each message leaves by exactly one way. */
  readonly send: (msg: unknown, id?: string) => Promise<Left>;
  readonly deploy: (flow: FlowNode[], type: "full" | "flows" | "nodes") => Promise<void>;
  readonly statuses: (id?: string) => Status[];
  /** Texts that the nodes wrote into the log at this level or above. */
  readonly logged: (level?: "error" | "warn") => string[];
  /** Every line of the log, down to the finest level, as Node-RED got it. */
  readonly everythingLogged: () => unknown[];
  readonly node: (id: string) => Node;
}

export const UNDER_TEST = "n1";
export const PORTAL = "p1";
/** An employee of the practice portal who is online. */
export const ANNA = 11;
const LEVELS = { error: 20, warn: 30 };
const open: (() => Promise<void>)[] = [];

/** Ends everything that the scenes of a test have started; for `afterEach`. */
export async function endScenes(): Promise<void> {
  for (const end of open.splice(0)) await end();
}

/** A practice portal of the test's own: the request budget belongs to the portal's address. */
export async function startScene(options: SceneOptions): Promise<Scene> {
  const sandbox = await startFreshSandbox(options.secret === undefined ? {} : { secret: options.secret });
  const botId = sandbox.control.state().bots[0]?.id ?? 0;
  const chatId = sandbox.control.chats()[0]?.id ?? 0;
  const own = { webhookUrl: sandbox.webhookUrl, botToken: SAMPLE_BOT.token };
  const { credentials: given = own } = options;
  const credentials = { [PORTAL]: typeof given === "function" ? given(sandbox.webhookUrl) : given };
  const flow = flowOf(options, botId);
  const watch = watchNodeRed();
  open.push(async () => {
    watch.end();
    // Calls under way must not hold up the end of the flow.
    await unloadBefore(helper, () => sandbox.close());
  });
  const texts = await useCatalogues(fromNodeRed, options.language ?? "en-US");
  await helper.load([texts, ...LOADERS], flow, credentials);
  listen(watch.left, options);

  const scene: Scene = {
    sandbox,
    control: sandbox.control,
    chatId,
    botId,
    flow,
    credentials,
    sendAll: (msg, id = UNDER_TEST) => deliver(watch, msg, id),
    async send(msg, id) {
      const left = await scene.sendAll(msg, id);
      const [first] = left;
      if (first === undefined || left.length > 1)
        throw new Error(`left by ${left.length} ways: ${left.map(({ way }) => way).join(", ")}`);
      return first;
    },
    async deploy(next, type) {
      await helper.setFlows(next, type, credentials);
      scene.flow = next;
      listen(watch.left, options);
    },
    statuses: (id = UNDER_TEST) => watch.statuses.filter((event) => event.id === id).map(({ status }) => status ?? {}),
    logged: (level = "error") => logTexts(LEVELS[level]),
    everythingLogged: () => helper.log().args.flat(),
    node: (id) => helper.getNode(id),
  };
  return scene;
}

function flowOf(options: SceneOptions, botId: number): FlowNode[] {
  const place = { z: "f1", x: 10, y: 10 };
  const { portal = {}, errorWired = true, catching = false, more = [] } = options;
  const flow: FlowNode[] = [
    { id: "f1", type: "tab" },
    {
      id: UNDER_TEST,
      type: options.type,
      ...place,
      portal: PORTAL,
      ...options.props,
      wires: [["out1"], errorWired ? ["out2"] : []],
    },
    { id: "out1", type: "helper", ...place, wires: [] },
    { id: "out2", type: "helper", ...place, wires: [] },
    ...more.map((node) => ({ ...place, wires: [["out1"], ["out2"]], ...node })),
  ];
  if (catching) {
    flow.push({ id: "c1", type: "catch", ...place, scope: null, uncaught: false, wires: [["out3"]] });
    flow.push({ id: "out3", type: "helper", ...place, wires: [] });
  }
  if (portal !== null) flow.push({ id: PORTAL, type: "bitrix24-portal", botId: String(botId), ...portal });
  return flow;
}

interface Watch {
  readonly left: Left[];
  readonly statuses: StatusEvent[];
  completed(msg: unknown, id: string): Promise<void>;
  end(): void;
}

/** Sees the endings of messages and the statuses where Node-RED itself tells them. */
function watchNodeRed(): Watch {
  const statuses: StatusEvent[] = [];
  const waiting: { msg: unknown; id: string; resolve: () => void }[] = [];
  const note = (event: StatusEvent): void => void statuses.push(event);
  util.events.on("node-status", note);
  util.hooks.add("onComplete.scene", (event) => {
    const at = waiting.findIndex(({ msg, id }) => msg === event.msg && id === event.node.id);
    if (at >= 0) waiting.splice(at, 1)[0]?.resolve();
  });
  return {
    left: [],
    statuses,
    completed: (msg, id) => new Promise((resolve) => waiting.push({ msg, id, resolve })),
    end() {
      util.events.removeListener("node-status", note);
      util.hooks.remove("*.scene");
    },
  };
}

const heard = new WeakSet<Node>();

/** Listens to the outputs that are new since a deploy. */
function listen(left: Left[], { catching }: SceneOptions): void {
  const ways = { out1: "success", out2: "error", out3: "catch" } as const;
  for (const [id, way] of Object.entries(ways)) {
    if (id === "out3" && catching !== true) continue;
    const node = helper.getNode(id);
    if (!heard.has(node)) node.on("input", (msg: unknown) => void left.push({ way, msg: msg as Message }));
    heard.add(node);
  }
}

async function deliver(watch: Watch, msg: unknown, id: string): Promise<Left[]> {
  const before = logTexts(LEVELS.error).length;
  const from = watch.left.length;
  const completed = watch.completed(msg, id);
  helper.getNode(id).receive(msg);
  await completed;
  // Node-RED hands messages on in a later turn, through a Catch node in two.
  for (let turns = 0; turns < 4; turns++) await turn();
  const logged = logTexts(LEVELS.error).slice(before);
  const mine = watch.left.slice(from).filter((left) => belongsTo(left.msg, msg));
  return [...mine, ...logged.map((text): Left => ({ way: "log", msg: { text } }))];
}

/** Messages are told apart by the id that Node-RED gives them; one that cannot carry an id is alone. */
function belongsTo(leaving: Message, sent: unknown): boolean {
  const id = typeof sent === "object" && sent !== null ? Object.getOwnPropertyDescriptor(sent, "_msgid") : undefined;
  return id === undefined || leaving["_msgid"] === id.value;
}

function logTexts(level: number): string[] {
  return helper
    .log()
    .args.map(([entry]) => entry)
    .filter((entry) => entry.level <= level && entry.id !== undefined)
    .map(({ msg }) => textOf(msg));
}

function textOf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Asks the practice portal directly, past the nodes. */
export async function ask(scene: Scene, method: string, params: object): Promise<unknown> {
  const response = await fetch(scene.sandbox.webhookUrl + method, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  const { result } = (await response.json()) as { result?: unknown };
  return result;
}

/** The calls that the portal has executed since `from`, as method and parameters. */
export const executed = (scene: Scene, from = 0): [string, unknown][] =>
  scene.control
    .log()
    .slice(from)
    .map(({ method, params }) => [method, params]);

/** Waits until the practice portal has come to a state; its own changes say when to look again. */
export function until(scene: Scene, reached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!reached()) return;
      stop();
      resolve();
    };
    const stop = scene.control.on(look);
    look();
  });
}
