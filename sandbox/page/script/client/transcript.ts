/** The client's own window: what has really arrived there, and what the client does with it. */
import type { TranscriptEntry } from "../../../portal/view-types";
import { act } from "../data/api";
import { personName, store, type PageChat } from "../data/store";
import { attempt } from "../dom/notice";
import { bubble } from "../message/bubble";
import { attachment, fileCard } from "../message/parts";
import { linked, rich } from "../message/rich";
import type { Doing } from "../message/tools";
import { t } from "../words/texts";

export function arrivedAt(chat: PageChat): TranscriptEntry[] {
  return store.transcripts.get(chat.id) ?? [];
}

/** Everything that may change in a message after it has been drawn. */
export function entrySign(entry: TranscriptEntry, chat: PageChat): string {
  const names = entry.reactions.map(({ userId }) => personName(userId, chat));
  const parts = entry.edited ? entry.rich : null;
  return JSON.stringify([entry.text, entry.edited, entry.deleted, entry.name, entry.reactions, names, parts]);
}

/** Live chat draws markup and cards; a messenger outside has got plain text. */
export function asClientSees(entry: TranscriptEntry, chat: PageChat): HTMLElement {
  const own = entry.from === "client";
  const { attach = null } = entry.rich ?? {};
  return bubble(
    { ...entry, id: entry.messageId, source: entry.rich?.text ?? entry.text },
    {
      kind: `${own ? "own" : "theirs"}${entry.rich === null ? " plain" : ""}`,
      name: own ? "" : entry.name,
      text: textOf(entry),
      parts: [attach ? attachment(attach) : null, ...entry.files.map(fileCard)],
      chat,
      doing: doingWith(entry, chat, own),
    },
  );
}

function textOf(entry: TranscriptEntry): Node | string {
  if (entry.deleted) return t("message.deleted");
  return entry.rich === null ? linked(entry.text) : rich(entry.rich.text);
}

function doingWith(entry: TranscriptEntry, chat: PageChat, own: boolean): Doing {
  if (entry.deleted) return {};
  const place = { chatId: chat.id, messageId: entry.messageId };
  const mine = entry.reactions.find(({ userId }) => userId === chat.clientId)?.reaction;
  const react = (reaction: string | null): Promise<unknown> =>
    attempt(() => act("clientReacts", { ...place, reaction }));
  const edit = (text: string): Promise<unknown> => attempt(() => act("clientEdits", { ...place, text }));
  const remove = (): Promise<unknown> => attempt(() => act("clientDeletes", place));
  return {
    ...(mine === undefined ? {} : { mine }),
    // Only live chat passes reactions on.
    ...(entry.rich === null ? {} : { react }),
    ...(own ? { edit, remove } : {}),
  };
}
