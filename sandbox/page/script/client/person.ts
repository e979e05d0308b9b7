/** How clients are shown: their picture, and where they write from. */
import { el } from "../dom/elements";
import { has, t } from "../words/texts";

export function connectorName(connector: string): string {
  return has(`connector.${connector}`) ? t(`connector.${connector}`) : connector;
}

/** Two letters, and a color that stays with the name. */
export function avatar(name: string): HTMLElement {
  const letters = name.split(/\s+/).map((word) => word[0] ?? "");
  const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  const node = el("span", { class: "avatar", "aria-hidden": "true" }, letters.slice(0, 2).join("").toUpperCase());
  node.style.setProperty("--hue", String(hue));
  return node;
}
