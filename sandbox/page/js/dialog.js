/** The chosen dialog on the portal: transcript, answers, taking over, finishing. */
import { act } from "./api.js";
import { renderTyping } from "./clients.js";
import { byId, fillSelect, keyed, keepingEnd, messageBox, setText, stayAtEnd } from "./dom.js";
import { ownerBadge } from "./lines.js";
import { asPortalSees, messageMark, portalMessages } from "./messages.js";
import { attempt } from "./notice.js";
import { chosenChat, lineName, onChange, personName, store } from "./store.js";
import { t } from "./texts.js";

let shownDialog = null;
/** Whom the reader chose to answer as, by chat. */
const chosenOperators = new Map();

export function startDialog() {
  const form = byId("operator-answer");
  form.elements.operator.addEventListener("change", () => {
    chosenOperators.set(store.dialog, Number(form.elements.operator.value));
    render();
  });
  messageBox(form, async (text) => {
    const chat = chosenChat();
    if (chat === undefined || text.trim() === "") return false;
    return (await attempt(() => act("operatorWrites", { ...here(), text }))) !== null;
  });
  byId("take-over").addEventListener("click", () => void attempt(() => act("operatorAnswers", here())));
  byId("finish").addEventListener("click", () => void attempt(() => act("operatorFinishes", here())));
  stayAtEnd(byId("portal-messages"));
  onChange(["chats", "state", "selection", "language"], render);
}

function here() {
  return { userId: Number(byId("operator-answer").elements.operator.value), chatId: store.dialog };
}

function render() {
  const chat = chosenChat();
  const lines = chat?.type === "lines";
  byId("dialog-head").hidden = chat === undefined;
  byId("operator-answer").hidden = chat === undefined;
  if (chat !== undefined) {
    renderOperators(chat);
    renderHead(chat, lines);
  }
  const list = byId("portal-messages");
  const changed = shownDialog !== store.dialog;
  shownDialog = store.dialog;
  list.classList.toggle("blank", chat === undefined);
  list.dataset.hint = t(store.client?.startsWith("draft") ? "dialog.notYet" : "dialog.none");
  keepingEnd(list, () => renderMessages(list, chat), changed);
  renderTyping(byId("portal-typing"), chat, true);
}

function renderMessages(list, chat) {
  const doing = operatorDoing(chat);
  keyed(list, chat === undefined ? [] : portalMessages(chat), {
    key: (message) => message.id,
    mark: (message) => messageMark(message, chat, doing),
    make: (message) => asPortalSees(message, chat, doing),
  });
}

/** What the chosen operator does with messages. */
function operatorDoing(chat) {
  const { userId } = here();
  const at = (message) => ({ userId, chatId: chat.id, messageId: message.id });
  return {
    userId,
    operator: personName(userId, chat),
    press: (message, button) => attempt(() => act("operatorPresses", { ...at(message), button })),
    put(text) {
      const box = byId("operator-answer").elements.text;
      box.value = text;
      box.focus();
    },
    react: (message, reaction) => attempt(() => act("operatorReacts", { ...at(message), reaction })),
    edit: (message, text) => attempt(() => act("operatorEdits", { ...at(message), text })),
    remove: (message) => attempt(() => act("operatorDeletes", at(message))),
  };
}

function renderHead(chat, lines) {
  setText(byId("dialog-client"), chat.client);
  const badge = byId("dialog-owner");
  const next = ownerBadge(chat);
  next.id = badge.id;
  if (chat.owner === "human") next.textContent = personName(chat.operatorId, chat);
  badge.replaceWith(next);
  setText(byId("dialog-ids"), idsText(chat, lines));
  const operator = Number(byId("operator-answer").elements.operator.value);
  byId("take-over").hidden = byId("finish").hidden = !lines;
  byId("take-over").disabled = chat.owner === "human" && chat.operatorId === operator;
  byId("finish").disabled = chat.owner === "closed";
}

function idsText(chat, lines) {
  const ids = [t("dialog.chatId", { id: chat.id })];
  if (!lines) return ids[0];
  if (chat.session !== null) {
    ids.push(t("dialog.sessionId", { id: chat.session.id }));
    ids.push(t(`status.${chat.session.status}`));
  }
  return [lineName(chat.line), ...ids].join(" · ");
}

/** The dialog's own operator first, then the reader's choice, then whoever of the line is there. */
function renderOperators(chat) {
  const operators = (store.state?.operators ?? []).filter((operator) => operator.active);
  const queue = store.state?.lines.find((line) => line.id === chat.line)?.queue ?? [];
  const known = (id) => operators.some((operator) => operator.id === id);
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
  fillSelect(byId("operator-answer").elements.operator, options, String(choice ?? ""));
}
