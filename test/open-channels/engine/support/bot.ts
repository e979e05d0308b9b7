import { Engine } from "../../../../open-channels/engine/engine";
import type { EngineNotice } from "../../../../open-channels/engine/notices";
import { type Listener, type Stop } from "../../../../open-channels/engine/handovers";
import { Graph, type FlowNode } from "../../../../open-channels/engine/graph";
import type { Owner } from "../../../../open-channels/engine/meaning";
import type { ActionSuccess, Held, Work } from "../../../../open-channels/engine/work";
import type { Delivery } from "../../../../open-channels/events/delivery";
import type { BotEvent } from "../../../../open-channels/events/event";
import { fetched, type Written } from "../../support/deliveries";
import { VirtualClock } from "../../support/virtual-clock";
import { Disk } from "./disk";
import { FakePortal } from "./fake-portal";
import { pass, settle } from "./turns";

/** A message that an event node sent into its flow. */
export interface Emitted {
  readonly node: string;
  readonly event: BotEvent;
  readonly owner: Owner;
  readonly output: 0 | 1;
}

/** The pause between two polls, ms. */
export const INTERVAL = 2_000;

/** The queue of the portal, as much of it as a bot sees. */
export class Queue {
  readonly events = new Map<number, Delivery>();

  /** A client writes, in a dialog of its own unless `written` says so. */
  write(eventId: number, written: Written = {}): void {
    const chatId = 10_000 + eventId;
    this.events.set(eventId, fetched({ eventId, chatId, messageId: eventId, text: `text ${eventId}`, ...written }));
  }

  /** What a poll gets. */
  page(offset: number, limit: number): { deliveries: Delivery[]; asked: number; more: boolean } {
    for (const id of this.events.keys()) if (id < offset) this.events.delete(id);
    const all = [...this.events.entries()].sort(([one], [other]) => one - other).map(([, delivery]) => delivery);
    return { deliveries: all.slice(0, limit), asked: offset, more: all.length > limit };
  }
}

/** A bot of which a test plays portal, flows and deploys. */
export class Bot {
  readonly clock: VirtualClock;
  readonly disk: Disk;
  readonly queue: Queue;
  readonly engine: Engine;
  readonly portal: FakePortal;
  readonly emitted: Emitted[] = [];
  readonly notices: EngineNotice[] = [];
  readonly faults: string[] = [];
  readonly shared: number[] = [];
  readonly #unsubscribe = new Map<string, () => void>();
  #polls = 0;

  constructor(left: { disk?: Disk; clock?: VirtualClock; queue?: Queue } = {}) {
    this.disk = left.disk ?? new Disk();
    this.clock = left.clock ?? new VirtualClock();
    this.queue = left.queue ?? new Queue();
    this.portal = new FakePortal(this.clock);
    this.engine = new Engine({
      clock: this.clock,
      storage: this.disk,
      random: () => 0.5,
      onNotice: (notice) => this.notices.push(notice),
      onFault: (what) => this.faults.push(what),
    });
    this.engine.useBot(7, "https://portal.example", "mark");
  }

  /** An event node begins to listen. */
  node(id = "event", wishes: Partial<Listener> = {}): this {
    const usual = {
      topics: new Set<string>(),
      openChannelsOnly: true,
      confirm: "handled",
      confirmTimeout: 60_000,
    } as const;
    const emit: Listener["emit"] = (event, owner, output) => this.emitted.push({ node: id, event, owner, output });
    this.#unsubscribe.set(id, this.engine.subscribe({ ...usual, id, emit, ...wishes }));
    return this;
  }

  removeNode(id: string): void {
    this.#unsubscribe.get(id)?.();
  }

  /** One poll and what it brings, until it is in the flows. @returns how much of it was new */
  async poll(): Promise<number> {
    this.#polls++;
    const { offset, limit } = await this.engine.nextPoll(INTERVAL);
    const { news, isShared } = this.engine.receivePage(this.queue.page(offset, limit));
    if (isShared) this.shared.push(this.#polls);
    await this.settle();
    return news;
  }

  /** Polls as often as `duration` allows. */
  async polls(duration: number): Promise<void> {
    for (let passed = 0; passed < duration; passed += INTERVAL) {
      await this.pass(INTERVAL);
      await this.poll();
    }
  }

  async settle(): Promise<void> {
    this.clock.pass(0);
    await settle();
  }

  readonly pass = (duration: number): Promise<void> => pass(this.clock, duration);

  /** What was emitted last. */
  get last(): Emitted {
    const last = this.emitted.at(-1);
    if (!last) throw new Error("nothing was emitted");
    return last;
  }

  /** Event ids with the number of the delivery, as they were emitted: `5/1`. */
  get log(): string[] {
    return this.emitted.map(({ event }) => logged(event));
  }

  /** An action takes the message. */
  begin({ event }: Emitted, node = "send"): { readonly work: Work; readonly held: Held | null } {
    return this.engine.begin({ ...event.conversation }, node, this.portal);
  }

  /** An action handles the message, with a call of its own. */
  async handle(emitted: Emitted, node = "send", text = "Hello"): Promise<ActionSuccess> {
    const { work, held } = this.begin(emitted, node);
    const params = { message: text };
    const chatId = emitted.event.conversation.chatId ?? 0;
    const success = await work.call("imbot.v2.Chat.Message.send", params, {
      kind: "message",
      chatId,
      keyed: (key) => ({ ...params, key }),
    });
    this.engine.end(held, false);
    return success;
  }

  /** All that has been emitted since `from` is handled, and quiet. */
  async handleAll(from = 0): Promise<void> {
    for (const emitted of this.emitted.slice(from)) this.engine.end(this.begin(emitted).held, false);
    await this.pass(1_000);
  }

  flows(...nodes: Partial<FlowNode>[]): void {
    this.engine.flowsStarted(new Graph(nodes.map((node) => ({ id: "", type: "function", z: "flow", ...node }))));
  }

  /** A deploy that stops these nodes, and starts them again. */
  async deploy(stopped: readonly string[], ...nodes: Partial<FlowNode>[]): Promise<void> {
    const stop: Stop = (id) => stopped.includes(id);
    this.engine.flowsStopping(stop);
    await this.settle();
    this.flows(...nodes);
    await this.settle();
  }

  /** Another process on what this one has left: it died, or was closed before. */
  async restart(): Promise<Bot> {
    await this.settle();
    const disk = new Disk();
    disk.snapshot = this.disk.snapshot;
    disk.log = this.disk.log;
    disk.durable = this.disk.durable;
    return new Bot({ disk, clock: this.clock, queue: this.queue });
  }
}

export const logged = ({ conversation: { event } }: BotEvent): string => `${event.id}/${event.delivery}`;
