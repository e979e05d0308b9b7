import type { Clock } from "../../rest/clock";
import { decodeEvent } from "../events/decode";
import type { BotEvent } from "../events/event";
import { wantsEvent } from "../events/filter";
import type { Cursor } from "./cursor";
import type { Graphs } from "./graph";
import type { Ledger } from "./ledger";
import type { Owner } from "./meaning";
import type { Owners } from "./owners";
import { fetchedId, type EventEntry, type Handover } from "./records";
import { after, isOpen, type Happening } from "./transitions";

/** An event node: what it wants and where its messages go. */
export interface Listener {
  /** The same after each start, also for a node inside a subflow. */
  readonly id: string;
  /** Topics it wants; empty: all. */
  readonly topics: ReadonlySet<string>;
  readonly openChannelsOnly: boolean;
  /** `handled`: done when an action has finished with the message; `received`: done when it has been emitted. */
  readonly confirm: "handled" | "received";
  /** When an event counts as handled although no action took it, ms. */
  readonly confirmTimeout: number;
  /** Output 0: the bot's turn; 1: people have the conversation. */
  emit(event: BotEvent, owner: Owner, output: 0 | 1): void;
}

/** Which nodes a deploy is about to stop: all of them, or those for which the function says so. */
export type Stop = "all" | ((nodeId: string) => boolean);

export interface HandoversParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly cursor: Cursor;
  readonly owners: Owners;
  readonly graphs: Graphs;
  /** Resolves when all that was recorded so far survives the process. */
  readonly written: () => Promise<void>;
  /** Called when something is adrift, so that it goes out again. */
  readonly onAdrift: () => void;
  /** Called with what the table of states does not know: a fault of the engine. */
  readonly onFault: (what: string) => void;
}

/** How long nobody must have been at work on an event before it counts as handled, ms. */
const QUIET = 1_000;

interface HandedOut {
  readonly listener: Listener;
  readonly event: EventEntry;
  readonly handover: Handover;
}

/** Hands events to event nodes, and follows each hand-over until nobody will do anything with it any more. */
export class Handovers {
  readonly listeners = new Map<string, Listener>();
  /** Flows run, so that what is emitted finds its way; not while a deploy stops and starts nodes. */
  isTaking = true;
  botId: number | null = null;
  readonly #parts: HandoversParts;
  readonly #timers = new Map<Handover, () => void>();
  #isClosed = false;

  constructor(parts: HandoversParts) {
    this.#parts = parts;
  }

  /** Hands out events in this order. @param isStranger says of which nobody here knows whether they were answered */
  give(events: readonly EventEntry[], isStranger: (event: EventEntry) => boolean): void {
    this.#handOut(events.flatMap((event) => this.#offer(event, isStranger(event))));
  }

  /** What may have been lost goes out again. @returns how many have nobody left to go to */
  giveAgain(): number {
    let gone = 0;
    for (const event of [...this.#parts.ledger.open.values()])
      for (const handover of event.handovers)
        if (handover.state === "adrift" && event.content !== null && !this.#giveAgain(event, handover)) gone++;
    return gone;
  }

  /** A deploy stops these nodes: what may be in them is adrift. */
  stopping(stop: Exclude<Stop, "all">): void {
    for (const event of [...this.#parts.ledger.open.values()])
      for (const handover of event.handovers)
        if ((handover.state === "offered" || handover.state === "held") && this.#mayBeLost(handover, stop))
          this.#happens(event, handover, "lost");
  }

  /** An action takes a message. */
  begin(event: EventEntry, handover: Handover): void {
    const isConfirmed = event.doneAt > 0 && !this.#isOnPortal(event);
    if (!(handover.state === "done" && isConfirmed)) this.#happens(event, handover, "begin");
    handover.working++;
  }

  /** It has ended. @param isLost what it had could not be handed on, or was taken back */
  end(event: EventEntry, handover: Handover, isLost: boolean): void {
    handover.working = Math.max(0, handover.working - 1);
    if (handover.state === "done") return;
    this.#happens(event, handover, "end");
    if (isLost && handover.state !== "replaced") this.#happens(event, handover, "lost");
    else if (handover.working === 0 && handover.state === "held")
      this.#after(handover, QUIET, () => this.#happens(event, handover, "quiet"));
  }

  /** Nobody will do anything with this event any more. */
  finish(event: EventEntry): void {
    for (const handover of event.handovers) {
      this.#stopTimer(handover);
      if (isOpen(handover.state)) handover.state = "done";
    }
    this.#settle(event, 0);
  }

  stopTimers(): void {
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
  }

  close(): void {
    this.#isClosed = true;
    this.listeners.clear();
    this.stopTimers();
  }

  /** Gives an event to all event nodes that want it, or finishes it when none does. */
  #offer(event: EventEntry, isStranger: boolean): HandedOut[] {
    const content = this.#decode(event);
    const takers =
      content === null ? [] : [...this.listeners.values()].filter((listener) => wantsEvent(listener, content));
    if (takers.length === 0) this.finish(event);
    const output = isStranger || isWithPeople(this.#parts.owners.ofSession(event)) ? 1 : 0;
    return takers.map((listener) => this.#giveTo(listener, event, output));
  }

  /** @param replaced number of the hand-over in whose place this one is, 0 for none */
  #giveTo(listener: Listener, event: EventEntry, output: 0 | 1, replaced = 0): HandedOut {
    const number = Math.max(0, ...event.handovers.map((handover) => handover.number)) + 1;
    const given = { number, eventNode: listener.id, output, epoch: this.#parts.graphs.epoch };
    return { listener, event, handover: this.#parts.ledger.giveOut(event.key, given, replaced) };
  }

  /** Emits when the numbers are written down: whoever acts on them finds them again, also after a crash. */
  #handOut(all: readonly HandedOut[]): void {
    if (all.length === 0) return;
    void this.#parts.written().then(() => {
      for (const one of all) this.#emit(one);
    });
  }

  #emit({ listener, event, handover }: HandedOut): void {
    if (this.#isClosed) return;
    const content = this.#decode(event);
    if (content === null || handover.state !== "offered") return;
    if (this.listeners.get(listener.id) !== listener || !this.isTaking) {
      this.#happens(event, handover, "lost");
      return;
    }
    const { conversation } = content;
    const numbered = { ...conversation, event: { ...conversation.event, delivery: handover.number } };
    const owner = this.#parts.owners.ofSession(event);
    listener.emit({ ...content, conversation: numbered }, owner, handover.output);
    if (handover.state !== "offered") return;
    if (handover.output === 1 || listener.confirm === "received") this.#happens(event, handover, "received");
    else this.#after(handover, listener.confirmTimeout, () => this.#happens(event, handover, "timeout"));
  }

  #decode({ content }: EventEntry): BotEvent | null {
    return content === null ? null : decodeEvent(content, this.botId);
  }

  /** @returns false when the event node is gone and no other one is left to take it */
  #giveAgain(event: EventEntry, handover: Handover): boolean {
    const content = this.#decode(event);
    const same = this.listeners.get(handover.eventNode);
    const others = [...this.listeners.values()].filter(
      (listener) =>
        content !== null &&
        wantsEvent(listener, content) &&
        !event.handovers.some(({ eventNode }) => eventNode === listener.id),
    );
    const taker = same ?? others[0];
    if (!taker) {
      this.#happens(event, handover, "gone");
      return false;
    }
    const output = handover.output === 1 || this.#parts.owners.hasPersonActed(event) ? 1 : 0;
    this.#happens(event, handover, "again");
    this.#handOut([this.#giveTo(taker, event, output, handover.number)]);
    return true;
  }

  #mayBeLost({ eventNode, epoch }: Handover, stop: Exclude<Stop, "all">): boolean {
    const path = eventNode.split("/");
    // A subflow's instance takes all that is inside of it along.
    if (path.slice(0, -1).some(stop)) return true;
    const places = this.#parts.graphs.reach(path.at(-1) ?? "", epoch);
    return places === null || [...places].some((id) => stop(id) && !this.#parts.graphs.losesNothing(id));
  }

  #happens(event: EventEntry, handover: Handover, happening: Happening): void {
    const state = after(handover.state, happening);
    if (state === null) {
      this.#parts.onFault(`${happening} while ${handover.state}`);
      return;
    }
    const wasDone = handover.state === "done";
    this.#stopTimer(handover);
    handover.state = state;
    if (wasDone && state === "held") {
      this.#parts.ledger.reopen(event.key, handover.number);
      this.#parts.cursor.opened(event);
    }
    if (state === "adrift") this.#parts.onAdrift();
    if (state === "done") this.#settle(event, handover.number);
  }

  /** A hand-over is done; with the last one the event is. */
  #settle(event: EventEntry, number: number): void {
    if (event.handovers.some(({ state }) => isOpen(state))) {
      this.#parts.ledger.finish(event.key, number);
      return;
    }
    this.#parts.cursor.closed(event);
    const before = this.#parts.ledger.cursor;
    this.#parts.cursor.advance();
    const id = fetchedId(event.key);
    // The cursor's own line says that everything below is done.
    const isCovered = id !== null && id >= before && id < this.#parts.ledger.cursor;
    if (!isCovered || event.doneAt === 0) this.#parts.ledger.finish(event.key, 0);
  }

  #after(handover: Handover, delay: number, task: () => void): void {
    this.#stopTimer(handover);
    this.#timers.set(
      handover,
      this.#parts.clock.after(delay, () => {
        this.#timers.delete(handover);
        if (handover.working === 0) task();
      }),
    );
  }

  #stopTimer(handover: Handover): void {
    this.#timers.get(handover)?.();
    this.#timers.delete(handover);
  }

  /** Whether the portal would deliver it again after a crash. */
  #isOnPortal({ key }: EventEntry): boolean {
    const id = fetchedId(key);
    return id !== null && id >= this.#parts.cursor.confirmed;
  }
}

const isWithPeople = (owner: Owner): boolean => owner === "waiting" || owner === "human";
