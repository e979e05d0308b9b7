/** A message, as the client and as the portal see it. */
import { linked, plain, rich } from "./bb.js";
import { el } from "./dom.js";
import { attachment, attachmentText, buttons, fileCard, missingButtons } from "./message-parts.js";
import { isBot, personName } from "./store.js";
import { clock, has, t } from "./texts.js";

const MAX_MESSAGES = 500;

/** What reaches the client: own words, and what goes out to the channel. */
export function clientMessages(chat) {
  return chat.messages.filter((message) => message.authorId === chat.clientId || message.toClient).slice(-MAX_MESSAGES);
}

export function portalMessages(chat) {
  return chat.messages.slice(-MAX_MESSAGES);
}

/** Everything that may change in a message after it has been drawn. */
export function messageMark(message, chat) {
  return [message.id, message.text, message.edited, message.deleted, nameOf(message, chat)].join("|");
}

function nameOf(message, chat) {
  return message.authorId === 0 ? "" : personName(message.authorId, chat);
}

/** In the client's own widget or messenger. */
export function asClientSees(message, chat) {
  const own = message.authorId === chat.clientId;
  const name = own ? "" : nameOf(message, chat);
  const live = chat.connector === "livechat";
  const parts = message.deleted
    ? []
    : [
        message.attach && (live ? attachment(message.attach) : attachmentText(message.attach)),
        ...message.files.map(fileCard),
        message.keyboard && missingButtons(message.keyboard),
      ];
  const text = live || own ? rich(message.text) : linked(plain(message.text));
  return bubble(message, { kind: own ? "own" : "theirs", name, text, parts });
}

/** In the portal's transcript, which also shows what stays inside. */
export function asPortalSees(message, chat) {
  if (message.system && !message.attach && !message.keyboard) return systemLine(message);
  const client = message.authorId === chat.clientId;
  const inside = !client && !message.toClient && chat.type === "lines";
  const parts = message.deleted
    ? []
    : [
        message.attach && attachment(message.attach),
        ...message.files.map(fileCard),
        message.keyboard && buttons(message.keyboard),
        inside && el("div", { class: "inside" }, t("dialog.inside")),
      ];
  const kind = client ? "theirs" : isBot(message.authorId) ? "own bot" : "own";
  return bubble(message, { kind, name: nameOf(message, chat), text: rich(message.text), parts });
}

function systemLine(message) {
  const out = message.toClient ? el("span", { class: "sent", title: t("dialog.sentToClient") }, " ↗") : null;
  const time = el("time", { datetime: message.date }, clock(message.date));
  return el("div", { class: "system", "data-id": message.id }, el("span", {}, rich(message.text), out), time);
}

function bubble(message, { kind, name, text, parts }) {
  const edited = message.edited && !message.deleted ? `${t("dialog.edited")} ` : "";
  return el(
    "div",
    { class: `message ${kind}`, "data-id": message.id },
    name === "" ? null : el("div", { class: "author" }, name),
    message.text === "" ? null : el("div", { class: message.deleted ? "text deleted" : "text" }, text),
    ...parts,
    el("time", { datetime: message.date }, edited, clock(message.date)),
  );
}

/** What the typing indicator says: the portal knows eleven activities beside plain typing. [S 8.4] */
export function typingNodes(chat) {
  const key = `typing.${chat.typing.code.replace("IMBOT_AGENT_ACTION_", "")}`;
  const doing = t(has(key) ? key : "typing.plain", { name: personName(chat.typing.userId, chat) });
  return [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", {}, doing)];
}
