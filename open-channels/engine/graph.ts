/** A node of a flow, as it is saved. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  /** The flow or subflow that it is in. */
  readonly z?: string;
  readonly g?: string;
  readonly wires?: unknown;
  readonly links?: unknown;
  readonly scope?: unknown;
  readonly linkType?: unknown;
  readonly mode?: unknown;
  /** Of a subflow's definition. */
  readonly in?: unknown;
  readonly out?: unknown;
}

/** Core nodes that hand a message on at once or not at all, so that a stop never finds one in them. */
const HOLDS_NOTHING = new Set(["catch", "status", "complete", "link in", "link out", "junction", "debug", "comment"]);
const OBSERVERS = new Set(["catch", "status", "complete"]);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/**
 * Where a message can go from each node: wires, links, calls of links and their way back, subflows and their way back,
 * nodes that observe others. Rather an edge too many than one too few: it says which messages a deploy may have lost.
 */
export class Graph {
  readonly #next = new Map<string, Set<string>>();
  readonly #empty = new Set<string>();

  /** @param nodes all nodes of all flows, definitions of subflows included */
  constructor(nodes: readonly FlowNode[]) {
    for (const { id, type } of nodes) if (type.startsWith("bitrix24-") || HOLDS_NOTHING.has(type)) this.#empty.add(id);
    const flows = new Map<string, FlowNode[]>();
    for (const node of nodes) flows.set(node.z ?? "", [...(flows.get(node.z ?? "") ?? []), node]);
    const subflows = new Map(nodes.filter(({ type }) => type === "subflow").map((node) => [node.id, node]));
    for (const node of nodes) {
      for (const target of wiresOf(node)) this.#connect(node.id, target);
      this.#connectLinks(node, nodes);
      this.#connectSubflow(node, subflows);
    }
    for (const [, members] of flows) this.#connectObservers(members);
    this.#connectOuterObservers(nodes);
  }

  /** The nodes to which a message can go directly from `id`. */
  next(id: string): Iterable<string> {
    return this.#next.get(id) ?? [];
  }

  /**
   * Whether a stop loses nothing in this node. The actions of this package end what they have, and say so themselves.
   */
  losesNothing(id: string): boolean {
    return this.#empty.has(id);
  }

  #connect(from: string, to: string): void {
    const targets = this.#next.get(from);
    if (targets) targets.add(to);
    else this.#next.set(from, new Set([to]));
  }

  #connectLinks(node: FlowNode, nodes: readonly FlowNode[]): void {
    if (node.type === "link out" && node.mode !== "return")
      for (const target of texts(node.links)) this.#connect(node.id, target);
    if (node.type === "link in") for (const source of texts(node.links)) this.#connect(source, node.id);
    if (node.type !== "link call") return;
    // A call by name can reach every link in.
    const isDynamic = node.linkType === "dynamic";
    for (const { id, type } of nodes) {
      if (type === "link in" && isDynamic) this.#connect(node.id, id);
    }
    for (const target of texts(node.links)) this.#connect(node.id, target);
    // It comes back from whichever link out returns.
    for (const { id, type, mode } of nodes) if (type === "link out" && mode === "return") this.#connect(id, node.id);
  }

  /** A message goes into a subflow through its instance, and leaves it by the instance's wires. */
  #connectSubflow(node: FlowNode, subflows: ReadonlyMap<string, FlowNode>): void {
    const definition = node.type.startsWith("subflow:") ? subflows.get(node.type.slice("subflow:".length)) : undefined;
    if (!definition) return;
    for (const target of portTargets(definition.in)) this.#connect(node.id, target);
    for (const source of portTargets(definition.out)) this.#connect(source, node.id);
  }

  #connectObservers(members: readonly FlowNode[]): void {
    for (const observer of members.filter(({ type }) => OBSERVERS.has(type))) {
      const observed = Array.isArray(observer.scope) ? texts(observer.scope) : members.map(({ id }) => id);
      for (const id of observed) if (id !== observer.id) this.#connect(id, observer.id);
    }
  }

  /** What nobody catches inside a subflow is caught where its instance is: it counts as coming from the instance. */
  #connectOuterObservers(nodes: readonly FlowNode[]): void {
    for (const instance of nodes) {
      if (!instance.type.startsWith("subflow:")) continue;
      const inside = instance.type.slice("subflow:".length);
      for (const { id, z } of nodes) if (z === inside) this.#connect(id, instance.id);
    }
  }
}

const wiresOf = ({ wires }: FlowNode): string[] => (Array.isArray(wires) ? wires.flatMap(texts) : []);

/** The nodes at the ports of a subflow's definition. */
function portTargets(ports: unknown): string[] {
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((port: unknown) => {
    const wires: unknown = isRecord(port) ? port["wires"] : undefined;
    return Array.isArray(wires)
      ? wires.flatMap((wire: unknown) => (isRecord(wire) && typeof wire["id"] === "string" ? [wire["id"]] : []))
      : [];
  });
}

/** Deploys after which a message that is still under way counts as in doubt. */
const MOST_GRAPHS = 20;

/** Says where a message may be by now: in any graph that was in force since it went out. */
export class Graphs {
  #graphs: Graph[] = [];
  #first = 0;

  /** Number of the graph in force; a message keeps it from when it goes out. */
  get epoch(): number {
    return this.#first + Math.max(0, this.#graphs.length - 1);
  }

  add(graph: Graph): void {
    this.#graphs.push(graph);
    if (this.#graphs.length <= MOST_GRAPHS) return;
    this.#graphs.shift();
    this.#first++;
  }

  /** Whether a stop loses nothing in `id`, in the graph in force. */
  losesNothing(id: string): boolean {
    return this.#graphs.at(-1)?.losesNothing(id) ?? false;
  }

  /**
   * All nodes in which a message may be that left `from` in `epoch`, without `from` itself unless it can come back.
   * @returns null when nobody knows any more
   */
  reach(from: string, epoch: number): Set<string> | null {
    if (this.#graphs.length === 0 || epoch < this.#first) return null;
    const graphs = this.#graphs.slice(epoch - this.#first);
    const found = new Set<string>();
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const graph of graphs)
        for (const target of graph.next(id))
          if (!found.has(target)) {
            found.add(target);
            open.push(target);
          }
    return found;
  }
}
