import type { Outcome } from "../../rest/errors";
import { text } from "../shared/text";
import type { Described } from "./words";

const OUTCOMES: readonly Outcome[] = ["not-sent", "refused", "unknown"];

const badge = (outcome: Outcome): JQuery => $('<span class="b24-errors-badge">').text(outcome);

const meaning = (outcome: Outcome): string => text(`errorPicker.outcome.${outcome}`);

/**
 * A code with its box to tick.
 * @param at its place in the whole list
 */
export function rowOf({ code, title, hint, outcomes }: Described, at: number, isTicked: boolean): JQuery {
  const id = `b24-error-${at}`;
  const row = $('<label class="b24-errors-row">').attr({ for: id, "data-code": code });
  const box = $('<input type="checkbox">').attr({
    id,
    "aria-labelledby": `${id}-code`,
    "aria-describedby": `${id}-text`,
  });
  box.prop("checked", isTicked).appendTo(row);
  const words = $("<div>").appendTo(row);
  $("<code>").attr("id", `${id}-code`).text(code).appendTo(words);
  for (const outcome of outcomes) badge(outcome).attr("title", meaning(outcome)).appendTo(words);
  const rest = $("<div>").attr("id", `${id}-text`).appendTo(words);
  rest.append($("<div>").text(title), $('<div class="b24-errors-hint">').text(hint));
  return row;
}

/** What the three outcomes mean. */
export function legend(): JQuery {
  const all = $('<div class="b24-errors-legend">');
  for (const outcome of OUTCOMES)
    $("<span>")
      .append(badge(outcome), document.createTextNode(` ${meaning(outcome)}`))
      .appendTo(all);
  return all;
}
