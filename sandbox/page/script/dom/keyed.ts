/** Lists whose nodes live as long as the items that they show. */
import { language } from "../words/texts";
import { gone, placements, redrawn, type Drawing, type Drawn, type Key } from "./changes";

type Nodes = Map<Key, Drawn<HTMLElement>>;

const known = new WeakMap<Element, Nodes>();

/**
 * Brings the children of `parent` in line with `items`: a node stays as long as its key and sign stay, and the others
 * are made anew. Keyboard focus moves over to the new node of the same item.
 */
export function keyed<Item>(parent: Element, items: readonly Item[], drawing: Drawing<Item, HTMLElement>): void {
  const before: Nodes = known.get(parent) ?? new Map<Key, Drawn<HTMLElement>>();
  const sign = (item: Item): string => `${language()}|${drawing.sign(item)}`;
  const after = redrawn(before, items, { ...drawing, sign });
  const focus = focusMove(before, after);
  for (const node of gone(before, after)) node.remove();
  const wanted = [...after.values()].map(({ node }) => node);
  for (const { node, before: next } of placements<Element>([...parent.children], wanted)) {
    parent.insertBefore(node, next);
  }
  known.set(parent, after);
  focus?.();
}

/** Takes all nodes out of a list. */
export function clear(parent: Element): void {
  known.delete(parent);
  parent.replaceChildren();
}

/** Gives the focus to the new node of an item whose old node has it; a part of it is found by its `data-focus`. */
function focusMove(before: Nodes, after: Nodes): (() => void) | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || active === document.body) return null;
  for (const [id, { node }] of before) {
    if (!node.contains(active) || after.get(id)?.node === node) continue;
    const mark = active.dataset.focus;
    return () => {
      const next = after.get(id)?.node;
      const part = mark === undefined ? null : next?.querySelector<HTMLElement>(`[data-focus="${mark}"]`);
      (part ?? next)?.focus();
    };
  }
  return null;
}
