import type { BotEvent } from "./event";

/** What an event node wants. */
export interface Wishes {
  /** Topics; empty: all. */
  readonly topics: ReadonlySet<string>;
  /** Leaves out events of chats that are not dialogs of open channels. */
  readonly openChannelsOnly: boolean;
}

/** Topics that always happen in a chat, also where the portal does not say in which. */
const OF_CHATS = new Set(["message", "join", "command", "update", "delete", "reaction", "context"]);

/**
 * Whether an event node wants an event. Events without any chat, such as the removal of the bot, pass the filter that
 * is about chats.
 */
export function wantsEvent({ topics, openChannelsOnly }: Wishes, event: BotEvent): boolean {
  if (topics.size > 0 && !topics.has(event.topic)) return false;
  return !openChannelsOnly || event.conversation.isOpenChannel || !isOfChat(event);
}

const isOfChat = ({ topic, conversation: { chatId, dialogId, messageId } }: BotEvent): boolean =>
  OF_CHATS.has(topic) || chatId !== null || dialogId !== null || messageId !== null;
