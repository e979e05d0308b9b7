/** The portal's message markup as nodes: tags that are known become elements, everything else stays text. [S 11.3] */
import { el, link, safeLink } from "./dom.js";
import { clock } from "./texts.js";

const MAX_DEPTH = 30;
const MAX_ICON = 300;
const TOKEN = /\[(\/?)([a-z]+)(?:=([^\]\n]*))?\]|#BR#|\n/gi;
const ADDRESS = /https?:\/\/[^\s<>"'\]]+[^\s<>"'\].,;:!?)]/gi;

const PLAIN = { b: "b", i: "i", u: "u", s: "s" };

/** Tags that hold others; each makes its element from the value behind `=`. */
const PAIRS = {
  size: (value) => styled("fontSize", /^\d+$/.test(value) ? `${Math.min(30, Math.max(8, Number(value)))}px` : ""),
  color: (value) => styled("color", /^#(?:[\da-f]{3}|[\da-f]{6})$/i.test(value) ? value : ""),
  user: () => el("span", { class: "mention" }),
  chat: () => el("span", { class: "mention" }),
  context: () => el("span", { class: "mention" }),
  put: () => el("span", { class: "mention" }),
  send: () => el("span", { class: "mention" }),
  call: () => el("span", { class: "mention" }),
};

function styled(property, value) {
  const node = el("span");
  node.style[property] = value;
  return node;
}

/** A message's text as a fragment. */
export function rich(text) {
  const fragment = document.createDocumentFragment();
  for (const part of quotes(text)) {
    if (part.quote) fragment.append(el("blockquote", {}, inline(part.text)));
    else fragment.append(inline(part.text));
  }
  return fragment;
}

/** The same as plain text, as messengers outside get it: markup gone, addresses behind their words. */
export function plain(text) {
  return flatten(rich(text)).trim();
}

function flatten(node) {
  let text = "";
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += child.data;
    else if (child.nodeName === "BR") text += "\n";
    else if (child.nodeName === "BLOCKQUOTE") text += `${text === "" ? "" : "\n"}${flatten(child)}\n`;
    else if (child.nodeName === "A") text += labelled(child);
    else text += flatten(child);
  }
  return text;
}

function labelled(anchor) {
  const address = anchor.getAttribute("href");
  return anchor.textContent === address ? address : `${anchor.textContent} (${address})`;
}

/** A plain text with its web addresses as links. */
export function linked(text) {
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    fragment.append(text.slice(at, match.index), link(match[0], match[0]));
    at = match.index + match[0].length;
  }
  fragment.append(text.slice(at));
  return fragment;
}

/** Splits off `>>` lines and what stands between two `------` lines; inside [code] nothing is a quote. */
function quotes(text) {
  const parts = [];
  let fenced = false;
  let code = false;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (!code && /^-{6,}$/.test(line.trim())) {
      fenced = !fenced;
      parts.push({ quote: fenced, lines: [] });
      continue;
    }
    const marked = !code && !fenced && line.startsWith(">>");
    const quote = fenced || marked;
    if (parts.at(-1)?.quote !== quote) parts.push({ quote, lines: [] });
    parts.at(-1).lines.push(marked ? line.slice(2) : line);
    code = /\[code\](?![\s\S]*\[\/code\])/i.test(line) || (code && !/\[\/code\]/i.test(line));
  }
  return parts.filter(({ lines }) => lines.length > 0).map(({ quote, lines }) => ({ quote, text: lines.join("\n") }));
}

function inline(text) {
  const root = document.createDocumentFragment();
  const stack = [{ name: "", node: root }];
  const top = () => stack.at(-1).node;
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index < at) continue;
    top().append(
      stack.some(({ name }) => name === "url") ? text.slice(at, match.index) : linked(text.slice(at, match.index)),
    );
    at = match.index + match[0].length;
    const [whole, slash, tag, value = ""] = match;
    const name = tag?.toLowerCase();
    if (name === undefined || name === "br") top().append(el("br"));
    else if (slash !== "") close(stack, name, whole);
    else {
      const inner = verbatim(name, value, text.slice(at));
      if (inner === null) open(stack, name, value, whole);
      else {
        top().append(inner.node);
        at += inner.length;
      }
    }
  }
  top().append(linked(text.slice(at)));
  return root;
}

/** Tags whose inside is no markup, and tags without an inside. */
function verbatim(name, value, rest) {
  if (name === "code" || name === "img" || (name === "url" && value === "")) {
    const end = rest.search(new RegExp(`\\[/${name}\\]`, "i"));
    if (end < 0) return null;
    const inside = rest.slice(0, end);
    const length = end + name.length + 3;
    if (name === "code") return { node: el("code", { class: "block" }, inside.trim()), length };
    return { node: link(inside, inside.trim()), length };
  }
  if (name === "icon") return { node: icon(value), length: 0 };
  if (name === "disk") return { node: el("span", { class: "mention" }, `#${value}`), length: 0 };
  if (name === "timestamp" && /^\d{1,11}/.test(value)) {
    return { node: document.createTextNode(clock(parseInt(value, 10) * 1000)), length: 0 };
  }
  return null;
}

/** Pictures from elsewhere are not loaded; their title says what they show. */
function icon(value) {
  const title = /\btitle=(.*?)(?:\s+\w+=|$)/.exec(value.slice(0, MAX_ICON))?.[1];
  return el("span", { class: "mention" }, title || "▫");
}

function open(stack, name, value, whole) {
  const node = stack.length > MAX_DEPTH ? null : elementOf(name, value);
  if (node === null) stack.at(-1).node.append(whole);
  else {
    stack.at(-1).node.append(node);
    stack.push({ name, node });
  }
}

function elementOf(name, value) {
  if (Object.hasOwn(PLAIN, name)) return el(PLAIN[name]);
  if (name === "url" && safeLink(value) !== null) return link(value);
  return Object.hasOwn(PAIRS, name) ? PAIRS[name](value) : null;
}

/** A closing tag also closes what was left open inside; one without a beginning is text. */
function close(stack, name, whole) {
  const index = stack.findLastIndex((entry) => entry.name === name);
  if (index < 1) stack.at(-1).node.append(whole);
  else stack.length = index;
}
