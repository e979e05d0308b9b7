import { configInput } from "../shared/dom";
import { text } from "../shared/text";
import { forgetBot } from "./bot";
import { connectionResults, isNeeded, type Connection } from "./connection";
import { ask } from "./question";
import { forget, say } from "./results";
import { typed, type PortalDialog } from "./state";
import { offerStep, onEnter, summarize } from "./steps";

/** Step 1: whether the webhook works. */
export function prepareConnect(dialog: PortalDialog): void {
  const button = $("#b24-test");
  const list = $("#b24-test-result");
  const answer = (found: Connection): void => {
    summarize("connect", found.host);
    say(dialog, list, connectionResults(found, typed("plan"), text));
    if (!found.permissions.missing.some(isNeeded)) offerStep(dialog, "bot");
  };
  const test = (): void => ask(dialog, { path: "test", body: {}, button, list, answer });
  button.on("click", test);
  onEnter(["webhookUrl"], test);
  configInput("webhookUrl").on("input", () => {
    forget(dialog, ["test"]);
    summarize("connect", "");
    forgetBot(dialog);
  });
}
