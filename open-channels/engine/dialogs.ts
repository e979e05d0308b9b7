import type { Owner } from "./meaning";

/** Why a conversation is whose it is: a person acted, the portal did, or a call that belongs to this event did. */
export type Cause = "person" | "portal" | `event ${string}`;

/** What is still known of a session that is not the latest one. */
export interface Past {
  readonly session: number;
  readonly owner: Owner;
  /** The highest id of a message by which a person acted in it; 0 for none. */
  readonly person: number;
}

/** What is known of one conversation. */
export interface Dialog {
  readonly owner: Owner;
  readonly cause: Cause;
  /** The session that runs, or ran last; null when no event has named one. */
  readonly session: number | null;
  /** The latest session that is known to be over; 0 for none. */
  readonly over: number;
  /** The highest id of a message by which a person acted in this session; 0 for none. */
  readonly person: number;
  /** The client's user id, once it is known. */
  readonly client: number | null;
  /** The session before, and those before it that people had, the latest first: their events may come late. */
  readonly past: readonly Past[];
  /** Since when the owner has it, ms. */
  readonly since: number;
}

export const newDialog = (now: number): Dialog => ({
  owner: "bot",
  cause: "portal",
  session: null,
  over: 0,
  person: 0,
  client: null,
  past: [],
  since: now,
});

/** Sessions of one conversation that are remembered besides the latest. */
const MOST_PAST = 6;

/** The past of a dialog that goes on with another session. */
export function pastAfter({ session, owner, person, past }: Dialog): readonly Past[] {
  if (session === null) return past;
  return [{ session, owner, person }, ...past.filter(isOfPeople)].slice(0, MOST_PAST);
}

/** What is known of an earlier `session`. Of one that is older than all that fit in, people may have had it. */
export function pastOf({ past }: Dialog, session: number): Past | null {
  const known = past.find((one) => one.session === session);
  if (known) return known;
  const isForgotten = past.length >= MOST_PAST && past.every((one) => one.session > session);
  return isForgotten ? { session, owner: "human", person: Number.MAX_SAFE_INTEGER } : null;
}

/** The past when a person turns out to have acted in an earlier `session` with the message `person`. */
export function pastWithPerson(dialog: Dialog, session: number, person: number): readonly Past[] {
  const known = pastOf(dialog, session);
  if (known && known.owner === "human" && known.person >= person) return dialog.past;
  const others = dialog.past.filter((one) => one.session !== session);
  const now: Past = { session, owner: "human", person: Math.max(known?.person ?? 0, person) };
  return [...others, now].sort((one, other) => other.session - one.session).slice(0, MOST_PAST);
}

const isOfPeople = ({ owner, person }: Past): boolean => owner === "waiting" || owner === "human" || person > 0;

/** Conversations that people have, or that wait for people: they are remembered until they end. */
const MOST_WITH_PEOPLE = 50_000;
/** All others: what is known of them serves only events that come late. */
const MOST_OTHERS = 10_000;

/** The conversations that are remembered. Those of people are never pushed out by others, and closed ones go first. */
export class Dialogs {
  readonly #withPeople = new Map<number, Dialog>();
  readonly #bots = new Map<number, Dialog>();
  readonly #closed = new Map<number, Dialog>();

  get(chatId: number): Dialog | undefined {
    return this.#withPeople.get(chatId) ?? this.#bots.get(chatId) ?? this.#closed.get(chatId);
  }

  set(chatId: number, dialog: Dialog): void {
    this.delete(chatId);
    this.#mapFor(dialog.owner).set(chatId, dialog);
    forgetOldest(this.#withPeople, MOST_WITH_PEOPLE);
    if (this.#bots.size + this.#closed.size > MOST_OTHERS)
      forgetOldest(this.#closed.size > 0 ? this.#closed : this.#bots, (this.#closed.size || this.#bots.size) - 1);
  }

  delete(chatId: number): void {
    for (const map of [this.#withPeople, this.#bots, this.#closed]) map.delete(chatId);
  }

  /** All of them, the longest unchanged first within each kind. */
  *entries(): Generator<[number, Dialog]> {
    for (const map of [this.#closed, this.#bots, this.#withPeople]) yield* map;
  }

  #mapFor(owner: Owner): Map<number, Dialog> {
    if (owner === "closed") return this.#closed;
    return owner === "bot" ? this.#bots : this.#withPeople;
  }
}

function forgetOldest(map: Map<number, unknown>, most: number): void {
  for (const chatId of map.keys()) {
    if (map.size <= most) return;
    map.delete(chatId);
  }
}
