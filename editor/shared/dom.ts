import { asText } from "./text";

/** The inputs of a node's dialog, and those of a config node's. */
export type Prefix = "node-input-" | "node-config-input-";

/** The input of a property in a node's dialog. */
export const nodeInput = (property: string): JQuery => $(`#node-input-${property}`);

/** The input of a property in a config node's dialog. */
export const configInput = (property: string): JQuery => $(`#node-config-input-${property}`);

/** What an input or a select holds; a list of chosen values is no text and gives an empty one. */
export const valueOf = (input: JQuery): string => asText(input.val());

/** A decoration that is not read aloud. */
export const icon = (name: string): JQuery => $('<i class="fa" aria-hidden="true">').addClass(name);

/** Writes into a line that is read aloud, only when the words are others: the same words would be read once more. */
export function tell(line: JQuery, words: string): void {
  if (line.text() !== words) line.text(words);
}
