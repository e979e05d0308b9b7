import { tell } from "../shared/dom";
import { ofEditor, text as shared } from "../shared/text";
import type { Method } from "./methods";
import { paramRow, type ParamRow } from "./param-row";
import { paramKey, readParams, startOf, writeParams, type ParamValue, type ParamValues, type Typed } from "./params";
import { text, titleOf } from "./words";

const WIDTH = 600;

/**
 * Opens the form for the parameters of a method.
 * @param saved the pair that the dialog has now
 * @param finish gets the pair to be saved
 */
export function openForm(method: Method, saved: Typed, finish: (pair: Typed) => void): void {
  let collect = (): ParamValues | null => null;
  const take = (): void => {
    const values = collect();
    if (values === null) return;
    RED.tray.close();
    finish(writeParams(values));
  };
  RED.tray.show({
    title: method.name,
    width: WIDTH,
    focusElement: false,
    buttons: [
      { id: "node-dialog-cancel", text: ofEditor("cancel"), click: () => RED.tray.close() },
      { id: "node-dialog-ok", text: ofEditor("done"), class: "primary", click: take },
    ],
    open: (tray) => {
      collect = buildForm(tray.find(".red-ui-tray-body"), method, saved);
    },
    show: () => $(".b24-method-form .red-ui-typedInput-type-select").first().trigger("focus"),
    close: () => undefined,
  });
}

/** @returns reads the form: all values, or null when one of them is wrong, which is then marked */
function buildForm(holder: JQuery, method: Method, saved: Typed): () => ParamValues | null {
  const form = $('<div class="b24-form b24-method-form">').appendTo(holder);
  const given = readParams(saved.type, saved.value);
  // What the form has no row for stays as it is.
  const rest: Record<string, ParamValue> = { ...given };
  const isNew = Object.keys(rest).length === 0;
  tip(form, titleOf(method));
  if (given === null) tip(form, text("form.replaces"));
  if (method.params.length === 0) $("<p>").text(text("form.nothing")).appendTo(form);
  const rows = method.params.map((param, at) => {
    const name = Object.keys(rest).find((one) => paramKey(one) === paramKey(param.name));
    const initial = startOf(param, name === undefined ? undefined : rest[name], isNew);
    if (name !== undefined) delete rest[name];
    return paramRow(form, param, initial, at);
  });
  const others = Object.keys(rest).join(", ");
  if (others !== "") tip(form, text("form.others", { names: others }));
  const status = $('<div class="b24-told b24-gone" role="alert">').appendTo(form);
  if (method.errors.length > 0) errorList(method).appendTo(form);
  const collect = (): ParamValues | null => {
    const { values, wrong } = readRows(rows);
    tell(status, wrong.length > 0 ? text("form.wrong", { names: wrong.join(", ") }) : "");
    return wrong.length > 0 ? null : { ...values, ...rest };
  };
  for (const { input } of rows) input.on("change", collect);
  return collect;
}

function readRows(rows: readonly ParamRow[]): { values: ParamValues; wrong: string[] } {
  const values: Record<string, ParamValue> = {};
  const wrong: string[] = [];
  for (const row of rows) {
    const found = row.read();
    if (found === "wrong") wrong.push(row.param.name);
    else if (found !== undefined) values[row.param.name] = found;
  }
  return { values, wrong };
}

function tip(form: JQuery, words: string): void {
  $('<div class="form-tips">').text(words).appendTo(form);
}

function errorList(method: Method): JQuery {
  const details = $('<details class="b24-method-errors">');
  $("<summary>").text(text("form.errors")).appendTo(details);
  const list = $("<dl>").appendTo(details);
  for (const code of method.errors) {
    $("<dt>").append($("<code>").text(code)).appendTo(list);
    $("<dd>")
      .text(shared(`errors.${code}.title`, { method: method.name, defaultValue: "" }))
      .appendTo(list);
  }
  return details;
}
