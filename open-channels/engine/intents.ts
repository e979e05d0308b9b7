import { createHash } from "node:crypto";
import type { JsonObject } from "../../rest/envelope";
import type { EventEntry, Handover, Intent, IntentKind } from "./records";

/** A call that a node is about to make for an event. */
export interface Wanted {
  readonly node: string;
  readonly method: string;
  readonly content: string;
  readonly kind: IntentKind;
  readonly chatId: number | null;
}

/** A call under way in this process. */
export interface Live extends Wanted {
  readonly delivery: number;
  readonly eventNode: string;
  readonly nth: number;
  readonly key: string;
  /** Index among the event's intents once its request has gone out; null while it waits. */
  index: number | null;
  /** Resolves when what must be on disk before its request is there; null until that is asked for. */
  onDisk: Promise<void> | null;
  /** Resolves when it has ended, with whether it certainly did not run. */
  readonly ended: Promise<{ readonly notSent: boolean }>;
}

/** A call that a later delivery takes for its own: recorded, cut off, or still under way. */
export type Match =
  | { readonly kind: "recorded"; readonly intent: Intent; readonly index: number; readonly isReworded: boolean }
  | { readonly kind: "live"; readonly live: Live; readonly isReworded: boolean };

/** Enough to tell the few hundred calls of one event apart. */
const CONTENT_MARK = 8;

/** A hash of what a call says, which tells calls apart and is short enough for the journal. */
export const contentOf = (method: string, params: JsonObject): string =>
  createHash("sha256")
    .update(canonical([method, params]))
    .digest("base64url")
    .slice(0, CONTENT_MARK);

/** JSON whose keys are in order, so that equal values are equal texts. Values are those that JSON can carry. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}

/**
 * The key of an intent as a UUID of version 4's form, which is what the portal wants: always the same for the same
 * event, event node, delivery, node, method, content and count.
 */
export function keyOf(
  eventKey: string,
  {
    delivery,
    eventNode,
    node,
    method,
    content,
    nth,
  }: Pick<Intent, "delivery" | "eventNode" | "node" | "method" | "content" | "nth">,
): string {
  const name = JSON.stringify([eventKey, eventNode, delivery, node, method, content, nth]);
  const bytes = createHash("sha256").update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * The calls of one event, recorded and under way, and which delivery has taken which of them for its own.
 *
 * The same delivery always means another call. Another delivery of the event finds its equal first; of bot messages, what
 * then remains is matched in order, because a language model words its answer anew.
 */
export class EventIntents {
  readonly #event: EventEntry;
  readonly #live = new Set<Live>();
  /** What each delivery has claimed, by the key of the call, and the wording that claimed it. */
  readonly #claims = new Map<number, Map<string, Wanted>>();

  /** The first bot message that each delivery has tried to send, by node and chat. */
  readonly #first = new Map<string, string>();

  constructor(event: EventEntry) {
    this.#event = event;
  }

  get isIdle(): boolean {
    return this.#live.size === 0;
  }

  /**
   * Finds the call of another delivery for which `wanted` stands. `owed` is set when the match had been given to another
   * wording before, whose text has to go out now instead.
   */
  claim(handover: Handover, wanted: Wanted): { readonly match: Match; readonly owed: Wanted | null } | null {
    const claims = this.#claims.get(handover.number) ?? new Map<string, Wanted>();
    this.#claims.set(handover.number, claims);
    const isFirst = this.#isFirstTry(handover, wanted);
    const others = this.#others(handover, wanted);
    const equals = others.filter(({ one }) => one.content === wanted.content && one.chatId === wanted.chatId);
    const equal =
      equals.find(({ one }) => !claims.has(this.#keyOf(one))) ??
      // Another wording had taken it for its own.
      equals.find(({ one }) => claims.get(this.#keyOf(one))?.content !== wanted.content);
    if (equal) {
      const key = this.#keyOf(equal.one);
      const before = claims.get(key);
      claims.set(key, wanted);
      return { match: matchOf(equal, false), owed: before ?? null };
    }
    if (wanted.kind !== "message") return null;
    // Where an earlier delivery turns out to be alive, only its first message can stand for what a later one has sent:
    // what it sends besides is news.
    const mayStandFor = (one: Intent | Live): boolean => one.delivery < handover.number || isFirst;
    const byPlace = others.find(
      ({ one }) => one.chatId === wanted.chatId && mayStandFor(one) && !claims.has(this.#keyOf(one)),
    );
    if (!byPlace) return null;
    claims.set(this.#keyOf(byPlace.one), wanted);
    return { match: matchOf(byPlace, true), owed: null };
  }

  /** A claim is the other wording's again. */
  giveBack({ number }: Handover, match: Match, owed: Wanted): void {
    const key = this.#keyOf(match.kind === "live" ? match.live : match.intent);
    this.#claims.get(number)?.set(key, owed);
  }

  /** How many equal calls this delivery has made so far, those under way included. */
  countEqual(handover: Handover, { node, method, content }: Wanted): number {
    const isEqual = (one: Intent | Live): boolean =>
      one.delivery === handover.number && one.node === node && one.method === method && one.content === content;
    const recorded = this.#event.intents.filter((intent) => intent !== null && isEqual(intent)).length;
    const waiting = [...this.#live].filter((live) => live.index === null && isEqual(live)).length;
    return recorded + waiting;
  }

  add(live: Live): void {
    this.#live.add(live);
  }

  remove(live: Live): void {
    this.#live.delete(live);
  }

  /** Whether it is the first message of its delivery, or that one tried again. */
  #isFirstTry({ number, epoch }: Handover, { node, chatId, content }: Wanted): boolean {
    // What a delivery of an earlier process has tried is not known.
    if (epoch < 0) return false;
    const at = JSON.stringify([number, node, chatId]);
    const first = this.#first.get(at) ?? content;
    this.#first.set(at, first);
    return first === content;
  }

  /** The same for a call that waits, runs or is recorded. */
  #keyOf(one: Intent | Live): string {
    return isLive(one) ? one.key : keyOf(this.#event.key, one);
  }

  /** Calls of the same node in other deliveries, in the order in which they were made. */
  #others(handover: Handover, wanted: Wanted): Other[] {
    const isOther = (one: Intent | Live): boolean =>
      one.delivery !== handover.number &&
      one.eventNode === handover.eventNode &&
      one.node === wanted.node &&
      one.method === wanted.method;
    const liveByIndex = new Map([...this.#live].map((live) => [live.index, live]));
    const found: Other[] = [];
    for (const [index, intent] of this.#event.intents.entries())
      if (intent && isOther(intent)) found.push({ one: liveByIndex.get(index) ?? intent, index });
    for (const live of this.#live) if (live.index === null && isOther(live)) found.push({ one: live, index: null });
    return found;
  }
}

interface Other {
  readonly one: Intent | Live;
  readonly index: number | null;
}

const isLive = (one: Intent | Live): one is Live => "ended" in one;

function matchOf({ one, index }: Other, isReworded: boolean): Match {
  if (isLive(one)) return { kind: "live", live: one, isReworded };
  return { kind: "recorded", intent: one, index: index ?? -1, isReworded };
}
