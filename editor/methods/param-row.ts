import { text as shared } from "../shared/text";
import type { Param, ParamKind } from "./methods";
import { NOT_SET, paramKey, rowValue, type RowValue, type Typed } from "./params";
import { text } from "./words";

const EXPAND = ".red-ui-typedInput-option-expand";
const BUTTONS = `.red-ui-typedInput-type-select, .red-ui-typedInput-option-trigger, ${EXPAND}`;

/** The row of one parameter in the form. */
export interface ParamRow {
  readonly param: Param;
  readonly input: JQuery;
  /** Reads the row, and marks it when it holds no value. */
  read(): RowValue;
}

/** @param at the position in the form; it makes the ids of the elements */
export function paramRow(form: JQuery, param: Param, initial: Typed, at: number): ParamRow {
  const row = $('<div class="form-row">').appendTo(form);
  const id = `b24-param-${at}`;
  const name = $("<code>").text(param.name + (param.isRequired ? " *" : ""));
  $("<label>")
    .attr({ for: id, id: `${id}-label` })
    .append(name)
    .appendTo(row);
  const input = $('<input type="text">').attr("id", id).appendTo(row);
  input.typedInput({ default: initial.type, types: typesOf(param) });
  input.typedInput("type", initial.type);
  input.typedInput("value", initial.value);
  const container = input.next(".red-ui-typedInput-container");
  const field = container.find(".red-ui-typedInput-input").attr("aria-labelledby", `${id}-label`);
  for (const element of container.find(BUTTONS).get()) {
    const does = shared($(element).is(EXPAND) ? "typed.expand" : "typed.source");
    $(element).attr("aria-label", `${param.name}: ${does}`);
  }
  const hint = text(`param.${paramKey(param.name)}`, { defaultValue: "" });
  if (hint !== "") $('<div class="b24-note">').text(hint).appendTo(form);
  return {
    param,
    input,
    read() {
      const found = rowValue(param, { type: input.typedInput("type"), value: input.typedInput("value") });
      container.toggleClass("input-error", found === "wrong");
      field.attr("aria-invalid", found === "wrong" ? "true" : null);
      return found;
    },
  };
}

function typesOf({ kind, isRequired }: Param): (string | RedTypedInputType)[] {
  const none = { value: NOT_SET, label: text("form.notSet"), hasValue: false };
  return [...(isRequired ? [] : [none]), typeFor(kind), "msg"];
}

function typeFor(kind: ParamKind): string | RedTypedInputType {
  const options = ["Y", "N"].map((value) => ({ value, label: value }));
  return kind === "yn" ? { value: "yn", label: "Y / N", options } : kind;
}
