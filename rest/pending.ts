import type { Answer, JsonObject } from "./envelope";
import type { CallError } from "./errors";
import type { RepeatPolicy } from "./repeat";
import type { Requester } from "./request";
import type { Stop } from "./stop";

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

/** One attempt that is about to go out. */
export interface AttemptAhead {
  readonly method: string;
  readonly params: JsonObject;
  /** 1 for the first. */
  readonly attempt: number;
  /** An earlier attempt may have run. */
  readonly inDoubt: boolean;
}

/** A last look before a call goes out: null lets it go, an error ends it with exactly that error. */
export type Admit = (attempt: AttemptAhead) => CallError | null | Promise<CallError | null>;

/** How a call is made. */
export interface CallOptions {
  /** Calls with the same key reach the portal in the order in which they are made. */
  readonly chat?: string;
  /** Default `bulk`; calls of a chat are always `conversation`. */
  readonly lane?: Lane;
  /** A second run certainly has no effect: a read, or a bot message with a templateId. Default false. */
  readonly safe?: boolean;
  /** An older name of the method, used where the portal does not know the newer one. */
  readonly otherwise?: Command;
  /**
   * Longest time for request and whole answer of each attempt, ms, when it travels alone; shorter than usual for calls
   * that come again anyway.
   */
  readonly timeout?: number;
  /** Longest time for the call with all its waiting and attempts, ms. */
  readonly total?: number;
  /**
   * The same as an instant on the portal's clock, ms. A call that still waits then is `WAITED_TOO_LONG`; one that may
   * have run is `unknown`.
   */
  readonly deadline?: number;
  /** Until when the call may wait, ms on the portal's clock, where it has already waited elsewhere; at most `maxWait`. */
  readonly waitUntil?: number;
  /** Takes the call back while it waits; a running one gets `grace` to end, then its request is broken off. */
  readonly signal?: AbortSignal;
  /**
   * Asked immediately before each request that carries the call, with its chat's order kept: null lets it go, an error
   * ends the call with exactly that error, or as `unknown` when an earlier attempt may have run. In a batch the others
   * go without it, after two seconds also when the answer is not there yet: then it is asked again for a request of its
   * own. One that throws ends the call as `not-sent`.
   */
  readonly admit?: Admit;
}

/** One request on its way, with the calls that it carries. */
export interface OpenRequest {
  calls: readonly PendingCall[];
  /** It looks whether a portal that was away is back. */
  readonly isProbe: boolean;
  /** When it went out, ms; undefined as long as it has not. */
  startedAt: number | undefined;
  /** Its place in the request budget has been given back. */
  counted: boolean;
  /** Ends it when nobody waits for its answer any more. */
  readonly stop: Stop;
}

/** One call on its way. */
export interface PendingCall {
  /** Place in the order in which calls were made. */
  readonly ordinal: number;
  readonly requester: Requester;
  readonly policy: RepeatPolicy;
  readonly lane: Lane;
  /** Calls with the same key reach the portal one after the other; null: no order. */
  readonly chat: string | null;
  /** A second run certainly has no effect. */
  safe: boolean;
  /** Longest time for request and answer of one attempt, ms; undefined: the usual. */
  readonly timeout: number | undefined;
  /** When it was made and until when it may wait, ms. */
  readonly madeAt: number;
  readonly waitUntil: number;
  /** When it has to have ended, whatever it is at, ms; Infinity: whenever. */
  readonly endBy: number;
  readonly admit: Admit | undefined;
  method: string;
  params: JsonObject;
  otherwise: Command | undefined;
  /** As a command of a batch; "" when it must travel alone, undefined when not looked at yet. */
  command: string | undefined;
  /** Newer names that the portal did not know. */
  unknownMethods: readonly string[];
  attempts: number;
  /** Not before this moment, ms. */
  notBefore: number;
  /** How the last attempt ended that may have run; null when each is known not to have. */
  doubt: CallError | null;
  /** The request that carries it; null while it waits or is asked about. */
  request: OpenRequest | null;
  cancelled: boolean;
  settled: boolean;
  /** Takes back the timer that ends it while it is on its way. */
  forget?: () => void;
  /** Called once when it ends while `admit` is being asked. */
  onSettled?: (() => void) | undefined;
  succeed(success: Success): void;
  fail(error: CallError): void;
  /** Called once, after either. */
  ended(): void;
}
