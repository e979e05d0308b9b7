import { hasAddress, newBlock, type Block } from "./attachment";
import { bound, control, iconButton, select } from "./controls";
import type { PartName } from "./draft";
import { newButton, type Button } from "./keyboard";
import type { Part } from "./structure";
import { text } from "./words";

const ACTIONS = ["link", "send", "put", "copy", "call", "dialog", "command"];
const COLORS = ["", "primary", "secondary", "alert", "base"];
const BLOCKS = ["text", "link", "image", "file", "grid", "delimiter", "json"];

/** What the lists of the panel need to know. */
export interface Listed {
  readonly mode: string;
  /** Called when something has been changed. */
  readonly refresh: () => void;
}

interface ListOf<Item> {
  readonly name: PartName;
  /** px */
  readonly height: number;
  readonly blank: () => Item;
  readonly fill: (row: JQuery, item: Item, listed: Listed) => void;
}

/** The buttons, or a sentence in their place when they are written elsewhere. */
export const keyboardList = (holder: JQuery, part: Part<Button> | null, listed: Listed): void =>
  list(holder, part, listed, {
    name: "keyboard",
    height: 166,
    blank: () => newButton(listed.mode),
    fill: buttonRow,
  });

/** The blocks of the attachment, or a sentence in their place when they are written elsewhere. */
export const attachList = (holder: JQuery, part: Part<Block> | null, listed: Listed): void =>
  list(holder, part, listed, { name: "attach", height: 150, blank: newBlock, fill: blockRow });

/** A list whose rows can be dragged, or moved up with a button, so that the keyboard suffices. */
function list<Item extends object>(holder: JQuery, part: Part<Item> | null, listed: Listed, of: ListOf<Item>): void {
  $("<h4>").text(text(of.name)).appendTo(holder);
  if (part === null) {
    $('<div class="b24-elsewhere">').text(text("elsewhere")).appendTo(holder);
    return;
  }
  const rows = $("<ol>")
    .attr({ id: `b24-compose-${of.name}`, "aria-label": text(of.name) })
    .appendTo(holder);
  const collect = (): void => {
    part.items = rows
      .editableList("items")
      .get()
      .map((row) => $(row).data("data") as Item);
    listed.refresh();
  };
  rows.editableList<Item>({
    addButton: text(`add.${of.name}`),
    height: of.height,
    sortable: true,
    removable: true,
    addItem: (container, _at, data) => addRow(container, data, of, listed, collect),
    sortItems: collect,
    removeItem: () => setTimeout(collect, 0),
  });
  rows.editableList("addItems", part.items);
}

/** @param data the item; an empty object when the list's own button was pressed */
function addRow<Item extends object>(
  container: JQuery,
  data: Item,
  { blank, fill }: ListOf<Item>,
  listed: Listed,
  collect: () => void,
): void {
  if (Object.keys(data).length === 0) Object.assign(data, blank());
  const row = $('<div class="b24-item">').appendTo(container);
  fill(row, data, listed);
  const up = iconButton("fa-arrow-up", "up").addClass("b24-up").appendTo(row);
  up.on("click", () => {
    const element = container.closest("li");
    element.insertBefore(element.prev());
    collect();
    up.trigger("focus");
  });
  $('<div class="b24-wrong" role="status">').appendTo(container);
  // The list adds its own button, and the row to itself, after this.
  setTimeout(() => {
    const name = text("remove");
    container
      .closest("li")
      .find(".red-ui-editableList-item-remove")
      .attr({ "aria-label": name, title: name, role: "button" });
    collect();
  }, 0);
}

/** A button that the mode does not allow keeps its kind, so that it is seen what is wrong. */
function actionsFor({ kind }: Button, mode: string): readonly string[] {
  if (kind === "keep") return [...ACTIONS, kind];
  if (mode !== "network") return ACTIONS;
  return kind === "link" ? [kind] : ["link", kind];
}

function buttonRow(row: JQuery, item: Button, { mode, refresh }: Listed): void {
  const name = control('<input type="text" class="b24-text">', "buttonText").attr("placeholder", text("buttonText"));
  bound(name, item, "text", refresh).appendTo(row);
  const kind = select("b24-kind", "action", actionsFor(item, mode), "actions.");
  bound(kind, item, "kind", refresh).appendTo(row);
  const value = bound(control('<input type="text" class="b24-value">', "value"), item, "value", refresh).appendTo(row);
  bound(select("b24-color", "color", COLORS, "colors."), item, "color", refresh).appendTo(row);
  const breaks = iconButton("fa-level-down", "newRow").addClass("b24-row").appendTo(row);
  const show = (): void => {
    value.prop("disabled", item.kind === "keep").attr("placeholder", item.kind === "link" ? "https://" : "");
    breaks.attr("aria-pressed", String(item.newRow));
  };
  kind.on("change", show);
  breaks.on("click", () => {
    item.newRow = !item.newRow;
    show();
    refresh();
  });
  show();
}

function blockRow(row: JQuery, item: Block, { refresh }: Listed): void {
  const kind = bound(select("b24-kind", "block", BLOCKS, "blocks."), item, "kind", refresh).appendTo(row);
  let fields: JQuery[] = [];
  const show = (): void => {
    for (const field of fields) field.remove();
    fields = blockFields(item, refresh);
    kind.after(...fields);
  };
  kind.on("change", show);
  show();
}

function blockFields(item: Block, refresh: () => void): JQuery[] {
  if (item.kind === "delimiter") return [$('<div style="flex: 1 1 0">')];
  if (hasAddress(item)) {
    const address = control('<input type="text" class="b24-value">', "address").attr("placeholder", "https://");
    const name = control('<input type="text" class="b24-name">', "name").attr("placeholder", text("name"));
    return [bound(address, item, "value", refresh), bound(name, item, "name", refresh)];
  }
  const content = control('<textarea class="b24-value">', "content").attr("placeholder", hintFor(item));
  return [bound(content, item, "value", refresh)];
}

function hintFor({ kind }: Block): string {
  if (kind === "grid") return text("gridHint");
  return kind === "json" ? '{"USER": …}' : "";
}
