import { buildFlow, type Address, type Edits } from "../flow/build";
import { flowTypes, type FlowWorld } from "../flow/nodes";
import type { FlowSpec } from "../flow/spec";
import { redApi, type Route } from "../red/api";
import type { DeployType } from "../red/deploy";
import { Flows, type NodeConstructor } from "../red/flows";
import type { Message } from "../red/node";
import type { Subject } from "../subject";
import type { Disk } from "./disk";
import { fsOn } from "./fs";
import { globalsOf, type Life } from "./globals";
import type { Network, PostTarget } from "./network";
import type { Random } from "./random";
import type { VirtualTime } from "./time";
import type { Transcript } from "./transcript";
import { FlowWatch, type DeliveryCounts } from "./watch";

export interface NodeRedParts {
  readonly subject: Subject;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly transcript: Transcript;
  readonly network: Network;
  readonly disk: Disk;
  readonly userDir: string | undefined;
  readonly boot: number;
  readonly deliveries: DeliveryCounts;
  readonly world: Omit<FlowWorld, "after" | "now">;
  readonly clockAhead: number;
}

/** What is saved on the machine: the user's flow and credentials. */
export interface Saved {
  readonly spec: FlowSpec;
  readonly address: Address;
  readonly edits: Edits;
  readonly extra: readonly string[];
  readonly turns: number;
  readonly credentials: object;
}

/** One Node-RED process, from its start to its end. */
export class NodeRed implements PostTarget {
  readonly boot: number;
  readonly life: Life;
  readonly #parts: NodeRedParts;
  readonly #flows: Flows;
  readonly #routes = new Map<string, Route>();

  constructor(parts: NodeRedParts) {
    const { subject, time, random, transcript, network, disk, boot, userDir, deliveries, world } = parts;
    this.#parts = parts;
    this.boot = boot;
    this.life = { alive: true, diedAt: Infinity, clockAhead: parts.clockAhead, enter: () => undefined };
    const globals = globalsOf(time, random, this.life, 1000 + boot);
    const types = new Map<string, NodeConstructor>();
    let lastId = 0;
    this.#flows = new Flows({
      watch: new FlowWatch(time, transcript, boot, deliveries),
      setImmediate: (task) => void globals.setImmediate(task),
      setTimeout: (task, delay) => globals.setTimeout(task, delay),
      generateId: () => `${boot.toString(16)}.${(++lastId).toString(16)}`,
      constructorOf: (type) => types.get(type),
    });
    const flowWorld: FlowWorld = {
      ...world,
      now: () => time.now,
      after: (delay, task) =>
        time.after(delay, () => {
          if (!this.life.alive) return;
          this.life.enter();
          task();
        }),
    };
    for (const [type, constructor] of flowTypes(flowWorld, this.#flows)) types.set(type, constructor);
    const createTransport = (): ReturnType<Network["transportFor"]> => network.transportFor(boot, this.life);
    const RED = redApi({ flows: this.#flows, types, routes: this.#routes, userDir, environment: {} });
    subject.begin(RED, {
      globals,
      fs: fsOn(disk),
      life: this.life,
      createTransport,
    });
  }

  start(saved: Saved): Promise<void> {
    this.life.enter();
    this.#flows.credentials.set("portal", saved.credentials);
    const { transcript, time } = this.#parts;
    const config = flowOf(saved);
    transcript.lifecycle.push({ at: time.now, kind: "boot", boot: this.boot, config });
    return this.#flows.start(config);
  }

  async deploy(saved: Saved, type: DeployType, resend: readonly string[]): Promise<void> {
    this.life.enter();
    this.#flows.credentials.set("portal", saved.credentials);
    await this.#flows.deploy(flowOf(saved), type, resend);
    const { transcript, time } = this.#parts;
    if (this.life.alive) transcript.lifecycle.push({ at: time.now, kind: "deployed", boot: this.boot });
  }

  /** An orderly end, as after SIGTERM. */
  async stop(): Promise<void> {
    const { transcript, time } = this.#parts;
    transcript.lifecycle.push({ at: time.now, kind: "stopping", boot: this.boot });
    this.life.enter();
    await this.#flows.stop();
    if (!this.life.alive) return;
    transcript.lifecycle.push({ at: time.now, kind: "stopped", boot: this.boot });
    this.#end();
  }

  /** Nothing of it runs any more. */
  kill(power: boolean): void {
    const { transcript, time, disk } = this.#parts;
    if (!this.life.alive) return;
    this.#end();
    if (power) disk.powerFailed();
    else disk.processDied();
    transcript.lifecycle.push({ at: time.now, kind: "killed", boot: this.boot, power });
  }

  #end(): void {
    this.life.alive = false;
    this.life.diedAt = this.#parts.time.now;
  }

  /** Gives a message to a node, as some other part of the flow would. */
  inject(nodeId: string, msg: Message): void {
    this.life.enter();
    this.#flows.getNode(nodeId)?.receive(msg);
  }

  hasNode(id: string): boolean {
    return this.#flows.getNode(id) !== null;
  }

  route(path: string): { readonly handler: Route; readonly id: string } | null {
    const match = /^\/bitrix24\/([^/]+)$/.exec(path);
    const handler = this.#routes.get("POST /bitrix24/:id");
    return match?.[1] !== undefined && handler ? { handler, id: match[1] } : null;
  }
}

const flowOf = ({ spec, address, edits, extra, turns }: Saved): ReturnType<typeof buildFlow> =>
  buildFlow(spec, address, edits, extra, turns);
