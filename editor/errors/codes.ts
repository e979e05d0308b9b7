import { errorsOf, type ErrorEntry } from "../../open-channels/actions/errors";
import { methodOf as methodIn, textsOf, type ActionFacts } from "../../open-channels/actions/facts";
import { findAction } from "../declared";
import { findMethod } from "../methods/methods";

export type CodeEntry = Pick<ErrorEntry, "code" | "outcomes">;

/** Properties of an action node. */
export type Settings = Readonly<Record<string, unknown>>;

/** The codes of one node: its own, and those of every node. */
export interface Codes {
  readonly own: readonly CodeEntry[];
  readonly every: readonly CodeEntry[];
}

function actionOf(type: string): ActionFacts {
  const action = findAction(type);
  if (action === undefined) throw new Error(`Not an action: ${type}`);
  return action;
}

/** The properties that decide what can go wrong in a node. */
export function settingNames(type: string): string[] {
  const { settings, ways } = actionOf(type);
  const fields = ways.flatMap((way) => Object.keys(way.fields));
  return [...new Set([...Object.keys(settings), ...fields.flatMap((name) => [name, `${name}Type`])])];
}

/**
 * The name under which the texts of this use are filed, as in the running node.
 * @throws Error for a type that is no action
 */
export const variantOf = (type: string, settings: Settings): string => textsOf(actionOf(type), settings);

/** The method that a node with these settings calls; an empty text when only the message knows. */
export const methodOf = (type: string, settings: Settings): string => methodIn(actionOf(type), settings);

/** Whether the codes depend on a method that is not known here. */
export const isVague = (type: string, settings: Settings): boolean => !findMethod(methodOf(type, settings));

/** What can leave by output 2 of a node with these settings. */
export function codesOf(type: string, settings: Settings): Codes {
  const { own, common } = errorsOf(actionOf(type), settings, findMethod);
  return { own, every: common };
}

interface SwitchNode {
  readonly type: string;
  readonly [property: string]: unknown;
}

/** Codes that switches in the flows ask for already and that are not among the known ones, in the order of the flows. */
export function codesInSwitches(nodes: readonly SwitchNode[], { own, every }: Codes): CodeEntry[] {
  const known = new Set([...own, ...every].map(({ code }) => code));
  const size = known.size;
  for (const node of nodes) {
    if (node.type !== "switch" || node["propertyType"] !== "msg" || node["property"] !== "error.code") continue;
    const rules = Array.isArray(node["rules"]) ? (node["rules"] as RedSwitchRule[]) : [];
    for (const { t, v, vt } of rules)
      if (t === "eq" && vt === "str" && v !== undefined && /^\w+$/.test(v)) known.add(v);
  }
  return [...known].slice(size).map((code) => ({ code, outcomes: [] }));
}
