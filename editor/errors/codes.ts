import type { Outcome } from "../../rest/errors";
import { findMethod } from "../methods/methods";
import { asText } from "../shared/text";
import { EVERY_CODE, METHOD_OF, OWN_CODES, type Variant } from "./catalogue";

const OUTCOMES: Readonly<Record<string, Outcome>> = { n: "not-sent", r: "refused", u: "unknown" };

export interface CodeEntry {
  readonly code: string;
  readonly outcomes: readonly Outcome[];
}

/** The properties of an action node that decide what can go wrong. */
export interface Settings {
  readonly mode?: unknown;
  readonly method?: unknown;
  readonly methodType?: unknown;
  readonly targetKind?: unknown;
  readonly targetType?: unknown;
}

/** The codes of one node: its own, and those of every node. */
export interface Codes {
  readonly own: readonly CodeEntry[];
  readonly every: readonly CodeEntry[];
}

const parse = (list: string): CodeEntry[] =>
  list.split(" ").map((word) => {
    const [code = "", letters = ""] = word.split(":");
    const outcomes = [...letters].flatMap((letter) => OUTCOMES[letter] ?? []);
    return { code, outcomes };
  });

const isVariant = (name: string): name is Variant => Object.hasOwn(OWN_CODES, name);

/**
 * The name under which the texts of this use are filed, as in the running node.
 * @throws Error for a type that is no action
 */
export function variantOf(type: string, { mode }: Settings): Variant {
  const name = type.replace("bitrix24-", "");
  const variant = name === "send" && (mode === "automatic" || mode === "network") ? `send_${mode}` : name;
  if (!isVariant(variant)) throw new Error(`Not an action: ${type}`);
  return variant;
}

/** The method that a node with these settings calls; an empty text when only the message knows. */
export function methodOf(type: string, settings: Settings): string {
  const variant = variantOf(type, settings);
  if (variant !== "call") return METHOD_OF[variant];
  return settings.methodType === "str" ? asText(settings.method).trim() : "";
}

const without = (entries: readonly CodeEntry[], others: readonly CodeEntry[]): CodeEntry[] =>
  entries.filter(({ code }) => !others.some((other) => other.code === code));

/** A method's own codes; one that the package finds as well leaves in more than one way. */
const codesOfMethod = (name: string, others: readonly CodeEntry[]): CodeEntry[] =>
  (findMethod(name)?.errors ?? []).map(
    (code) => others.find((other) => other.code === code) ?? { code, outcomes: ["refused"] },
  );

/** The code that the kind of a transfer's target rules out, unless the message may name another kind. */
function impossible({ targetKind, targetType }: Settings): string | undefined {
  if (targetType === "auto") return undefined;
  return targetKind === "user" ? "QUEUE_ID_EMPTY" : targetKind === "line" ? "USER_ID_EMPTY" : undefined;
}

function ownCodes(type: string, settings: Settings): CodeEntry[] {
  const variant = variantOf(type, settings);
  const codes = parse(OWN_CODES[variant]);
  if (variant === "transfer") return codes.filter(({ code }) => code !== impossible(settings));
  if (variant !== "call") return codes;
  const special = codesOfMethod(methodOf(type, settings), [...codes, ...parse(EVERY_CODE)]);
  return [...special, ...without(codes, special)];
}

/** What can leave by output 2 of a node with these settings. */
export function codesOf(type: string, settings: Settings): Codes {
  const own = ownCodes(type, settings);
  return { own, every: without(parse(EVERY_CODE), own) };
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
