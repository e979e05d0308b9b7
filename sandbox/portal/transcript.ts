/** What reaches the client's messenger, kept apart from what is on the portal. [S imopenlines/lib/connector.php] */
import { isoDate } from "./dates";
import { fullName, type Chat, type Message } from "./entities";
import type { Portal } from "./memory";
import { attachText, plainText } from "./plain-text";
import type { TranscriptEntry } from "./view-types";

/** Live chat is the portal's own window: it knows markup, cards and reactions, which other messengers do not get. */
function isLiveChat(chat: Chat): boolean {
  return chat.connector === "livechat";
}

/** A new message goes out, or is the client's own. Without words, files and attachment nothing is sent. */
export function reach(portal: Portal, chat: Chat, message: Message): void {
  const own = message.authorId === chat.clientId;
  if (chat.type !== "lines" || !(own || message.toClient)) return;
  if (message.text === "" && message.files.length === 0 && message.attach === null) return;
  const entry: TranscriptEntry = {
    messageId: message.id,
    from: own ? "client" : senderOf(portal, message),
    name: fullName(portal.users.get(message.authorId)),
    text: "",
    rich: null,
    files: [],
    date: isoDate(message.at),
    edited: false,
    deleted: false,
    reactions: [],
  };
  fill(entry, chat, message);
  chat.transcript.push(entry);
}

function senderOf(portal: Portal, message: Message): TranscriptEntry["from"] {
  if (message.authorId === 0) return "line";
  return portal.users.get(message.authorId)?.kind === "employee" ? "operator" : "bot";
}

function fill(entry: TranscriptEntry, chat: Chat, message: Message): void {
  const { text, attach, files } = message;
  const words = entry.from === "client" ? text : plainText(text);
  entry.text = [words, attachText(attach)].filter((part) => part !== "").join("\n");
  entry.rich = isLiveChat(chat) ? structuredClone({ text, attach }) : null;
  entry.files = structuredClone(files);
}

function entryOf(chat: Chat, message: Message): TranscriptEntry | undefined {
  return chat.transcript.findLast((entry) => entry.messageId === message.id);
}

/** An edit changes what the client has; a message that never reached the client stays inside. */
export function renewReached(chat: Chat, message: Message): void {
  const entry = entryOf(chat, message);
  if (entry === undefined || entry.deleted) return;
  fill(entry, chat, message);
  entry.edited = true;
}

export function removeReached(chat: Chat, message: Message): void {
  const entry = entryOf(chat, message);
  if (entry === undefined) return;
  Object.assign(entry, { text: "", files: [], reactions: [], deleted: true, edited: false });
  entry.rich = isLiveChat(chat) ? { text: "", attach: null } : null;
}

export function renewReactions(chat: Chat, message: Message): void {
  const entry = entryOf(chat, message);
  if (entry !== undefined && isLiveChat(chat)) entry.reactions = structuredClone(message.reactions);
}
