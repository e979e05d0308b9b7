/** A message as the portal sees it. */
import type { MessageView } from "../../../portal/view-types";
import { isBot, personName, type PageChat } from "../data/store";
import { el, type Child } from "../dom/elements";
import { bubble } from "../message/bubble";
import { keyboard, type Pressing } from "../message/keyboard";
import { attachment, fileCard } from "../message/parts";
import { rich } from "../message/rich";
import type { Doing } from "../message/tools";
import { clock, t } from "../words/texts";

const MAX_MESSAGES = 500;

/** What the chosen operator does with messages. */
export interface OperatorDoing extends Pressing {
  userId: number;
  react(message: MessageView, code: string | null): Promise<unknown>;
  edit(message: MessageView, text: string): Promise<unknown>;
  remove(message: MessageView): Promise<unknown>;
}

export function shownMessages(chat: PageChat): MessageView[] {
  return chat.messages.slice(-MAX_MESSAGES);
}

/** Everything that may change in a message after it has been drawn. */
export function messageSign(message: MessageView, chat: PageChat, doing: OperatorDoing): string {
  const names = [nameOf(message, chat), ...message.reactions.map(({ userId }) => personName(userId, chat))];
  // Only an edit changes what is beside the text.
  const parts = message.edited ? [message.attach, message.keyboard] : null;
  const { id, text, edited, deleted } = message;
  return JSON.stringify([id, text, edited, deleted, message.reactions, names, parts, doing.userId, doing.operator]);
}

function nameOf(message: MessageView, chat: PageChat): string {
  return message.authorId === 0 ? "" : personName(message.authorId, chat);
}

/** In the portal's transcript, which also shows what stays inside. */
export function asPortalSees(message: MessageView, chat: PageChat, doing: OperatorDoing): HTMLElement {
  if (message.system && !message.attach && !message.keyboard) return systemNote(message);
  const client = message.authorId === chat.clientId;
  const inside = !client && !message.toClient && chat.type === "lines";
  const kind = client ? "theirs" : isBot(message.authorId) ? "own bot" : "own";
  return bubble(
    { ...message, source: message.text },
    {
      kind,
      name: nameOf(message, chat),
      text: rich(message.text),
      parts: message.deleted ? [] : partsOf(message, chat, inside, doing),
      chat,
      doing: doingWith(message, doing),
    },
  );
}

function partsOf(message: MessageView, chat: PageChat, inside: boolean, doing: OperatorDoing): Child[] {
  const withButtons = Boolean(message.keyboard);
  return [
    message.attach ? attachment(message.attach) : null,
    ...message.files.map(fileCard),
    withButtons && keyboard(message, doing),
    inside && el("div", { class: "inside" }, t("dialog.inside")),
    withButtons && !inside && chat.type === "lines" && noButtons(),
  ];
}

function noButtons(): HTMLElement {
  return el("div", { class: "inside", title: t("dialog.noButtonsHint") }, t("dialog.noButtons"));
}

/** One changes one's own messages only. */
function doingWith(message: MessageView, doing: OperatorDoing): Doing {
  if (message.deleted || message.system) return {};
  const mine = message.reactions.find(({ userId }) => userId === doing.userId)?.reaction;
  return {
    ...(mine === undefined ? {} : { mine }),
    react: (code) => doing.react(message, code),
    ...(message.authorId === doing.userId
      ? { edit: (text: string) => doing.edit(message, text), remove: () => doing.remove(message) }
      : {}),
  };
}

/** What the portal itself remarks. */
function systemNote(message: MessageView): HTMLElement {
  const out = message.toClient ? el("span", { class: "sent", title: t("dialog.sentToClient") }, " ↗") : null;
  const time = el("time", { datetime: message.date }, clock(message.date));
  return el("div", { class: "system", "data-id": message.id }, el("span", {}, rich(message.text), out), time);
}
