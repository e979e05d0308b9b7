import { EventEmitter } from "node:events";

export type Message = Record<string, unknown>;
type Listener = (...args: never[]) => unknown;
type InputListener = (msg: Message, send: (msg: unknown) => void, done: (error?: unknown) => void) => void;

/** A node as a flow file holds it. */
export interface NodeConfig {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly name?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

/** Hears of everything that happens to a node. */
export interface NodeWatch {
  received(node: FlowNode, msg: Message): void;
  sent(node: FlowNode, output: number, msg: Message): void;
  /** An error is given to Node-RED; `handOver` brings it to Catch nodes or the log. */
  failed(node: FlowNode, msg: Message, error: unknown, handOver: () => void): void;
  logged(level: "error" | "warn" | "info", node: FlowNode | null, text: string): void;
  showed(node: FlowNode, status: unknown): void;
}

/** The running flows, as a node in them needs them. */
export interface Surroundings {
  readonly watch: NodeWatch;
  generateId(): string;
  getNode(id: string): FlowNode | null;
  contextOf(id: string): object;
  clone(msg: Message): Message;
  route(from: FlowNode, target: string, msg: Message): void;
  handleError(node: FlowNode, problem: unknown, msg: Message | undefined): boolean;
  handleComplete(node: FlowNode, msg: Message): void;
}

/** Node-RED's Node class, as far as nodes can see it. [node-red runtime/lib/nodes/Node.js 4.1] */
export class FlowNode extends EventEmitter {
  declare id: string;
  declare type: string;
  declare z: string | undefined;
  declare name: string | undefined;
  declare wires: string[][];
  declare credentials: object | undefined;
  declare users: Record<string, FlowNode> | undefined;
  declare scope: string[] | undefined;
  declare flows: Surroundings;
  /** As it stands in the flow file. */
  declare config: NodeConfig;
  declare closeListeners: Listener[];
  declare inputListeners: InputListener[];

  /** What `RED.nodes.createNode` does to a node under construction. */
  static prepare(node: FlowNode, config: NodeConfig, flows: Surroundings, credentials: object | undefined): void {
    EventEmitter.call(node as never);
    node.id = config.id;
    node.type = config.type;
    node.z = config.z;
    if (config.name) node.name = config.name;
    Object.defineProperty(node, "flows", { value: flows, enumerable: false });
    Object.defineProperty(node, "config", { value: config, enumerable: false });
    node.closeListeners = [];
    node.inputListeners = [];
    if (credentials) node.credentials = structuredClone(credentials);
    node.updateWires(config.wires);
  }

  updateWires(wires: NodeConfig["wires"]): void {
    this.wires = (wires ?? []).map((ends) => [...ends]);
  }

  override on(event: string, listener: Listener): this {
    if (event === "close") this.closeListeners.push(listener);
    else if (event === "input") this.inputListeners.push(listener as unknown as InputListener);
    else super.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  receive(msg: Message = {}): void {
    msg["_msgid"] ??= this.flows.generateId();
    this.emit("input", msg);
  }

  override emit(event: string, ...args: unknown[]): boolean {
    if (event !== "input") return super.emit(event, ...args);
    this.takeInput(args[0] as Message);
    return true;
  }

  // No private method: nodes are made by plain functions, which run no field initialisers.
  takeInput(msg: Message): void {
    const complete = (error?: unknown): void => {
      if (error) this.flows.watch.failed(this, msg, error, () => this.error(error, msg));
      else this.flows.handleComplete(this, msg);
    };
    this.flows.watch.received(this, msg);
    for (const listener of [...this.inputListeners]) {
      try {
        listener(msg, (sent) => this.send(sent), complete);
      } catch (error) {
        this.error(error, msg);
      }
    }
  }

  send(msg: unknown): void {
    if (msg === null || msg === undefined) return;
    const byOutput: unknown[] = Array.isArray(msg) ? msg : [msg];
    let first = true;
    for (const [output, sent] of byOutput.entries()) {
      const all = (Array.isArray(sent) ? sent : [sent]).filter((one): one is Message => Boolean(one));
      for (const one of all) this.flows.watch.sent(this, output, one);
      // All copies are made before anything is delivered.
      for (const target of this.wires[output] ?? [])
        for (const one of all) {
          one["_msgid"] ??= this.flows.generateId();
          this.flows.route(this, target, first ? one : this.flows.clone(one));
          first = false;
        }
    }
  }

  async close(removed: boolean): Promise<void> {
    const closing = this.closeListeners.map(
      (listener) =>
        new Promise<void>((resolve) => {
          try {
            if (listener.length === 0) {
              listener.call(this);
              resolve();
            } else if (listener.length === 1) (listener as (done: () => void) => void).call(this, resolve);
            else (listener as (removed: boolean, done: () => void) => void).call(this, removed, resolve);
          } catch (error) {
            this.flows.watch.logged("error", this, `close: ${String(error)}`);
            resolve();
          }
        }),
    );
    await Promise.all(closing);
    this.inputListeners = [];
  }

  error(problem: unknown, msg?: Message): void {
    const handled = msg !== undefined && this.flows.handleError(this, problem, msg);
    const text = problem instanceof Error ? problem.message : String(problem);
    if (!handled) this.flows.watch.logged("error", this, text);
    if (msg === undefined) this.flows.handleError(this, problem, undefined);
  }

  warn(text: unknown): void {
    this.flows.watch.logged("warn", this, String(text));
  }

  log(text: unknown): void {
    this.flows.watch.logged("info", this, String(text));
  }

  debug(): void {
    // Not looked at.
  }

  trace(): void {
    // Not looked at.
  }

  metric(): void {
    // Not looked at.
  }

  status(status: unknown): void {
    this.flows.watch.showed(this, status);
  }

  context(): object {
    return this.flows.contextOf(this.id);
  }
}
