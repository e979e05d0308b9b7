import { valueOf } from "../shared/dom";
import { text } from "../shared/text";
import { aboutLine, isOurs, type Line, type LineRow } from "./line-rules";

/** The table of open channels. */
export const linesTable = (): JQuery => $("#b24-lines-table");

const rowsOf = (table: JQuery): JQuery => table.find("tbody tr");

/** Fills the table again; without open channels it is hidden. */
export function fillTable(lines: readonly Line[], ownBot: number | null): void {
  const body = linesTable()
    .toggleClass("b24-hidden", lines.length === 0)
    .find("tbody")
    .empty();
  for (const line of lines) body.append(rowFor(line, ownBot));
}

export const isEmptyTable = (): boolean => rowsOf(linesTable()).length === 0;

/** What the table holds now. */
export const readTable = (): LineRow[] =>
  rowsOf(linesTable())
    .get()
    .map((element) => {
      const row = $(element);
      const field = (name: string): string => valueOf(row.find(`[data-name=${name}]`));
      return {
        line: row.data("line") as Line,
        isTicked: row.find(".b24-tick").prop("checked") === true,
        join: field("join"),
        time: field("time"),
        left: field("left"),
      };
    });

function rowFor(line: Line, ownBot: number | null): JQuery {
  const hasBot = isOurs(line, ownBot);
  const id = `b24-line-${line.id}`;
  const tick = $('<input type="checkbox" class="b24-tick">')
    .attr("id", id)
    .prop({ checked: hasBot, disabled: ownBot === null });
  const name = $("<span>").attr("id", `${id}-name`).text(line.name);
  const about = $("<small>").text(aboutLine(line, text));
  const label = $("<label>").attr("for", id).append(tick, $("<span>").append(name, about));
  const row = $("<tr>").data("line", line).append($('<th scope="row">').append(label));
  const fields = [
    choice("join", ["always", "first"], line.join),
    $('<input type="text" inputmode="numeric" data-name="time">').val(line.time),
    choice("left", ["queue", "close"], line.left),
  ];
  for (const field of fields) {
    field.attr("aria-labelledby", `b24-column-${field.attr("data-name")} ${id}-name`).prop("disabled", !hasBot);
    $("<td>").append(field).appendTo(row);
  }
  return row;
}

function choice(name: string, values: readonly string[], chosen: string): JQuery {
  const select = $("<select>").attr("data-name", name);
  for (const value of values)
    $("<option>")
      .val(value)
      .text(text(`portal.lines.${name}.${value}`))
      .appendTo(select);
  return select.val(chosen);
}
