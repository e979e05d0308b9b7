import { randomUUID } from "node:crypto";
import { eventKey } from "../../open-channels/events/event";
import type { Inbox } from "../../open-channels/events/inbox";
import { conversationOf, isRecord } from "./message";

/** An action's work on one message, as the event that the message came from has to know it. */
export class EventWork {
  readonly #inbox: Inbox;
  readonly #nodeId: string;
  readonly #key: string | null;
  #freeSend: () => void = () => undefined;

  /** Begins at once: from here on the event counts as being worked on. */
  constructor(inbox: Inbox, nodeId: string, msg: Readonly<Record<string, unknown>>) {
    this.#inbox = inbox;
    this.#nodeId = nodeId;
    this.#key = keyOf(conversationOf(msg));
    if (this.#key !== null) inbox.begin(this.#key);
  }

  /** The key of a send: derived from the event, the node and the order of its sends, else a new one. */
  templateId(): string {
    if (this.#key === null) return randomUUID();
    const { templateId, free } = this.#inbox.claimSend(this.#key, this.#nodeId);
    this.#freeSend = free;
    return templateId;
  }

  /** Ends it; a send that failed gives its place back, so that trying again is the same send. */
  end(result: "done" | "failed" | "cancelled"): void {
    if (result !== "done") this.#freeSend();
    if (this.#key !== null) this.#inbox.end(this.#key, result === "cancelled");
  }
}

/** The key of the event that a message carries, or null when it carries none. Flows change what they like. */
function keyOf(conversation: Readonly<Record<string, unknown>>): string | null {
  if (!isRecord(conversation["event"])) return null;
  const { id, name, date } = conversation["event"];
  if (typeof name !== "string") return null;
  return eventKey({
    event: {
      name,
      id: typeof id === "number" || typeof id === "string" ? id : null,
      date: typeof date === "string" ? date : null,
    },
    messageId: numberOrNull(conversation["messageId"]),
    chatId: numberOrNull(conversation["chatId"]),
  });
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
