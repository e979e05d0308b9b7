import type { JsonObject } from "../../../rest/envelope";
import type { Owner } from "../../owner";

/** How a parameter is filled in: a number, a text, Y or N, a boolean, or JSON. */
export type ParamKind = "num" | "str" | "yn" | "bool" | "json";

/** What is known of a REST method. */
export interface Method<Code extends string = string> {
  readonly name: string;
  /** By name, without the bot's token, which is added; a star marks those that the method cannot do without. */
  readonly params: Readonly<Record<string, ParamKind | `${ParamKind}*`>>;
  /** Codes that the portal answers with, beside those of every method. */
  readonly errors: readonly Code[];
  /** Calling it has no effect, or none that a second call would add to. */
  readonly reads?: true;
  /** The parameter by which a webhook says for which bot it acts. */
  readonly identity?: Identity;
  /** Whose turn it is in the conversation once the portal has run it. Absent: as before. */
  readonly owner?: Owner | ((params: JsonObject) => Owner);
}

export type Identity = "botToken" | "CLIENT_ID";

/** Lets the compiler infer the codes. */
export const method = <const Code extends string = never>(declaration: Method<Code>): Method<Code> => declaration;

/** A name as the portal compares it: capitals matter only for bot platform 2.0. [D api-reference/chat-bots/chat-bots-v2] */
export const methodId = (name: string): string => (/^imbot\.v2\./.test(name) ? name : name.toLowerCase());

/** The value under `name`, in capitals without underscores, whichever letter case and underscores its key has. */
export function named(params: JsonObject, name: string): unknown {
  for (const [key, value] of Object.entries(params)) if (key.toUpperCase().replaceAll("_", "") === name) return value;
  return undefined;
}
