/** Trouble on demand: which fault strikes which request. What each kind means is at `Fault` in portal/records.ts. */
import type { Random } from "../portal/random";
import { FAULT_KINDS, type Fault, type FaultKind, type FaultView } from "../portal/records";
import { RestError } from "./errors";

interface Rule {
  id: number;
  fault: Fault;
  matches: (method: string) => boolean;
  left: number;
  hits: number;
}

const ERROR_KINDS = new Set<FaultKind>(["429", "503", "empty-error", "zero-error", "error", "error-200"]);

export class Faults {
  #rules: Rule[] = [];
  #lastId = 0;

  add(fault: Fault): number {
    if (!FAULT_KINDS.includes(fault.kind)) throw new Error(`Unknown kind of fault: ${String(fault.kind)}`);
    const count = fault.count === undefined ? 1 : Number(fault.count);
    if (!(count > 0)) throw new Error("count must be above 0");
    const id = ++this.#lastId;
    this.#rules.push({ id, fault, matches: matcher(fault.method), left: count, hits: 0 });
    return id;
  }

  remove(id: number): void {
    const rest = this.#rules.filter((rule) => rule.id !== id);
    if (rest.length === this.#rules.length) throw new Error(`There is no fault ${id}`);
    this.#rules = rest;
  }

  clear(): void {
    this.#rules = [];
  }

  list(): FaultView[] {
    return this.#rules.map(({ id, fault, left, hits }) => ({ ...fault, id, left, hits }));
  }

  /** The fault of a whole request; it counts as having struck. */
  forRequest(method: string, subMethods: () => string[], random: Random): Fault | undefined {
    return this.#strike(random, ({ fault, matches }) => {
      if (fault.insideBatch !== true) return matches(method);
      return !ERROR_KINDS.has(fault.kind) && subMethods().some(matches);
    });
  }

  /** The fault of one call in a batch. */
  forSubCall(method: string, random: Random): Fault | undefined {
    return this.#strike(
      random,
      ({ fault, matches }) => fault.insideBatch === true && ERROR_KINDS.has(fault.kind) && matches(method),
    );
  }

  #strike(random: Random, fits: (rule: Rule) => boolean): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !fits(rule)) continue;
      if (rule.fault.probability !== undefined && random.next() >= rule.fault.probability) continue;
      rule.left--;
      rule.hits++;
      return rule.fault;
    }
    return undefined;
  }
}

/** A plain name (in any letter case), or the source of a regular expression. */
function matcher(method: string | undefined): (name: string) => boolean {
  if (method === undefined || method === "") return () => true;
  const wanted = method.toLowerCase();
  if (!/[\\^$|()[\]?+*]/.test(method)) return (name) => name.toLowerCase() === wanted;
  const pattern = new RegExp(method, "i");
  return (name) => pattern.test(name);
}

/** The error that a fault of an error kind stands for. */
export function faultError(fault: Fault): RestError {
  const { code, status, description } = fault;
  switch (fault.kind) {
    case "429":
      return new RestError("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429);
    case "503":
      return new RestError("QUERY_LIMIT_EXCEEDED", "Too many requests", 503);
    case "empty-error":
      return new RestError("", description ?? "", status ?? 400);
    case "zero-error":
      return new RestError("0", description ?? "", status ?? 400);
    case "error-200":
      return new RestError(code ?? "ERROR_CORE", description ?? "Something went wrong", 200);
    default:
      return new RestError(code ?? "INTERNAL_SERVER_ERROR", description ?? "Internal server error", status ?? 500);
  }
}
