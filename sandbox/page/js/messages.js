/** A message as the portal sees it, and what both sides share in drawing one. */
import { rich } from "./bb.js";
import { el } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { attachment, fileCard } from "./message-parts.js";
import { reactions, tools } from "./message-tools.js";
import { isBot, personName } from "./store.js";
import { clock, has, t } from "./texts.js";

const MAX_MESSAGES = 500;

export function portalMessages(chat) {
  return chat.messages.slice(-MAX_MESSAGES);
}

/** Everything that may change in a message after it has been drawn; `doing` is what the reader may do there. */
export function messageMark(message, chat, doing) {
  const names = [nameOf(message, chat), ...message.reactions.map(({ userId }) => personName(userId, chat))];
  // Only an edit changes what is beside the text.
  const parts = message.edited ? [message.attach, message.keyboard] : null;
  const { id, text, edited, deleted } = message;
  return JSON.stringify([id, text, edited, deleted, message.reactions, names, parts, doing.userId, doing.operator]);
}

function nameOf(message, chat) {
  return message.authorId === 0 ? "" : personName(message.authorId, chat);
}

/** In the portal's transcript, which also shows what stays inside. */
export function asPortalSees(message, chat, doing) {
  if (message.system && !message.attach && !message.keyboard) return systemLine(message);
  const client = message.authorId === chat.clientId;
  const inside = !client && !message.toClient && chat.type === "lines";
  const parts = message.deleted
    ? []
    : [
        message.attach && attachment(message.attach),
        ...message.files.map(fileCard),
        message.keyboard && keyboard(message, doing),
        inside && el("div", { class: "inside" }, t("dialog.inside")),
        message.keyboard && !inside && chat.type === "lines" && noButtons(),
      ];
  const kind = client ? "theirs" : isBot(message.authorId) ? "own bot" : "own";
  const name = nameOf(message, chat);
  return bubble(message, { kind, name, text: rich(message.text), parts, chat, doing: doingWith(message, doing) });
}

function noButtons() {
  return el("div", { class: "inside", title: t("dialog.noButtonsHint") }, t("dialog.noButtons"));
}

/** One changes one's own messages only. */
function doingWith(message, doing) {
  if (message.deleted || message.system) return {};
  const own = message.authorId === doing.userId;
  return {
    mine: message.reactions.find(({ userId }) => userId === doing.userId)?.reaction,
    react: (code) => doing.react(message, code),
    edit: own ? (text) => doing.edit(message, text) : undefined,
    remove: own ? () => doing.remove(message) : undefined,
  };
}

function systemLine(message) {
  const out = message.toClient ? el("span", { class: "sent", title: t("dialog.sentToClient") }, " ↗") : null;
  const time = el("time", { datetime: message.date }, clock(message.date));
  return el("div", { class: "system", "data-id": message.id }, el("span", {}, rich(message.text), out), time);
}

/** A message's box, on either side. `doing` is what the reader may do with it; see `tools`. */
export function bubble(message, { kind, name, text, parts, chat, doing }) {
  const edited = message.edited && !message.deleted ? `${t("dialog.edited")} ` : "";
  const empty = message.text === "" && !message.deleted;
  return el(
    "div",
    { class: `message ${kind}`, "data-id": message.id ?? message.messageId },
    name === "" ? null : el("div", { class: "author" }, name),
    empty ? null : el("div", { class: message.deleted ? "text deleted" : "text" }, text),
    ...parts,
    reactions(message, ({ userId }) => personName(userId, chat)),
    el("time", { datetime: message.date }, edited, clock(message.date)),
    ...tools(message.rich?.text ?? message.text, doing),
  );
}

/** What the typing indicator says: plainly to the client, while people inside see what the bot is doing. */
export function typingNodes(chat, inside) {
  const key = `typing.${chat.typing.code.replace("IMBOT_AGENT_ACTION_", "")}`;
  const doing = t(inside && has(key) ? key : "typing.plain", { name: personName(chat.typing.userId, chat) });
  return [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", {}, doing)];
}
