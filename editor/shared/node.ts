import { asText } from "./text";

const EXCERPT_LENGTH = 24;

/** Whether the dialog of this very node is the one on top. */
export const isBeingEdited = (node: RedNode): boolean => RED.editor.getEditStack().at(-1) === node;

/** What a property has in the open dialog, or in the node when it is not being edited. */
export function current(node: RedNode, property: string): unknown {
  const prefix = node._def?.category === "config" ? "#node-config-input-" : "#node-input-";
  const input = $(prefix + property);
  if (!isBeingEdited(node) || input.length === 0) return node[property];
  return input.attr("type") === "checkbox" ? input.prop("checked") : input.val();
}

/** The first words of a text as it will be read, for a label. */
export function excerpt(value: unknown): string {
  const words = asText(value)
    .replace(/\[br\]|#BR#/gi, " ")
    .replace(/\[\/?[a-z]+(=[^\]]*)?\]/gi, "")
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...words];
  return letters.length > EXCERPT_LENGTH ? `${letters.slice(0, EXCERPT_LENGTH).join("").trim()}…` : words;
}
