import { isObject } from "../../rest/envelope";
import type { Delivery } from "../events/decode";
import type { Cause, Dialog, Past } from "./dialogs";
import type { Line } from "./journal";
import type { Owner } from "./meaning";
import {
  fetchedId,
  type EventEntry,
  type EventFacts,
  type Handover,
  type Intent,
  type IntentKind,
  type NewIntent,
  type Recorded,
} from "./records";

/** Names beyond this are written as they are. */
const MOST_NAMES = 2_000;
/** A recorded result larger than this is not kept, characters. */
const LARGEST_RESULT = 65_536;

const KINDS: readonly IntentKind[] = ["message", "operator", "other"];
const OWNERS: readonly Owner[] = ["bot", "waiting", "human", "closed"];

/** Texts that come again and again, such as the ids of nodes, as numbers. */
export class Names {
  readonly #names = new Map<number, string>();
  readonly #numbers = new Map<string, number>();
  #next = 0;

  /** The number that a name should get now; null when it has one, or is written as it is. */
  next(name: string): number | null {
    return this.#numbers.has(name) || this.#names.size >= MOST_NAMES ? null : this.#next;
  }

  add(name: string, number: number): void {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
    this.#next = Math.max(this.#next, number + 1);
  }

  entries(): IterableIterator<[string, number]> {
    return this.#numbers.entries();
  }

  write(name: string): number | string {
    return this.#numbers.get(name) ?? name;
  }

  read(written: unknown): string {
    return typeof written === "string" ? written : (this.#names.get(Number(written)) ?? "");
  }
}

/** A queue's id is written as the number it is. */
export const keyIn = (key: string): string | number => fetchedId(key) ?? key;

/** In the place of a chat: the call goes to none, although its event has one. */
const NO_CHAT = -1;

/** Zeros at the end of a line are what a reader assumes anyway; they are a tenth of the journal. */
function withoutZeros(line: Line): Line {
  let length = line.length;
  while (length > 1 && line[length - 1] === 0) length--;
  return line.slice(0, length) as unknown as Line;
}

export const eventLine = ({ key, chatId, sessionId, messageId, personBefore }: EventFacts): Line =>
  withoutZeros(["e", keyIn(key), chatId ?? 0, sessionId ?? 0, messageId ?? 0, personBefore]);

/** @param replaced number of the hand-over in whose place this one is, 0 for none */
export const handoverLine = (
  names: Names,
  key: string,
  { number, eventNode, output }: Pick<Handover, "number" | "eventNode" | "output">,
  replaced: number,
): Line => withoutZeros(["h", keyIn(key), number, names.write(eventNode), output, replaced]);

export const contentLine = (key: string, { name, id, date, data }: Delivery): Line => [
  "k",
  keyIn(key),
  name,
  id,
  date,
  data,
];

/** Most calls go to the chat of their event, which is not said again. */
export function beginLine(names: Names, event: EventEntry, intent: NewIntent): Line {
  const { delivery, eventNode, node, method, content, nth, kind, chatId } = intent;
  const place = chatId === event.chatId ? 0 : (chatId ?? NO_CHAT);
  const written = [eventNode, node, method].map((name) => names.write(name));
  return withoutZeros(["b", keyIn(event.key), delivery, ...written, content, nth, KINDS.indexOf(kind), place]);
}

export function resultLine(names: Names, key: string, index: number, { error, result = null, method }: Recorded): Line {
  const name = names.write(method);
  if (error) return ["r", keyIn(key), index, name, null, [error.code, error.outcome, error.status, error.description]];
  return ["r", keyIn(key), index, name, JSON.stringify(result).length > LARGEST_RESULT ? null : result];
}

/** The lines that come to an event as it is now; `clock` holds the moment that was said last. */
export function* linesOf(event: EventEntry, names: Names, clock: { moment: number }): Generator<Line> {
  const { content, handovers, intents } = event;
  const key = keyIn(event.key);
  yield* at(event.notedAt, clock);
  yield eventLine(event);
  if (event.inCustody && content) yield contentLine(event.key, content);
  if (event.isDoubtful) yield ["q", key];
  for (const handover of handovers) yield handoverLine(names, event.key, handover, 0);
  for (const [index, intent] of intents.entries()) {
    if (intent) yield* at(intent.begunAt, clock);
    yield intent ? beginLine(names, event, intent) : ["b", key];
    if (intent?.recorded) yield resultLine(names, event.key, index, intent.recorded);
    if (!intent) yield ["x", key, index];
  }
  for (const { number, state } of handovers) if (state === "replaced") yield ["p", key, number];
  if (event.doneAt > 0) yield* at(event.doneAt, clock);
  if (event.doneAt > 0) yield ["d", key, 0];
  else for (const { number, state } of handovers) if (state === "done") yield ["d", key, number];
}

/** Says when something was, unless that was said last. */
export function* at(moment: number, clock: { moment: number }): Generator<Line> {
  if (moment === clock.moment) return;
  clock.moment = moment;
  yield ["t", moment / 1000];
}

/** What a line of a new event says. */
export function newEvent(
  [key, chatId, sessionId, messageId, personBefore]: readonly unknown[],
  moment: number,
): EventEntry {
  return {
    key: String(key),
    chatId: Number(chatId) || null,
    sessionId: Number(sessionId) || null,
    messageId: Number(messageId) || null,
    personBefore: Number(personBefore) || 0,
    content: null,
    inCustody: false,
    handovers: [],
    intents: [],
    isDoubtful: false,
    notedAt: moment,
    doneAt: 0,
  };
}

export function readContent([, name, id, date, data]: readonly unknown[]): Delivery {
  return {
    name: String(name),
    id: typeof id === "number" || typeof id === "string" ? id : null,
    date,
    data: isObject(data) ? data : {},
  };
}

/** @param ownChat the chat of the intent's event @param moment of the line, ms */
export function readIntent(names: Names, values: readonly unknown[], ownChat: number | null, moment: number): Intent {
  const [, delivery, eventNode, node, method, content, nth = 0, kind = 0, place = 0] = values;
  return {
    delivery: Number(delivery),
    eventNode: names.read(eventNode),
    node: names.read(node),
    method: names.read(method),
    content: String(content),
    nth: Number(nth),
    kind: KINDS[Number(kind)] ?? "other",
    chatId: place === 0 ? ownChat : place === NO_CHAT ? null : Number(place),
    begunAt: moment,
    isCutOff: false,
    recorded: null,
  };
}

export function readResult(names: Names, [, , name, result, error]: readonly unknown[]): Recorded {
  const method = names.read(name);
  if (!Array.isArray(error)) return { method, result };
  const [code, outcome, status, description] = error as unknown[];
  return {
    method,
    error: {
      code: String(code),
      outcome: outcome === "refused" ? "refused" : "unknown",
      status: typeof status === "number" ? status : null,
      description: String(description),
    },
  };
}

/** A dialog as a line's values; the moment is left out when it is the line's own. */
export function dialogValues(
  { owner, cause, session, over, person, client, past, since }: Dialog,
  moment: number,
): unknown[] {
  const causeValue = cause === "person" ? 1 : cause === "portal" ? 0 : cause.slice("event ".length);
  const values: unknown[] = [OWNERS.indexOf(owner), causeValue, session ?? 0, over, person, client ?? 0];
  values.push(since === moment ? 0 : since);
  for (const one of past) values.push(one.session, OWNERS.indexOf(one.owner), one.person);
  return values;
}

export function readDialog(values: readonly unknown[], moment: number): Dialog {
  const [owner, cause, session, over, person, client, since, ...past] = values;
  const causeOf: Cause = cause === 1 ? "person" : cause === 0 ? "portal" : `event ${String(cause)}`;
  return {
    owner: OWNERS[Number(owner)] ?? "bot",
    cause: causeOf,
    session: Number(session) || null,
    over: Number(over) || 0,
    person: Number(person) || 0,
    client: Number(client) || null,
    since: Number(since) || moment,
    past: readPast(past),
  };
}

function readPast(values: readonly unknown[]): Past[] {
  const past: Past[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const [session, owner, person] = values.slice(at, at + 3);
    past.push({ session: Number(session), owner: OWNERS[Number(owner)] ?? "bot", person: Number(person) || 0 });
  }
  return past;
}
