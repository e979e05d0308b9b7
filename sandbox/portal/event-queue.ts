/** Events waiting to be fetched, a queue for each bot. [S 8.5] */
import { isoDate } from "./dates";
import type { Params } from "./php";
import type { Random } from "./random";
import type { EventView } from "./view-types";

const RETENTION_MS = 24 * 3600_000;
const MAX_GAP = 4;

interface Stored extends EventView {
  at: number;
}

export interface Fetched {
  events: EventView[];
  nextOffset: number;
  hasMore: boolean;
}

export class EventQueue {
  readonly #queues = new Map<number, Stored[]>();
  /** The highest id that each bot has fetched. */
  readonly #fetched = new Map<number, number>();
  #lastId: number;

  constructor(firstId: number) {
    this.#lastId = firstId;
  }

  /** Ids are the portal's, ascending, with gaps. */
  add(botId: number, type: string, data: Params, now: number, random: Random): void {
    this.#lastId += 1 + random.int(MAX_GAP);
    const entry: Stored = { eventId: this.#lastId, botId, type, date: isoDate(now), data, at: now };
    const queue = this.#queues.get(botId);
    if (queue === undefined) this.#queues.set(botId, [entry]);
    else {
      // A bot that never reads must not fill the memory.
      if (isOver(queue[0], now)) this.#queues.set(botId, [...queue.filter((kept) => !isOver(kept, now)), entry]);
      else queue.push(entry);
    }
  }

  /** An offset above 0 first deletes what is below it: this is the acknowledgement. */
  fetch(botId: number, offset: number, limit: number, now: number): Fetched {
    let queue = this.#queues.get(botId) ?? [];
    const first = queue.findIndex((entry) => !isOver(entry, now) && (offset <= 0 || entry.eventId >= offset));
    queue = first < 0 ? [] : queue.slice(first);
    this.#queues.set(botId, queue);
    const events = queue.slice(0, limit).map(view);
    const last = events.at(-1);
    if (last !== undefined) this.#fetched.set(botId, Math.max(last.eventId, this.#fetched.get(botId) ?? 0));
    return {
      events,
      nextOffset: last === undefined ? Math.max(0, offset) : last.eventId + 1,
      hasMore: events.length === limit,
    };
  }

  drop(botId: number): void {
    this.#queues.delete(botId);
  }

  /** What can still be fetched at that time. */
  list(now: number): EventView[] {
    const all = [...this.#queues.values()].flat();
    return all.filter((entry) => !isOver(entry, now)).map(view);
  }

  /**
   * The ids go on: a reader may still hold an offset. What it has fetched and not confirmed stays, because on a real portal
   * only another reader could take it away.
   */
  clear(): void {
    for (const [botId, queue] of this.#queues) {
      const kept = queue.filter(({ eventId }) => eventId <= (this.#fetched.get(botId) ?? 0));
      this.#queues.set(botId, kept);
    }
  }
}

function isOver(entry: Stored | undefined, now: number): boolean {
  return entry !== undefined && entry.at <= now - RETENTION_MS;
}

function view({ at: _at, ...entry }: Stored): EventView {
  return entry;
}
