import { meaningOf, type PortalEvent, type Visit } from "../world/transcript";
import { WRITTEN_AFTER, type Facts, type Violation } from "./facts";

/** What was learned in the same turn may come too late for a request that is being built, ms. */
const MARGIN = 20;

/** Something that the portal carried out, and the event for which the flow wanted it. */
interface Deed {
  readonly at: number;
  readonly leftAt: number;
  readonly boot: number;
  readonly visit: Visit;
  readonly event: PortalEvent;
  readonly chatId: number;
  readonly sessionId: number;
  readonly what: string;
}

/** Invariant 5: never after a person, never in another session. */
export function* neverOverPeople(facts: Facts): Generator<Violation> {
  for (const deed of deeds(facts)) {
    if (deed.visit.type === "bitrix24-call") continue;
    if (deed.sessionId !== 0 && deed.event.sessionId !== 0 && deed.sessionId !== deed.event.sessionId) {
      if (knewLaterSession(facts, deed))
        yield facts.say(
          "never in another session",
          deed.visit.wants,
          deed.at,
          `${deed.what} in a session that ${deed.event.tag} is not of`,
        );
    } else if (!deed.visit.over) {
      const person = knownPersonAfter(facts, deed);
      if (person)
        yield facts.say(
          "never over people",
          `${deed.visit.wants}, ${whenKnown(deed, person)}`,
          deed.at,
          `${deed.what} after a colleague wrote (${person.tag}) in that session`,
        );
    }
  }
}

function* deeds(facts: Facts): Generator<Deed> {
  for (const [intent, executions] of facts.executions)
    for (const { at, wire, chatId, sessionId } of executions) {
      const visit = visitAt(facts, (one) => one.intent === intent, facts.wire(wire)?.leftAt ?? at);
      const deed = visit && deedOf(facts, visit, { at, wire, chatId, sessionId, what: intent });
      if (deed) yield deed;
    }
  for (const { method, ok, at, wire, chatId, before } of facts.transcript.calls) {
    const meaning = meaningOf(method);
    if (!ok || chatId === null || !["operator", "transfer", "finish"].includes(meaning)) continue;
    if (meaning === "finish" && before === 0) continue;
    const leftAt = facts.wire(wire)?.leftAt ?? at;
    // Of several that it could be for, the latest event is the kindest reading.
    const visit = visitAt(facts, (one) => one.wants === meaning && one.chatId === chatId, leftAt);
    const deed =
      visit && deedOf(facts, visit, { at, wire, chatId, sessionId: before, what: `${visit.intent} ${meaning}` });
    if (deed) yield deed;
  }
}

function visitAt(facts: Facts, fits: (visit: Visit) => boolean, leftAt: number): Visit | undefined {
  const possible = facts.transcript.visits.filter(
    (visit) => fits(visit) && visit.at <= leftAt && (visit.exits[0]?.at ?? Infinity) >= leftAt,
  );
  return possible.reduce<Visit | undefined>((best, one) => (best && best.sim >= one.sim ? best : one), undefined);
}

function deedOf(
  facts: Facts,
  visit: Visit,
  { at, wire, chatId, sessionId, what }: { at: number; wire: number; chatId: number; sessionId: number; what: string },
): Deed | undefined {
  const event = facts.event(visit.sim);
  const request = facts.wire(wire);
  return event && request && { at, leftAt: request.leftAt, boot: request.boot, visit, event, chatId, sessionId, what };
}

/** Whether the process that sent it knew of `event` for certain. */
function knew(facts: Facts, event: PortalEvent, boot: number, at: number): boolean {
  for (const [learned, when] of event.knownTo)
    if (when < at - (learned === boot ? MARGIN : WRITTEN_AFTER) && facts.survives(learned, when, boot)) return true;
  return false;
}

function whenKnown({ event, visit }: Deed, person: PortalEvent): string {
  const learned = Math.min(...person.knownTo.values());
  if (learned <= Math.min(...event.knownTo.values())) return "known with the message";
  return learned <= visit.at ? "known before the call" : "while the call waited";
}

function knownPersonAfter(facts: Facts, deed: Deed): PortalEvent | undefined {
  const { event, chatId } = deed;
  if (facts.wasWiped(event.at, deed.leftAt)) return undefined;
  return (facts.eventsOfChat.get(chatId) ?? []).find(
    (one) =>
      one.kind === "person" &&
      one.name === "MESSAGEADD" &&
      one.messageId > event.messageId &&
      one.sessionId === event.sessionId &&
      event.chatId === chatId &&
      knew(facts, one, deed.boot, deed.leftAt),
  );
}

function knewLaterSession(facts: Facts, deed: Deed): boolean {
  const { event, chatId, boot, leftAt } = deed;
  // An event that nothing is known of any more counts as none.
  if (event.chatId !== chatId || facts.wasWiped(event.at, leftAt)) return false;
  const later = (facts.eventsOfChat.get(chatId) ?? []).some(
    (one) => one.sessionId > event.sessionId && knew(facts, one, boot, leftAt),
  );
  const ownEnd = facts.transcript.visits.some(
    (visit) =>
      visit.wants === "finish" &&
      visit.chatId === chatId &&
      facts.event(visit.sim)?.sessionId === event.sessionId &&
      visit.exits.some(
        ({ way, at }) => way === "success" && at < leftAt - MARGIN && facts.survives(visit.boot, at, boot),
      ),
  );
  return later || ownEnd;
}

/** Invariant 6, and the other side of it: people's dialogs are left to people, and only those. */
export function* ownerIsRight(facts: Facts): Generator<Violation> {
  for (const delivered of facts.transcript.delivered) {
    const event = facts.event(delivered.sim);
    if (!event || event.kind !== "client" || event.name !== "MESSAGEADD" || event.sessionId === 0) continue;
    const { at, boot, output, delivery } = delivered;
    if (output === 0) {
      const reason = peopleHave(facts, event, boot, at, delivery);
      if (reason !== null)
        yield facts.say("owner remembered", reason.kind, at, `${event.tag} came by output 1, though ${reason.what}`);
    } else if (delivery === 1 && !isOlderThanMemory(facts, event, boot) && !mayBeWithPeople(facts, event, at))
      yield facts.say(
        "bot not deaf",
        event.text.trim() === "0" ? "zero" : "message",
        at,
        `${event.tag} came by output 2, though only the bot has that dialog`,
      );
  }
}

interface Reason {
  readonly kind: string;
  readonly what: string;
}

/** Why the dialog is certainly known to be with people. */
function peopleHave(facts: Facts, event: PortalEvent, boot: number, at: number, delivery: number): Reason | null {
  const ofSession = (facts.eventsOfChat.get(event.chatId) ?? []).filter((one) => one.sessionId === event.sessionId);
  const person = ofSession.find(
    (one) => one.kind === "person" && one.name === "MESSAGEADD" && knewByThen(facts, one, boot, at),
  );
  if (person) {
    const learned = Math.min(...person.knownTo.values());
    const kind = learned === at ? "a colleague in the same page" : `a colleague, ${facts.between(learned, at)}`;
    return { kind, what: `a colleague had written (${person.tag})` };
  }
  // What came by output 1 comes there again, unless a person has acted since; a hand-over is no act of a person.
  if (delivery > 1 || hasEnded(facts, event, at)) return null;
  for (const { method, ok, chatId, before, wire } of facts.transcript.calls) {
    const meaning = meaningOf(method);
    if (!ok || chatId !== event.chatId || before !== event.sessionId) continue;
    if (meaning !== "operator" && meaning !== "transfer") continue;
    const sent = facts.wire(wire);
    const visit = sent && visitAt(facts, (one) => one.wants === meaning && one.chatId === chatId, sent.leftAt);
    // What was wanted for another session and met this one is not known to have done so.
    if (!visit || facts.event(visit.sim)?.sessionId !== event.sessionId) continue;
    // What it does itself for the event that comes again does not count against it.
    if (visit.sim === event.sim) continue;
    const exit = visit.exits.find(({ way, outcome }) => way === "success" || outcome === "unknown");
    if (exit && exit.at < at - MARGIN && facts.survives(visit.boot, exit.at, boot))
      return {
        kind: `${visit.type} ${meaning}${exit.way === "success" ? "" : " unknown"}, ${facts.between(exit.at, at)}`,
        what: `the flow had handed it over (${visit.intent})`,
      };
  }
  return null;
}

/** Whether the flow itself has closed the session by then: what comes late is the bot's. */
function hasEnded(facts: Facts, { chatId, sessionId }: PortalEvent, at: number): boolean {
  return facts.transcript.calls.some(
    (call) =>
      call.ok &&
      meaningOf(call.method) === "finish" &&
      call.chatId === chatId &&
      call.before === sessionId &&
      call.at < at,
  );
}

/** A whole page counts at once: what came with it is known as well. */
function knewByThen(facts: Facts, event: PortalEvent, boot: number, at: number): boolean {
  for (const [learned, when] of event.knownTo)
    if (when <= at && (learned === boot || facts.survives(learned, when, boot))) return true;
  return false;
}

/** Where nothing is stored, what is older than the process counts as a later delivery: it may have been answered. */
function isOlderThanMemory(facts: Facts, event: PortalEvent, boot: number): boolean {
  const start = facts.transcript.lifecycle.find((entry) => entry.kind === "boot" && entry.boot === boot);
  return facts.script.memoryOnly === true && boot > 1 && start !== undefined && event.at <= start.at + 2_000;
}

function mayBeWithPeople(facts: Facts, event: PortalEvent, at: number): boolean {
  const events = facts.eventsOfChat.get(event.chatId) ?? [];
  if (facts.wasWiped(0, at)) return true;
  if (events.some((one) => one.kind === "person" && one.sessionId === event.sessionId && one.at <= at)) return true;
  if (events.some((one) => one.sessionId > event.sessionId && one.at <= at)) return true;
  if (events.some((one) => one.text.trim() === "0" && one.sessionId === event.sessionId && one.at <= at)) return true;
  return facts.transcript.visits.some(
    (visit) =>
      (visit.wants === "operator" || visit.wants === "transfer") &&
      visit.chatId === event.chatId &&
      visit.at <= at &&
      !visit.exits.some(({ outcome }) => outcome === "not-sent" || outcome === "refused") &&
      (facts.event(visit.sim)?.sessionId ?? 0) <= event.sessionId,
  );
}
