/** The left side: who writes, and the chat as it looks in a site's widget or a messenger. */
import { act } from "./api.js";
import { asClientSees, clientMessages, entryMark } from "./client-messages.js";
import { byId, el, fillSelect, keyed, keepingEnd, messageBox, reveal, setText, stayAtEnd } from "./dom.js";
import { fileCard } from "./message-parts.js";
import { typingNodes } from "./messages.js";
import { attempt } from "./notice.js";
import { wantChat } from "./refresh.js";
import { chooseChat, chooseDraft, chosenClient, draftBecame, lineName, onChange, store } from "./store.js";
import { has, t } from "./texts.js";

const MAX_TABS = 40;

let lastDraft = 0;
let shownClient = null;
let file = null;

export function startClients() {
  const form = byId("client-form");
  byId("client-new").addEventListener("click", () => showForm(form.hidden));
  byId("client-cancel").addEventListener("click", () => showForm(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    addDraft(form.elements);
    showForm(false);
    byId("client-answer").elements.namedItem("text").focus();
  });
  messageBox(byId("client-answer"), send);
  startFiles();
  stayAtEnd(byId("client-messages"));
  onChange(["chats", "state", "selection", "language"], render);
}

export function connectorName(connector) {
  return has(`connector.${connector}`) ? t(`connector.${connector}`) : connector;
}

/** Two letters, and a colour that stays with the name. */
export function avatar(name) {
  const letters = name.split(/\s+/).map((word) => word[0] ?? "");
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, letters.slice(0, 2).join("").toUpperCase());
  node.style.setProperty("--hue", hue);
  return node;
}

function showForm(shown) {
  const form = byId("client-form");
  form.hidden = !shown;
  byId("client-new").setAttribute("aria-expanded", String(shown));
  if (!shown) return;
  const taken = new Set([...store.chats.values(), ...store.drafts].map((entry) => entry.client));
  form.elements.client.value = offeredNames().find((name) => !taken.has(name)) ?? "";
  form.elements.client.select();
}

/** Names for those who do not want to think of one. */
function offeredNames() {
  return t("client.names").split(", ");
}

function addDraft({ client, line, connector }) {
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

function openChat(id) {
  wantChat(id);
  chooseChat(id);
}

async function send(text) {
  const entry = chosenClient();
  if (entry === undefined || (text.trim() === "" && file === null)) return false;
  const line = "messages" in entry ? entry.originalLine : entry.line;
  const { client, connector } = entry;
  const files = file === null ? undefined : [file];
  const done = await attempt(() => act("clientWrites", { line, client, connector, text, files }));
  if (done === null) return false;
  attach(null);
  if (!("messages" in entry)) {
    // Known before the stream tells, so that the view moves over at once.
    wantChat(done.chatId);
    draftBecame(entry, done.chatId);
  }
  return true;
}

function startFiles() {
  const picker = byId("client-picker");
  byId("client-attach").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    const [chosen] = picker.files;
    if (chosen !== undefined) attach({ name: chosen.name, size: chosen.size, type: kindOf(chosen.type) });
    picker.value = "";
  });
}

/** Only name, size and kind travel: the portal here keeps no contents. */
function attach(chosen) {
  file = chosen;
  const box = byId("client-file");
  box.hidden = chosen === null;
  const remove = el("button", { type: "button", class: "remove", onclick: () => attach(null) }, "×");
  remove.setAttribute("aria-label", t("client.removeFile"));
  box.replaceChildren(...(chosen === null ? [] : [fileCard(chosen), remove]));
}

function kindOf(mime) {
  const kind = mime.split("/", 1)[0];
  return ["image", "video", "audio"].includes(kind) ? kind : "file";
}

function render() {
  const lines = (store.state?.lines ?? []).map(({ id, name }) => ({ value: String(id), text: name }));
  fillSelect(byId("client-form").elements.line, lines);
  byId("client-new").disabled = lines.length === 0;
  renderTabs();
  renderWidget();
}

function renderTabs() {
  // In the order in which they came, so that a tab does not run away from the pointer.
  const chats = [...store.chats.values()].filter((chat) => chat.type === "lines").slice(-MAX_TABS);
  const tabs = [
    ...chats.map((chat) => ({ key: `chat:${chat.id}`, chat, open: () => openChat(chat.id) })),
    ...store.drafts.map((draft) => ({ key: `draft:${draft.id}`, chat: draft, open: () => chooseDraft(draft.id) })),
  ];
  keyed(byId("client-tabs"), tabs, {
    key: (tab) => tab.key,
    mark: (tab) => `${tab.key === store.client}|${tab.chat.client}`,
    make: tabNode,
  });
  if (shownClient !== store.client)
    reveal(byId("client-tabs"), byId("client-tabs").querySelector('[aria-selected="true"]'));
}

function tabNode({ key, chat, open }) {
  const chosen = key === store.client;
  const line = lineName("messages" in chat ? chat.originalLine : chat.line);
  const title = `${chat.client} · ${connectorName(chat.connector)} · ${line}`;
  const attributes = { type: "button", role: "tab", class: "tab", "aria-selected": chosen, title, onclick: open };
  const node = el("button", attributes, avatar(chat.client), el("span", {}, chat.client));
  node.dataset.connector = chat.connector;
  node.setAttribute("aria-selected", String(chosen));
  node.setAttribute("aria-controls", "widget");
  return node;
}

function renderWidget() {
  const entry = chosenClient();
  const widget = byId("widget");
  widget.dataset.connector = entry?.connector ?? "livechat";
  byId("client-answer").hidden = entry === undefined;
  const chat = entry !== undefined && "messages" in entry ? entry : undefined;
  const line = entry === undefined ? "" : lineName(chat?.originalLine ?? entry.line);
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

function renderMessages(list, chat) {
  keyed(list, chat === undefined ? [] : clientMessages(chat), {
    key: (entry) => `${chat.id}|${entry.messageId}`,
    mark: (entry) => entryMark(entry, chat),
    make: (entry) => asClientSees(entry, chat),
  });
}

/** The indicator of a bot, gone when its time is over; `inside` says more than the client learns. */
export function renderTyping(box, chat, inside) {
  clearTimeout(box.timer);
  const left = (chat?.typing?.ends ?? 0) - Date.now();
  box.hidden = left <= 0;
  box.replaceChildren(...(left > 0 ? typingNodes(chat, inside) : []));
  if (left > 0) box.timer = setTimeout(() => renderTyping(box, chat, inside), left);
}
