/** What a message carries beside its text: attachment and files. */
import type { FileInfo } from "../../../portal/view-types";
import { el, link } from "../dom/elements";
import { fileSize } from "../words/texts";
import { rich } from "./rich";
import { entries, isMap, listOf, wordsIn, type Fields } from "./values";

const TOKENS: Record<string, string> = { primary: "#2a8be0", secondary: "#8a95a0", alert: "#d9483b", base: "#3aa76d" };
const HEX = /^#[\da-f]{3,6}$/i;

/** An attachment as the portal and its live chat draw it. [S 11.2] */
export function attachment(attach: unknown): HTMLElement {
  const node = el("div", { class: "attach" });
  if (!isMap(attach)) return node;
  const color = HEX.test(wordsIn(attach.COLOR)) ? wordsIn(attach.COLOR) : TOKENS[wordsIn(attach.COLOR_TOKEN)];
  if (color !== undefined) node.style.borderColor = color;
  for (const block of entries(attach.BLOCKS)) {
    const [[kind, content] = ["", null]] = Object.entries(block);
    node.append(...(BLOCKS[kind]?.(content) ?? []));
  }
  return node;
}

const BLOCKS: Record<string, (content: unknown) => HTMLElement[]> = {
  USER: (content) =>
    entries(content).map((user) => el("div", { class: "attach-user" }, link(user.LINK, wordsIn(user.NAME)))),
  LINK: (content) => entries(content).map(linkBlock),
  RICH_LINK: (content) => entries(content).map(linkBlock),
  MESSAGE: (content) => [el("div", {}, rich(wordsIn(isMap(content) ? content.TEXT : content)))],
  GRID: (content) => [el("dl", { class: "grid" }, ...entries(content).flatMap(gridRow))],
  IMAGE: (content) => entries(content).map((image) => picture("▣", image)),
  FILE: (content) => entries(content).map((file) => picture("▤", file)),
  DELIMITER: () => [el("hr")],
};

function linkBlock(entry: Fields): HTMLElement {
  const name = wordsIn(entry.NAME) || wordsIn(entry.LINK);
  return el("div", {}, link(entry.LINK, name), entry.DESC ? el("small", {}, rich(wordsIn(entry.DESC))) : null);
}

/** Pictures and files of other servers are named, not loaded: the page works without the network. */
function picture(sign: string, entry: Fields): HTMLElement {
  const address = wordsIn(entry.LINK);
  const name = wordsIn(entry.NAME) || address.split("/").at(-1) || address;
  return el("div", { class: "attach-file" }, el("span", { "aria-hidden": "true" }, sign), link(address, name));
}

function gridRow(row: Fields): HTMLElement[] {
  const wide = wordsIn(row.DISPLAY) === "BLOCK" || wordsIn(row.DISPLAY) === "";
  const value = row.LINK ? link(row.LINK, wordsIn(row.VALUE)) : rich(wordsIn(row.VALUE));
  const look = { class: wide ? "wide" : null };
  return [el("dt", look, wordsIn(row.NAME)), el("dd", look, value)];
}

const FILE_SIGNS: Record<NonNullable<FileInfo["type"]>, string> = { image: "▣", video: "▶", audio: "♪", file: "▤" };

export function fileCard(file: FileInfo): HTMLElement {
  const sign = FILE_SIGNS[file.type ?? "file"] ?? FILE_SIGNS.file;
  const size = file.size ? el("small", {}, fileSize(file.size)) : null;
  return el("div", { class: "file" }, el("span", { "aria-hidden": "true" }, sign), el("span", {}, file.name), size);
}

/** The buttons of a keyboard, its row breaks included. */
export function buttonsOf(keyboard: unknown): Fields[] {
  return entries(isMap(keyboard) && keyboard.BUTTONS !== undefined ? keyboard.BUTTONS : listOf(keyboard));
}
