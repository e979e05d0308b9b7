/** What a message carries beside its text: attachment, buttons, files. */
import { linked, plain, rich } from "./bb.js";
import { el, link } from "./dom.js";
import { fileSize, t } from "./texts.js";

const TOKENS = { primary: "#2a8be0", secondary: "#8a95a0", alert: "#d9483b", base: "#3aa76d" };

function list(value) {
  if (value === null || typeof value !== "object") return [];
  return Array.isArray(value) || "0" in value ? Object.values(value) : [value];
}

const words = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

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

/** An attachment in a messenger outside: its words and addresses. */
export function attachmentText(attach) {
  const lines = list(attach.BLOCKS).flatMap((block) => {
    const [[kind, content] = []] = Object.entries(block ?? {});
    if (kind === "MESSAGE") return [plain(words(content?.TEXT ?? content))];
    if (kind === "DELIMITER") return ["—"];
    return list(content).map(lineText);
  });
  return el("div", { class: "attach-text" }, linked(lines.filter((line) => line !== "").join("\n")));
}

function lineText(entry) {
  const value = plain(words(entry.VALUE) || words(entry.DESC));
  return [words(entry.NAME), value, words(entry.LINK)].filter((part) => part !== "").join(": ");
}

function buttonsOf(keyboard) {
  return list(keyboard?.BUTTONS ?? keyboard);
}

/** Buttons as people on the portal see them. Nobody presses them here: it is a transcript. */
export function buttons(keyboard) {
  const rows = [[]];
  for (const button of buttonsOf(keyboard)) {
    if (button.TYPE === "NEWLINE") rows.push([]);
    else {
      if (button.DISPLAY !== "LINE" && rows.at(-1).length > 0) rows.push([]);
      rows.at(-1).push(buttonNode(button));
      if (button.DISPLAY !== "LINE") rows.push([]);
    }
  }
  const filled = rows.filter((row) => row.length > 0).map((row) => el("div", {}, ...row));
  return el("div", { class: "keyboard" }, ...filled);
}

function buttonNode(button) {
  const node = button.LINK ? link(button.LINK, words(button.TEXT)) : el("span", {}, words(button.TEXT));
  const action = button.COMMAND ? `/${button.COMMAND} ${words(button.COMMAND_PARAMS)}` : words(button.ACTION_VALUE);
  node.title = [words(button.ACTION), action.trim(), words(button.LINK)].filter((part) => part !== "").join(" ");
  node.classList.add("key");
  if (button.DISABLED === "Y") node.classList.add("disabled");
  return node;
}

/** Keyboards stay inside the portal, in live chat too. [S 11.1] */
export function missingButtons(keyboard) {
  const texts = buttonsOf(keyboard)
    .map((button) => words(button.TEXT))
    .filter((text) => text !== "");
  const note = t("client.noButtons", { count: texts.length });
  return el("div", { class: "not-delivered", title: t("client.noButtonsHint", { texts: texts.join(", ") }) }, note);
}

export function fileCard(file) {
  const sign = { image: "▣", video: "▶", audio: "♪" }[file.type] ?? "▤";
  const size = file.size ? el("small", {}, fileSize(file.size)) : null;
  return el("div", { class: "file" }, el("span", { "aria-hidden": "true" }, sign), el("span", {}, file.name), size);
}
