import { Owners } from "../../../../open-channels/engine/owners";
import type { EventEntry } from "../../../../open-channels/engine/records";
import type { Meaning, Owner } from "../../../../open-channels/engine/meaning";
import { decodeEvent, type Delivery } from "../../../../open-channels/events/decode";
import { fetched, posted, type Written } from "../../support/deliveries";
import { start, type Kept } from "./ledger-state";

export const CHAT = 101;
export const SESSION = 343;
export const BOT = 7;
export const CLIENT = 599;
export const PERSON = 11;

/** What happens in one dialog, as the engine learns of it. */
export class Dialog {
  readonly kept: Kept;
  readonly owners: Owners;

  constructor(kept: Kept = start()) {
    this.kept = kept;
    this.owners = new Owners(kept.ledger, () => kept.clock.now());
  }

  see(delivery: Delivery): this {
    this.owners.observe(decodeEvent(delivery, BOT), BOT);
    return this;
  }

  client(messageId: number, written: Written = {}): this {
    return this.see(fetched({ messageId, ...written }));
  }

  person(messageId: number, written: Written = {}): this {
    return this.see(fetched({ messageId, userId: PERSON, isClient: false, ...written }));
  }

  /** Somebody of whom the portal says nothing but the number, in a chat that names no client. */
  somebody(messageId: number, userId: number): this {
    const { data, ...rest } = fetched({ messageId, userId });
    const { chat } = data as { chat: object };
    return this.see({ ...rest, data: { ...data, user: null, chat: { ...chat, entityId: "livechat|22|1775|" } } });
  }

  /** The portal says that the session is over. */
  finish(): this {
    return this.see(posted("ONSESSIONFINISH", { DATA: { chat: { chat_id: CHAT } } }));
  }

  joins(sessionId: number | null): this {
    const entityData1 = sessionId === null ? "" : `N|NONE|0|N|N|${sessionId}|0|0|0|0`;
    return this.see(posted("ONIMBOTV2JOINCHAT", { chat: { id: CHAT, entityType: "LINES", entityData1 } }));
  }

  /** A call of this package ended. */
  called(owner: Owner, options: { isCertain?: boolean; event?: string | null; chatId?: number } = {}): this {
    const { isCertain = true, event = "5", chatId = CHAT } = options;
    const meanings: Meaning[] = [{ chatId, owner }];
    this.owners.afterCall(meanings, isCertain, event);
    return this;
  }

  get owner(): Owner {
    return this.owners.of(CHAT);
  }
}

/** What is known of the event with which a client's message came. */
export const facts = (
  messageId: number | null,
  change: Partial<EventEntry> = {},
): Parameters<Owners["heldBack"]>[0] => ({
  ...{ key: "5", chatId: CHAT, sessionId: SESSION, messageId, personBefore: 0 },
  ...change,
});
