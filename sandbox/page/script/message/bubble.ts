/** A message's box, on either side. */
import type { ReactionView } from "../../../portal/view-types";
import { personName, type PageChat } from "../data/store";
import { el, type Child } from "../dom/elements";
import { clock, t } from "../words/texts";
import { reactions } from "./reactions";
import { tools, type Doing } from "./tools";

/** What both sides know of a message. */
export interface Shown {
  id: number;
  /** As it was written. */
  source: string;
  date: string;
  edited: boolean;
  deleted: boolean;
  reactions: ReactionView[];
}

export interface Look {
  /** Class names: whose message it is. */
  kind: string;
  /** Empty: nobody is named. */
  name: string;
  text: Child;
  /** What it carries beside its text. */
  parts: Child[];
  chat: PageChat;
  doing: Doing;
}

export function bubble(message: Shown, { kind, name, text, parts, chat, doing }: Look): HTMLElement {
  const { edited, deleted, date } = message;
  const empty = message.source === "" && !deleted;
  return el(
    "div",
    { class: `message ${kind}`, "data-id": message.id },
    name === "" ? null : el("div", { class: "author" }, name),
    empty ? null : el("div", { class: deleted ? "text deleted" : "text" }, text),
    ...parts,
    reactions(message.reactions, (userId) => personName(userId, chat)),
    el("time", { datetime: date }, edited && !deleted ? `${t("dialog.edited")} ` : "", clock(date)),
    ...tools(message.source, doing),
  );
}
