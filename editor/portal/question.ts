import { configInput } from "../shared/dom";
import { text } from "../shared/text";
import { problem } from "./problem";
import { askedFor, say } from "./results";
import { isCurrent, type PortalDialog } from "./state";

/** Longer than the portal is given to answer, ms. */
const LONGEST_WAIT = 40_000;

/** Something that Node-RED is asked for. */
export interface Question<Answer> {
  /** Where to ask: `test`, `bot`, `lines`, … */
  readonly path: string;
  /** What is sent beside the webhook and the plan. */
  readonly body: object;
  /** It asks once at a time. */
  readonly button: JQuery;
  /** Where the answer is shown. */
  readonly list: JQuery;
  /** Called with what came back, unless the dialog or the question has changed meanwhile. */
  readonly answer: (found: Answer) => void;
  /** Called when it is over either way, also when it was not asked. */
  readonly over?: () => void;
}

export function ask<Answer>(dialog: PortalDialog, question: Question<Answer>): void {
  const { path, body, button, list, answer, over } = question;
  if (button.attr("aria-busy") === "true") {
    over?.();
    return;
  }
  const isLatest = askedFor(list);
  const isWanted = (): boolean => isCurrent(dialog) && isLatest();
  button.attr("aria-busy", "true");
  say(dialog, list, [{ kind: "busy", text: text("portal.busy") }]);
  post(dialog, path, body)
    .done((found: Answer) => {
      if (isWanted()) answer(found);
    })
    .fail(({ status, responseJSON }) => {
      if (isWanted()) say(dialog, list, [problem(status, responseJSON, text)]);
    })
    .always(() => {
      button.removeAttr("aria-busy");
      over?.();
    });
}

function post({ node }: PortalDialog, path: string, body: object): JQuery.jqXHR {
  const webhookUrl = configInput("webhookUrl").val();
  const plan = configInput("plan").val();
  return $.ajax({
    // Relative, because only then the editor adds its login.
    url: `bitrix24/${encodeURIComponent(node.id)}/${path}`,
    type: "POST",
    contentType: "application/json",
    dataType: "json",
    timeout: LONGEST_WAIT,
    data: JSON.stringify({ webhookUrl, plan, ...body }),
  });
}
