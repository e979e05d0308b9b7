import { breaksThePortal, isShownBlock } from "../../open-channels/actions/attachment";
import { isObject } from "../../rest/envelope";
import { isBlank } from "../shared/text";
import { mapsIn, parsed, toJson, without, wordOf, type JsonMap, type Part } from "./structure";

/** `json` is whatever the panel has no fields for. */
export type BlockKind = "text" | "link" | "image" | "file" | "grid" | "delimiter" | "json";

export interface Block {
  kind: BlockKind;
  value: string;
  name: string;
  /** What else a link, picture, file or divider holds. */
  readonly rest?: JsonMap;
  /** How the cells of a table that was there before are laid out; undefined for a new one. */
  readonly display?: string;
}

export type Attachment = Part<Block>;

/** Why a block would not be shown, as a key of texts. */
export type BlockMistake = "address" | "block" | "json";

const NEW_DELIMITER = { SIZE: 200 };
const WITH_ADDRESS: readonly string[] = ["link", "image", "file"];

/** Whether a block is an address with a name. */
export const hasAddress = ({ kind }: Pick<Block, "kind">): boolean => isAddressKind(kind);

/** The block with which a new row of the panel begins. */
export const newBlock = (): Block => ({ kind: "text", value: "", name: "" });

/** An attachment's JSON as items; null when it is something else. */
export function readAttachment(json: string): Attachment | null {
  const found = mapsIn(json, "BLOCKS");
  return found === null ? null : { items: found.list.map(readBlock), rest: found.rest };
}

function readBlock(block: JsonMap): Block {
  const [name = "", ...others] = Object.keys(block);
  const read = others.length === 0 ? readContent(name, block[name]) : undefined;
  return { name: "", ...(read ?? { kind: "json", value: JSON.stringify(block) }) };
}

type Read = Omit<Block, "name"> & { name?: string };

function readContent(name: string, content: unknown): Read | undefined {
  if (name === "MESSAGE" && typeof content === "string")
    return { kind: "text", value: content.replace(/\[br\]/gi, "\n") };
  if (name === "GRID" && isPlainGrid(content))
    return { kind: "grid", value: content.map(lineOf).join("\n"), display: wordOf(content[0]?.["DISPLAY"]) };
  if (!isObject(content)) return undefined;
  if (name === "DELIMITER") return { kind: "delimiter", value: "", rest: content };
  const kind = name.toLowerCase();
  if (!isAddressKind(kind) || content["LINK"] === undefined) return undefined;
  const rest = without(content, ["LINK", "NAME"]);
  return { kind, value: wordOf(content["LINK"]), name: wordOf(content["NAME"]), rest };
}

const isAddressKind = (kind: string): kind is "link" | "image" | "file" => WITH_ADDRESS.includes(kind);

/** Whether a table can be written as lines of `name: value`, and read back as it was. */
function isPlainGrid(content: unknown): content is JsonMap[] {
  if (!Array.isArray(content) || content.length === 0) return false;
  const first: unknown = content[0];
  return content.every((cell) => isObject(cell) && isPlainCell(cell) && isObject(first) && looksLike(cell, first));
}

const looksLike = (cell: JsonMap, other: JsonMap): boolean => wordOf(cell["DISPLAY"]) === wordOf(other["DISPLAY"]);

function isPlainCell(cell: JsonMap): boolean {
  const name = wordOf(cell["NAME"]);
  const value = wordOf(cell["VALUE"]);
  return (
    Object.keys(without(cell, ["NAME", "VALUE", "DISPLAY"])).length === 0 &&
    !/[:\n]/.test(name) &&
    !/\n|\[br\]/i.test(value) &&
    !(isBlank(name) && /:\s/.test(value))
  );
}

function lineOf(cell: JsonMap): string {
  const name = wordOf(cell["NAME"]);
  return (name === "" ? "" : `${name}: `) + wordOf(cell["VALUE"]);
}

/** The JSON to be saved. */
export const writeAttachment = ({ items, rest }: Attachment): string =>
  toJson(items.filter((item) => !isEmpty(item)).map(writeBlock), "BLOCKS", rest);

/** @throws SyntaxError when the JSON of a block cannot be read */
function writeBlock(item: Block): JsonMap {
  switch (item.kind) {
    case "text":
      return { MESSAGE: item.value.replace(/\n/g, "[br]") };
    case "delimiter":
      return { DELIMITER: item.rest ?? NEW_DELIMITER };
    case "json":
      return JSON.parse(item.value) as JsonMap;
    case "grid": {
      const lines = item.value.split("\n").filter((line) => !isBlank(line));
      return { GRID: lines.map((line) => cellOf(line, item.display)) };
    }
    default: {
      const name = isBlank(item.name) ? {} : { NAME: item.name.trim() };
      return { [item.kind.toUpperCase()]: { LINK: item.value.trim(), ...name, ...item.rest } };
    }
  }
}

function cellOf(line: string, display: string | undefined): JsonMap {
  const colon = line.indexOf(":");
  const isNamed = colon >= 0 && /^\s/.test(line.slice(colon + 1));
  const cell = isNamed
    ? { NAME: line.slice(0, colon).trim(), VALUE: line.slice(colon + 1).trim() }
    : { VALUE: line.trim() };
  // A new table reads best in rows; one that was there keeps its look.
  return display === "" ? cell : { ...cell, DISPLAY: display ?? "ROW" };
}

const isEmpty = (item: Block): boolean => item.kind !== "delimiter" && isBlank(item.value) && isBlank(item.name);

/** Why the node would lose a block or refuse the message for it; undefined when all is right. The node's own rules decide. */
export function wrongBlock(item: Block): BlockMistake | undefined {
  if (isEmpty(item)) return undefined;
  const block = item.kind === "json" ? parsed(item.value) : writeBlock(item);
  if (block === undefined) return "json";
  if (isShownBlock(block) && !breaksThePortal(block)) return undefined;
  return hasAddress(item) ? "address" : "block";
}
