import type { Delivery } from "../../../open-channels/events/decode";
import { eventKey, type BotEvent } from "../../../open-channels/events/event";
import { Inbox } from "../../../open-channels/events/inbox";
import { emptyInbox, type InboxState, type Subscriber } from "../../../open-channels/events/inbox-parts";
import { fetched, type Written } from "./deliveries";
import { VirtualClock } from "./virtual-clock";

export const OPERATOR = "imopenlines.bot.session.operator";

export interface Emitted {
  readonly key: string;
  readonly text: unknown;
  readonly owner: string;
  readonly output: number;
}

export interface Bench {
  readonly inbox: Inbox;
  readonly clock: VirtualClock;
  readonly emitted: Emitted[];
  readonly changes: () => number;
  readonly subscribe: (wishes?: Partial<Subscriber>) => () => void;
}

export function bench(state: InboxState = emptyInbox(), leaveMarker = false, clock = new VirtualClock()): Bench {
  let changes = 0;
  const emitted: Emitted[] = [];
  const inbox = new Inbox({ clock, state, onChange: () => void changes++, leaveMarker });
  const emit = ({ payload, conversation }: BotEvent, owner: string, output: number): void =>
    void emitted.push({ key: eventKey(conversation), text: payload, owner, output });
  return {
    inbox,
    clock,
    emitted,
    changes: () => changes,
    subscribe: (wishes = {}) =>
      inbox.subscribe({
        topics: new Set(),
        openChannelsOnly: true,
        confirm: "handled",
        confirmTimeout: 60_000,
        emit,
        ...wishes,
      }),
  };
}

export const event = (eventId: number, written: Written = {}): Delivery =>
  fetched({ eventId, messageId: eventId + 10_000, text: `text ${eventId}`, ...written });
export const page = (inbox: Inbox, ...ids: number[]): { news: number; isShared: boolean } =>
  inbox.receivePage({ deliveries: ids.map((id) => event(id)), asked: inbox.offset, more: false });
/** An action takes the message and finishes. */
export function act(inbox: Inbox, key: number | string, cancelled = false): void {
  inbox.begin(String(key));
  inbox.end(String(key), cancelled);
}
export const saved = (inbox: Inbox): InboxState => JSON.parse(JSON.stringify(inbox.state)) as InboxState;
