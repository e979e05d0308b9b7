/** The CRM, as far as a bot looks into it: items with fields, and the conversations that belong to them. */
import type { Portal } from "./memory";
import type { CrmItem, CrmType } from "./view-types";

export const CRM_TYPES: readonly CrmType[] = ["LEAD", "COMPANY", "CONTACT", "DEAL"];

/** Adds an item and gives its number. */
export function addCrmItem(
  portal: Portal,
  { type, fields }: { type: CrmType; fields: Record<string, string> },
): number {
  const id = portal.nextId(`crm ${type}`, 1);
  portal.crm.push({ id, type, fields: { ...fields, ID: String(id) } });
  return id;
}

/** `Y|CONTACT|5` or `N|NONE|0`: the main item of a conversation. [10.5] */
export function mainItem(items: readonly CrmItem[]): string {
  const [main] = items;
  return main === undefined ? "N|NONE|0" : `Y|${main.type}|${main.id}`;
}

/** `LEAD|0|COMPANY|0|CONTACT|5|DEAL|0`: all items of a conversation, one of each kind. [10.5] */
export function allItems(items: readonly CrmItem[]): string {
  return CRM_TYPES.map((type) => `${type}|${items.find((item) => item.type === type)?.id ?? 0}`).join("|");
}
