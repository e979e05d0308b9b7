/** Who has a conversation. */
import { personName, type PageChat } from "../data/store";
import { el } from "../dom/elements";
import { t } from "../words/texts";

/** Who has it, with the name of the operator where there is one. */
export function ownerBadge(chat: PageChat): HTMLElement {
  if (chat.type === "private") return el("span", { class: "badge" }, `#${chat.id}`);
  const name = chat.operatorId > 0 ? personName(chat.operatorId, chat) : "";
  const title = t(`owner.${chat.owner}Hint`, { name });
  return el("span", { class: `badge ${chat.owner}`, "data-owner": chat.owner, title }, t(`owner.${chat.owner}`));
}
