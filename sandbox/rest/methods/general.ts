/** Methods of the portal itself. [D api-reference/common/system] */
import { isoDate } from "../../portal/dates";
import type { User } from "../../portal/entities";
import { isArray, phpInt, phpString, phpTruthy } from "../../portal/php";
import { RestError } from "../errors";
import { Page, type Call, type Method } from "./method";

const PAGE_SIZE = 50;
const ALL_SCOPES = ["crm", "im", "imbot", "imconnector", "imopenlines", "task", "user", "user_basic", "user_brief"];

function scope(call: Call): string[] {
  return phpTruthy(call.params.FULL) ? ALL_SCOPES : call.portal.settings.scopes;
}

function profile(call: Call): unknown {
  const { user } = call;
  return {
    ID: String(user.id),
    ADMIN: user.admin,
    NAME: user.name,
    LAST_NAME: user.lastName,
    PERSONAL_GENDER: user.gender,
    TIME_ZONE: "",
  };
}

type Row = Record<string, unknown>;

function userRow(user: User): Row {
  return {
    ID: String(user.id),
    ACTIVE: user.active,
    NAME: user.name,
    LAST_NAME: user.lastName,
    SECOND_NAME: "",
    EMAIL: `user${user.id}@sandbox.example`,
    IS_ONLINE: user.online ? "Y" : "N",
    PERSONAL_GENDER: user.gender,
    PERSONAL_PHOTO: null,
    WORK_POSITION: user.position,
    UF_DEPARTMENT: [1],
    USER_TYPE: "employee",
  };
}

function userGet(call: Call): Page {
  const { FILTER: given, ORDER: order, SORT: sort } = call.params;
  const filter = isArray(given) ? given : call.params;
  const rows = [...call.portal.users.values()]
    .filter((user) => user.kind === "employee")
    .map(userRow)
    .filter((row) => matches(row, filter));
  // Both forms of sorting are known: SORT and ORDER as words, or a map in ORDER.
  const [field, direction] = isArray(order) ? (Object.entries(order)[0] ?? ["ID", "ASC"]) : [sort ?? "ID", order];
  sortRows(rows, phpString(field).toUpperCase(), phpString(direction).toUpperCase() === "DESC");
  const start = Math.max(0, call.start);
  const page = rows.slice(start, start + PAGE_SIZE);
  if (call.start < 0) return new Page(page, undefined, undefined);
  return new Page(page, rows.length, start + PAGE_SIZE < rows.length ? start + PAGE_SIZE : undefined);
}

function sortRows(rows: Row[], field: string, descending: boolean): void {
  const sign = descending ? -1 : 1;
  rows.sort((a, b) =>
    field === "ID"
      ? sign * (phpInt(a.ID) - phpInt(b.ID))
      : sign * phpString(a[field] ?? "").localeCompare(phpString(b[field] ?? "")),
  );
}

function matches(row: Row, filter: Row): boolean {
  return Object.keys(filter).every((name) => {
    const sign = /^[<>]=?|^[!=]/.exec(name)?.[0] ?? "";
    const key = name.slice(sign.length).toUpperCase();
    if (!(key in row)) return true;
    const wanted = isArray(filter[name]) ? Object.values(filter[name]) : [filter[name]];
    if (key === "ACTIVE") return wanted.some((value) => isYes(value) === row.ACTIVE);
    return wanted.some((value) => !isArray(value) && compare(row[key], sign, value));
  });
}

function compare(present: unknown, sign: string, wanted: unknown): boolean {
  switch (sign) {
    case ">":
      return phpInt(present) > phpInt(wanted);
    case ">=":
      return phpInt(present) >= phpInt(wanted);
    case "<":
      return phpInt(present) < phpInt(wanted);
    case "<=":
      return phpInt(present) <= phpInt(wanted);
    case "!":
      return phpString(present) !== phpString(wanted);
    default:
      return phpString(present) === phpString(wanted);
  }
}

function isYes(value: unknown): boolean {
  return value !== "N" && value !== "false" && phpTruthy(value);
}

function methodGet(call: Call): unknown {
  const name = phpString(call.params.NAME);
  if (name === "") throw new RestError("ERROR_ARGUMENT", "Argument 'NAME' is null or empty", 400, { argument: "NAME" });
  const { exists, available } = call.lookUp(name);
  return { isExisting: exists, isAvailable: available };
}

const USER_SCOPES = ["user", "user_basic", "user_brief"];

export const generalMethods: Method[] = [
  { name: "scope", scopes: [], upper: true, run: scope },
  { name: "profile", scopes: [], upper: true, run: profile },
  { name: "server.time", scopes: [], upper: true, run: (call) => isoDate(call.portal.now()) },
  { name: "method.get", scopes: [], upper: true, run: methodGet },
  {
    name: "app.info",
    scopes: [],
    upper: true,
    run: ({ portal }) => ({ SCOPE: portal.settings.scopes, LICENSE: portal.settings.license }),
  },
  { name: "user.get", scopes: USER_SCOPES, upper: true, run: userGet },
  { name: "user.current", scopes: USER_SCOPES, upper: true, run: (call) => userRow(call.user) },
];
