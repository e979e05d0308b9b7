import { nodeInput } from "../shared/dom";
import { text } from "../shared/text";

/** The type of a value that comes from the message. */
export const FROM_MESSAGE = "auto";

/** Types whose value is known only while a message passes. */
export const CONTEXTUAL: readonly string[] = ["msg", "flow", "global", "env", "jsonata"];

/** How each field can be given in the dialog itself. */
export const FIELD_TYPES = {
  chatId: ["num"],
  message: ["str"],
  code: ["str"],
  userId: ["num"],
  attach: ["json"],
  keyboard: ["json"],
  target: ["str", "num"],
  method: ["str"],
  params: ["json"],
} as const satisfies Record<string, readonly string[]>;

export type Field = keyof typeof FIELD_TYPES;

const fromMessageType = (field: Field): RedTypedInputType => ({
  value: FROM_MESSAGE,
  label: text("typed.fromMessage"),
  valueLabel(container) {
    const hint = text(`typed.takes.${field}`);
    $('<div class="b24-from-message">').text(hint).attr("title", hint).appendTo(container);
  },
});

/** Text that may have several lines: a one-line input cannot hold them, Bitrix24's own line mark can. */
const textType = (): RedTypedInputType => ({
  value: "str",
  label: RED._("editor:typedInput.type.str", { defaultValue: "string" }),
  icon: "red/images/typedInput/az.svg",
  expand() {
    RED.editor.editText({
      value: this.value().replace(/\[br\]/gi, "\n"),
      focus: true,
      complete: (edited) => this.value(edited.replace(/\r?\n/g, "[br]")),
    });
  },
});

function typesOf(field: Field): (string | RedTypedInputType)[] {
  const own = FIELD_TYPES[field].map((type) => (field === "message" && type === "str" ? textType() : type));
  return [fromMessageType(field), ...own, ...CONTEXTUAL];
}

/** Names the visible input and buttons of a typed input, which have no label of their own, after the row's label. */
export function labelTypedInput(input: JQuery): void {
  const name = input.attr("id") ?? "";
  const label = $(`label[for="${name}"]`);
  const id = name.replace("node-input-", "b24-label-");
  label.attr("id", id);
  const container = input.next(".red-ui-typedInput-container");
  const words = label.text().trim();
  container.find(".red-ui-typedInput-input").attr("aria-labelledby", id);
  container.find(".red-ui-typedInput-type-select").attr("aria-label", `${words}: ${text("typed.source")}`);
  container.find(".red-ui-typedInput-option-expand").attr("aria-label", `${words}: ${text("typed.expand")}`);
}

/** Turns the inputs of these fields into typed ones, "from message" first. */
export function typedFields(fields: readonly Field[]): void {
  for (const field of fields) {
    const input = nodeInput(field);
    input.typedInput({ default: FROM_MESSAGE, types: typesOf(field), typeField: `#node-input-${field}Type` });
    labelTypedInput(input);
  }
}
