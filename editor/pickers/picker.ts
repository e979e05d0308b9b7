import { icon, nodeInput, valueOf } from "../shared/dom";
import { asText, isEnvReference, text } from "../shared/text";
import { wordsOf, type Row, type Source } from "./choices";
import { openChoices } from "./list";

/** Milliseconds without typing after which the chosen value is looked up. */
const PAUSE = 250;

/** What a value stands for. */
export type Wanted = Pick<Row, "kind" | "id">;

/** A pair as it is saved. */
export interface Pair {
  readonly type: string;
  readonly value: string;
}

export interface PickerOptions {
  readonly field: string;
  readonly sources: () => readonly Source[];
  /** What a typed value stands for; null when it is nothing that can be looked up. */
  readonly read: (type: string, value: string) => Wanted | null;
  readonly write: (row: Row) => Pair;
  /** What the line below says of a choice. */
  readonly tell?: (row: Row) => string;
  /** Further inputs on which this depends. */
  readonly follow?: readonly string[];
  /** The hidden input that keeps the name for the node's label. */
  readonly label?: string;
}

const keyOf = (wanted: Wanted | null): string => (wanted ? `${wanted.kind} ${wanted.id}` : "");

/** A value row with a button to choose with, and a line that says what the value stands for. */
class Picker {
  readonly #options: PickerOptions;
  readonly #input: JQuery;
  readonly #row: JQuery;
  readonly #line: JQuery;
  readonly #label: JQuery;
  /** The name that was saved, and what it belongs to. */
  #kept: { readonly key: string; readonly name: string };
  #timer: number | undefined;

  constructor(options: PickerOptions) {
    this.#options = options;
    this.#input = nodeInput(options.field);
    this.#row = this.#input.closest(".form-row");
    this.#line = $('<div class="b24-note b24-told" role="status">').attr("id", `b24-told-${options.field}`);
    const when = this.#row.attr("data-when");
    if (when !== undefined) this.#line.attr("data-when", when);
    this.#line.insertAfter(this.#row);
    this.#label = options.label === undefined ? $() : nodeInput(options.label);
    this.#kept = { key: keyOf(this.#wanted()), name: valueOf(this.#label) };
    this.#addButton();
    for (const input of [this.#input, ...["portal", ...(options.follow ?? [])].map(nodeInput)])
      input.on("change", () => this.#refreshLater());
    this.#refreshLater();
  }

  #addButton(): void {
    const { field } = this.#options;
    const id = `b24-pick-${field}`;
    const name = text("picker.choose");
    const button = $(
      '<button type="button" class="red-ui-button b24-pick" aria-haspopup="dialog" aria-expanded="false"><i class="fa fa-search"></i></button>',
    );
    // Dialogs are translated after they were prepared, so the row's name is referred to, not read.
    button.attr({ id, "aria-label": name, "aria-labelledby": `b24-label-${field} ${id}`, title: name });
    button.on("click", () =>
      openChoices({
        button,
        name: `${this.#row.children("label").first().text().trim()}: ${name}`,
        sources: this.#options.sources(),
        isChosen: (row) => keyOf(row) === keyOf(this.#wanted()),
        choose: (row) => this.#choose(row),
      }),
    );
    button.appendTo(this.#row);
  }

  #choose(row: Row): void {
    const { type, value } = this.#options.write(row);
    this.#input.typedInput("type", type);
    this.#input.typedInput("value", value);
    this.#kept = { key: keyOf(this.#wanted()), name: row.name };
    void this.#refresh();
  }

  #wanted(): Wanted | null {
    const value = asText(this.#input.typedInput("value")).trim();
    if (value === "" || isEnvReference(value)) return null;
    return this.#options.read(this.#input.typedInput("type"), value);
  }

  #say(words: string, isGone = false): void {
    const before = this.#line.text();
    this.#line.empty().toggleClass("b24-gone", isGone);
    if (isGone) this.#line.append(icon("fa-exclamation-triangle"), document.createTextNode(` ${words}`));
    else if (words !== "") this.#line.append(document.createTextNode(words));
    if (before !== this.#line.text()) RED.tray.resize();
  }

  #remember(wanted: Wanted | null, found: string): void {
    this.#label.val(keyOf(wanted) === this.#kept.key ? this.#kept.name : found);
  }

  #refreshLater(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#refresh(), PAUSE);
  }

  async #refresh(): Promise<void> {
    const wanted = this.#wanted();
    const source = this.#options.sources().find(({ kind }) => kind === wanted?.kind);
    if (!wanted || !source) {
      this.#remember(wanted, "");
      this.#say("");
      return;
    }
    const show = await source.load(false).then(
      (rows) => () => this.#showFound(wanted, source, rows),
      (reason: unknown) => () => this.#showReason(wanted, wordsOf(reason)),
    );
    const [element] = this.#input.get();
    const isOpen = element !== undefined && document.body.contains(element);
    if (isOpen && keyOf(this.#wanted()) === keyOf(wanted)) show();
  }

  #showFound(wanted: Wanted, source: Source, rows: readonly Row[]): void {
    const found = rows.find(({ id }) => id === wanted.id);
    this.#remember(wanted, found?.name ?? "");
    if (found) this.#say(this.#words(found));
    else if (source.isOpenEnded || source.mayHoldMore?.(rows)) this.#say("");
    else this.#say(text(`picker.gone.${wanted.kind}`, { id: wanted.id }), true);
  }

  #words(row: Row): string {
    const { tell } = this.#options;
    return tell ? tell(row) : text(`picker.told.${row.kind}`, { name: row.name, id: row.id });
  }

  #showReason(wanted: Wanted, reason: string): void {
    this.#remember(wanted, "");
    const parts = [valueOf(this.#label), text("picker.unchecked"), reason];
    this.#say(parts.filter((part) => part !== "").join(" · "));
  }
}

/** Gives a value row a button to choose with, and a line that says what the value stands for. */
export function picker(options: PickerOptions): void {
  new Picker(options);
}
