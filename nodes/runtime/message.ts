import type { NodeMessage } from "node-red";

export type Message = NodeMessage & Record<string, unknown>;

/**
 * `msg` with these properties changed and those removed: the same object, so that everything else on it survives, or a
 * copy where the flow has sealed it. No getter of the message is called: it could throw.
 */
export function withChanges(msg: Message, changes: Readonly<Record<string, unknown>>, removed: string[] = []): Message {
  const names = [...Object.keys(changes), ...removed];
  const out = names.every((name) => canChange(msg, name)) ? msg : copyOf(msg);
  for (const [name, value] of Object.entries(changes))
    Object.defineProperty(out, name, { value, enumerable: true, writable: true, configurable: true });
  for (const name of removed) delete out[name];
  return out;
}

function canChange(msg: Message, name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(msg, name);
  return property === undefined ? Object.isExtensible(msg) : property.configurable === true;
}

/** A copy of the message alone, not of what it holds, with every property free to be changed. */
export function copyOf(msg: Message): Message {
  const properties = Object.getOwnPropertyDescriptors(msg);
  for (const property of Object.values(properties)) {
    property.configurable = true;
    if ("value" in property) property.writable = true;
  }
  return Object.defineProperties({}, properties);
}

/**
 * The conversation that a message belongs to, as far as it can be read without calling anything; else nothing. A copy:
 * flows put getters and proxies anywhere, and what one of them throws must not keep the message.
 */
export function conversationOf(msg: object): Record<string, unknown> {
  const conversation = ownValues(valueOf(msg, "bitrix24"));
  return "event" in conversation ? { ...conversation, event: ownValues(conversation["event"]) } : conversation;
}

/** The plain properties of an object; none for anything else, nor where a proxy throws instead of showing them. */
function ownValues(object: unknown): Record<string, unknown> {
  try {
    if (!isRecord(object)) return {};
    const properties = Object.entries(Object.getOwnPropertyDescriptors(object));
    const plain = properties.filter(([, property]) => property.enumerable && "value" in property);
    return Object.fromEntries(plain.map(([name, { value }]): [string, unknown] => [name, value]));
  } catch {
    // Whatever it threw, there is nothing to be read.
    return {};
  }
}

function valueOf(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

/**
 * The conversation to which a message will probably go, before its values are read: the payload's own chat, else the
 * conversation's.
 * @returns null when nothing says so
 */
export function chatHint(msg: object): string | null {
  const payload = ownValues(valueOf(msg, "payload"));
  const own = Object.keys(payload).find((name) => name.toUpperCase() === "CHAT_ID");
  const chatId = own === undefined ? conversationOf(msg)["chatId"] : payload[own];
  return typeof chatId === "number" || typeof chatId === "string" ? `chat${chatId}` : null;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What went wrong, in one line; anything can be thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unexpected");
