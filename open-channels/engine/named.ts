import { EventIntents } from "./intents";
import type { Ledger } from "./ledger";
import type { EventEntry } from "./records";
import type { Held } from "./work";

/** Finds the event and the hand-over that a message is about. */
export class NamedEvents {
  readonly #ledger: Ledger;
  readonly #intents = new WeakMap<EventEntry, EventIntents>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /**
   * Flows change what they like: what fits nothing is no event. Of an event that is long done only the facts are left.
   * @param conversation what a message says of itself
   */
  find(conversation: Readonly<Record<string, unknown>>): { event: EventEntry | null; held: Held | null } {
    const { event: named } = conversation;
    const { id, delivery } = (typeof named === "object" && named !== null ? named : {}) as Record<string, unknown>;
    const isNamed = (typeof id === "number" || typeof id === "string") && Number.isInteger(delivery);
    const event = isNamed ? this.#ledger.events.get(String(id)) : undefined;
    const handover = event?.handovers.find(({ number }) => number === delivery);
    if (!event || (!handover && event.handovers.length > 0)) return { event: null, held: null };
    if (!handover) return { event, held: null };
    const intents = this.#intents.get(event) ?? new EventIntents(event);
    this.#intents.set(event, intents);
    return { event, held: { event, handover, intents } };
  }
}
