/** The portal's lines with their bots and people, and all dialogs. */
import { act } from "./api.js";
import { plain } from "./bb.js";
import { avatar, connectorName } from "./clients.js";
import { byId, el, keyed, reveal, setText } from "./dom.js";
import { attempt } from "./notice.js";
import { wantChat } from "./refresh.js";
import { chooseChat, lineName, onChange, personName, store } from "./store.js";
import { clock, t } from "./texts.js";

const MAX_DIALOGS = 200;

let shownDialog = null;

export function startLines() {
  onChange(["state", "language"], renderLines);
  onChange(["chats", "state", "selection", "language"], renderDialogs);
}

function renderLines() {
  const { lines = [], operators = [], bots = [] } = store.state ?? {};
  const inLine = new Set(lines.flatMap((line) => line.queue));
  const free = operators.filter(({ id }) => !inLine.has(id));
  const groups = lines.map((line) => ({
    id: line.id,
    name: line.name,
    active: line.active,
    bot: bots.find(({ id }) => line.botEnabled && id === line.bot)?.name ?? null,
    people: line.queue.map((id) => operators.find((operator) => operator.id === id)).filter(Boolean),
  }));
  if (free.length > 0) groups.push({ id: 0, name: t("lines.none"), active: true, bot: undefined, people: free });
  keyed(byId("lines"), groups, { key: ({ id }) => id, mark: (group) => JSON.stringify(group), make: lineNode });
}

function lineNode({ id, name, active, bot, people }) {
  const botText = bot === undefined ? null : el("span", { class: "line-bot" }, bot ?? t("lines.noBot"));
  if (bot) botText.prepend(el("span", { class: "bot-sign", "aria-hidden": "true" }, "⌬"));
  if (bot) botText.title = t("lines.bot", { name: bot });
  const number = id === 0 ? null : el("small", { title: t("lines.id") }, `#${id}`);
  const state = active ? null : el("span", { class: "badge closed" }, t("lines.inactive"));
  return el(
    "div",
    { class: id === 0 ? "line rest" : "line" },
    el("div", { class: "line-name" }, el("b", {}, name), number, state, botText),
    el("div", { class: "people" }, ...people.map(personNode)),
  );
}

function personNode(operator) {
  const name = `${operator.name} ${operator.lastName}`.trim();
  const flip = () => attempt(() => act("setOnline", { userId: operator.id, online: !operator.online }));
  const title = t(operator.online ? "lines.goOffline" : "lines.goOnline", { name, id: operator.id });
  const node = el("button", { type: "button", class: "person", title, onclick: flip }, el("i", { class: "dot" }), name);
  node.setAttribute("aria-pressed", String(operator.online));
  node.dataset.focus = `person-${operator.id}`;
  return node;
}

function renderDialogs() {
  const last = (chat) => chat.messages.at(-1)?.id ?? 0;
  const chats = [...store.chats.values()].sort((a, b) => last(b) - last(a));
  setText(byId("dialog-count"), chats.length === 0 ? "" : String(chats.length));
  const list = byId("dialogs");
  list.classList.toggle("blank", chats.length === 0);
  list.dataset.hint = t("dialogs.empty");
  keyed(list, chats.slice(0, MAX_DIALOGS), { key: ({ id }) => id, mark: dialogMark, make: dialogNode });
  const chosen = list.querySelector("[aria-current]");
  if (shownDialog === store.dialog || chosen === null) return;
  reveal(list, chosen);
  shownDialog = store.dialog;
}

function dialogMark(chat) {
  const message = chat.messages.at(-1);
  const person = chat.operatorId > 0 ? personName(chat.operatorId, chat) : "";
  const shown = [message?.id, message?.text, chat.owner, person, lineName(chat.line), store.dialog === chat.id];
  return JSON.stringify(shown);
}

function dialogNode(chat) {
  const message = chat.messages.at(-1);
  const open = () => {
    wantChat(chat.id);
    chooseChat(chat.id);
  };
  const file = message?.files[0]?.name ?? "";
  const preview = message === undefined ? "" : plain(message.text) || file || t("dialogs.attachment");
  const node = el(
    "button",
    { type: "button", class: "dialog", "data-chat": chat.id, "data-focus": "dialog", onclick: open },
    avatar(chat.client),
    el("span", { class: "dialog-name" }, chat.client),
    el("time", {}, message === undefined ? "" : clock(message.date)),
    el("span", { class: "dialog-preview" }, preview),
    el("span", { class: "dialog-line" }, lineText(chat)),
    ownerBadge(chat),
  );
  if (store.dialog === chat.id) node.setAttribute("aria-current", "true");
  return node;
}

function lineText(chat) {
  if (chat.type === "private") return t("dialogs.private");
  return `${lineName(chat.line)} · ${connectorName(chat.connector)}`;
}

/** Who has the dialog, with the name of the operator where there is one. */
export function ownerBadge(chat) {
  if (chat.type === "private") return el("span", { class: "badge" }, `#${chat.id}`);
  const name = chat.operatorId > 0 ? personName(chat.operatorId, chat) : "";
  const title = t(`owner.${chat.owner}Hint`, { name });
  return el("span", { class: `badge ${chat.owner}`, "data-owner": chat.owner, title }, t(`owner.${chat.owner}`));
}
