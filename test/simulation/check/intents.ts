import { meaningOf, type Meaning, type PortalCall, type Visit } from "../world/transcript";
import type { Execution, Facts, Violation } from "./facts";

/** How often the portal may carry an intent out: reminders in the same words are as many intents. */
function timesAllowed(facts: Facts, intent: string, executions: readonly Execution[], wants: Meaning): number {
  const [tag = "", label] = intent.split(/[/:]/);
  if (label === "r") return facts.planOf(tag)?.reminders?.length ?? 1;
  // Only a message of the bot may stand for one in other words.
  return wants === "automatic" ? new Set(executions.map(({ text }) => text)).size : 1;
}

/** Invariant 2: the portal carries each intent out at most once. */
export function* onceOnly(facts: Facts): Generator<Violation> {
  for (const [intent, executions] of facts.executions) {
    if (executions.length <= 1) continue;
    const visits = facts.transcript.visits.filter((visit) => visit.intent === intent);
    const wants = visits[0]?.wants ?? "other";
    const allowed = timesAllowed(facts, intent, executions, wants);
    const [first] = executions;
    const last = executions.at(-1);
    if (executions.length <= allowed || !first || !last) continue;
    const begun = Math.min(...executions.map(({ wire, at }) => facts.wire(wire)?.leftAt ?? at));
    if (mayBeForgotten(facts, begun, last.at)) continue;
    const isTriedAgain = visits.some(({ exits }) => exits.some(({ code }) => code === "CANCELLED"));
    const how = isTriedAgain ? "cancelled and tried again" : facts.between(first.at, last.at);
    yield facts.say("once only", `${wants}, ${how}`, last.at, `${intent} was carried out ${executions.length} times`);
  }
  for (const meaning of ["transfer", "finish", "operator"] as const) yield* handOversOnce(facts, meaning);
}

/** What has no mark is counted: by chat and session, against what the flow wanted there. */
function* handOversOnce(facts: Facts, meaning: Meaning): Generator<Violation> {
  const counts = new Map<string, { count: number; last: number; first: number }>();
  for (const { method, ok, chatId, before, at, wire } of facts.transcript.calls) {
    // On a closed dialog it is a matter of another session, for which there is another rule.
    if (!ok || meaningOf(method) !== meaning || before === 0) continue;
    const key = `${chatId}`;
    const { count = 0, first = facts.wire(wire)?.leftAt ?? at } = counts.get(key) ?? {};
    counts.set(key, { count: count + 1, first, last: at });
  }
  for (const [chat, { count, first, last }] of counts) {
    const wanted = facts.transcript.visits.filter((visit) => visit.wants === meaning && visit.chatId === Number(chat));
    const intents = new Set(wanted.map(({ intent }) => intent));
    if (count <= intents.size || mayBeForgotten(facts, first, last)) continue;
    yield facts.say(
      "once only",
      `${meaning}, ${facts.between(first, last)}`,
      last,
      `${meaning} of chat ${chat} was carried out ${count} times, wanted ${intents.size}`,
    );
  }
}

/** Where nothing is stored, or what was stored is gone, a repeat cannot be known. */
function mayBeForgotten(facts: Facts, from: number, to: number): boolean {
  const hasRestarted = facts.transcript.lifecycle.some(({ kind, at }) => kind === "boot" && at > from && at <= to);
  if (!hasRestarted) return false;
  if (facts.script.memoryOnly || facts.troubled(from, to, ["disk"])) return true;
  return facts.wasWiped(from, to) || facts.powerFailed(from, Math.min(to, from + 60_000));
}

/** Invariant 3: a success means that this very intent was carried out. */
export function* nothingSwallowed(facts: Facts): Generator<Violation> {
  for (const [intent, visits] of byIntent(facts.transcript.visits)) {
    const executions = facts.executions.get(intent) ?? [];
    const [any] = visits;
    if (!any || any.sim === 0) continue;
    const isMarked = any.wants === "message" || any.wants === "automatic" || any.wants === "record";
    if (!isMarked) {
      yield* handOverHappened(facts, visits);
      continue;
    }
    const successes = new Map<number, number>();
    for (const { sim, delivery, exits } of visits)
      for (const { way, repeated, at } of exits) {
        if (way !== "success") continue;
        if (repeated && !cameAgain(facts, sim, delivery, at))
          yield facts.say("nothing swallowed", "first delivery", at, `${intent} repeated on its first delivery`);
        if (!repeated) successes.set(delivery, (successes.get(delivery) ?? 0) + 1);
        else if (executions.length === 0)
          yield facts.say("nothing swallowed", "repeated", at, `${intent} was never carried out`);
      }
    const most = Math.max(0, ...successes.values());
    if (most > executions.length)
      yield facts.say(
        "nothing swallowed",
        `${any.wants} ${causeOf(facts, any, visits)}`,
        visits.at(-1)?.at ?? 0,
        `${intent} left ${most} times as done, and was carried out ${executions.length} times`,
      );
  }
}

/** Whether an event had another delivery by then, whose work this one may be given. */
function cameAgain(facts: Facts, sim: number, delivery: number, by: number): boolean {
  return (facts.deliveredOf.get(sim) ?? []).some((one) => one.delivery !== delivery && one.at <= by);
}

function* handOverHappened(facts: Facts, visits: readonly Visit[]): Generator<Violation> {
  for (const { wants, chatId, intent, exits } of visits) {
    const success = exits.find(({ way }) => way === "success");
    if (!success || wants === "other" || hasInnerError(success.result)) continue;
    const happened = facts.transcript.calls.some(
      (call) =>
        isCarriedOut(call, success.repeated) &&
        call.at <= success.at &&
        call.chatId === chatId &&
        meaningOf(call.method) === wants,
    );
    if (!happened)
      yield facts.say("nothing swallowed", wants, success.at, `${intent} (${wants}) was never carried out`);
  }
}

/** What stood between this message and an earlier one for which it was taken. */
function causeOf(facts: Facts, { sim, node, at }: Visit, visits: readonly Visit[]): string {
  const others = facts.visits(sim).filter((visit) => visit.node === node && visit.at <= at && !visits.includes(visit));
  if (others.some(({ exits }) => exits.some(({ outcome }) => outcome === "unknown"))) return "after a lost answer";
  const isLater = visits.some(({ delivery }) => delivery > 1);
  if (isLater && /\/[ab]:/.test(others[0]?.intent ?? "")) return "of two texts on a later delivery";
  const first = others[0]?.at ?? facts.event(sim)?.at ?? at;
  return `after ${facts.between(first, visits.at(-1)?.at ?? at)}`;
}

/** A hand-over that a killed process had begun is asked for once more; that nobody is there to hand over counts as done. */
const isCarriedOut = ({ ok, error }: PortalCall, isRepeated: boolean): boolean =>
  ok || (isRepeated && error === "WRONG_CHAT");

/** Calls for one chat reach the portal in the order in which the flow made them. */
export function* inOrder(facts: Facts): Generator<Violation> {
  const last = new Map<string, { readonly visit: Visit; readonly at: number }>();
  const carriedOut = facts.transcript.visits.flatMap((visit) => {
    const executions = facts.executions.get(visit.intent) ?? [];
    const [only] = executions;
    const isMine =
      only &&
      executions.length === 1 &&
      !visit.exits.some(({ repeated }) => repeated) &&
      facts.wire(only.wire)?.boot === visit.boot &&
      only.at >= visit.at &&
      only.at <= (visit.exits[0]?.at ?? Infinity);
    return isMine && visit.wants !== "record" ? [{ visit, at: only.at }] : [];
  });
  for (const { visit, at } of carriedOut) {
    const key = `${visit.boot} ${visit.chatId}`;
    const before = last.get(key);
    if (before && before.visit.id < visit.id && before.at > at)
      yield facts.say("in order", visit.wants, at, `${visit.intent} overtook ${before.visit.intent}`);
    if (!before || before.at <= at) last.set(key, { visit, at });
  }
}

/** The errors inside a batch that the flow itself made are the flow's to read. */
function hasInnerError(result: unknown): boolean {
  const inner = (result as { result_error?: object } | null)?.result_error;
  return inner !== undefined && Object.keys(inner).length > 0;
}

function byIntent(visits: readonly Visit[]): Map<string, Visit[]> {
  const groups = new Map<string, Visit[]>();
  for (const visit of visits) {
    const known = groups.get(visit.intent);
    if (known) known.push(visit);
    else groups.set(visit.intent, [visit]);
  }
  return groups;
}
