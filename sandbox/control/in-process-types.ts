/** The portal without a server. */
import type { Params } from "../portal/php";
import type { PostedEvent } from "../rest/events";
import type { Control } from "./types";

/** A handler's answer to an event: its status, 200 if it gives nothing. */
export type PostListener = (event: PostedEvent) => number | void | Promise<number | void>;

/** Who calls, where it is not the owner of the webhook from this machine. */
export interface Caller {
  userId?: string;
  secret?: string;
  /** Whom the request limit counts. */
  address?: string;
}

/** What became of a call without HTTP. */
export interface Handled {
  /** `broken`: the connection ended before the answer was complete; `hanging`: it never will be. */
  end: "answered" | "broken" | "hanging";
  /** Null where no byte of an answer came. */
  status: number | null;
  headers: Record<string, string>;
  /** As it would travel; cut off where the answer is. */
  text: string;
  /** The answer's JSON, a copy of its own; null for everything else. */
  body: Params | null;
  /** Milliseconds from the call to its end: latency, time of the calls, `slow`. Always 0 from `request`, where they have passed. */
  afterMs: number;
}

/** A practice portal without a server: nothing in it waits, and time and randomness come from outside. */
export interface PracticePortal {
  /** As its events and handlers name it; nothing listens there. */
  readonly url: string;
  readonly webhookUrl: string;
  readonly secret: string;
  readonly control: Control;
  /** A call, carried out at once at the clock's present time. `params`: JSON text, or an object that is copied. */
  handle(method: string, params?: string | object, caller?: Caller): Handled;
  /** The same, but latency and the time of calls pass by `pause`, so that the calls of a batch run one after the other. */
  request(
    method: string,
    params: string | object,
    pause: (ms: number) => Promise<void>,
    caller?: Caller,
  ): Promise<Handled>;
  /**
   * Posted events, of 1.0 bots and 2.0 bots in webhook mode. The listener is called in the middle of the portal's work:
   * it may note the event and answer, but must call the portal later. The last one set is the one called.
   */
  onPost(listener: PostListener): void;
  /** Does what has become due by the clock. Calls and the control do so before they look; needed only where nobody does. */
  advance(): void;
  /** When `advance` will have something to do, in milliseconds of the clock; null: never. */
  nextDue(): number | null;
}
