import { valueOf } from "../shared/dom";
import { hasAllWords } from "../shared/search";
import { ofEditor, text } from "../shared/text";
import type { CodeEntry } from "./codes";
import { legend, rowOf } from "./panel-rows";
import { inOrder, unlisted } from "./search";
import { describe, type About, type Described } from "./words";

const GROUPS = ["own", "every", "flows"] as const;

export interface PanelOptions {
  readonly groups: Readonly<Record<(typeof GROUPS)[number], readonly CodeEntry[]>>;
  readonly about: About;
  /** Whether the codes depend on a method that is not known here. */
  readonly isVague: boolean;
  /** Codes to begin with. */
  readonly ticked: readonly string[];
  /** Gets the codes that a switch is wanted for. */
  readonly add: (codes: readonly string[]) => void;
  /** Where the keyboard goes afterwards. */
  readonly back: JQuery;
}

interface Group {
  readonly name: string;
  readonly rows: readonly Described[];
}

/** The panel while it is open. */
class ErrorPanel {
  readonly #options: PanelOptions;
  readonly #groups: readonly Group[];
  readonly #listed: readonly string[];
  readonly #search: JQuery;
  readonly #list = $('<div class="b24-errors-list">');
  readonly #state = $('<div class="b24-errors-told" role="status">');
  #ticked: readonly string[];

  constructor(options: PanelOptions) {
    const { about, groups, ticked } = options;
    this.#options = options;
    this.#ticked = ticked;
    this.#groups = GROUPS.map((name) => ({ name, rows: groups[name].map((entry) => describe(entry, about)) }));
    this.#listed = this.#groups.flatMap(({ rows }) => rows.map(({ code }) => code));
    this.#search = $('<input type="text" autocomplete="off">').attr({
      placeholder: text("picker.search"),
      "aria-label": text("picker.search"),
    });
  }

  open(): void {
    RED.tray.show({
      title: text("errorPicker.title"),
      width: 600,
      focusElement: false,
      buttons: this.#buttons(),
      open: (tray) => this.#build(tray),
      show: () => void this.#search.trigger("focus"),
      close: () => undefined,
    });
  }

  #buttons(): RedButton[] {
    const copy = (): void =>
      RED.clipboard.copyText(this.#chosen().join("\n"), $("#b24-errors-copy"), text("errorPicker.copied"));
    const add = (): void => {
      this.#options.add(this.#chosen());
      this.#leave();
    };
    const buttons: RedButton[] = [
      { id: "node-dialog-cancel", text: ofEditor("close"), click: () => this.#leave() },
      { id: "b24-errors-copy", text: text("errorPicker.copy"), click: copy },
    ];
    // A Node-RED may be set up without some of the core nodes.
    if (RED.nodes.getType("switch"))
      buttons.push({ id: "node-dialog-ok", text: text("errorPicker.add"), class: "primary", click: add });
    return buttons;
  }

  #build(tray: JQuery): void {
    const panel = $('<div class="b24-errors">').appendTo(tray.find(".red-ui-tray-body"));
    panel.append(this.#search, this.#list, legend().append(this.#state));
    this.#search.on("input", () => this.#show());
    this.#list.on("change", "input", ({ currentTarget }) => this.#tick(currentTarget as HTMLInputElement));
    panel.on("keydown", (event) => this.#onKey(event));
    tray.find("#node-dialog-ok").addClass("b24-errors-add");
    this.#show();
  }

  #tick(box: HTMLInputElement): void {
    const code = $(box).closest(".b24-errors-row").attr("data-code") ?? "";
    this.#ticked = box.checked ? [...this.#ticked, code] : this.#ticked.filter((one) => one !== code);
    this.#say(this.#list.find("input").length);
  }

  #show(): void {
    const { about } = this.#options;
    const query = valueOf(this.#search).trim();
    const typed = unlisted(query, this.#ticked, this.#listed).map((entry) => describe(entry, about));
    let count = 0;
    this.#list.empty();
    for (const { name, rows } of [...this.#groups, { name: "typed", rows: typed }]) {
      const found = rows.filter(({ words }) => hasAllWords(words, query));
      if (found.length === 0) continue;
      const holder = this.#addGroup(name, query);
      for (const row of found) rowOf(row, count++, this.#ticked.includes(row.code)).appendTo(holder);
    }
    this.#say(count);
  }

  #addGroup(name: string, query: string): JQuery {
    const heading = `b24-errors-${name}`;
    const holder = $('<div role="group">').attr("aria-labelledby", heading).appendTo(this.#list);
    $('<div class="b24-errors-group">')
      .attr("id", heading)
      .text(text(`errorPicker.group.${name}`))
      .appendTo(holder);
    if (name === "own" && this.#options.isVague && query === "")
      $('<div class="b24-errors-hint">').text(text("errorPicker.noMethod")).appendTo(holder);
    return holder;
  }

  #say(count: number): void {
    const isNone = this.#ticked.length === 0;
    const ticked = text("errorPicker.ticked", { count: this.#ticked.length });
    this.#state.text(count === 0 ? `${text("picker.nothing")} ${ticked}` : ticked);
    $("#b24-errors-copy, .b24-errors-add").prop("disabled", isNone).toggleClass("disabled", isNone);
  }

  #chosen(): string[] {
    return inOrder(this.#ticked, this.#listed);
  }

  #leave(): void {
    RED.tray.close(() => void this.#options.back.trigger("focus"));
  }

  /** Ticks the one that was found; a typed code counts when nothing else was found. */
  #tickOnly(boxes: JQuery): void {
    const found = boxes.not('[aria-labelledby="b24-errors-typed"] input');
    if (found.length === 1) found.trigger("click");
    else if (found.length === 0 && boxes.length === 1) boxes.trigger("click");
  }

  #onKey(event: JQuery.KeyDownEvent): void {
    const boxes = this.#list.find("input");
    const at = boxes.get().findIndex((box) => box === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : null;
    if (event.key === "Escape") this.#leave();
    else if (event.key === "Enter" && at === -1) this.#tickOnly(boxes);
    else if (step !== null && boxes.length > 0) {
      const next = Math.min(at + step, boxes.length - 1);
      (next < 0 ? this.#search : boxes.eq(next)).trigger("focus");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Opens the panel of an action node's error codes: to search in, to tick, to copy from. */
export const openErrorPanel = (options: PanelOptions): void => new ErrorPanel(options).open();
