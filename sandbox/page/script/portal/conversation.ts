/** The chosen conversation on the portal: transcript, answers, taking over, finishing. */
import type { MessageView } from "../../../portal/view-types";
import { act } from "../data/api";
import { channelName, chosenChat, onChange, personName, store, type PageChat } from "../data/store";
import { byId, fieldOf, setText } from "../dom/elements";
import { fillSelect, messageBox } from "../dom/forms";
import { clear, keyed } from "../dom/keyed";
import { attempt } from "../dom/notice";
import { keepingEnd, stayAtEnd } from "../dom/scrolling";
import { renderTyping } from "../message/typing";
import { t } from "../words/texts";
import { asPortalSees, messageSign, shownMessages, type OperatorDoing } from "./messages";
import { ownerBadge } from "./owner";

let shown: number | null = null;
/** Whom the reader chose to answer as, by chat. */
const chosenOperators = new Map<number, number>();

export function startConversation(): void {
  const form = answerForm();
  const operator = operatorSelect();
  operator.addEventListener("change", () => {
    if (store.dialog !== null) chosenOperators.set(store.dialog, Number(operator.value));
    render();
  });
  messageBox(form, async (text) => {
    const chat = chosenChat();
    if (chat === undefined || text.trim() === "") return false;
    return (await attempt(() => act("operatorWrites", { ...at(chat), text }))) !== null;
  });
  byId("take-over").addEventListener("click", () => actHere("operatorAnswers"));
  byId("finish").addEventListener("click", () => actHere("operatorFinishes"));
  stayAtEnd(byId("portal-messages"));
  onChange(["chats", "state", "selection", "language"], render);
}

function answerForm(): HTMLFormElement {
  return byId("operator-answer", HTMLFormElement);
}

function operatorSelect(): HTMLSelectElement {
  return fieldOf(answerForm(), "operator", HTMLSelectElement);
}

/** The chat, and the operator that the reader acts as. */
function at(chat: PageChat): { userId: number; chatId: number } {
  return { userId: Number(operatorSelect().value), chatId: chat.id };
}

function actHere(name: "operatorAnswers" | "operatorFinishes"): void {
  const chat = chosenChat();
  if (chat !== undefined) void attempt(() => act(name, at(chat)));
}

function render(): void {
  const chat = chosenChat();
  byId("dialog-head").hidden = chat === undefined;
  answerForm().hidden = chat === undefined;
  if (chat !== undefined) {
    renderOperators(chat);
    renderHead(chat);
  }
  const list = byId("portal-messages");
  const changed = shown !== store.dialog;
  shown = store.dialog;
  list.classList.toggle("blank", chat === undefined);
  list.dataset.hint = t(store.client?.startsWith("draft") ? "dialog.notYet" : "dialog.none");
  keepingEnd(list, () => renderMessages(list, chat), changed);
  renderTyping(byId("portal-typing"), chat, true);
}

function renderMessages(list: HTMLElement, chat: PageChat | undefined): void {
  if (chat === undefined) return clear(list);
  const doing = operatorDoing(chat);
  keyed(list, shownMessages(chat), {
    key: (message) => message.id,
    sign: (message) => messageSign(message, chat, doing),
    make: (message) => asPortalSees(message, chat, doing),
  });
}

/** What the chosen operator does with messages. */
function operatorDoing(chat: PageChat): OperatorDoing {
  const { userId, chatId } = at(chat);
  const place = ({ id }: MessageView) => ({ userId, chatId, messageId: id });
  return {
    userId,
    operator: personName(userId, chat),
    press: (message, button) => attempt(() => act("operatorPresses", { ...place(message), button })),
    put(text) {
      const box = fieldOf(answerForm(), "text", HTMLTextAreaElement);
      box.value = text;
      box.focus();
    },
    react: (message, reaction) => attempt(() => act("operatorReacts", { ...place(message), reaction })),
    edit: (message, text) => attempt(() => act("operatorEdits", { ...place(message), text })),
    remove: (message) => attempt(() => act("operatorDeletes", place(message))),
  };
}

function renderHead(chat: PageChat): void {
  setText(byId("dialog-client"), chat.client);
  const badge = byId("dialog-owner");
  const next = ownerBadge(chat);
  next.id = badge.id;
  if (chat.owner === "human") next.textContent = personName(chat.operatorId, chat);
  badge.replaceWith(next);
  setText(byId("dialog-ids"), idsText(chat));
  const takeOver = byId("take-over", HTMLButtonElement);
  const finish = byId("finish", HTMLButtonElement);
  takeOver.hidden = finish.hidden = chat.type !== "lines";
  takeOver.disabled = chat.owner === "human" && chat.operatorId === at(chat).userId;
  finish.disabled = chat.owner === "closed";
}

function idsText(chat: PageChat): string {
  const chatId = t("dialog.chatId", { id: chat.id });
  if (chat.type !== "lines") return chatId;
  const { session } = chat;
  const more = session === null ? [] : [t("dialog.sessionId", { id: session.id }), t(`status.${session.status}`)];
  return [channelName(chat.line), chatId, ...more].join(" · ");
}

/** The reader's choice first, then the conversation's own operator, then those of the open channel who are there. */
function renderOperators(chat: PageChat): void {
  const operators = (store.state?.operators ?? []).filter((operator) => operator.active);
  const queue = store.state?.lines.find((line) => line.id === chat.line)?.queue ?? [];
  const known = (id: number): boolean => operators.some((operator) => operator.id === id);
  const present = operators.filter(({ online }) => online).map(({ id }) => id);
  const choice = [
    chosenOperators.get(chat.id),
    chat.operatorId,
    queue.find((id) => present.includes(id)),
    queue[0],
    present[0],
  ].find((id) => id !== undefined && known(id));
  const options = operators.map(({ id, name, lastName, online }) => {
    const full = `${name} ${lastName}`.trim();
    return { value: String(id), text: online ? full : t("dialog.offline", { name: full }) };
  });
  fillSelect(operatorSelect(), options, String(choice ?? ""));
}
