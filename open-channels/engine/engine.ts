import type { Clock } from "../../rest/clock";
import type { Portal } from "../../rest/portal";
import { decodeEvent } from "../events/decode";
import type { Acceptance, Delivery } from "../events/delivery";
import { identityOf } from "../events/identity";
import { Cursor } from "./cursor";
import { Graphs, type Graph } from "./graph";
import { Handovers, type Listener, type Stop } from "./handovers";
import { Journal } from "./journal";
import { Ledger } from "./ledger";
import { oldPosted } from "./old-state";
import { NamedEvents } from "./named";
import type { EngineNotice } from "./notices";
import { Owners } from "./owners";
import { PostedEvents } from "./posted";
import type { EventEntry, Meta } from "./records";
import type { JournalStorage } from "./storage";
import { Strangers } from "./strangers";
import { Work, type Held, type WorkParts } from "./work";

/** What one poll brought. */
export interface FetchedPage {
  readonly deliveries: readonly Delivery[];
  /** The offset with which it was asked for. */
  readonly asked: number;
  /** Whether the portal has more than this. */
  readonly more: boolean;
}

export interface EngineParts {
  readonly clock: Clock;
  readonly storage: JournalStorage;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly onNotice: (notice: EngineNotice) => void;
  /** Told about what the table of states does not know: a fault of the engine. */
  readonly onFault: (what: string) => void;
}

/** Posted events that come within this time are put into their order, ms. */
const GATHER = 30;
/** What is adrift outside of a deploy goes out again after this, ms. */
const AGAIN_AFTER = 1_000;

/** How an event becomes exactly one answer: it takes events in, hands them to event nodes, and knows when they are done. */
export class Engine {
  readonly owners: Owners;
  readonly #parts: EngineParts;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #cursor: Cursor;
  readonly #graphs = new Graphs();
  readonly #handovers: Handovers;
  readonly #named: NamedEvents;
  readonly #workParts: WorkParts;
  readonly #posted: PostedEvents;
  readonly #strangers = new Strangers();
  #isClosed = false;
  readonly #scheduled = new Set<number>();

  /** @throws the storage's error when what is there cannot be read */
  constructor(parts: EngineParts) {
    this.#parts = parts;
    const { clock, storage, onNotice } = parts;
    const now = (): number => clock.now();
    this.#journal = new Journal({
      storage,
      clock,
      snapshot: () => this.#ledger.snapshot(),
      onFailure: (error) => onNotice({ kind: "journalFile", reason: error.message }),
    });
    this.#ledger = new Ledger(this.#journal, now);
    const loaded = this.#journal.open();
    if (!this.#ledger.restore(loaded)) {
      this.#journal.setAside();
      onNotice({ kind: "journalUnreadable" });
    }
    if (loaded.isDamaged) onNotice({ kind: "journalLine" });
    this.owners = new Owners(this.#ledger, now);
    this.#cursor = new Cursor({
      ledger: this.#ledger,
      now,
      random: parts.random,
      onRisk: () => onNotice({ kind: "custodyMemory" }),
    });
    this.#handovers = new Handovers({
      clock,
      ledger: this.#ledger,
      cursor: this.#cursor,
      owners: this.owners,
      graphs: this.#graphs,
      written: () => this.#journal.written(),
      onAdrift: () => this.#deliverSoon(AGAIN_AFTER),
      onFault: parts.onFault,
    });
    this.#workParts = {
      ledger: this.#ledger,
      owners: this.owners,
      now,
      written: () => this.#journal.written(),
      synced: () => this.#journal.synced(),
    };
    this.#named = new NamedEvents(this.#ledger);
    this.#posted = new PostedEvents({
      ledger: this.#ledger,
      note: (key, delivery) => this.#note(key, delivery),
      synced: () => this.#journal.synced(),
    });
    for (const delivery of oldPosted(loaded.snapshot))
      // The old file is there until the first snapshot replaces it.
      if (!this.#ledger.events.has(identityOf(delivery))) this.#posted.park(delivery);
  }

  get meta(): Meta {
    return this.#ledger.meta;
  }

  /** Something of this bot was remembered at the start, or has been since. */
  get hasMemory(): boolean {
    return this.#ledger.hasSurvived || this.#handovers.botId !== null;
  }

  get hasListeners(): boolean {
    return this.#handovers.listeners.size > 0;
  }

  get openEvents(): number {
    return this.#ledger.open.size;
  }

  setMeta(change: Partial<Meta>): void {
    this.#ledger.setMeta(change);
  }

  /** Everything recorded so far survives a power cut. */
  saved(): Promise<void> {
    return this.#journal.synced();
  }

  /**
   * Says which bot the events are of. Another bot's memory is forgotten; the same bot's is kept, however its address or
   * code is written.
   * @param portalBase the portal's address @param tokenMark what tells the bot's token from others without being it
   */
  useBot(botId: number, portalBase: string, tokenMark: string): void {
    this.#handovers.botId = botId;
    const { meta } = this.#ledger;
    // Numbers of bots are the portal's own; a renamed portal shows by the same token.
    if (meta.botId !== null && meta.portalBase !== portalBase) this.#cursor.isElsewhere();
    const isSame = meta.botId === botId && (meta.portalBase === portalBase || meta.tokenMark === tokenMark);
    if (meta.botId !== null && !isSame) this.forgetBot();
    if (!isSame || meta.portalBase !== portalBase || meta.tokenMark !== tokenMark)
      this.#ledger.setMeta({ botId, portalBase, tokenMark });
    this.#deliverSoon(0);
  }

  /** Forgets all events and conversations: they are of a bot that is not there any more. */
  forgetBot(): void {
    // What was posted before a bot was made is for that bot.
    if (this.#ledger.meta.botId === null && this.#ledger.cursor === 0) return;
    this.#handovers.stopTimers();
    this.#ledger.forgetBot();
    this.#cursor.forget();
  }

  /** Events from before `moment` (ms) leave by output 2: somebody without memory of them must not answer them again. */
  treatAsStrangers(moment: number): void {
    this.#strangers.treatAllBefore(moment);
  }

  /** @returns takes the subscription back; what its flow has not finished with goes on */
  subscribe(listener: Listener): () => void {
    const { listeners } = this.#handovers;
    listeners.set(listener.id, listener);
    this.#deliverSoon(0);
    return () => {
      if (listeners.get(listener.id) === listener) listeners.delete(listener.id);
    };
  }

  /** A deploy is about to stop these nodes. What may be in them is in doubt. */
  flowsStopping(stop: Stop): void {
    this.#handovers.isTaking = false;
    if (stop !== "all") this.#handovers.stopping(stop);
  }

  /** All flows run. @param graph where messages can go from now on */
  flowsStarted(graph: Graph | null): void {
    if (graph) this.#graphs.add(graph);
    this.#handovers.isTaking = true;
    this.#deliverSoon(0);
  }

  /** Takes posted events into safety, because the portal would not deliver them again; see {@link Engine.deliverAccepted}. */
  async accept(deliveries: readonly Delivery[]): Promise<Acceptance> {
    // Nothing could be kept any more.
    if (this.#isClosed) return "full";
    return this.#posted.accept(deliveries);
  }

  /** Lets the flow begin with what was accepted, in order with what comes in the next moment. */
  deliverAccepted(): void {
    this.#deliverSoon(GATHER);
  }

  /** What the next poll asks for; what it confirms is safe by then. @param interval between two polls, ms */
  async nextPoll(interval: number): Promise<{ readonly offset: number; readonly limit: number }> {
    this.#ledger.prune();
    const offset = this.#cursor.offset(interval);
    if (this.#cursor.takeMustSync()) await this.#journal.synced();
    return { offset, limit: this.#cursor.limit() };
  }

  /** Everything that is done, for the last poll. */
  lastOffset(): number {
    return this.#cursor.last();
  }

  /**
   * Takes what a poll brought.
   * @returns how many events were new, and whether another reader shows
   */
  receivePage({ deliveries, asked, more }: FetchedPage): { readonly news: number; readonly isShared: boolean } {
    if (this.#isClosed) return { news: 0, isShared: false };
    const byId = [...deliveries].sort((one, other) => Number(one.id) - Number(other.id));
    const ids = new Map(byId.map(({ id, date }) => [Number(id), Date.parse(String(date))]));
    if (!this.#cursor.recognizes(ids)) {
      const { portalBase, tokenMark, botId } = this.#ledger.meta;
      this.forgetBot();
      this.#ledger.setMeta({ portalBase, tokenMark, botId });
    }
    const { events, isShared } = this.#cursor.missing({ ids: new Set(ids.keys()), asked, more });
    this.#goOnWithoutPortal(events);
    // Nobody is there for a moment, as in the middle of a deploy: it comes again.
    if (!this.#isReady) return { news: 0, isShared };
    const fresh: EventEntry[] = [];
    for (const delivery of byId) {
      const key = identityOf(delivery);
      const known = this.#ledger.events.get(key);
      if (known) this.#bringBack(known, delivery);
      else if (!(Number(key) < this.#ledger.cursor)) fresh.push(this.#note(key, delivery));
    }
    const strangers = fresh.filter((event) => this.#strangers.has(event)).length;
    if (strangers > 0) this.#parts.onNotice({ kind: "knownElsewhere", count: strangers });
    this.#handovers.give(fresh, (event) => this.#strangers.has(event));
    // What comes later is news, whatever the two clocks say.
    if (!more) this.#strangers.forget();
    return { news: fresh.length, isShared };
  }

  /** An event of an earlier start, whose content only the portal had. */
  #bringBack(event: EventEntry, delivery: Delivery): void {
    if (event.doneAt > 0 || event.content !== null) return;
    event.content = delivery;
    this.#deliverSoon(0);
  }

  /** Open events that the portal does not have any more: they go on from memory, or nobody knows what they said. */
  #goOnWithoutPortal(events: readonly EventEntry[]): void {
    let gone = 0;
    for (const event of events) {
      if (event.content) this.#ledger.keepContent(event.key, event.content);
      else {
        gone++;
        this.#handovers.finish(event);
      }
    }
    if (gone > 0) this.#parts.onNotice({ kind: "eventsGone", count: gone });
  }

  /** An event is known from here on, and so is what it says about people. */
  #note(key: string, delivery: Delivery): EventEntry {
    const { botId } = this.#handovers;
    const event = decodeEvent(delivery, botId);
    const { chatId, messageId, line } = event.conversation;
    const sessionId = line?.sessionId ?? null;
    if (chatId !== null) this.#strangers.seen(event.topic, chatId);
    this.owners.observe(event, botId);
    const personBefore = this.owners.personIn({ chatId, sessionId });
    this.#ledger.noteEvent({ key, chatId, messageId, sessionId, personBefore }, delivery);
    const noted = this.#ledger.events.get(key);
    if (!noted) throw new Error(`no event ${key}`);
    this.#cursor.opened(noted);
    return noted;
  }

  /** An action takes a message: its event counts as being worked on until {@link Engine.end}. */
  begin(
    conversation: Readonly<Record<string, unknown>>,
    node: string,
    portal: Portal,
  ): { readonly work: Work; readonly held: Held | null } {
    const { event, held } = this.#named.find(conversation);
    if (held) this.#handovers.begin(held.event, held.handover);
    return { work: new Work(this.#workParts, portal, node, held, event), held };
  }

  /** An action has ended, in whatever way. @param isLost what it had could not be handed on, or was taken back */
  end(held: Held | null, isLost: boolean): void {
    if (held) this.#handovers.end(held.event, held.handover, isLost);
  }

  #deliverSoon(delay: number): void {
    if (this.#isClosed || this.#scheduled.has(delay)) return;
    this.#scheduled.add(delay);
    const { clock } = this.#parts;
    const deliver = (): void => {
      this.#scheduled.delete(delay);
      this.#deliver();
    };
    if (delay > 0) clock.after(delay, deliver);
    else clock.soon(deliver);
  }

  /** Hands out what waits for an event node: posted events, and what may have been lost. */
  #deliver(): void {
    if (!this.#isReady) return;
    this.#handovers.give(this.#posted.waiting(), () => false);
    const gone = this.#handovers.giveAgain();
    if (gone > 0) this.#parts.onNotice({ kind: "goneNode", count: gone });
  }

  /** Whether an event that is handed out now finds its way. */
  get #isReady(): boolean {
    const { isTaking, botId } = this.#handovers;
    return !this.#isClosed && isTaking && this.hasListeners && botId !== null;
  }

  /** Its config node is gone: what clients wrote does not stay on disk. The token and whose turn it is do. */
  forgetWords(): void {
    for (const event of [...this.#ledger.open.values()]) this.#handovers.finish(event);
    void this.#journal.compact();
  }

  /** Ends for good; what is not done is adrift at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#handovers.close();
    await this.#journal.close();
  }
}
