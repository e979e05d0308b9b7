/** What a message carries beside its text: attachment and files. */
import { rich } from "./bb.js";
import { el, link } from "./dom.js";
import { fileSize } from "./texts.js";

const TOKENS = { primary: "#2a8be0", secondary: "#8a95a0", alert: "#d9483b", base: "#3aa76d" };

export function list(value) {
  if (value === null || typeof value !== "object") return [];
  return Array.isArray(value) || "0" in value ? Object.values(value) : [value];
}

export const words = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** An attachment as the portal and its live chat draw it. [S 11.2] */
export function attachment(attach) {
  const node = el("div", { class: "attach" });
  const color = /^#[\da-f]{3,6}$/i.test(words(attach.COLOR)) ? attach.COLOR : TOKENS[words(attach.COLOR_TOKEN)];
  if (color !== undefined) node.style.borderColor = color;
  for (const block of list(attach.BLOCKS)) {
    const [[kind, content] = []] = Object.entries(block ?? {});
    node.append(...(BLOCKS[kind]?.(content) ?? []));
  }
  return node;
}

const BLOCKS = {
  USER: (content) =>
    list(content).map((user) => el("div", { class: "attach-user" }, link(user.LINK, words(user.NAME)))),
  LINK: (content) => list(content).map(linkBlock),
  RICH_LINK: (content) => list(content).map(linkBlock),
  MESSAGE: (content) => [el("div", {}, rich(words(content?.TEXT ?? content)))],
  GRID: (content) => [el("dl", { class: "grid" }, ...list(content).flatMap(gridRow))],
  IMAGE: (content) => list(content).map((image) => picture("▣", image)),
  FILE: (content) => list(content).map((file) => picture("▤", file)),
  DELIMITER: () => [el("hr")],
};

function linkBlock(entry) {
  const name = words(entry.NAME) || words(entry.LINK);
  return el("div", {}, link(entry.LINK, name), entry.DESC ? el("small", {}, rich(words(entry.DESC))) : null);
}

/** Pictures and files of other servers are named, not loaded: the page works without the network. */
function picture(sign, entry) {
  const address = words(entry.LINK);
  const name = words(entry.NAME) || address.split("/").at(-1) || address;
  return el("div", { class: "attach-file" }, el("span", { "aria-hidden": "true" }, sign), link(address, name));
}

function gridRow(row) {
  const wide = words(row.DISPLAY) === "BLOCK" || words(row.DISPLAY) === "";
  const value = row.LINK ? link(row.LINK, words(row.VALUE)) : rich(words(row.VALUE));
  return [el("dt", { class: wide ? "wide" : null }, words(row.NAME)), el("dd", { class: wide ? "wide" : null }, value)];
}

export function fileCard(file) {
  const sign = { image: "▣", video: "▶", audio: "♪" }[file.type] ?? "▤";
  const size = file.size ? el("small", {}, fileSize(file.size)) : null;
  return el("div", { class: "file" }, el("span", { "aria-hidden": "true" }, sign), el("span", {}, file.name), size);
}
