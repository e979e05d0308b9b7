import type { Clock } from "../../rest/clock";
import { decodeEvent, type Delivery } from "./decode";
import { eventKey } from "./event";
import type { FetchedPage, InboxState, InboxParts, Subscriber } from "./inbox-parts";

/** How long nobody must have been at work on an event before it counts as handled, ms. */
const QUIET = 1_000;
/** Keys of posted events that are remembered, to know a repeat. */
const REMEMBERED = 2_000;
/** Posted events that are kept while no event node takes them. */
const MOST_PARKED = 1_000;
/** Events of a marker's age may have been dropped by the portal itself. [D event-get.md: 24 hours] */
const MARKER_LIFE = 20 * 3_600_000;

interface OpenEvent {
  readonly key: string;
  readonly delivery: Delivery;
  /** Nodes whose flows have to finish with it. */
  readonly takers: readonly Subscriber[];
  working: number;
  finished: boolean;
  /** Nobody has it any more; it goes out again when it comes again. */
  released: boolean;
  /** Takes back the timer after which it counts as handled. */
  stopTimer: () => void;
}

/** Knows which events are done, and so what may be confirmed to the portal. */
export class Confirmations {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #leaveMarker: boolean;
  readonly #open = new Map<string, OpenEvent>();
  /** Ids of fetched events that are done, from the marker on. */
  readonly #fetched: Set<number>;
  /** Keys of posted events that are done, the latest last. */
  readonly #posted: Set<string>;
  #cursor: number;
  #highest: number;
  /** The event that stays on the portal, and since when it is the one; its age is not known after a restart. */
  #marker: { readonly id: number; readonly since: number } = { id: 0, since: 0 };

  constructor({ clock, state, onChange, leaveMarker }: InboxParts) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#leaveMarker = leaveMarker;
    this.#cursor = state.cursor;
    this.#fetched = new Set(state.done.map(fetchedId).filter((id) => id > 0));
    this.#posted = new Set(state.done.filter((key) => fetchedId(key) === 0));
    this.#highest = Math.max(state.cursor - 1, ...this.#fetched);
    for (const delivery of state.posted) this.park(delivery);
  }

  get state(): Omit<InboxState, "owners"> {
    const posted = [...this.#open.values()].filter(({ delivery }) => delivery.id === null);
    return {
      cursor: this.#cursor,
      done: [...[...this.#fetched].map(String), ...this.#posted],
      posted: posted.map(({ delivery }) => delivery),
    };
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Everything below may be confirmed. With a marker the last event that is done stays on the portal. */
  get offset(): number {
    return (this.#leaveMarker && this.#lastDone()) || this.#cursor;
  }

  /** Fetched events below this are done, the last one included that stays on the portal. */
  get cursor(): number {
    return this.#cursor;
  }

  isMarkerMissing(deliveries: readonly Delivery[], asked: number): boolean {
    const { id: marker, since } = this.#marker;
    if (!this.#leaveMarker || marker === 0 || asked !== marker) return false;
    return this.#clock.now() - since < MARKER_LIFE && !deliveries.some(({ id }) => id === marker);
  }

  /** Events that should come again and that the portal does not have any more would keep the cursor for ever. */
  forgetGone({ deliveries, asked, more }: FetchedPage): void {
    const ids = deliveries.map(({ id }) => id).filter((id) => typeof id === "number");
    const last = more ? Math.max(0, ...ids) : Infinity;
    const present = new Set(ids);
    for (const event of [...this.#open.values()]) {
      const { id } = event.delivery;
      if (typeof id !== "number" || !event.released || event.working > 0) continue;
      if (id >= asked && id <= last && !present.has(id)) this.#finish(event);
    }
  }

  /** Whether an event has come before and needs nothing any more. */
  isKnown(key: string, id: Delivery["id"]): boolean {
    const open = this.#open.get(key);
    if (open) return !open.released || open.delivery.id === null;
    if (typeof id === "number") return this.#fetched.has(id) || id < this.#cursor;
    return this.#posted.has(key);
  }

  /** A new event went to `takers`; without any it is done. */
  open(key: string, delivery: Delivery, takers: readonly Subscriber[]): void {
    if (typeof delivery.id === "number" && delivery.id > this.#highest) this.#highest = delivery.id;
    const event: OpenEvent = {
      key,
      delivery,
      takers,
      working: 0,
      finished: false,
      released: false,
      stopTimer: () => undefined,
    };
    this.#open.set(key, event);
    if (takers.length === 0) this.#finish(event);
    else {
      this.#handleAfter(event, Math.max(...takers.map((taker) => taker.confirmTimeout)));
      this.#onChange();
    }
  }

  begin(key: string): void {
    const event = this.#open.get(key);
    if (!event) return;
    event.working++;
    event.stopTimer();
  }

  end(key: string, cancelled: boolean): void {
    const event = this.#open.get(key);
    if (!event || event.working === 0) return;
    event.working--;
    if (!cancelled) event.finished = true;
    event.released = !event.finished;
    if (event.working === 0 && !event.released) this.#handleAfter(event, QUIET);
  }

  /** The flow behind `subscriber` is gone, and with it the messages that were on their way. */
  releaseOf(subscriber: Subscriber): void {
    for (const event of this.#open.values()) {
      if (event.finished || !event.takers.includes(subscriber)) continue;
      event.stopTimer();
      event.released = true;
    }
  }

  /** Posted events that have to go out again. */
  takeReleased(): Delivery[] {
    const released = [...this.#open.values()].filter((event) => event.released && event.delivery.id === null);
    for (const event of released) this.#open.delete(event.key);
    return released.map((event) => event.delivery);
  }

  close(): void {
    for (const event of this.#open.values()) {
      event.stopTimer();
      if (event.finished && event.working === 0) this.#finish(event);
    }
  }

  /** Keeps a posted event until somebody is there to take it. @returns false when too many wait already */
  park(delivery: Delivery): boolean {
    const waiting = [...this.#open.values()].filter((event) => event.released);
    if (waiting.length >= MOST_PARKED) return false;
    const key = eventKey(decodeEvent(delivery).conversation);
    const event = {
      key,
      delivery,
      takers: [],
      working: 0,
      finished: false,
      released: true,
      stopTimer: () => undefined,
    };
    this.#open.set(key, event);
    return true;
  }

  #handleAfter(event: OpenEvent, delay: number): void {
    event.stopTimer();
    event.stopTimer = this.#clock.after(delay, () => {
      if (event.working === 0) this.#finish(event);
    });
  }

  #finish(event: OpenEvent): void {
    event.stopTimer();
    this.#open.delete(event.key);
    const { id } = event.delivery;
    if (typeof id === "number") this.#fetched.add(id);
    else this.#posted.add(event.key);
    this.#advance();
    this.#onChange();
  }

  /** Moves the cursor over everything that is done without a gap, and forgets what lies below. */
  #advance(): void {
    const openIds = [...this.#open.values()].map(({ delivery }) => delivery.id).filter((id) => typeof id === "number");
    this.#cursor = Math.max(this.#cursor, Math.min(this.#highest + 1, ...openIds));
    const last = this.#lastDone();
    if (last !== this.#marker.id) this.#marker = { id: last, since: this.#clock.now() };
    const kept = last || this.#cursor;
    for (const id of this.#fetched) if (id < kept) this.#fetched.delete(id);
    for (const key of this.#posted) {
      if (this.#posted.size <= REMEMBERED) break;
      this.#posted.delete(key);
    }
  }

  /** The last event that is done without a gap before it; 0 when none is remembered. */
  #lastDone(): number {
    let last = 0;
    for (const id of this.#fetched) if (id < this.#cursor && id > last) last = id;
    return last;
  }
}

/** The id in the key of a fetched event; 0 for a posted one. */
const fetchedId = (key: string): number => (/^\d+$/.test(key) ? Number(key) : 0);
