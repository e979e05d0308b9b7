import { conditionalRows } from "./shared/rows";
import { excerpt } from "./shared/node";
import { offerPortal, takePortal } from "./shared/portal-of-node";
import { text } from "./shared/text";

/** Everything that the forms of the nodes call; the only global of this package. */
export const Bitrix24 = { text, excerpt, takePortal, offerPortal, conditionalRows };

declare global {
  interface Window {
    Bitrix24: typeof Bitrix24;
  }
}

window.Bitrix24 = Bitrix24;
