import { flag, id, part, records, text } from "../events/parts";
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
