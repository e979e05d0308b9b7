/** The client's own window: what has really arrived there, and what the client does with it. */
import { act } from "./api.js";
import { linked, rich } from "./bb.js";
import { attachment, fileCard } from "./message-parts.js";
import { bubble } from "./messages.js";
import { attempt } from "./notice.js";
import { personName, store } from "./store.js";
import { t } from "./texts.js";

export function clientMessages(chat) {
  return store.transcripts.get(chat.id) ?? [];
}

/** Everything that may change in a message after it has been drawn. */
export function entryMark(entry, chat) {
  const names = entry.reactions.map(({ userId }) => personName(userId, chat));
  const parts = entry.edited ? entry.rich : null;
  return JSON.stringify([entry.text, entry.edited, entry.deleted, entry.name, entry.reactions, names, parts]);
}

/** Live chat draws markup and cards; a messenger outside has got plain text. */
export function asClientSees(entry, chat) {
  const own = entry.from === "client";
  const text = entry.deleted ? t("message.deleted") : entry.rich === null ? linked(entry.text) : rich(entry.rich.text);
  const parts = [entry.rich?.attach && attachment(entry.rich.attach), ...entry.files.map(fileCard)];
  const name = own ? "" : entry.name;
  const kind = `${own ? "own" : "theirs"}${entry.rich === null ? " plain" : ""}`;
  return bubble(entry, { kind, name, text, parts, chat, doing: doingWith(entry, chat, own) });
}

function doingWith(entry, chat, own) {
  if (entry.deleted) return {};
  const place = { chatId: chat.id, messageId: entry.messageId };
  return {
    mine: entry.reactions.find(({ userId }) => userId === chat.clientId)?.reaction,
    // Only live chat passes reactions on.
    react: entry.rich === null ? undefined : (reaction) => attempt(() => act("clientReacts", { ...place, reaction })),
    edit: own ? (text) => attempt(() => act("clientEdits", { ...place, text })) : undefined,
    remove: own ? () => attempt(() => act("clientDeletes", place)) : undefined,
  };
}
