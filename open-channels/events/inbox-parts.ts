import type { Clock } from "../../rest/clock";
import type { Delivery } from "./decode";
import type { BotEvent } from "./event";
import type { Owner, Ownership } from "./owners";

/** What has to survive a restart. */
export interface InboxState {
  /** Fetched events below this id are done. */
  cursor: number;
  /** Keys of events that are done: those at or above the cursor, and the latest posted ones. */
  done: string[];
  owners: [number, Ownership][];
  /** Posted events that are not done yet; the portal would not deliver them again. */
  posted: Delivery[];
}

export const emptyInbox = (): InboxState => ({ cursor: 0, done: [], owners: [], posted: [] });

/** An event node: what it wants and where its messages go. */
export interface Subscriber {
  /** Topics it wants; empty: all. */
  readonly topics: ReadonlySet<string>;
  readonly openChannelsOnly: boolean;
  /** `handled`: done when an action has finished with the message; `received`: done when it has been emitted. */
  readonly confirm: "handled" | "received";
  /** When an event counts as handled although no action took it, ms. */
  readonly confirmTimeout: number;
  /** Output 0: the bot's turn; 1: people have the dialog. */
  emit(event: BotEvent, owner: Owner, output: 0 | 1): void;
}

/** What one poll brought. */
export interface FetchedPage {
  readonly deliveries: readonly Delivery[];
  /** The offset with which it was asked for. */
  readonly asked: number;
  /** Whether the portal has more than this. */
  readonly more: boolean;
}

export interface InboxParts {
  readonly clock: Clock;
  readonly state: InboxState;
  /** Called after each change that has to survive. */
  readonly onChange: () => void;
  /** Keeps one done event on the portal, by whose absence another reader shows. Needs a state that survives. */
  readonly leaveMarker: boolean;
}
