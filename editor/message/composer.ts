import { nodeInput, valueOf } from "../shared/dom";
import { ofEditor } from "../shared/text";
import { control } from "./controls";
import { changes, draftOf, written, type Pair, type PartName } from "./draft";
import { buildPanel, type Panel } from "./panel";
import { text } from "./words";

const WIDTH = 940;

/** Gives the message row of the `send` dialog the button that opens the panel. */
export function prepareComposer(): void {
  const button = control('<button type="button" class="red-ui-button b24-pick" id="b24-compose">', "open")
    .append('<i class="fa fa-pencil-square-o" aria-hidden="true"></i>')
    .appendTo(nodeInput("message").closest(".form-row"));
  button.on("click", () => open(button));
}

function open(button: JQuery): void {
  // While the panel is open, the dialog below it is not part of the page.
  const inputs: Record<PartName, JQuery> = {
    message: nodeInput("message"),
    keyboard: nodeInput("keyboard"),
    attach: nodeInput("attach"),
  };
  const draft = draftOf(valueOf(nodeInput("mode")), {
    message: pairOf(inputs.message),
    keyboard: pairOf(inputs.keyboard),
    attach: pairOf(inputs.attach),
  });
  const before = written(draft);
  let panel: Panel | undefined;
  const take = (): void => {
    panel?.refresh();
    if (panel !== undefined && panel.mistakes > 0) {
      $(".b24-composer .input-error").first().trigger("focus");
      return;
    }
    RED.tray.close();
    for (const [name, { type, value }] of changes(before, written(draft))) {
      inputs[name].typedInput("type", type);
      inputs[name].typedInput("value", value);
    }
    button.trigger("focus");
  };
  RED.tray.show({
    title: text("title"),
    width: WIDTH,
    focusElement: false,
    buttons: [
      { id: "node-dialog-cancel", text: ofEditor("cancel"), click: () => RED.tray.close() },
      { id: "node-dialog-ok", text: ofEditor("done"), class: "primary", click: take },
    ],
    open: (tray) => {
      panel = buildPanel(tray.find(".red-ui-tray-body"), draft);
    },
    show: () => $("#b24-compose-text").trigger("focus"),
    close: () => undefined,
  });
}

const pairOf = (input: JQuery): Pair => ({ type: input.typedInput("type"), value: input.typedInput("value") });
