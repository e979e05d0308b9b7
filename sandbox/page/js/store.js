/** What the page knows of the portal, and who wants to hear of it. */
export const store = {
  connected: false,
  state: null,
  /** Chats by id; only the chosen one has all its messages, the others their last one. */
  chats: new Map(),
  /** What has reached the clients' messengers, by chat; of the chosen ones only. */
  transcripts: new Map(),
  /** Clients that have not written yet. */
  drafts: [],
  /** `chat:101` or `draft:1`: the client on the left. */
  client: null,
  /** The chat on the right. */
  dialog: null,
  calls: [],
  requests: new Map(),
  faults: [],
  events: { queued: [], deliveries: [] },
};

const listeners = [];

/** `listener` hears of every change of one of these parts. */
export function onChange(parts, listener) {
  listeners.push({ parts, listener });
}

export function tell(...parts) {
  for (const entry of listeners) if (parts.some((part) => entry.parts.includes(part))) entry.listener();
}

export function chosenChat() {
  return store.dialog === null ? undefined : store.chats.get(store.dialog);
}

/** The chat or draft on the left. */
export function chosenClient() {
  const [kind, id] = (store.client ?? "").split(":");
  if (kind === "chat") return store.chats.get(Number(id));
  return store.drafts.find((draft) => draft.id === Number(id));
}

/** Shows a chat on both sides; a private one has no client. */
export function chooseChat(id) {
  store.dialog = id;
  if (store.chats.get(id)?.type !== "private") store.client = `chat:${id}`;
  tell("selection");
}

export function chooseDraft(id) {
  store.client = `draft:${id}`;
  store.dialog = null;
  tell("selection");
}

/** A client's first message has been taken: the draft is a dialog now. */
export function draftBecame(draft, chatId) {
  store.drafts = store.drafts.filter((entry) => entry !== draft);
  chooseChat(chatId);
}

export function lineName(id) {
  return store.state?.lines.find((line) => line.id === id)?.name ?? `#${id}`;
}

/** A name for anybody who may stand behind a message or a dialog. */
export function personName(id, chat) {
  if (chat !== undefined && id === chat.clientId) return chat.client;
  const operator = store.state?.operators.find((entry) => entry.id === id);
  if (operator !== undefined) return `${operator.name} ${operator.lastName}`.trim();
  return store.state?.bots.find((bot) => bot.id === id)?.name ?? `#${id}`;
}

export function isBot(id) {
  return store.state?.bots.some((bot) => bot.id === id) ?? false;
}
