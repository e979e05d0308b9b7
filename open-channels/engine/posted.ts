import type { Acceptance, Delivery } from "../events/delivery";
import { identityOf } from "../events/identity";
import type { Ledger } from "./ledger";
import type { EventEntry } from "./records";

/** Posted events that are kept while no event node takes them. */
const MOST_PARKED = 1_000;

export interface PostedParts {
  readonly ledger: Ledger;
  /** Makes an event known, with what it says about people. */
  readonly note: (key: string, delivery: Delivery) => EventEntry;
  /** Resolves when all that was recorded so far survives a power cut. */
  readonly synced: () => Promise<void>;
}

/** Events that the portal has posted, and would not deliver again: they are kept until an event node takes them. */
export class PostedEvents {
  readonly #parts: PostedParts;
  /** Those whose post is not answered yet: a flow that blocks must not hold up the answer. */
  readonly #arriving = new Set<string>();

  constructor(parts: PostedParts) {
    this.#parts = parts;
  }

  /** Takes them into safety. */
  async accept(deliveries: readonly Delivery[]): Promise<Acceptance> {
    const fresh = deliveries.filter((delivery) => !this.#parts.ledger.events.has(identityOf(delivery)));
    if (fresh.length === 0) return "known";
    if (this.#parked().length + this.#arriving.size + fresh.length > MOST_PARKED) return "full";
    const keys = fresh.map((delivery) => this.park(delivery));
    for (const key of keys) this.#arriving.add(key);
    try {
      await this.#parts.synced();
    } finally {
      for (const key of keys) this.#arriving.delete(key);
    }
    return "new";
  }

  /** @returns the event's key */
  park(delivery: Delivery): string {
    const { key } = this.#parts.note(identityOf(delivery), delivery);
    this.#parts.ledger.keepContent(key, delivery);
    return key;
  }

  /** Those that nobody has taken yet, each chat's in the order of its messages. */
  waiting(): EventEntry[] {
    return inChatOrder(this.#parked());
  }

  /** In the order in which they came. */
  #parked(): EventEntry[] {
    return [...this.#parts.ledger.open.values()].filter(
      ({ key, handovers, content }) => handovers.length === 0 && content !== null && !this.#arriving.has(key),
    );
  }
}

/** Posted events can overtake each other on their way: within a chat they go by their messages. */
function inChatOrder(events: readonly EventEntry[]): EventEntry[] {
  const byChat = new Map<number, EventEntry[]>();
  for (const event of events)
    if (event.chatId !== null && event.messageId !== null)
      byChat.set(event.chatId, [...(byChat.get(event.chatId) ?? []), event]);
  for (const chat of byChat.values()) chat.sort((one, other) => (one.messageId ?? 0) - (other.messageId ?? 0));
  return events.map(
    (event) =>
      (event.chatId !== null && event.messageId !== null ? byChat.get(event.chatId)?.shift() : undefined) ?? event,
  );
}
