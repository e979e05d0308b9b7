/** `crm.lead|contact|company|deal.get` and `.list`. [D api-reference/crm] */
import { CRM_TYPES } from "../../portal/crm";
import type { CrmRecord } from "../../portal/entities";
import { isArray, phpInt, phpString, type Params } from "../../portal/php";
import type { CrmType } from "../../portal/view-types";
import { RestError } from "../errors";
import { Page, type Call, type Method } from "./method";

const PAGE_SIZE = 50;

function get(call: Call, type: CrmType): Params {
  const id = phpInt(call.params.ID);
  const found = call.portal.crm.find((item) => item.type === type && item.id === id);
  if (found === undefined) throw new RestError("", "Not found");
  return found.fields;
}

function list(call: Call, type: CrmType): Page {
  const filter = isArray(call.params.FILTER) ? call.params.FILTER : {};
  const found = call.portal.crm.filter((item) => item.type === type && fits(item, filter));
  const order = isArray(call.params.ORDER) ? phpString(call.params.ORDER.ID) : "";
  if (order.toUpperCase() === "DESC") found.reverse();
  const start = Math.max(0, call.start);
  const end = start + PAGE_SIZE;
  const select = isArray(call.params.SELECT) ? Object.values(call.params.SELECT).map(phpString) : [];
  return new Page(
    found.slice(start, end).map(({ fields }) => selected(fields, select)),
    found.length,
    end < found.length ? end : undefined,
  );
}

/** Each name equals one of its values; comparisons are not known here. */
function fits({ fields }: CrmRecord, filter: Params): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    const present = fields[name.replace(/^=/, "").toUpperCase()] ?? "";
    return (isArray(wanted) ? Object.values(wanted) : [wanted]).map(phpString).includes(phpString(present));
  });
}

function selected(fields: Params, select: readonly string[]): Params {
  if (select.length === 0 || select.includes("*")) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name === "ID" || select.includes(name)));
}

export const crmMethods: Method[] = CRM_TYPES.flatMap((type) => [
  { name: `crm.${type.toLowerCase()}.get`, scopes: ["crm"], upper: true, run: (call: Call) => get(call, type) },
  { name: `crm.${type.toLowerCase()}.list`, scopes: ["crm"], upper: true, run: (call: Call) => list(call, type) },
]);
