import type { Delivery } from "../events/decode";
import type { HandoverState } from "./transitions";

/** How a call ended, as it is given again to a later delivery. */
export interface Recorded {
  readonly result?: unknown;
  readonly error?: {
    readonly code: string;
    readonly outcome: "refused" | "unknown";
    readonly status: number | null;
    readonly description: string;
  };
  /** The method that answered. */
  readonly method: string;
}

/** What a second run of a call would do, which decides how it is protected. */
export type IntentKind = "message" | "operator" | "other";

/** One call that a node made for one delivery of an event. */
export interface Intent {
  readonly delivery: number;
  readonly eventNode: string;
  readonly node: string;
  readonly method: string;
  /** Hash of the content as it is sent, without the key. */
  readonly content: string;
  /** Which of the equal intents of this delivery it is, from 0. */
  readonly nth: number;
  readonly kind: IntentKind;
  readonly chatId: number | null;
  /** When its request first went out, ms. */
  readonly begunAt: number;
  /** The process that sent it is gone, so nobody here will hear how it ended. */
  isCutOff: boolean;
  recorded: Recorded | null;
}

export type NewIntent = Omit<Intent, "recorded" | "begunAt" | "isCutOff">;

export interface Handover {
  readonly number: number;
  readonly eventNode: string;
  readonly output: 0 | 1;
  state: HandoverState;
  /** Actions at work on it. */
  working: number;
  /** The graph in force when it went out; -1 for one of an earlier process. */
  epoch: number;
}

export interface EventEntry {
  readonly key: string;
  readonly chatId: number | null;
  readonly sessionId: number | null;
  readonly messageId: number | null;
  /** The highest message by which a person had acted when it came. */
  readonly personBefore: number;
  /** What the portal delivered; null when only the portal has it. */
  content: Delivery | null;
  /** The journal has the content, so that the portal may forget it. */
  inCustody: boolean;
  readonly handovers: Handover[];
  /** By index; null where one turned out not to have been sent. */
  readonly intents: (Intent | null)[];
  /** Lines of the journal were lost, so calls may have run that nobody knows of. */
  isDoubtful: boolean;
  /** When it arrived here, ms. */
  notedAt: number;
  /** Since when nobody will do anything with it, ms; 0 while it is open. */
  doneAt: number;
}

/** What belongs to the bot and not to its events. */
export interface Meta {
  /** A token made here because the config node has none. */
  readonly token: string;
  /** The address that was brought to the portal last. */
  readonly handlerUrl: string;
  /** Which bot this is, wherever its portal is and however its code is written. */
  readonly botId: number | null;
  /** The portal's address as it was last. */
  readonly portalBase: string;
  /** What tells the bot's token from others without being it. */
  readonly tokenMark: string;
}

/** Intents of one event that are recorded. */
export const MOST_INTENTS = 500;

/** What of an event decides whether its calls may still go out. */
export type EventFacts = Pick<EventEntry, "key" | "chatId" | "sessionId" | "messageId" | "personBefore">;

/** The id in the key of a fetched event; null for a posted one. */
export function fetchedId(key: string): number | null {
  const id = Number(key);
  return Number.isSafeInteger(id) && id > 0 && String(id) === key ? id : null;
}
