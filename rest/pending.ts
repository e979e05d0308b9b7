import type { Answer, JsonObject } from "./envelope";
import type { Requester } from "./request";
import type { CallError } from "./errors";

/** Answers in a conversation go before polling, polling before bulk work; who has waited long enough goes first. */
export type Lane = "conversation" | "polling" | "bulk";

/** What a successful call brought. */
export interface Success extends Answer {
  /** The method that answered: the older name where the portal knows only that. */
  readonly method: string;
  readonly attempts: number;
  readonly batched: boolean;
}

/** A method with its parameters, and an older name to try where the portal does not know it. */
export interface Command {
  readonly method: string;
  readonly params: JsonObject;
  /** Whether a second run of this one certainly has no effect; as the call itself when absent. */
  readonly safe?: boolean;
  readonly otherwise?: Command;
}

/** One call on its way. */
export interface PendingCall {
  /** Place in the order in which calls were made. */
  readonly ordinal: number;
  readonly requester: Requester;
  readonly lane: Lane;
  /** Calls with the same key reach the portal one after the other; null: no order. */
  readonly chat: string | null;
  /** A second run certainly has no effect. */
  safe: boolean;
  /** Longest time for request and answer, ms; undefined: the usual. */
  readonly timeout: number | undefined;
  /** When it was made and until when it may wait, ms. */
  readonly madeAt: number;
  readonly deadline: number;
  method: string;
  params: JsonObject;
  otherwise: Command | undefined;
  /** As a command of a batch; "" when it must travel alone, undefined when not looked at yet. */
  command: string | undefined;
  /** Newer names that the portal did not know. */
  readonly unknownMethods: string[];
  attempts: number;
  /** Not before this moment, ms. */
  notBefore: number;
  /** An attempt ended without an answer. */
  leftInDoubt: boolean;
  running: boolean;
  cancelled: boolean;
  settled: boolean;
  /** Takes back the timer that a cancelled running call has. */
  forget?: () => void;
  readonly succeed: (success: Success) => void;
  readonly fail: (error: CallError) => void;
  /** Called once, after either. */
  readonly ended: () => void;
}
