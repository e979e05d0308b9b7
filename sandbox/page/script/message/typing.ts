/** The indicator of a bot that is typing. */
import { personName, type PageChat } from "../data/store";
import { el } from "../dom/elements";
import { has, t } from "../words/texts";

const timers = new WeakMap<HTMLElement, number>();

/** Shows the indicator until its time is over; `inside` says more than the client learns. */
export function renderTyping(box: HTMLElement, chat: PageChat | undefined, inside: boolean): void {
  clearTimeout(timers.get(box));
  const left = (chat?.typingEnds ?? 0) - Date.now();
  box.hidden = left <= 0;
  box.replaceChildren(...(chat !== undefined && left > 0 ? typingNodes(chat, inside) : []));
  if (left > 0)
    timers.set(
      box,
      window.setTimeout(() => renderTyping(box, chat, inside), left),
    );
}

/** What it says: plainly to the client, while people inside see what the bot is doing. */
function typingNodes(chat: PageChat, inside: boolean): HTMLElement[] {
  const { code = "", userId = 0 } = chat.typing ?? {};
  const key = `typing.${code.replace("IMBOT_AGENT_ACTION_", "")}`;
  const doing = t(inside && has(key) ? key : "typing.plain", { name: personName(userId, chat) });
  return [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", {}, doing)];
}
