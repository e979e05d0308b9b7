import { COMMON_ERRORS, type Outcome } from "../../rest/codes";
import { methodOf, wayOf, type ActionFacts, type WayFacts } from "./facts";

/** A code, and how a call can have ended that failed with it. */
export interface ErrorEntry {
  readonly code: string;
  readonly outcomes: readonly Outcome[];
}

/** What can go wrong in a node. */
export interface NodeErrors {
  /** Codes of the node's own call. */
  readonly own: readonly ErrorEntry[];
  /** Codes of any call. */
  readonly common: readonly ErrorEntry[];
}

type Saved = Readonly<Record<string, unknown>>;

const COMMON = new Map<string, readonly Outcome[]>(
  Object.entries(COMMON_ERRORS).map(([code, outcomes]) => [code, [outcomes].flat() as Outcome[]]),
);

/**
 * The codes with which messages can leave by output 2 of a node.
 * @param saved the node's properties
 * @param find what is known of a method, by its name
 */
export function errorsOf(
  action: ActionFacts,
  saved: Saved,
  find: (name: string) => { readonly errors: readonly string[] } | undefined,
): NodeErrors {
  const way = wayOf(action, saved);
  const codes = new Map<string, Set<Outcome>>();
  const add = (code: string, outcomes: readonly Outcome[]): void => {
    const known = codes.get(code) ?? new Set(COMMON.get(code));
    codes.set(code, known);
    for (const outcome of outcomes) known.add(outcome);
  };
  const chosen = methodOf(action, saved);
  if (way.methodField !== null) for (const code of find(chosen)?.errors ?? []) add(code, ["refused"]);
  const ruledOut = new Set(Object.entries(way.fields).flatMap((field) => ruledOutIn(field, saved)));
  for (const [code, outcomes] of Object.entries(way.codes))
    if (!ruledOut.has(code) && !isCommon(code, outcomes, codes)) add(code, outcomes);
  return {
    own: [...codes].map(([code, outcomes]) => ({ code, outcomes: IN_ORDER.filter((one) => outcomes.has(one)) })),
    common: [...COMMON].filter(([code]) => !codes.has(code)).map(([code, outcomes]) => ({ code, outcomes })),
  };
}

const IN_ORDER: readonly Outcome[] = ["not-sent", "refused", "unknown"];

/** Values are refused with some codes by every node: those are nothing of this node's own. */
const isCommon = (code: string, outcomes: readonly Outcome[], own: ReadonlyMap<string, unknown>): boolean =>
  !own.has(code) && outcomes.every((one) => one === "not-sent" && COMMON.get(code)?.includes(one));

function ruledOutIn([name, { ruledOut = [] }]: [string, WayFacts["fields"][string]], saved: Saved): string[] {
  // What the message brings decides for itself.
  if ((saved[`${name}Type`] ?? "auto") === "auto") return [];
  return ruledOut
    .filter(({ when }) => Object.entries(when).every(([property, word]) => saved[property] === word))
    .map(({ code }) => code);
}
