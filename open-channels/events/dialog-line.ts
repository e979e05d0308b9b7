import type { CrmItem, DialogLine } from "./event";
import { id, text } from "./parts";

/** What the portal says about a chat of Open Channels, packed into texts. */
export interface EntityTexts {
  /** `connector|line|chat|user`. */
  readonly entityId: unknown;
  /** `crm|type|id|pause|wait|session|date|line|…`. */
  readonly data1: unknown;
  /** `LEAD|1|COMPANY|0|…`. */
  readonly data2: unknown;
}

/**
 * Unpacks the line of a dialog. Older portals send shorter texts, joins none at all; what is missing is null.
 * [D api-reference/chat-bots] [S imopenlines/lib/chat.php]
 */
export function readDialogLine({ entityId, data1, data2 }: EntityTexts): DialogLine {
  const [connector, original] = fields(entityId);
  const [hasCrm, crmType, crmId, , , session, , current] = fields(data1);
  const originalId = id(original);
  const main = hasCrm === "Y" ? crmItem(crmType, crmId) : null;
  return {
    id: id(current) ?? originalId,
    originalId,
    connector: text(connector),
    sessionId: id(session),
    crm: crmItems(main, fields(data2)),
  };
}

const fields = (value: unknown): (string | undefined)[] => (typeof value === "string" ? value.split("|") : []);

function crmItem(type: string | undefined, itemId: string | undefined): CrmItem | null {
  const found = id(itemId);
  return type && type !== "NONE" && found !== null ? { type, id: found } : null;
}

function crmItems(main: CrmItem | null, pairs: (string | undefined)[]): CrmItem[] {
  const items = main ? [main] : [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const item = crmItem(pairs[at], pairs[at + 1]);
    if (item && !items.some((known) => known.type === item.type && known.id === item.id)) items.push(item);
  }
  return items;
}
