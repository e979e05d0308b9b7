import { icon } from "../shared/dom";
import { hasAddress, type Block } from "./attachment";
import { lookOf, stepsOf } from "./bb-code";
import { outsideText, type Draft } from "./draft";
import { rowsOf } from "./keyboard";
import { text } from "./words";

const ICONS: Readonly<Record<string, string>> = { link: "fa-link", image: "fa-picture-o", file: "fa-file-o" };

/**
 * How people will see a message: inside of Bitrix24, and in the channels outside of it.
 * @returns brings the views in `holder` up to date
 */
export function preview(holder: JQuery, draft: Draft): () => void {
  const views = $('<div class="b24-views" tabindex="0" role="region">')
    .attr("aria-label", text("preview"))
    .appendTo(holder);
  const inside = view(views, "inside");
  if (draft.mode === "network") {
    $("<p>").text(text("networkNote")).appendTo(views);
    return () => showInside(inside, draft);
  }
  const outside = view(views, "outside");
  $("<p>")
    .text(text(draft.mode === "automatic" ? "automaticNote" : "outsideNote"))
    .appendTo(views);
  return () => {
    showInside(inside, draft);
    outside.text(outsideText(draft));
  };
}

function view(views: JQuery, name: "inside" | "outside"): JQuery {
  $("<h4>").text(text(name)).appendTo(views);
  return $('<div class="b24-bubble">').attr("id", `b24-preview-${name}`).appendTo(views);
}

function showInside(bubble: JQuery, { message, attach, keyboard }: Draft): void {
  bubble.empty();
  if (message) render(message.value, bubble);
  for (const item of attach?.items ?? []) if (item.value !== "" || item.kind === "delimiter") showBlock(bubble, item);
  const buttons = (keyboard?.items ?? []).filter((item) => item.text !== "");
  if (buttons.length === 0) return;
  const keys = $('<div class="b24-keys">').appendTo(bubble);
  for (const row of rowsOf(buttons)) {
    const line = $("<div>").appendTo(keys);
    for (const item of row) {
      const color = item.color === "" ? "" : ` b24-key-${item.color}`;
      $("<div>").addClass(`b24-key${color}`).text(item.text).appendTo(line);
    }
  }
}

function showBlock(bubble: JQuery, item: Block): void {
  const holder = $('<div class="b24-block">').appendTo(bubble);
  if (hasAddress(item)) {
    icon(ICONS[item.kind] ?? "").appendTo(holder);
    $('<span class="b24-bb-link">')
      .text(` ${item.name === "" ? item.value : item.name}`)
      .appendTo(holder);
  } else if (item.kind === "delimiter") $("<hr>").css("margin", "4px 0").appendTo(holder);
  else if (item.kind === "json") holder.addClass("b24-bb-code").text(item.value);
  else render(item.value, holder);
}

/** Formatted text as elements: whatever a text contains, it never becomes markup. */
function render(value: string, holder: JQuery): void {
  const open = [holder];
  for (const step of stepsOf(value)) {
    const top = open.at(-1) ?? holder;
    if (step.kind === "close") open.pop();
    else if (step.kind === "words") top.append(document.createTextNode(step.words));
    else {
      const { element, className, title, color, fontSize } = lookOf(step.tag, step.argument);
      const inner = $(document.createElement(element));
      if (className !== undefined) inner.addClass(className);
      if (title !== undefined) inner.attr("title", title);
      if (color !== undefined) inner.css("color", color);
      if (fontSize !== undefined) inner.css("font-size", `${fontSize}px`);
      open.push(inner.appendTo(top));
    }
  }
}
