import { icon, valueOf } from "../shared/dom";
import { text } from "../shared/text";
import { wordsOf, type Row, type Source } from "./choices";
import { initials, matches, moved } from "./search";

const MOST_ROWS = 200;

export interface ListOptions {
  /** Where the list opens, and where the keyboard goes afterwards. */
  readonly button: JQuery;
  /** What is chosen, for people who hear the page. */
  readonly name: string;
  readonly sources: readonly Source[];
  readonly isChosen: (row: Row) => boolean;
  readonly choose: (row: Row) => void;
}

/** What one source brought, and why it brought nothing. */
interface Part {
  readonly kind: string;
  readonly rows: readonly Row[];
  readonly reason?: string;
}

const load = (sources: readonly Source[], fresh: boolean): Promise<Part[]> =>
  Promise.all(
    sources.map((source) =>
      source.load(fresh).then(
        (rows): Part => ({ kind: source.kind, rows }),
        (reason: unknown): Part => ({ kind: source.kind, rows: [], reason: wordsOf(reason) }),
      ),
    ),
  );

function face({ name, online, photo }: Row): JQuery {
  const holder = $('<div class="b24-face" aria-hidden="true">').text(initials(name));
  holder.toggleClass("b24-online", online === true);
  // Only the portal's own addresses come here; a picture that does not load leaves the initials.
  if (photo) {
    const picture = $('<img alt="" loading="lazy" referrerpolicy="no-referrer">');
    picture.on("error", () => void picture.remove());
    picture.attr("src", photo).appendTo(holder);
  }
  return holder;
}

function option(row: Row, at: number): JQuery {
  const element = $('<div class="b24-choice" role="option" aria-selected="false">');
  element.attr({ id: `b24-choice-${at}`, "data-kind": row.kind, "data-id": row.id });
  element.append(row.kind === "operators" ? face(row) : icon(row.icon ?? ""));
  return element.append($("<span>").text(row.name).append($("<small>").text(row.note)));
}

/** The parts of the panel that change. */
interface Panel {
  readonly content: JQuery;
  readonly search: JQuery;
  readonly again: JQuery;
  readonly list: JQuery;
  readonly state: JQuery;
}

function build({ name, sources }: ListOptions): Panel {
  const content = $('<div class="b24-choices">').attr({ role: "dialog", "aria-label": name });
  const top = $('<div class="b24-choices-top">').appendTo(content);
  const search = $(
    '<input type="text" role="combobox" aria-autocomplete="list" aria-expanded="true" aria-controls="b24-choices-list" autocomplete="off">',
  )
    .attr({ placeholder: text("picker.search"), "aria-label": text("picker.search") })
    .appendTo(top);
  const again = $('<button type="button" class="red-ui-button"><i class="fa fa-refresh"></i></button>')
    .attr({ title: text("picker.refresh"), "aria-label": text("picker.refresh") })
    .toggle(sources.some((source) => source.mayAskAgain !== false))
    .appendTo(top);
  const list = $('<div class="b24-choices-list" id="b24-choices-list" role="listbox">').attr("aria-label", name);
  const state = $('<div class="b24-choices-told" role="status">');
  content.append(list, state);
  return { content, search, again, list, state };
}

/** The list while it is open. */
class ChoiceList {
  readonly #options: ListOptions;
  readonly #panel: Panel;
  readonly #popover: RedPanel;
  #parts: readonly Part[] = [];
  #shown: Row[] = [];
  #active = -1;

  constructor(options: ListOptions) {
    this.#options = options;
    this.#panel = build(options);
    this.#popover = RED.popover.panel(this.#panel.content);
    this.#listen();
  }

  open(): void {
    const { button } = this.#options;
    button.attr("aria-expanded", "true");
    this.#popover.show({
      target: button,
      align: "left",
      offset: [(button.outerWidth() ?? 0) - 18, 2],
      onclose: () => void button.attr("aria-expanded", "false"),
    });
    this.#panel.search.trigger("focus");
    void this.#load(false);
  }

  #close(): void {
    this.#popover.hide();
    this.#options.button.attr("aria-expanded", "false");
  }

  async #load(fresh: boolean): Promise<void> {
    this.#panel.state.text(text("picker.loading"));
    this.#parts = await load(this.#options.sources, fresh);
    this.#render();
  }

  #render(): void {
    const { list, search } = this.#panel;
    const query = valueOf(search);
    list.empty();
    this.#shown = [];
    for (const { kind, rows } of this.#parts) {
      const room = MOST_ROWS - this.#shown.length;
      this.#addGroup(kind, rows.filter((row) => matches(row, query)).slice(0, room));
    }
    const at = this.#shown.findIndex(this.#options.isChosen);
    this.#activate(at === -1 && this.#shown.length > 0 && query !== "" ? 0 : at);
    this.#say();
  }

  #addGroup(kind: string, rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const heading = `b24-choices-${kind}`;
    const group = $('<div role="group">').attr("aria-labelledby", heading).appendTo(this.#panel.list);
    $('<div class="b24-choices-group">')
      .attr("id", heading)
      .text(text(`picker.group.${kind}`))
      .appendTo(group);
    for (const row of rows) {
      option(row, this.#shown.length).appendTo(group);
      this.#shown.push(row);
    }
  }

  #say(): void {
    const count = this.#shown.length;
    const reasons = new Set(this.#parts.flatMap(({ reason }) => (reason === undefined ? [] : [reason])));
    if (reasons.size > 0) this.#panel.state.text([...reasons, text("picker.byHand")].join(" "));
    else this.#panel.state.text(count === 0 ? text("picker.nothing") : text("picker.found", { count }));
  }

  #activate(at: number): void {
    const { list, search } = this.#panel;
    this.#active = at;
    list.find(".b24-choice").removeClass("b24-active").attr("aria-selected", "false");
    const element = at === -1 ? $() : $(`#b24-choice-${at}`).addClass("b24-active").attr("aria-selected", "true");
    element[0]?.scrollIntoView({ block: "nearest" });
    if (at === -1) search.removeAttr("aria-activedescendant");
    else search.attr("aria-activedescendant", `b24-choice-${at}`);
  }

  #take(at: number): void {
    const row = this.#shown[at];
    if (!row) return;
    this.#close();
    this.#options.choose(row);
    this.#options.button.trigger("focus");
  }

  #onKey(event: JQuery.KeyDownEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
    if (step !== null && this.#shown.length > 0) this.#activate(moved(this.#active, step, this.#shown.length));
    else if (event.key === "Enter") this.#take(this.#active);
    else return;
    event.preventDefault();
  }

  #listen(): void {
    const { search, again, list } = this.#panel;
    const { container } = this.#popover;
    search.on("input", () => this.#render());
    search.on("keydown", (event) => this.#onKey(event));
    // Nothing of this reaches the dialog below, whose own shortcuts would close it.
    container.on("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Escape") return;
      this.#close();
      this.#options.button.trigger("focus");
    });
    container.on("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Element && !container[0]?.contains(relatedTarget)) this.#close();
    });
    list.on("mousedown", ".b24-choice", (event) => event.preventDefault());
    list.on("click", ".b24-choice", ({ currentTarget }) =>
      this.#take(Number((currentTarget as HTMLElement).id.replace("b24-choice-", ""))),
    );
    again.on("click", () => {
      void this.#load(true);
      search.trigger("focus");
    });
  }
}

/** Opens a list to search and choose in. */
export const openChoices = (options: ListOptions): void => new ChoiceList(options).open();
