import type { NodeAPI } from "node-red";
import { flag, id, part, records, text } from "../../open-channels/events/parts";
import type { JsonObject } from "../../rest/envelope";
import type { Door } from "./door";

export interface OperatorRow {
  readonly id: number;
  readonly name: string;
  /** Address of a picture on the portal; null: none. */
  readonly photo: string | null;
  readonly online: boolean;
}

const PAGE = 50;
/** Thousands of employees are searched on the portal, not in a list. */
const MOST_PAGES = 20;

/** The portal's active employees by name. [D api-reference/user/user-get.md] */
export async function listOperators(door: Door): Promise<OperatorRow[]> {
  const all: JsonObject[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = { FILTER: { ACTIVE: true, USER_TYPE: "employee" }, start: page * PAGE };
    const { result, next } = await door.portal.call("user.get", params, { safe: true });
    all.push(...records(result));
    if (next === null) break;
  }
  return all
    .flatMap((user) => readOperator(user) ?? [])
    .sort((one, other) => Number(other.online) - Number(one.online) || one.name.localeCompare(other.name));
}

function readOperator(user: JsonObject): OperatorRow | null {
  const userId = id(part(user, "ID"));
  if (userId === null) return null;
  const name = [part(user, "NAME"), part(user, "LAST_NAME")].map(text).filter(Boolean).join(" ");
  const photo = text(part(user, "PERSONAL_PHOTO"));
  return {
    id: userId,
    name: name || (text(part(user, "EMAIL")) ?? String(userId)),
    photo: photo !== null && /^https:\/\//i.test(photo) ? photo : null,
    online: flag(part(user, "IS_ONLINE")),
  };
}

export interface ChannelRow {
  readonly code: string;
}

const CODE = /^[\da-f]{32}$/i;

/**
 * Network channels. REST has no list of those that were joined, so what the deployed flows use with this portal is told.
 * [D api-reference/imopenlines/openlines/imopenlines-network-join.md]
 */
export function listChannels(RED: NodeAPI, portalId: string): ChannelRow[] {
  const codes = new Set<string>();
  RED.nodes.eachNode((node) => {
    const { type, portal, code, codeType } = node as unknown as Record<string, unknown>;
    const isUser = (type === "bitrix24-join" || type === "bitrix24-send") && portal === portalId;
    if (isUser && codeType === "str" && typeof code === "string" && CODE.test(code.trim())) codes.add(code.trim());
  });
  return [...codes].sort().map((code) => ({ code }));
}
