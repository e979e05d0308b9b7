/** What the page knows of the portal, and who wants to hear of it. */
import type { ListedFault } from "../../../control/api";
import type { LogEntry, RequestEntry } from "../../../portal/records";
import type { ChatView, EventsView, StateView, TranscriptEntry } from "../../../portal/view-types";

/** A chat, with the time of this machine's clock at which its bot stops typing. */
export interface PageChat extends ChatView {
  typingEnds?: number;
}

/** A client that has not written yet. */
export interface Draft {
  id: number;
  client: string;
  line: number;
  connector: string;
}

export type Part = "connection" | "state" | "chats" | "traffic" | "faults" | "events" | "selection" | "language";

interface Store {
  connected: boolean;
  state: StateView | null;
  /** Chats by id; only the chosen one has all its messages, the others their last one. */
  chats: Map<number, PageChat>;
  /** What has reached the clients' messengers, by chat; of the chosen ones only. */
  transcripts: Map<number, TranscriptEntry[]>;
  drafts: Draft[];
  /** `chat:101` or `draft:1`: the client on the left. */
  client: string | null;
  /** The chat on the right. */
  dialog: number | null;
  calls: LogEntry[];
  requests: Map<number, RequestEntry>;
  faults: ListedFault[];
  events: EventsView;
}

export const store: Store = {
  connected: false,
  state: null,
  chats: new Map(),
  transcripts: new Map(),
  drafts: [],
  client: null,
  dialog: null,
  calls: [],
  requests: new Map(),
  faults: [],
  events: { queued: [], deliveries: [] },
};

const listeners: { parts: Part[]; listener: () => void }[] = [];

/** `listener` hears of every change of one of these parts. */
export function onChange(parts: Part[], listener: () => void): void {
  listeners.push({ parts, listener });
}

export function tell(...parts: Part[]): void {
  for (const entry of listeners) if (parts.some((part) => entry.parts.includes(part))) entry.listener();
}

export function chosenChat(): PageChat | undefined {
  return store.dialog === null ? undefined : store.chats.get(store.dialog);
}

/** The chat or draft on the left. */
export function chosenClient(): PageChat | Draft | undefined {
  const [kind, id] = (store.client ?? "").split(":");
  if (kind === "chat") return store.chats.get(Number(id));
  return store.drafts.find((draft) => draft.id === Number(id));
}

export function isChat(entry: PageChat | Draft): entry is PageChat {
  return "messages" in entry;
}

/** The open channel that a client writes to. */
export function channelOf(entry: PageChat | Draft): number {
  return isChat(entry) ? entry.originalLine : entry.line;
}

/** Shows a chat on both sides; a private one has no client. */
export function chooseChat(id: number): void {
  store.dialog = id;
  if (store.chats.get(id)?.type !== "private") store.client = `chat:${id}`;
  tell("selection");
}

export function chooseDraft(id: number): void {
  store.client = `draft:${id}`;
  store.dialog = null;
  tell("selection");
}

/** A client's first message has been taken: the draft is a conversation now. */
export function draftBecame(draft: Draft, chatId: number): void {
  store.drafts = store.drafts.filter((entry) => entry !== draft);
  chooseChat(chatId);
}

export function channelName(id: number): string {
  return store.state?.lines.find((line) => line.id === id)?.name ?? `#${id}`;
}

/** A name for anybody who may be behind a message or a conversation. */
export function personName(id: number, chat?: ChatView): string {
  if (chat !== undefined && id === chat.clientId) return chat.client;
  const operator = store.state?.operators.find((entry) => entry.id === id);
  if (operator !== undefined) return `${operator.name} ${operator.lastName}`.trim();
  return botName(id);
}

export function botName(id: number): string {
  return store.state?.bots.find((bot) => bot.id === id)?.name ?? `#${id}`;
}

export function isBot(id: number): boolean {
  return store.state?.bots.some((bot) => bot.id === id) ?? false;
}
