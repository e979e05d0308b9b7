import type { Outcome } from "../../rest/codes";
import type { RuledOut } from "./fields";

/** The part of a way that decides about errors: an operation has it, and so has its copy in the editor. */
export interface WayFacts {
  readonly when: Readonly<Record<string, string>>;
  readonly texts: string | null;
  readonly methods: readonly string[];
  readonly methodField: string | null;
  readonly fields: Readonly<Record<string, { readonly kind?: string; readonly ruledOut?: readonly RuledOut[] }>>;
  readonly codes: Readonly<Record<string, readonly Outcome[]>>;
}

/** What is known of an action without its code. */
export interface ActionFacts {
  readonly type: string;
  readonly settings: Readonly<Record<string, { readonly default: unknown }>>;
  readonly ways: readonly WayFacts[];
}

/** A node's properties, or those that are in force. */
type Values = Readonly<Record<string, unknown>>;

/** The facts of an operation, ready to be written as JSON. */
export const factsOf = ({ type, settings, ways }: ActionFacts): ActionFacts => ({
  type,
  settings: eachOf(settings, ({ default: usual }) => ({ default: usual })),
  ways: ways.map(({ when, texts, methods, methodField, fields, codes }) => {
    const named = eachOf(fields, ({ ruledOut }) => (ruledOut ? { ruledOut } : {}));
    return { when, texts, methods, methodField, fields: named, codes };
  }),
});

const eachOf = <From, To>(entries: Readonly<Record<string, From>>, of: (entry: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, of(entry)]));

/** The way that fits plain properties, in force or saved. */
export function wayOf<Way extends Pick<WayFacts, "when">>(
  { ways, settings }: { readonly ways: readonly Way[] } & Pick<ActionFacts, "settings">,
  values: Values,
): Way {
  const inForce = (name: string): unknown => values[name] ?? settings[name]?.default;
  const found =
    ways.find(({ when }) => Object.entries(when).every(([name, word]) => inForce(name) === word)) ?? ways.at(-1);
  if (found === undefined) throw new Error("an operation without a way");
  return found;
}

/** The name under which texts are filed that differ from use to use, for a node's saved properties. */
export const textsOf = (action: ActionFacts, saved: Values): string =>
  wayOf(action, saved).texts ?? action.type.replace("bitrix24-", "");

/** The method that a node calls first, or the empty text when only its messages say which. */
export function methodOf(action: ActionFacts, saved: Values): string {
  const { methods, methodField } = wayOf(action, saved);
  if (methodField === null) return methods[0] ?? "";
  const chosen = saved[methodField];
  return saved[`${methodField}Type`] === "str" && typeof chosen === "string" ? chosen.trim() : "";
}
