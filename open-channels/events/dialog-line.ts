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

/** A dialog belongs to a handful of items; more in one text is none of the portal's. */
const MOST_PAIRS = 50;

/**
 * Unpacks the line of a dialog. Older portals send shorter texts, joins none at all; what is missing is null.
 * [D api-reference/chat-bots] [S imopenlines/lib/chat.php]
 */
export function readDialogLine({ entityId, data1, data2 }: EntityTexts): DialogLine {
  const [connector, original] = entityFields(entityId);
  const [hasCrm, crmType, crmId, , , session, , current] = fields(data1, 8);
  const originalId = id(original);
  const main = hasCrm === "Y" ? crmItem(crmType, crmId) : null;
  return {
    id: id(current) ?? originalId,
    originalId,
    connector: text(connector),
    sessionId: id(session),
    crm: crmItems(main, fields(data2, 2 * MOST_PAIRS)),
  };
}

/**
 * The four parts of an entity id: connector, line, and the channel's own ids of chat and user. A channel's id may hold
 * anything, so what follows the third bar is the last part.
 */
export function entityFields(entityId: unknown): readonly (string | undefined)[] {
  const parts: string[] = [];
  let rest = typeof entityId === "string" ? entityId : "";
  for (let bar = rest.indexOf("|"); bar >= 0 && parts.length < 3; bar = rest.indexOf("|")) {
    parts.push(rest.slice(0, bar));
    rest = rest.slice(bar + 1);
  }
  return typeof entityId === "string" ? [...parts, rest] : [];
}

const fields = (value: unknown, most: number): (string | undefined)[] =>
  typeof value === "string" ? value.split("|", most) : [];

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
