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

/** The conversation that a message belongs to, as far as it can be read without calling anything; else nothing. */
export function conversationOf(msg: object): Record<string, unknown> {
  const conversation: unknown = Object.getOwnPropertyDescriptor(msg, "bitrix24")?.value;
  return isRecord(conversation) ? conversation : {};
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What went wrong, in one line; anything can be thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unexpected");
