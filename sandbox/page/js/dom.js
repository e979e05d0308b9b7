/** Building and updating the document. Data enters it as text nodes and attributes only. */
import { language } from "./texts.js";

/** An element with attributes, listeners (`onclick`) and children; a string child becomes a text node. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Sets a text only when it differs, so that a selection in it survives. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** An address that may be opened from a message: nothing but the web and the portal's own pages. */
export function safeLink(address) {
  if (typeof address !== "string") return null;
  const text = address.trim();
  return /^(https?:\/\/|\/(?!\/))/i.test(text) ? text : null;
}

export function link(address, ...children) {
  const href = safeLink(address);
  if (href === null) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const known = new WeakMap();

/**
 * Brings the children of `parent` in line with `items`: a node stays as long as its key and mark stay, and the others
 * are made anew. Keyboard focus moves over to the new node of the same item.
 */
export function keyed(parent, items, { key, mark, make }) {
  const before = known.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const id = key(item);
    const sign = `${language()}|${mark(item)}`;
    const old = before.get(id);
    after.set(id, old?.sign === sign ? old : { sign, node: make(item) });
  }
  const focused = focusIn(before, after);
  for (const [id, { node }] of before) if (after.get(id)?.node !== node) node.remove();
  let cursor = parent.firstChild;
  for (const { node } of after.values()) {
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  }
  known.set(parent, after);
  focused?.();
}

function focusIn(before, after) {
  const active = document.activeElement;
  if (active === null || active === document.body) return null;
  for (const [id, { node }] of before) {
    if (!node.contains(active) || after.get(id)?.node === node) continue;
    const mark = active.dataset.focus;
    return () => {
      const next = after.get(id)?.node;
      (mark === undefined ? next : (next?.querySelector(`[data-focus="${mark}"]`) ?? next))?.focus();
    };
  }
  return null;
}

/** Runs `change` and keeps a list at its lower end when it stood there. */
export function keepingEnd(scroller, change, force = false) {
  const atEnd = force || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  change();
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
}

/** A list that stood at its lower end stays there when it gets less room: a form opens, somebody begins to type. */
export function stayAtEnd(scroller) {
  let height = scroller.clientHeight;
  new ResizeObserver(() => {
    const wasAtEnd = scroller.scrollHeight - scroller.scrollTop - height < 40;
    height = scroller.clientHeight;
    if (wasAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);
}

/** Scrolls a list, and nothing around it, until a row in it can be seen. */
export function reveal(scroller, node) {
  if (node === null) return;
  const frame = scroller.getBoundingClientRect();
  const { top, bottom } = node.getBoundingClientRect();
  if (top < frame.top) scroller.scrollTop -= frame.top - top;
  else if (bottom > frame.bottom) scroller.scrollTop += bottom - frame.bottom;
}

/** Fills a select, keeping what is chosen where it is still offered. */
export function fillSelect(select, options, chosen = select.value) {
  const sign = JSON.stringify(options);
  if (select.dataset.sign !== sign) {
    select.dataset.sign = sign;
    select.replaceChildren(...options.map(({ value, text }) => el("option", { value }, text)));
  }
  const wanted = options.some(({ value }) => value === chosen) ? chosen : (options[0]?.value ?? "");
  if (select.value !== wanted) select.value = wanted;
}

/** Enter sends, Shift+Enter breaks the line; the box grows with its text. */
export function messageBox(form, send) {
  const box = form.elements.namedItem("text");
  const fit = () => {
    box.style.height = "auto";
    // A box that is hidden measures nothing; a measured one lacks its borders.
    if (box.scrollHeight > 0)
      box.style.height = `${Math.min(box.scrollHeight + box.offsetHeight - box.clientHeight, 120)}px`;
  };
  const submit = async () => {
    const text = box.value;
    if (await send(text)) {
      // What was typed while the message was on its way stays.
      if (box.value === text) box.value = "";
      fit();
    }
  };
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
    box.focus();
  });
}
