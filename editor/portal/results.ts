import type { TextValues } from "../shared/text";
import type { PortalDialog } from "./state";
import { makeRoom } from "./steps";

/** One line of what a step has led to: a sentence, and below it what to do. */
export interface Result {
  readonly kind: "good" | "careful" | "bad" | "busy" | "plain";
  readonly text: string;
  readonly hint?: string | undefined;
  /** Whether it has a line for itself; with a hint it always has. */
  readonly wide?: boolean;
}

/** Looks up a text, as `text` of the package's catalogue does; pure functions get it passed in. */
export type LookUp = (key: string, values?: TextValues) => string;

const ICONS: Readonly<Record<Result["kind"], string>> = {
  good: "fa-check",
  careful: "fa-exclamation-triangle",
  bad: "fa-times-circle",
  busy: "fa-spinner fa-spin",
  plain: "",
};

const listOf = (name: string): JQuery => $(`#b24-${name}-result`);

/** Shows results in the place of those before. */
export function say(dialog: PortalDialog, list: JQuery, results: readonly Result[]): void {
  list.empty();
  // Results say more than the note above them.
  list.prev(".b24-note").toggleClass("b24-hidden", results.length > 0);
  for (const { kind, text, hint = "", wide = false } of results) {
    const line = $("<li>")
      .toggleClass("b24-wide", hint !== "" || wide)
      .toggleClass("b24-marked", ICONS[kind] !== "")
      .appendTo(list);
    if (ICONS[kind] !== "") line.append($('<i aria-hidden="true">').addClass(`fa ${ICONS[kind]}`), " ");
    line.append($("<span>").text(text));
    if (hint !== "") line.append($('<span class="b24-hint">').text(hint));
  }
  makeRoom(dialog, list.closest("details"));
}

/** Notes that a question was asked whose answer belongs into this list. @returns whether it is still the latest one */
export function askedFor(list: JQuery): () => boolean {
  const asked = countOf(list) + 1;
  list.data("asked", asked);
  return () => countOf(list) === asked;
}

const countOf = (list: JQuery): number => (list.data("asked") as number | undefined) ?? 0;

/** What was said of another portal or bot holds no longer, nor does an answer that is still on its way. */
export function forget(dialog: PortalDialog, names: readonly ("test" | "bot" | "lines")[]): void {
  for (const list of names.map(listOf)) {
    askedFor(list);
    say(dialog, list, []);
  }
}
