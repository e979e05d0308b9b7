import { current } from "../shared/node";
import { chosenPortal } from "../shared/portal-of-node";
import { text } from "../shared/text";
import { codesInSwitches, codesOf, isVague, methodOf, settingNames, variantOf, type Settings } from "./codes";
import { openErrorPanel } from "./panel";
import { addSwitch } from "./switch";
import type { About } from "./words";

/** The codes that a switch is wanted for when the open dialog is left with Done. */
let wanted: readonly string[] = [];

const settingsOf = (node: RedNode): Settings =>
  Object.fromEntries(settingNames(node.type).map((name) => [name, current(node, name)]));

function aboutOf({ type }: RedNode, settings: Settings): About {
  const portal = chosenPortal();
  const values = {
    method: methodOf(type, settings) || "msg.error.method",
    waiting: portal?.["maxWaiting"] || 10_000,
    seconds: portal?.["maxWait"] || 600,
  };
  return { variant: variantOf(type, settings), values };
}

function openPanel(node: RedNode, back: JQuery, add: (codes: readonly string[]) => void): void {
  const settings = settingsOf(node);
  const codes = codesOf(node.type, settings);
  const nodes: RedNode[] = [];
  RED.nodes.eachNode((other) => void nodes.push(other));
  openErrorPanel({
    groups: { ...codes, flows: codesInSwitches(nodes, codes) },
    about: aboutOf(node, settings),
    isVague: isVague(node.type, settings),
    ticked: wanted,
    add,
    back,
  });
}

/** Puts the way to the panel of error codes at the end of an action node's dialog. */
export function prepareErrors(node: RedNode): void {
  const foot = $('<div class="b24-errors-foot">').appendTo("#dialog-form .b24-form");
  const button = $('<button type="button" class="red-ui-button red-ui-button-small" aria-haspopup="dialog">');
  button.attr("id", "b24-errors-open").text(text("errorPicker.open")).appendTo(foot);
  const will = $('<span class="b24-errors-will" role="status">').appendTo(foot);
  const takeBack = $(
    '<button type="button" class="red-ui-button red-ui-button-small" id="b24-errors-take-back"><i class="fa fa-times"></i></button>',
  )
    .attr({ title: text("errorPicker.takeBack"), "aria-label": text("errorPicker.takeBack") })
    .appendTo(foot);
  const want = (codes: readonly string[]): void => {
    wanted = codes;
    will.text(codes.length > 0 ? text("errorPicker.will", { count: codes.length }) : "");
    takeBack.toggle(codes.length > 0);
  };
  want([]);
  takeBack.on("click", () => {
    want([]);
    button.trigger("focus");
  });
  button.on("click", () => openPanel(node, button, want));
}

/** What Node-RED's editor takes from `oneditsave`. */
export interface Saved {
  readonly changed: true;
  readonly history: readonly RedHistoryEvent[];
}

/** On Done: adds the switch that was asked for, as part of the same step of undoing. */
export function saveErrors(node: RedNode): Saved | undefined {
  if (wanted.length === 0) return undefined;
  const added = addSwitch(node, wanted);
  wanted = [];
  const reveal = (): void => {
    RED.events.off("editor:close", reveal);
    RED.view.reveal(added.node.id);
  };
  RED.events.on("editor:close", reveal);
  return { changed: true, history: added.history };
}
