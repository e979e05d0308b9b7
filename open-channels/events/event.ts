/** A CRM item that belongs to a dialog, with the portal's name of its kind: `LEAD`, `DEAL`, `CONTACT`, `COMPANY`. */
export interface CrmItem {
  readonly type: string;
  readonly id: number;
}

/** The line that a dialog runs on. */
export interface DialogLine {
  /** The line it is on now. */
  readonly id: number | null;
  /** The line it came in by. */
  readonly originalId: number | null;
  /** The channel: `livechat`, `telegrambot`, … */
  readonly connector: string | null;
  readonly sessionId: number | null;
  /** The main item first. */
  readonly crm: readonly CrmItem[];
}

export interface EventUser {
  readonly id: number | null;
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** Writes from outside through a connector; an operator never does. */
  readonly isClient: boolean;
}

/** Which event it is. */
export interface EventIdentity {
  /** The queue's id; of a posted event what tells it apart, see `identityOf`. */
  readonly id: number | string | null;
  /** The portal's own name in capitals. */
  readonly name: string;
  /** ISO text in UTC. */
  readonly date: string | null;
  /** How often it was handed to the flow; 1 the first time. */
  readonly delivery: number;
}

/** What a flow finds in `msg.bitrix24`, whichever way the event came; missing parts are null. */
export interface Conversation {
  readonly event: EventIdentity;
  readonly bot: { readonly id: number | null; readonly code: string | null };
  readonly chatId: number | null;
  readonly dialogId: string | null;
  readonly messageId: number | null;
  readonly isOpenChannel: boolean;
  readonly line: DialogLine | null;
  readonly user: EventUser | null;
  readonly language: string | null;
  /** What the portal delivered, without secrets. */
  readonly raw: unknown;
}

/** One event of the bot. */
export interface BotEvent {
  readonly topic: string;
  /** The text of messages and updates, the command with its parameters; else the event's own data. */
  readonly payload: unknown;
  readonly conversation: Conversation;
}

const TOPICS: Readonly<Record<string, string>> = {
  MESSAGEADD: "message",
  JOINCHAT: "join",
  COMMANDADD: "command",
  MESSAGEUPDATE: "update",
  MESSAGEDELETE: "delete",
  REACTIONCHANGE: "reaction",
  CONTEXTGET: "context",
  DELETE: "removed",
};

/** The topic of an event by its portal name; unknown names keep their own, in small letters. */
export function topicOf(name: string): string {
  const upper = name.toUpperCase();
  if (upper === "ONSESSIONSTART") return "session-start";
  if (upper === "ONSESSIONFINISH") return "session-finish";
  const own = /^ONIM(?:BOTV2|BOT)?(\w+)$/.exec(upper)?.[1];
  return (own !== undefined && TOPICS[own]) || upper.replace(/^ON/, "").toLowerCase();
}

type KeyParts = Pick<Conversation, "messageId" | "chatId"> & { readonly event: Omit<EventIdentity, "delivery"> };

/** Events that one message can have several times. */
const HAPPENS_AGAIN = /UPDATE|REACTION/;

/**
 * Tells events apart. The same key again is the same event: by id when it was fetched, else by name and message,
 * else by name, chat and moment. A message can be edited and reacted to more than once, so there the moment counts too.
 */
export function eventKey({ event, messageId, chatId }: KeyParts): string {
  if (event.id !== null) return `${event.id}`;
  if (messageId !== null && !HAPPENS_AGAIN.test(event.name)) return `${event.name} ${messageId}`;
  if (messageId !== null) return `${event.name} ${messageId} ${event.date ?? "-"}`;
  return `${event.name} ${chatId ?? "-"} ${event.date ?? "-"}`;
}
