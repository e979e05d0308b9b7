import { isObject } from "../../rest/envelope";
import type { Param, ParamKind } from "./methods";

/** The choice to leave a parameter out. */
export const NOT_SET = "none";

/** Where the event node leaves what methods ask for most. */
const FROM_EVENT: Readonly<Record<string, string>> = {
  CHATID: "bitrix24.chatId",
  DIALOGID: "bitrix24.dialogId",
  BOTID: "bitrix24.bot.id",
  MESSAGEID: "bitrix24.messageId",
};
const PATH = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[\d+\])*$/;
const WORDS = /^(true|false|null)$/;

/** A parameter's value: a fixed one, or where it is in the message. */
export type ParamValue = { readonly value: unknown } | { readonly path: string };
export type ParamValues = Readonly<Record<string, ParamValue>>;

/** What a row of the form holds: nothing, a value, or something that does not fit the parameter. */
export type RowValue = ParamValue | "wrong" | undefined;

/** A typed input's state. */
export interface Typed {
  readonly type: string;
  readonly value: string;
}

/** Names are compared without case and underscores: `botId` and `BOT_ID` are one parameter. */
export const paramKey = (name: string): string => name.replace(/_/g, "").toUpperCase();

/**
 * The values in a saved pair, by parameter.
 * @returns null for a pair that the form cannot show
 */
export function readParams(type: string, saved: string): ParamValues | null {
  const trimmed = saved.trim();
  if (type === "auto" || trimmed === "" || trimmed === "{}") return {};
  try {
    if (type === "json") return fromJson(JSON.parse(trimmed));
    return type === "jsonata" ? fromExpression(trimmed) : null;
  } catch {
    return null;
  }
}

function fromJson(params: unknown): ParamValues | null {
  if (!isObject(params)) return null;
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value }]));
}

/**
 * The form's own expressions: one name on each line, with JSON or a path in the message.
 * @throws SyntaxError when what is behind a name is neither
 */
function fromExpression(expression: string): ParamValues | null {
  const lines = expression.split(/[\t\n]+/);
  if (lines.shift() !== "{" || lines.pop() !== "}") return null;
  const values: Record<string, ParamValue> = {};
  for (const line of lines) {
    const [, name, content] = /^"(\w+)": (.+?),?$/.exec(line) ?? [];
    if (name === undefined || content === undefined) return null;
    const isPath = PATH.test(content) && !WORDS.test(content);
    values[name] = isPath ? { path: content } : { value: JSON.parse(content) as unknown };
  }
  return values;
}

/** The pair for what was filled in: JSON, or an expression when something comes from the message. */
export function writeParams(values: ParamValues): Typed {
  const entries = Object.entries(values);
  if (entries.length === 0) return { type: "auto", value: "" };
  const fixed = entries.flatMap(([name, one]) => ("value" in one ? [[name, one.value] as const] : []));
  if (fixed.length === entries.length) return { type: "json", value: JSON.stringify(Object.fromEntries(fixed)) };
  const lines = entries.map(
    ([name, one]) => `${JSON.stringify(name)}: ${"path" in one ? one.path : JSON.stringify(one.value)}`,
  );
  // Between the lines are tabs: the editor of expressions shows them as new lines.
  return { type: "jsonata", value: `{\t${lines.join(",\t")}\t}` };
}

const BLANK: Readonly<Record<ParamKind, string>> = { num: "", str: "", yn: "Y", bool: "true", json: "" };

/**
 * What a row begins with.
 * @param given the value that the parameter has, if any
 * @param isNew whether nothing has been filled in yet: then the required ones that an event knows come from it
 */
export function startOf(param: Param, given: ParamValue | undefined, isNew: boolean): Typed {
  if (given !== undefined && "path" in given) return { type: "msg", value: given.path };
  if (given !== undefined) return { type: param.kind, value: asField(given.value) };
  const path = FROM_EVENT[paramKey(param.name)];
  if (isNew && param.isRequired && path !== undefined) return { type: "msg", value: path };
  return { type: param.isRequired ? param.kind : NOT_SET, value: BLANK[param.kind] };
}

const asField = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Reads what was put into a row. */
export function rowValue(param: Param, { type, value }: Typed): RowValue {
  const trimmed = value.trim();
  if (type === NOT_SET) return undefined;
  if (type === "msg") return PATH.test(trimmed) ? { path: trimmed } : "wrong";
  if (type === "bool") return { value: value === "true" };
  if (trimmed === "") return param.isRequired ? "wrong" : undefined;
  if (type === "num") return Number.isFinite(Number(value)) ? { value: Number(value) } : "wrong";
  if (type !== "json") return { value };
  try {
    return { value: JSON.parse(value) as unknown };
  } catch {
    return "wrong";
  }
}
