import type { Ledger } from "./ledger";
import { fetchedId, type EventEntry } from "./records";

/** The portal's moments are exact to this, ms; its clock may be a little off besides. */
const SECOND = 2_000;
/** How long an open event stays with the portal only, ms. */
const LEAVE_TO_PORTAL = 30_000;
/** With so many events behind it an open one is kept by the journal. */
const MOST_BEHIND = 100;
/** A page of the portal holds a thousand; there must be room for news behind what is known. */
const MOST_KNOWN_ON_PORTAL = 900;
/** The portal forgets an event after a day. [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events/event-get.md] */
const SIGN_LIFE = 23 * 3_600_000;
/** What is done is confirmed so many polls later: in between another reader shows, who confirms it first. */
const HOLD = { least: 1, most: 10 };
/** A busy bot confirms at once: each poll would bring all of it again. */
const MOST_HELD = 50;
/** How long a reader that has noticed another one confirms at once, so that the other notices too, ms. */
const IN_A_HURRY = 120_000;

const PAGE = 100;
const LARGEST_PAGE = 1_000;

export interface CursorParts {
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Told when an open event had to be kept by a journal that a crash may take with it. */
  readonly onRisk: () => void;
}

/** What one poll brought. */
export interface Present {
  readonly ids: ReadonlySet<number>;
  /** The offset with which it was asked for. */
  readonly asked: number;
  /** Whether the portal has more than this. */
  readonly more: boolean;
}

/**
 * Knows what the portal may forget. Everything below the cursor is done or kept by the journal; what the portal was asked
 * to forget lags a little behind.
 */
export class Cursor {
  readonly #parts: CursorParts;
  /** Ids that the portal still has, as far as this reader knows. */
  readonly #onPortal = new Set<number>();
  /** Place of each open event in the order of arrival. */
  readonly #order = new Map<string, number>();
  #arrived = 0;
  #highest: number;
  #confirmed = 0;
  #held: { readonly upTo: number; readonly until: number } | null = null;
  #hurryUntil = 0;
  #risky = false;
  /** The portal has been seen to number its events as is remembered here. */
  #isProven: boolean;
  #isElsewhere = false;
  #mustSync = false;

  constructor(parts: CursorParts) {
    this.#parts = parts;
    const { ledger } = parts;
    this.#highest = Math.max(0, ledger.cursor - 1);
    for (const event of ledger.events.values()) {
      const id = fetchedId(event.key);
      if (id !== null) this.#highest = Math.max(this.#highest, id);
      if (id !== null && id >= ledger.cursor) this.#onPortal.add(id);
      if (event.doneAt === 0) this.opened(event);
    }
    this.#isProven = ledger.cursor === 0;
  }

  /** What was confirmed last: below it the portal has nothing any more. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** An event is open from here on. */
  opened(event: EventEntry): void {
    this.#order.set(event.key, this.#arrived++);
    const id = fetchedId(event.key);
    if (id === null || event.inCustody) return;
    this.#highest = Math.max(this.#highest, id);
    if (id >= this.#confirmed) this.#onPortal.add(id);
  }

  /** The portal has another address than before: its events must be known, or come after those that are. */
  isElsewhere(): void {
    this.#isElsewhere = true;
  }

  /**
   * Looks whether the portal numbers its events as is remembered here, before anything of them is confirmed: a practice
   * portal begins anew, a backup goes back, and confirming by a number of another portal would delete what nobody has read.
   * @param ids of a page with the moments (ms) at which the events came about
   * @returns false when it does not
   */
  recognizes(ids: ReadonlyMap<number, number>): boolean {
    if (this.#isProven) return true;
    const { ledger } = this.#parts;
    if (ids.size === 0) return true;
    const isKnown = [...ids.keys()].some((id) => id >= ledger.cursor || ledger.events.has(String(id)));
    const isPast = !this.#isElsewhere && [...ids.values()].every((at) => !(at > ledger.cursorMovedAt + SECOND));
    if (!isKnown && !isPast) return false;
    this.#isProven = true;
    // What an earlier start has done may go at once: behind it there would be less room for news.
    this.confirm(ledger.cursor);
    return true;
  }

  /** Another bot's events have numbers of their own. */
  forget(): void {
    this.#isProven = true;
    this.#onPortal.clear();
    this.#order.clear();
    this.#highest = 0;
    this.#confirmed = 0;
    this.#held = null;
  }

  /** It is done, and about to be finished. */
  closed(event: EventEntry): void {
    this.#order.delete(event.key);
  }

  /** Takes open events into custody where they hinder others, and moves the cursor over all that needs the portal no more. */
  advance(): void {
    const { ledger } = this.#parts;
    this.#takeCustody();
    let next = this.#highest > 0 ? this.#highest + 1 : 0;
    for (const event of ledger.open.values()) {
      const id = fetchedId(event.key);
      if (id !== null && !event.inCustody && this.#order.has(event.key)) next = Math.min(next, id);
    }
    if (next > ledger.cursor) ledger.moveCursor(next);
  }

  #takeCustody(): void {
    const { ledger, now, onRisk } = this.#parts;
    const isSafe = ledger.isDurable && ledger.hasSurvived;
    const isFull = this.#onPortal.size >= MOST_KNOWN_ON_PORTAL;
    if (!isSafe && !isFull) return;
    for (const event of ledger.open.values()) {
      const place = this.#order.get(event.key);
      // One without a place is being closed just now.
      if (place === undefined || event.inCustody || event.content === null || fetchedId(event.key) === null) continue;
      const behind = this.#arrived - place;
      const isDue = now() - event.notedAt > LEAVE_TO_PORTAL || behind > MOST_BEHIND;
      if (!isDue && !isFull) return;
      ledger.keepContent(event.key, event.content);
      this.#mustSync = true;
      if (!isSafe && !this.#risky) onRisk();
      this.#risky ||= !isSafe;
    }
  }

  /** Whether events have come into custody since this was asked last: they must be on disk before the portal forgets them. */
  takeMustSync(): boolean {
    const must = this.#mustSync;
    this.#mustSync = false;
    return must;
  }

  /**
   * What the next poll confirms.
   * @param interval the pause between two polls, ms
   * @returns 0 when there is nothing to confirm
   */
  offset(interval: number): number {
    const { ledger, now, random } = this.#parts;
    this.advance();
    if (!this.#isProven) return 0;
    if (ledger.cursor <= this.#confirmed) return this.#confirmed;
    const isBusy = this.#onPortal.size > MOST_HELD || now() < this.#hurryUntil;
    if (isBusy) return this.confirm(ledger.cursor);
    if (this.#held && this.#held.until <= now()) {
      const { upTo } = this.#held;
      this.#held = null;
      // What has been done since may have been taken back.
      return this.confirm(Math.min(upTo, ledger.cursor));
    }
    const hold = HOLD.least + random() * (HOLD.most - HOLD.least);
    this.#held ??= { upTo: ledger.cursor, until: now() + hold * interval };
    return this.#confirmed;
  }

  /** Everything below `offset` is about to be confirmed. */
  confirm(offset: number): number {
    this.#confirmed = Math.max(this.#confirmed, offset);
    for (const id of this.#onPortal) if (id < this.#confirmed) this.#onPortal.delete(id);
    return this.#confirmed;
  }

  /** What a last poll may confirm: everything that is done. 0 when that is nothing, or the portal is not known to be the same. */
  last(): number {
    const { ledger } = this.#parts;
    this.advance();
    return this.#isProven && ledger.cursor > this.#confirmed ? ledger.cursor : 0;
  }

  /** How many events to ask for, so that there is room for news behind all that is known. */
  limit(): number {
    return Math.min(LARGEST_PAGE, PAGE + this.#onPortal.size);
  }

  /**
   * Events that should still be on the portal and are not: the portal dropped them, or another reader confirmed them.
   * @returns the open ones among them, and whether it is a sign of another reader
   */
  missing({ ids, asked, more }: Present): { readonly events: EventEntry[]; readonly isShared: boolean } {
    const last = more ? Math.max(0, ...ids) : Infinity;
    const gone = [...this.#onPortal].filter((id) => id >= asked && id <= last && !ids.has(id));
    let isShared = false;
    const events: EventEntry[] = [];
    for (const id of gone) {
      this.#onPortal.delete(id);
      const event = this.#parts.ledger.events.get(String(id));
      if (!event || this.#parts.now() - event.notedAt > SIGN_LIFE) continue;
      isShared = true;
      if (event.doneAt === 0) events.push(event);
    }
    if (isShared) this.#hurryUntil = this.#parts.now() + IN_A_HURRY;
    return { events, isShared };
  }
}
