import { picker } from "../pickers/picker";
import type { Row, Source } from "../pickers/choices";
import { nodeInput, valueOf } from "../shared/dom";
import { openForm } from "./form";
import { findMethod, methodId, METHODS, type Method } from "./methods";
import { text, titleOf } from "./words";

const METHOD_ROWS: Source = {
  kind: "methods",
  isOpenEnded: true,
  mayAskAgain: false,
  load: () => Promise.resolve(METHODS.map(rowOf)),
};

function rowOf(method: Method): Row {
  return {
    kind: "methods",
    id: methodId(method.name),
    name: method.name,
    note: titleOf(method),
    icon: "fa-terminal",
  };
}

/** Gives the method row of the `call` dialog a list to choose from, and the parameters a form. */
export function prepareMethodForm(): void {
  picker({
    field: "method",
    sources: () => [METHOD_ROWS],
    read: (type, value) => (type === "str" ? { kind: "methods", id: methodId(value) } : null),
    write: (row) => ({ type: "str", value: row.name }),
    tell: (row) => row.note,
  });
  const params = nodeInput("params");
  const name = text("form.open");
  const button = $(
    '<button type="button" class="red-ui-button b24-pick" id="b24-params-form"><i class="fa fa-list-alt"></i></button>',
  )
    .attr({ title: name, "aria-label": name })
    .appendTo(params.closest(".form-row"));
  const refresh = (): void => {
    button.prop("disabled", chosenMethod() === undefined);
  };
  nodeInput("method").add(nodeInput("methodType")).on("change", refresh);
  refresh();
  button.on("click", () => {
    const method = chosenMethod();
    if (method === undefined) return;
    openForm(method, { type: params.typedInput("type"), value: params.typedInput("value") }, ({ type, value }) => {
      params.typedInput("type", type);
      params.typedInput("value", value);
      button.trigger("focus");
    });
  });
}

const chosenMethod = (): Method | undefined =>
  valueOf(nodeInput("methodType")) === "str" ? findMethod(valueOf(nodeInput("method"))) : undefined;
