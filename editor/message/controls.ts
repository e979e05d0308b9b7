import { icon, valueOf } from "../shared/dom";
import { text } from "./words";

/** An element that is named by a text of the panel. */
export const control = (html: string, name: string): JQuery =>
  $(html).attr({ "aria-label": text(name), title: text(name) });

/** @param prefix where the words of the options are, such as `colors.`; those of an empty key are at `none` */
export function select(className: string, name: string, keys: readonly string[], prefix: string): JQuery {
  const element = control("<select>", name).addClass(className);
  for (const key of keys)
    $("<option>")
      .val(key)
      .text(text(prefix + (key === "" ? "none" : key)))
      .appendTo(element);
  return element;
}

export const iconButton = (iconName: string, name: string): JQuery =>
  control('<button type="button" class="red-ui-button">', name).append(icon(iconName));

/** Keeps what a field holds in a property of `data`, and says when it changes. */
export function bound<Key extends string>(
  field: JQuery,
  data: Record<Key, string>,
  property: Key,
  changed: () => void,
): JQuery {
  return field.val(data[property]).on("input change", () => {
    data[property] = valueOf(field);
    changed();
  });
}
