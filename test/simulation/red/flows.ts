import { EventEmitter } from "node:events";
import { NO_DIFF, diffOf, parse, stopList, type DeployType, type Diff, type Parsed } from "./deploy";
import type { FlowNode, Message, NodeConfig, NodeWatch, Surroundings } from "./node";

/** Hears of everything that happens in the flows. */
export interface Watch extends NodeWatch {
  stopping(ids: readonly string[], type: DeployType, config: readonly NodeConfig[]): void;
}

export type NodeConstructor = new (config: NodeConfig) => FlowNode;

export interface FlowsParts {
  readonly watch: Watch;
  readonly setImmediate: (task: () => void) => void;
  readonly setTimeout: (task: () => void, delay: number) => { takeBack: () => void };
  readonly generateId: () => string;
  readonly constructorOf: (type: string) => NodeConstructor | undefined;
}

const CLOSE_WITHIN = 15_000;

/** The running flows of one Node-RED. [node-red runtime/lib/flows/index.js and Flow.js 4.1] */
export class Flows implements Surroundings {
  readonly watch: Watch;
  readonly events = new EventEmitter();
  readonly credentials = new Map<string, object>();
  readonly #parts: FlowsParts;
  readonly #active = new Map<string, FlowNode>();
  readonly #contexts = new Map<string, object>();
  #config: { readonly flows: readonly NodeConfig[]; readonly rev: string } = { flows: [], rev: "0" };
  #parsed: Parsed = { allNodes: {}, flows: {}, configs: {} };
  #busy: Promise<void> = Promise.resolve();
  #revision = 0;

  constructor(parts: FlowsParts) {
    this.#parts = parts;
    this.watch = parts.watch;
  }

  generateId(): string {
    return this.#parts.generateId();
  }

  get config(): readonly NodeConfig[] {
    return this.#config.flows;
  }

  /** Starts the flows of a process that has just begun. */
  start(config: readonly NodeConfig[]): Promise<void> {
    return this.#oneAfterTheOther(() => {
      this.#adopt(config, parse(config));
      return this.#start("full", undefined);
    });
  }

  /** Deploys; resolves when the new flows have started. */
  deploy(config: readonly NodeConfig[], type: DeployType, resentCredentials: readonly string[]): Promise<void> {
    return this.#oneAfterTheOther(async () => {
      const parsed = parse(config);
      const diff = diffOf(this.#parsed, parsed, resentCredentials);
      this.#adopt(config, parsed);
      await this.#stop(type, diff);
      await this.#start(type, diff);
    });
  }

  /** Stops everything, as at the end of the process. */
  stop(): Promise<void> {
    return this.#oneAfterTheOther(() => this.#stop("full", NO_DIFF));
  }

  getNode(id: string): FlowNode | null {
    return this.#active.get(id) ?? null;
  }

  eachNode(task: (config: NodeConfig) => void): void {
    for (const config of Object.values(this.#parsed.allNodes)) task(config);
  }

  contextOf(id: string): object {
    const known = this.#contexts.get(id) ?? memoryContext();
    this.#contexts.set(id, known);
    return known;
  }

  clone(msg: Message): Message {
    return deepCopy(msg) as Message;
  }

  /** Delivers in the next turn, to the node that is there now. */
  route(_from: FlowNode, target: string, msg: Message): void {
    const node = this.#active.get(target);
    if (node) this.#parts.setImmediate(() => node.receive(msg));
  }

  handleError(node: FlowNode, problem: unknown, msg: Message | undefined): boolean {
    const flows = node.z === undefined ? Object.values(node.users ?? {}).map((user) => user.z) : [node.z];
    const catching = [...this.#active.values()].filter(
      ({ type, z, scope }) => type === "catch" && flows.includes(z) && (!scope || scope.includes(node.id)),
    );
    for (const target of catching) {
      const caught: Message = msg ? this.clone(msg) : {};
      const { message, code, cause } = (problem ?? {}) as { message?: unknown; code?: unknown; cause?: unknown };
      caught["error"] = {
        message: typeof message === "string" ? message : String(problem),
        source: { id: node.id, type: node.type, name: node.name, count: 1 },
        ...(code !== undefined && { code }),
        ...(cause !== undefined && { cause }),
      };
      target.receive(caught);
    }
    return catching.length > 0;
  }

  handleComplete(node: FlowNode, msg: Message): void {
    for (const target of this.#active.values())
      if (target.type === "complete" && target.scope?.includes(node.id)) target.receive(this.clone(msg));
  }

  #oneAfterTheOther(task: () => Promise<void>): Promise<void> {
    const mine = this.#busy.then(task);
    this.#busy = mine.catch(() => undefined);
    return mine;
  }

  #adopt(config: readonly NodeConfig[], parsed: Parsed): void {
    this.#config = { flows: config, rev: String(++this.#revision) };
    this.#parsed = parsed;
  }

  async #stop(type: DeployType, diff: Diff): Promise<void> {
    this.events.emit("flows:stopping", { config: this.#config, type, diff });
    const whole = new Set([...diff.flowChanged, ...diff.added, ...diff.removed]);
    const listed = stopList(type, diff);
    const ids = [...this.#active.values()]
      .filter(({ id, z }) => listed === null || listed.includes(id) || (z !== undefined && whole.has(z)))
      .map(({ id }) => id);
    const isConfig = (id: string): boolean => this.#active.get(id)?.z === undefined;
    const ordered = [...ids.filter((id) => !isConfig(id)), ...ids.filter(isConfig)];
    this.watch.stopping(ordered, type, this.#config.flows);
    const removed = new Set(diff.removed);
    const closing: Promise<void>[] = [];
    for (const id of ordered) {
      const node = this.#active.get(id);
      this.#active.delete(id);
      if (node) closing.push(this.#close(node, removed.has(id)));
    }
    await Promise.all(closing);
    this.events.emit("flows:stopped", { config: this.#config, type, diff });
  }

  #close(node: FlowNode, removed: boolean): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.#parts.setTimeout(() => {
        this.watch.logged("error", node, "Error stopping node: Close timed out");
        resolve();
      }, CLOSE_WITHIN);
      void node.close(removed).then(() => {
        limit.takeBack();
        resolve();
      });
    });
  }

  async #start(type: DeployType, diff: Diff | undefined): Promise<void> {
    this.events.emit("flows:starting", { config: this.#config, type, diff });
    const { configs, flows } = this.#parsed;
    for (const config of Object.values(configs)) await this.#create(config);
    for (const flow of Object.values(flows)) {
      for (const id of diff?.rewired ?? []) if (flow.nodes[id]) this.#active.get(id)?.updateWires(flow.nodes[id].wires);
      for (const config of Object.values(flow.nodes)) await this.#create(config);
    }
    this.events.emit("flows:started", { config: this.#config, type, diff });
  }

  async #create(config: NodeConfig): Promise<void> {
    if (this.#active.has(config.id) || config["d"] === true) return;
    const Type = this.#parts.constructorOf(config.type);
    if (!Type) throw new Error(`unknown node type ${config.type}`);
    // The runtime awaits the constructor of each node.
    await Promise.resolve();
    const copy = deepCopy(config) as NodeConfig & { wires?: string[][] };
    this.#active.set(config.id, new Type(copy));
  }
}

function memoryContext(): object {
  const values = new Map<string, unknown>();
  return { get: (key: string) => values.get(key), set: (key: string, value: unknown) => void values.set(key, value) };
}

/** Flows' messages hold plain data here. */
export function deepCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(deepCopy);
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = deepCopy((value as Record<string, unknown>)[key]);
  return copy;
}
