/** Building and finding elements. Data enters the document as text nodes and attributes only. */
import { safeAddress } from "./addresses";

export type Child = Node | string | null | undefined | false;
type Listener = (event: Event) => void;
type Attributes = Record<string, string | number | boolean | null | undefined | Listener>;

/** An element with attributes, listeners (`onclick`) and children; a string child becomes a text node. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice("on".length), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element of the page that is there from the beginning; throws when it is missing or of another kind. */
export function byId(id: string): HTMLElement;
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T;
export function byId(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`There is no ${kind.name} #${id}`);
  return node;
}

/** A field of a form; throws when it is missing or of another kind. */
export function fieldOf<T extends HTMLElement>(form: HTMLFormElement, name: string, kind: new () => T): T {
  const field = form.elements.namedItem(name);
  if (!(field instanceof kind)) throw new Error(`There is no ${kind.name} "${name}"`);
  return field;
}

/** Sets a text only when it differs, so that a selection in it survives. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A link where the address may be opened from a message, otherwise only its words. */
export function link(address: unknown, ...children: Child[]): HTMLElement {
  const href = safeAddress(address);
  if (href === null) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
