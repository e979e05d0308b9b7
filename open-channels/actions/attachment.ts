import { isObject, type JsonObject } from "../../rest/envelope";
import { firstOf, type Parsing, type Reading } from "./reading";
import {
  asList,
  isFilledText,
  isGiven,
  isLink,
  listIn,
  OLD_PORTAL_SIZE,
  readStructure,
  REFUSED_SIZE,
  UNREADABLE,
} from "./rich-content";

/**
 * Reads and checks an attachment: an object with BLOCKS, a bare list of blocks, or JSON text of either; a list may be a map.
 * Blocks that the portal would drop without a word are reported as a warning.
 * @returns undefined when none was given
 * @throws CallError ATTACH_ERROR when nothing of it would be shown, ATTACH_OVERSIZE
 */
export function readAttachment(
  reading: Reading,
  { refuse, warn }: Parsing<"ATTACH_ERROR" | "ATTACH_OVERSIZE">,
): JsonObject | unknown[] | undefined {
  const attachment = readStructure(firstOf(reading));
  if (attachment === undefined) return undefined;
  if (attachment === UNREADABLE) throw refuse("ATTACH_ERROR");
  const blocks = listIn(attachment, "BLOCKS");
  if (blocks === null || blocks.some(breaksThePortal)) throw refuse("ATTACH_ERROR");
  const shown = blocks.filter(isShownBlock).length;
  if (shown === 0) throw refuse("ATTACH_ERROR");
  const size = JSON.stringify(attachment).length;
  if (size >= REFUSED_SIZE) throw refuse("ATTACH_OVERSIZE");
  if (size > OLD_PORTAL_SIZE) warn("attachOld");
  if (shown < blocks.length) warn("attachDropped", { count: blocks.length - shown });
  return attachment;
}

/** A text block without a text makes the portal fail instead of answering. [S im/classes/general/im_message_param.php] */
export const breaksThePortal = (block: unknown): boolean =>
  isObject(block) && isObject(block["MESSAGE"]) && !isFilledText(block["MESSAGE"]["TEXT"]);

type Check = (content: unknown) => boolean;

const oneOrMany =
  (check: (item: JsonObject) => boolean): Check =>
  (content) => {
    const items = asList(content) ?? [content];
    return items.some((item) => isObject(item) && check(item));
  };

const isLinkItem = oneOrMany(
  (item) =>
    isLink(item["LINK"]) ||
    (isFilledText(item["NAME"]) && isGiven(item["USER_ID"], item["CHAT_ID"], item["NETWORK_ID"])),
);
const isFileItem = oneOrMany((item) => isLink(item["LINK"]));

/** The kinds of blocks in the order in which the portal looks for them. [S im/classes/general/im_message_param.php] */
const BLOCKS: readonly (readonly [string, Check])[] = [
  [
    "USER",
    oneOrMany(
      (item) =>
        isFilledText(item["NAME"]) &&
        isGiven(item["NETWORK_ID"], item["USER_ID"], item["CHAT_ID"], item["BOT_ID"], item["LINK"]),
    ),
  ],
  ["LINK", isLinkItem],
  ["RICH_LINK", isLinkItem],
  ["MESSAGE", (content) => isFilledText(content) || (isObject(content) && isFilledText(content["TEXT"]))],
  [
    "GRID",
    (content) =>
      (asList(content) ?? []).some(
        (cell) => isObject(cell) && (cell["DISPLAY"] === "LINE" || isGiven(cell["NAME"], cell["VALUE"])),
      ),
  ],
  ["IMAGE", isFileItem],
  ["FILE", isFileItem],
  ["DELIMITER", (content) => content !== null && content !== undefined],
];

/** Whether the portal shows a block: the first kind that it finds in it decides. */
export function isShownBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  const kind = BLOCKS.find(([name]) => block[name] !== undefined && block[name] !== null);
  return kind !== undefined && kind[1](block[kind[0]]);
}
