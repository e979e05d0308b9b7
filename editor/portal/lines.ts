import { STORED_SECRET, text } from "../shared/text";
import { changeResult, wishesIn, type Line, type LineChange, type LineWish } from "./line-rules";
import { fillTable, isEmptyTable, linesTable, readTable } from "./lines-table";
import { ask, type Question } from "./question";
import { say, type Result } from "./results";
import { saved, typed, type PortalDialog } from "./state";
import { openStep, step, summarize } from "./steps";

/** Changes to open channels, as Node-RED lists them. */
interface Changes {
  readonly changes: readonly LineChange[];
  /** Stands for exactly these changes. */
  readonly mark: string;
}

const results = (): JQuery => $("#b24-lines-result");

/** Step 3: the open channels where the bot answers. */
export function prepareLines(dialog: PortalDialog): void {
  $("#b24-lines-load").on("click", () => load(dialog, true));
  $("#b24-lines-apply").on("click", () => apply(dialog));
  linesTable().on("change", ".b24-tick", (event) => {
    const tick = $(event.currentTarget as HTMLElement);
    tick
      .closest("tr")
      .find("[data-name]")
      .prop("disabled", tick.prop("checked") !== true);
  });
  linesTable().on("change", "input, select", () => preview(dialog));
}

/** The step was opened: the first time it loads the open channels, if there is a portal to ask. */
export function showLines(dialog: PortalDialog): void {
  if (isEmptyTable() && typed("webhookUrl") !== "") load(dialog, false);
}

/** The bot is there: what comes next is where it answers. */
export function followToLines(dialog: PortalDialog): void {
  if (step("lines").prop("open") === true) load(dialog, true);
  else openStep(dialog, "lines");
}

export const clearLines = (dialog: PortalDialog): void => show(dialog, []);

/** The bot of the dialog: what is in the field counts more than what was found. */
function ownBot({ botId }: PortalDialog): number | null {
  const byHand = typed("botId");
  return /^\d+$/.test(byHand) ? Number(byHand) : botId;
}

const wishes = (dialog: PortalDialog): LineWish[] => wishesIn(readTable(), ownBot(dialog));

const isAsDeployed = (dialog: PortalDialog): boolean =>
  typed("webhookUrl") === STORED_SECRET && typed("botCode") === saved(dialog, "botCode");

const isBusy = (): boolean => linesTable().prop("inert") === true;

/** Asks for something whose answer fills the table again: anything ticked meanwhile would be lost. */
function askForTable<Answer>(dialog: PortalDialog, question: Omit<Question<Answer>, "list" | "over">): void {
  const table = linesTable().prop("inert", true);
  ask(dialog, { ...question, list: results(), over: () => table.prop("inert", false) });
}

/** @param fresh whether Node-RED has to ask the portal again, instead of repeating an answer that it has kept */
function load(dialog: PortalDialog, fresh: boolean): void {
  if (isBusy()) return;
  askForTable<{ bot: number | null; lines: readonly Line[] }>(dialog, {
    path: "lines",
    body: { fresh },
    button: $("#b24-lines-load"),
    answer({ bot, lines }) {
      if (dialog.botId === null && isAsDeployed(dialog)) dialog.botId = bot;
      show(dialog, lines);
      say(dialog, results(), [invitation(dialog, lines.length)]);
    },
  });
}

function invitation(dialog: PortalDialog, count: number): Result {
  if (count === 0) return { kind: "careful", text: text("portal.lines.none") };
  if (ownBot(dialog) === null) return { kind: "careful", text: text("portal.lines.needsBot") };
  return { kind: "plain", text: text("portal.lines.tick") };
}

function show(dialog: PortalDialog, lines: readonly Line[]): void {
  fillTable(lines, ownBot(dialog));
  setMark(dialog, null);
  summarizeTable();
}

function summarizeTable(): void {
  const count = readTable().filter(({ isTicked }) => isTicked).length;
  summarize("lines", count === 0 ? "" : text("portal.lines.state", { count }));
}

function setMark(dialog: PortalDialog, mark: string | null): void {
  dialog.mark = mark;
  $("#b24-lines-apply").attr("aria-disabled", mark === null ? "true" : "false");
}

/** Says what would change. */
function preview(dialog: PortalDialog): void {
  setMark(dialog, null);
  summarizeTable();
  ask<Changes>(dialog, {
    path: "lines/preview",
    body: { bot: ownBot(dialog), lines: wishes(dialog) },
    // A new wish makes the answer to the one before worthless, and must not wait for it.
    button: $("<button>"),
    list: results(),
    answer({ changes, mark }) {
      if (changes.length === 0) {
        say(dialog, results(), [{ kind: "plain", text: text("portal.lines.nothing") }]);
        return;
      }
      setMark(dialog, mark);
      const will: Result = { kind: "plain", text: text("portal.lines.will"), wide: true };
      say(dialog, results(), [will, ...changes.map((line) => changeResult(line, text))]);
    },
  });
}

function apply(dialog: PortalDialog): void {
  const { mark } = dialog;
  if (mark === null || isBusy()) return;
  const body = { bot: ownBot(dialog), lines: wishes(dialog), mark };
  setMark(dialog, null);
  askForTable<Changes & { lines: readonly Line[] | null }>(dialog, {
    path: "lines/apply",
    body,
    button: $("#b24-lines-apply"),
    answer({ changes, lines }) {
      if (lines !== null) show(dialog, lines);
      // The step before, where it was said, may be folded by now.
      const hint = dialog.holdsToken ? text("portal.bot.keepToken") : undefined;
      say(dialog, results(), [{ kind: "good", text: text("portal.lines.applied", { count: changes.length }), hint }]);
    },
  });
}
