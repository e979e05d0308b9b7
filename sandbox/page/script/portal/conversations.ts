/** The list of all conversations, the latest one first. */
import { connectorName, avatar } from "../client/person";
import { wantChat } from "../data/refresh";
import { channelName, chooseChat, onChange, personName, store, type PageChat } from "../data/store";
import { byId, el, setText } from "../dom/elements";
import { keyed } from "../dom/keyed";
import { reveal } from "../dom/scrolling";
import { plain } from "../message/rich";
import { clock, t } from "../words/texts";
import { ownerBadge } from "./owner";

const MAX_SHOWN = 200;

let shown: number | null = null;

export function startConversations(): void {
  onChange(["chats", "state", "selection", "language"], render);
}

function render(): void {
  const last = (chat: PageChat): number => chat.messages.at(-1)?.id ?? 0;
  const chats = [...store.chats.values()].sort((a, b) => last(b) - last(a));
  setText(byId("dialog-count"), chats.length === 0 ? "" : String(chats.length));
  const list = byId("dialogs");
  list.classList.toggle("blank", chats.length === 0);
  list.dataset.hint = t("dialogs.empty");
  keyed(list, chats.slice(0, MAX_SHOWN), { key: ({ id }) => id, sign: rowSign, make: rowNode });
  const chosen = list.querySelector("[aria-current]");
  if (shown === store.dialog || chosen === null) return;
  reveal(list, chosen);
  shown = store.dialog;
}

function rowSign(chat: PageChat): string {
  const message = chat.messages.at(-1);
  const person = chat.operatorId > 0 ? personName(chat.operatorId, chat) : "";
  return JSON.stringify([
    ...[message?.id, message?.text, chat.owner, person],
    ...[channelName(chat.line), store.dialog === chat.id],
  ]);
}

function rowNode(chat: PageChat): HTMLElement {
  const message = chat.messages.at(-1);
  const onclick = (): void => {
    wantChat(chat.id);
    chooseChat(chat.id);
  };
  const looks = { class: "dialog", "data-chat": chat.id, "data-focus": "dialog" };
  return el(
    "button",
    { type: "button", ...looks, "aria-current": store.dialog === chat.id ? "true" : null, onclick },
    avatar(chat.client),
    el("span", { class: "dialog-name" }, chat.client),
    el("time", {}, message === undefined ? "" : clock(message.date)),
    el("span", { class: "dialog-preview" }, message === undefined ? "" : preview(message)),
    el("span", { class: "dialog-line" }, placeOf(chat)),
    ownerBadge(chat),
  );
}

function preview(message: PageChat["messages"][number]): string {
  return plain(message.text) || message.files[0]?.name || t("dialogs.attachment");
}

function placeOf(chat: PageChat): string {
  if (chat.type === "private") return t("dialogs.private");
  return `${channelName(chat.line)} · ${connectorName(chat.connector)}`;
}
