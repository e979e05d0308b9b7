import { CATALOGUE } from "./catalogue";

/** How a parameter is filled in: a number, a text, Y or N, a boolean, or JSON. */
export type ParamKind = "num" | "str" | "yn" | "bool" | "json";

export interface Param {
  readonly name: string;
  readonly isRequired: boolean;
  readonly kind: ParamKind;
}

export interface Method {
  readonly name: string;
  readonly params: readonly Param[];
  /** Codes that only this method answers with, beside those that any method can. */
  readonly errors: readonly string[];
}

const KINDS: Readonly<Record<string, ParamKind>> = { n: "num", s: "str", y: "yn", b: "bool", j: "json" };

function methodOf(row: string): Method {
  const [call = "", errors = ""] = row.split("|");
  const [name = "", ...params] = wordsIn(call);
  return { name, params: params.map(paramOf), errors: wordsIn(errors) };
}

function paramOf(word: string): Param {
  const [, name = "", star, letter = ""] = /^(\w+)(\*?):(\w)$/.exec(word) ?? [];
  const kind = KINDS[letter];
  if (kind === undefined) throw new Error(`Not a parameter: ${word}`);
  return { name, isRequired: star === "*", kind };
}

const wordsIn = (text: string): string[] => text.split(" ").filter((word) => word !== "");

/** All methods that have a form. */
export const METHODS: readonly Method[] = CATALOGUE.map(methodOf);

/** A name as the portal compares it: capitals matter only for bot platform 2.0. [D api-reference/chat-bots/chat-bots-v2] */
export const methodId = (name: string): string => (/^imbot\.v2\./.test(name) ? name : name.toLowerCase());

const BY_ID = new Map(METHODS.map((method) => [methodId(method.name), method]));

/** A method by its name as the portal takes it; undefined when it has no form. */
export const findMethod = (name: string): Method | undefined => BY_ID.get(methodId(name.trim()));

/** Whether bot platform 2.0 has a newer method for the same. */
export const isOld = ({ name }: Method): boolean => /^imbot\.(?!v2\.)/.test(name);
