import { tell, valueOf } from "../shared/dom";
import { wrongBlock, type Block } from "./attachment";
import { marked } from "./bb-code";
import { iconButton } from "./controls";
import { isTooLarge, wrongText, type Draft } from "./draft";
import { wrongButton, type Button } from "./keyboard";
import { preview } from "./preview";
import { attachList, keyboardList } from "./rows";
import { text } from "./words";

const MARKS: readonly (readonly [tag: string, icon: string])[] = [
  ["b", "fa-bold"],
  ["i", "fa-italic"],
  ["u", "fa-underline"],
  ["s", "fa-strikethrough"],
  ["code", "fa-code"],
  ["url", "fa-link"],
];

/** A panel that is open. */
export interface Panel {
  /** Brings preview and marks up to date. */
  refresh(): void;
  /** How many places the portal would refuse or drop, as of the latest refresh. */
  readonly mistakes: number;
}

/** Builds the panel in which a message is written: text, buttons and attachment on the left, what people will see on the right. */
export function buildPanel(holder: JQuery, draft: Draft): Panel {
  const form = $('<div class="b24-composer">').appendTo(holder);
  const left = $("<div>").appendTo(form);
  let show = (): void => undefined;
  let mistakes = 0;
  const refresh = (): void => {
    show();
    mistakes = markMistakes(form, draft);
  };
  const listed = { mode: draft.mode, refresh };
  textPart(left, draft, refresh);
  if (draft.mode !== "automatic") {
    keyboardList(left, draft.keyboard, listed);
    attachList(left, draft.attach, listed);
  }
  show = preview(form, draft);
  refresh();
  return {
    refresh,
    get mistakes() {
      return mistakes;
    },
  };
}

function textPart(holder: JQuery, { message }: Draft, refresh: () => void): void {
  $("<h4>")
    .append($('<label for="b24-compose-text">').text(text("text")))
    .appendTo(holder);
  if (message === null) {
    $('<div class="b24-elsewhere">').text(text("elsewhere")).appendTo(holder);
    return;
  }
  const bar = $('<div class="b24-bar" role="toolbar">').attr("aria-label", text("format")).appendTo(holder);
  const area = $<HTMLTextAreaElement>(
    '<textarea id="b24-compose-text" rows="5" aria-describedby="b24-compose-text-wrong">',
  );
  area.val(message.value).appendTo(holder);
  $('<div class="b24-wrong" id="b24-compose-text-wrong" role="status">').appendTo(holder);
  for (const [tag, iconName] of MARKS)
    iconButton(iconName, `mark.${tag}`)
      .attr("data-mark", tag)
      .on("click", () => mark(area, tag))
      .appendTo(bar);
  area.on("input", () => {
    message.value = valueOf(area);
    refresh();
  });
}

/** Wraps the selected words in a BB code; for a link, the caret goes where the address belongs. */
function mark(area: JQuery<HTMLTextAreaElement>, tag: string): void {
  const [field] = area;
  if (field === undefined) return;
  const { selectionStart: from, selectionEnd: to, value } = field;
  const { text: replacement, caret } = marked(value.slice(from, to), tag, from);
  field.setRangeText(replacement, from, to, "end");
  field.focus();
  field.setSelectionRange(caret, caret);
  area.trigger("input");
}

/** Marks what the portal would refuse or drop, and counts such places. A text that is too long is cut, so it does not count. */
function markMistakes(form: JQuery, draft: Draft): number {
  const { message, mode } = draft;
  const count =
    markRows(form, "keyboard", (item: Button) => wrongButton(item, mode)) + markRows(form, "attach", wrongBlock);
  const mistake = message === null ? undefined : wrongText(message.value, mode);
  const tooLarge = count === 0 && isTooLarge(draft);
  const key = mistake ?? (tooLarge ? "large" : undefined);
  form.find("#b24-compose-text-wrong").text(key === undefined ? "" : text(`wrong.${key}`));
  return count + (mistake === "zero" || tooLarge ? 1 : 0);
}

function markRows<Item extends Button | Block>(
  form: JQuery,
  list: string,
  wrong: (item: Item) => string | undefined,
): number {
  let count = 0;
  for (const element of form.find(`#b24-compose-${list}`).children("li").get()) {
    const row = $(element);
    const item = row.find(".red-ui-editableList-item-content").data("data") as Item | undefined;
    const key = item === undefined ? undefined : wrong(item);
    if (key !== undefined) count++;
    tell(row.find(".b24-wrong"), key === undefined ? "" : text(`wrong.${key}`));
    row
      .find(".b24-value, .b24-text")
      .attr("aria-invalid", key === undefined ? null : "true")
      .toggleClass("input-error", key !== undefined);
  }
  return count;
}
