import { valueOf, type Prefix } from "./dom";

interface Condition {
  readonly input: JQuery;
  readonly values: readonly string[];
}

/**
 * Shows a row with `data-when="<property>=<a>|<b> …"` while one of its conditions holds; follows the selects named there.
 * @param prefix of the dialog's inputs; a config dialog opens above a node's, each looks after its own rows only
 */
export function conditionalRows(prefix: Prefix): void {
  const rows = $(`#${prefix}name`).closest(".b24-form").find("[data-when]").get();
  const conditionsOf = (row: HTMLElement): Condition[] =>
    (row.dataset["when"] ?? "").split(" ").map((part) => {
      const [property = "", values = ""] = part.split("=");
      return { input: $(`#${prefix}${property}`), values: values.split("|") };
    });
  const refresh = (): void => {
    for (const row of rows) {
      const holds = conditionsOf(row).some(({ input, values }) => values.includes(valueOf(input)));
      $(row).toggleClass("b24-hidden", !holds);
    }
    RED.tray.resize();
  };
  for (const { input } of rows.flatMap(conditionsOf)) input.off("change.b24").on("change.b24", refresh);
  refresh();
}
