/** Markup as elements. */
import { el, link } from "../dom/elements";
import { clock } from "../words/texts";
import * as markup from "./markup";
import type { Group, Piece } from "./markup";

/** A message's text with its markup. */
export function rich(text: string): DocumentFragment {
  return drawn(markup.parse(text));
}

/** A plain text with its web addresses as links. */
export function linked(text: string): DocumentFragment {
  return drawn(markup.linked(text));
}

/** A message's text without its markup. */
export function plain(text: string): string {
  return markup.plain(text, clock);
}

function drawn(pieces: Piece[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...pieces.map(nodeOf));
  return fragment;
}

function nodeOf(piece: Piece): Node {
  switch (piece.kind) {
    case "text":
      return document.createTextNode(piece.text);
    case "time":
      return document.createTextNode(clock(piece.at));
    case "break":
      return el("br");
    case "code":
      return el("code", { class: "block" }, piece.text);
    default:
      return groupNode(piece);
  }
}

function groupNode(group: Group): HTMLElement {
  const inside = drawn(group.pieces);
  switch (group.kind) {
    case "quote":
      return el("blockquote", {}, inside);
    case "link":
      return link(group.address, inside);
    case "style":
      return el(group.style, {}, inside);
    case "mention":
      return el("span", { class: "mention" }, inside);
    case "plain":
      return el("span", {}, inside);
    case "size":
      return styled("fontSize", group.px === null ? "" : `${group.px}px`, inside);
    case "color":
      return styled("color", group.color ?? "", inside);
  }
}

function styled(property: "fontSize" | "color", value: string, inside: Node): HTMLElement {
  const node = el("span", {}, inside);
  // Set by script: the page's policy forbids style attributes.
  node.style[property] = value;
  return node;
}
