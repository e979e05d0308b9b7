/** The left side: who writes, and the chat as it looks in a site's widget or a messenger. */
import { act } from "../data/api";
import { wantChat } from "../data/refresh";
import {
  channelName,
  channelOf,
  chooseChat,
  chooseDraft,
  chosenClient,
  draftBecame,
  isChat,
  onChange,
  store,
  type Draft,
  type PageChat,
} from "../data/store";
import { byId, el, fieldOf, setText } from "../dom/elements";
import { fillSelect, messageBox } from "../dom/forms";
import { clear, keyed } from "../dom/keyed";
import { attempt } from "../dom/notice";
import { keepingEnd, reveal, stayAtEnd } from "../dom/scrolling";
import { renderTyping } from "../message/typing";
import { t } from "../words/texts";
import { attach, chosenFile, startFile } from "./file";
import { avatar, connectorName } from "./person";
import { arrivedAt, asClientSees, entrySign } from "./transcript";

const MAX_TABS = 40;

let lastDraft = 0;
let shownClient: string | null = null;

export function startClients(): void {
  const form = byId("client-form", HTMLFormElement);
  const answer = byId("client-answer", HTMLFormElement);
  byId("client-new").addEventListener("click", () => showForm(form.hidden !== false));
  byId("client-cancel").addEventListener("click", () => showForm(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    addDraft();
    showForm(false);
    fieldOf(answer, "text", HTMLTextAreaElement).focus();
  });
  messageBox(answer, send);
  startFile();
  stayAtEnd(byId("client-messages"));
  onChange(["chats", "state", "selection", "language"], render);
}

/** The fields of the form that adds a client. */
function fields(): { client: HTMLInputElement; line: HTMLSelectElement; connector: HTMLSelectElement } {
  const form = byId("client-form", HTMLFormElement);
  return {
    client: fieldOf(form, "client", HTMLInputElement),
    line: fieldOf(form, "line", HTMLSelectElement),
    connector: fieldOf(form, "connector", HTMLSelectElement),
  };
}

function showForm(shown: boolean): void {
  byId("client-form").hidden = !shown;
  byId("client-new").setAttribute("aria-expanded", String(shown));
  if (!shown) return;
  const taken = new Set([...store.chats.values(), ...store.drafts].map((entry) => entry.client));
  const { client } = fields();
  client.value = offeredNames().find((name) => !taken.has(name)) ?? "";
  client.select();
}

/** Names for those who do not want to think of one. */
function offeredNames(): string[] {
  return t("client.names").split(", ");
}

function addDraft(): void {
  const { client, line, connector } = fields();
  const wanted = { client: client.value.trim(), line: Number(line.value), connector: connector.value };
  const chat = [...store.chats.values()].find(
    (entry) =>
      entry.client === wanted.client && entry.originalLine === wanted.line && entry.connector === wanted.connector,
  );
  if (chat !== undefined) return openChat(chat.id);
  const draft = { id: ++lastDraft, ...wanted };
  store.drafts.push(draft);
  chooseDraft(draft.id);
}

function openChat(id: number): void {
  wantChat(id);
  chooseChat(id);
}

async function send(text: string): Promise<boolean> {
  const entry = chosenClient();
  const file = chosenFile();
  if (entry === undefined || (text.trim() === "" && file === null)) return false;
  const { client, connector } = entry;
  const message = { line: channelOf(entry), client, connector, text, ...(file === null ? {} : { files: [file] }) };
  const done = await attempt(() => act("clientWrites", message));
  if (done === null) return false;
  attach(null);
  if (!isChat(entry)) {
    // Known before the stream tells, so that the view moves over at once.
    wantChat(done.result.chatId);
    draftBecame(entry, done.result.chatId);
  }
  return true;
}

function render(): void {
  const lines = (store.state?.lines ?? []).map(({ id, name }) => ({ value: String(id), text: name }));
  fillSelect(fields().line, lines);
  byId("client-new", HTMLButtonElement).disabled = lines.length === 0;
  renderTabs();
  renderWidget();
}

interface Tab {
  key: string;
  entry: PageChat | Draft;
  open: () => void;
}

function renderTabs(): void {
  // In the order in which they came, so that a tab does not run away from the pointer.
  const chats = [...store.chats.values()].filter((chat) => chat.type === "lines").slice(-MAX_TABS);
  const tabs: Tab[] = [
    ...chats.map((chat) => ({ key: `chat:${chat.id}`, entry: chat, open: () => openChat(chat.id) })),
    ...store.drafts.map((draft) => ({ key: `draft:${draft.id}`, entry: draft, open: () => chooseDraft(draft.id) })),
  ];
  const list = byId("client-tabs");
  keyed(list, tabs, {
    key: (tab) => tab.key,
    sign: (tab) => `${tab.key === store.client}|${tab.entry.client}`,
    make: tabNode,
  });
  if (shownClient !== store.client) reveal(list, list.querySelector('[aria-selected="true"]'));
}

function tabNode({ key, entry, open }: Tab): HTMLElement {
  const { client, connector } = entry;
  const title = `${client} · ${connectorName(connector)} · ${channelName(channelOf(entry))}`;
  const looks = { class: "tab", title, "data-connector": connector, onclick: open };
  const role = { role: "tab", "aria-selected": String(key === store.client), "aria-controls": "widget" };
  return el("button", { type: "button", ...role, ...looks }, avatar(client), el("span", {}, client));
}

function renderWidget(): void {
  const entry = chosenClient();
  const chat = entry !== undefined && isChat(entry) ? entry : undefined;
  byId("widget").dataset.connector = entry?.connector ?? "livechat";
  byId("client-answer").hidden = entry === undefined;
  const line = entry === undefined ? "" : channelName(channelOf(entry));
  setText(byId("widget-line"), line);
  setText(byId("widget-channel"), entry === undefined ? "" : connectorName(entry.connector));
  byId("widget-avatar").textContent = line.slice(0, 1);
  const list = byId("client-messages");
  const changed = shownClient !== store.client;
  shownClient = store.client;
  list.classList.toggle("blank", chat === undefined);
  list.dataset.hint = t(entry === undefined ? "client.none" : "client.first");
  keepingEnd(list, () => renderMessages(list, chat), changed);
  renderTyping(byId("client-typing"), chat, false);
}

function renderMessages(list: HTMLElement, chat: PageChat | undefined): void {
  if (chat === undefined) return clear(list);
  keyed(list, arrivedAt(chat), {
    key: (entry) => `${chat.id}|${entry.messageId}`,
    sign: (entry) => entrySign(entry, chat),
    make: (entry) => asClientSees(entry, chat),
  });
}
