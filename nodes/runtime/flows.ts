import type { NodeAPI } from "node-red";
import { Graph, type FlowNode } from "../../open-channels/engine/graph";
import type { Stop } from "../../open-channels/engine/handovers";

/** What Node-RED tells about a deploy. [S @node-red/runtime/lib/flows/index.js] */
interface DeployEvent {
  readonly type?: unknown;
  readonly diff?: Diff | null;
}

type Diff = Partial<
  Record<"added" | "changed" | "removed" | "rewired" | "linked" | "flowChanged", readonly string[]>
> & {
  readonly globalConfigChanged?: boolean;
};

export interface FlowsListener {
  stopping(stop: Stop): void;
  started(graph: Graph): void;
}

/** Watches deploys: which nodes stop, when flows run, and where messages can go in them. */
export class Flows {
  readonly #RED: NodeAPI;
  readonly #listeners = new Set<FlowsListener>();
  #flowOf = new Map<string, string>();
  #graph: Graph | null = null;
  #isRunning = false;
  #stop: Stop = "all";

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    RED.events.on("flows:stopping", (event: DeployEvent = {}) => this.#stopping(event));
    RED.events.on("flows:started", () => this.#started());
  }

  /** The deploy under way, or the last one: which nodes it stops. */
  get stop(): Stop {
    return this.#stop;
  }

  /** @returns takes the listener back */
  watch(listener: FlowsListener): () => void {
    this.#listeners.add(listener);
    if (this.#isRunning && this.#graph) listener.started(this.#graph);
    else listener.stopping("all");
    return () => this.#listeners.delete(listener);
  }

  #stopping({ type, diff }: DeployEvent): void {
    this.#isRunning = false;
    this.#stop = stopOf(type, diff ?? null, this.#flowOf);
    for (const listener of [...this.#listeners]) listener.stopping(this.#stop);
  }

  #started(): void {
    const nodes: FlowNode[] = [];
    this.#RED.nodes.eachNode((node) => void nodes.push(node));
    this.#flowOf = new Map(nodes.map(({ id, z }) => [id, z ?? ""]));
    this.#graph = new Graph(nodes);
    this.#isRunning = true;
    for (const listener of [...this.#listeners]) listener.started(this.#graph);
  }
}

/** Which nodes a deploy of this type stops, given what differs. */
function stopOf(type: unknown, diff: Diff | null, flowOf: ReadonlyMap<string, string>): Stop {
  if ((type !== "nodes" && type !== "flows") || diff === null || diff.globalConfigChanged === true) return "all";
  const { changed = [], removed = [], added = [], rewired = [], linked = [], flowChanged = [] } = diff;
  const nodes = new Set([...changed, ...removed, ...(type === "flows" ? [...linked, ...rewired] : [])]);
  const whole = new Set([...flowChanged, ...added, ...removed]);
  return (id) => nodes.has(id) || whole.has(flowOf.get(id) ?? "");
}

const watched = new WeakMap<object, Flows>();

/** The one watcher of a Node-RED. */
export function flowsOf(RED: NodeAPI): Flows {
  const flows = watched.get(RED.events) ?? new Flows(RED);
  watched.set(RED.events, flows);
  return flows;
}
