/** The portal's lines with their bots and people, and all dialogs. */
import { act } from "./api.js";
import { plain } from "./bb.js";
import { avatar, connectorName } from "./clients.js";
import { byId, el, fillSelect, keyed, reveal, setText } from "./dom.js";
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
    bots: choosable(bots, line),
    bot: bots.find(({ id }) => line.botEnabled && id === line.bot)?.id ?? null,
    people: line.queue.map((id) => operators.find((operator) => operator.id === id)).filter(Boolean),
  }));
  if (free.length > 0) groups.push({ id: 0, name: t("lines.none"), active: true, people: free });
  keyed(byId("lines"), groups, { key: ({ id }) => id, mark: (group) => JSON.stringify(group), make: lineNode });
}

/** Bots that know open channels, and the present one in any case; those that share a name are told apart by their codes. */
function choosable(bots, line) {
  return bots
    .filter(({ id, openline }) => openline || id === line.bot)
    .map(({ id, name, code }) => {
      const alone = bots.every((other) => other.id === id || other.name !== name);
      return { value: String(id), text: alone ? name : t("lines.namesake", { name, code }) };
    });
}

/** Which bot answers on a line: the portal's own setting, at hand here so that another flow can be tried at once. */
function botChoice({ id, name, bots, bot }) {
  const present = bot === null ? "" : String(bot);
  const select = el("select", { "data-focus": "bot", "aria-label": t("lines.botOf", { line: name }) });
  select.title = t("lines.botHint");
  fillSelect(select, [{ value: "", text: t("lines.noBot") }, ...bots], present);
  select.addEventListener("change", async () => {
    const chosen = select.value === "" ? null : Number(select.value);
    if ((await attempt(() => act("updateLine", { id, bot: chosen }))) === null) select.value = present;
  });
  return el("span", { class: "line-bot" }, el("span", { class: "bot-sign", "aria-hidden": "true" }, "⌬"), select);
}

function lineNode(line) {
  const { id, name, active, people } = line;
  const number = id === 0 ? null : el("small", { title: t("lines.id") }, `#${id}`);
  const state = active ? null : el("span", { class: "badge closed" }, t("lines.inactive"));
  return el(
    "div",
    { class: id === 0 ? "line rest" : "line" },
    el("div", { class: "line-name" }, el("b", {}, name), number, state, id === 0 ? null : botChoice(line)),
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
