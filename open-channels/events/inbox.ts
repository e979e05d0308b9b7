import { createHash } from "node:crypto";
import type { Clock } from "../../rest/clock";
import { decodeEvent, type Delivery } from "./decode";
import { eventKey, type BotEvent } from "./event";
import { Confirmations } from "./confirmations";
import type { FetchedPage, InboxParts, InboxState, Subscriber } from "./inbox-parts";
import { Owners } from "./owners";

/** What became of a posted event: taken into safety, known already, or turned away because nobody takes them. */
export type Acceptance = "new" | "known" | "full";

/** Events whose sends are remembered in their order. */
const MOST_EVENTS_WITH_SENDS = 20_000;

/** Every event of a bot goes through here once: known ones are dropped, the others reach the event nodes they concern. */
export class Inbox {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #owners: Owners;
  readonly #confirmations: Confirmations;
  readonly #subscribers = new Set<Subscriber>();
  /** Which places in order are taken, by event and node. */
  readonly #sends = new Map<string, Map<string, Set<number>>>();

  constructor({ clock, state, onChange, leaveMarker }: InboxParts) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#owners = new Owners(state.owners);
    this.#confirmations = new Confirmations({ clock, state, onChange, leaveMarker });
  }

  get state(): InboxState {
    return { ...this.#confirmations.state, owners: this.#owners.entries() };
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.size > 0;
  }

  /** What the next poll confirms. */
  get offset(): number {
    return this.#confirmations.offset;
  }

  /** What the last poll confirms, when nobody comes back who would miss anything. */
  get cursor(): number {
    return this.#confirmations.cursor;
  }

  get openEvents(): number {
    return this.#confirmations.openCount;
  }

  /** @returns takes the subscription back; what its flow has not finished with comes again */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
      this.#confirmations.releaseOf(subscriber);
    };
  }

  /** Emits the posted events that wait, when somebody is there to take them. */
  redeliver(): void {
    if (!this.hasSubscribers) return;
    for (const delivery of this.#confirmations.takeReleased()) this.#emit(decodeEvent(delivery), delivery);
  }

  /**
   * Takes a posted event without emitting it yet, because the portal would not deliver it again: see `redeliver`.
   */
  accept(delivery: Delivery): Acceptance {
    if (this.#confirmations.isKnown(eventKey(decodeEvent(delivery).conversation), delivery.id)) return "known";
    if (!this.#confirmations.park(delivery)) return "full";
    this.#onChange();
    return "new";
  }

  /**
   * Takes what a poll brought, in the order of the ids, on which the cursor relies.
   * @returns how many events were new, and whether somebody else confirmed what only this reader may: see `leaveMarker`
   */
  receivePage(page: FetchedPage): { readonly news: number; readonly isShared: boolean } {
    const isShared = this.#confirmations.isMarkerMissing(page.deliveries, page.asked);
    this.#confirmations.forgetGone(page);
    const inOrder = [...page.deliveries].sort((one, other) => Number(one.id) - Number(other.id));
    return { news: inOrder.filter((delivery) => this.receive(delivery)).length, isShared };
  }

  /** Takes a fetched event. @returns whether it was new */
  receive(delivery: Delivery): boolean {
    const event = decodeEvent(delivery);
    if (this.#confirmations.isKnown(eventKey(event.conversation), delivery.id)) return false;
    // Nobody is there for a moment, as in the middle of a deploy: it comes again.
    if (!this.hasSubscribers) return false;
    this.#emit(event, delivery);
    return true;
  }

  /** An action begins to work on an event's message. */
  begin(key: string): void {
    this.#confirmations.begin(key);
  }

  /** It has finished with it; `cancelled`: it was stopped before it could. */
  end(key: string, cancelled: boolean): void {
    this.#confirmations.end(key, cancelled);
    if (cancelled) this.#clock.after(1_000, () => this.redeliver());
  }

  /** A call succeeded that may have changed who has a dialog. */
  afterCall(chatId: number, method: string, params: Readonly<Record<string, unknown>>): void {
    if (this.#owners.afterCall(chatId, method, params, this.#clock.now())) this.#onChange();
  }

  /**
   * The key of a send made from an event: the same again after a crash, so that the portal drops the repeat.
   * `free` gives the place back when the send failed.
   */
  claimSend(key: string, nodeId: string): { readonly templateId: string; readonly free: () => void } {
    const used = this.#placesOf(key, nodeId);
    let place = 0;
    while (used.has(place)) place++;
    used.add(place);
    return { templateId: uuidOf(`${key} ${nodeId} ${place}`), free: () => used.delete(place) };
  }

  #placesOf(key: string, nodeId: string): Set<number> {
    const nodes = this.#sends.get(key) ?? new Map<string, Set<number>>();
    const places = nodes.get(nodeId) ?? new Set<number>();
    nodes.set(nodeId, places);
    this.#sends.delete(key);
    this.#sends.set(key, nodes);
    const oldest = this.#sends.size > MOST_EVENTS_WITH_SENDS ? this.#sends.keys().next().value : undefined;
    if (oldest !== undefined) this.#sends.delete(oldest);
    return places;
  }

  /** What is finished counts as done; nothing is emitted any more. */
  close(): void {
    this.#subscribers.clear();
    this.#confirmations.close();
  }

  #emit(event: BotEvent, delivery: Delivery): void {
    // An event that goes out again is answered from the beginning, with the same keys.
    this.#sends.delete(eventKey(event.conversation));
    const { owner, changed } = this.#owners.afterEvent(event, this.#clock.now());
    const output = owner === "waiting" || owner === "human" ? 1 : 0;
    const takers = [...this.#subscribers].filter((subscriber) => wants(subscriber, event));
    const waitsFor = output === 1 ? [] : takers.filter((subscriber) => subscriber.confirm === "handled");
    this.#confirmations.open(eventKey(event.conversation), delivery, waitsFor);
    if (changed) this.#onChange();
    for (const subscriber of takers) subscriber.emit(event, owner, output);
  }
}

function wants({ topics, openChannelsOnly }: Subscriber, { topic, conversation }: BotEvent): boolean {
  return (topics.size === 0 || topics.has(topic)) && (!openChannelsOnly || conversation.isOpenChannel);
}

/** A UUID of version 4's form, always the same for the same name. */
function uuidOf(name: string): string {
  const bytes = createHash("sha256").update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
