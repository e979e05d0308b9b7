import type { Delivered, PortalEvent } from "../world/transcript";
import { WRITTEN_AFTER, WRITTEN_BACK_WITHIN, type Facts, type Violation } from "./facts";

/** An idle bot is asked every ten seconds; a request and a busy portal take a little more, ms. */
const LONGEST_WAIT = 15_000;
/** What was posted and taken goes to the flow at once, ms. */
const LONGEST_WAIT_POSTED = 3_000;

const EVENT_NODES = ["event", "event2"] as const;

/** Invariant 1, first half: whatever a client does reaches each event node at least once. */
export function* nothingLost(facts: Facts): Generator<Violation> {
  const { script, transcript } = facts;
  // A second event node that comes or goes is no reason for a loss at the first.
  const isSteady = !script.steps.some((step) => step.do === "deploy" && step.second !== undefined);
  const nodes = EVENT_NODES.filter((node) => node === "event" || (script.flow.second && isSteady));
  for (const event of transcript.events) {
    if (event.kind !== "client" || event.name === "JOINCHAT" || (event.posted && !event.taken)) continue;
    if (mayBeLost(facts, event)) continue;
    const delivered = facts.deliveredOf.get(event.sim) ?? [];
    for (const node of nodes)
      if (!delivered.some((one) => one.node === node))
        yield facts.say("nothing lost", event.name, event.at, `${event.name} ${event.tag} never came to ${node}`);
  }
}

function mayBeLost(facts: Facts, event: PortalEvent): boolean {
  const { script, transcript } = facts;
  const later = transcript.lifecycle.some(
    ({ kind, at }) => at >= event.at && (kind === "wiped" || (kind === "killed" && script.memoryOnly)),
  );
  // Another reader confirms what nobody here has had.
  if (facts.troubled(event.at, Infinity, ["reader"])) return true;
  return later || (event.posted && facts.troubled(event.at, event.at + 60_000, ["disk"]));
}

/** Invariant 4: however much else is open, a client's message reaches the flow with the next poll. */
export function* noneWaits(facts: Facts): Generator<Violation> {
  for (const event of facts.transcript.events) {
    if (event.kind !== "client" || event.name === "JOINCHAT") continue;
    const first = (facts.deliveredOf.get(event.sim) ?? []).find(({ node }) => node === "event");
    if (!first) continue;
    const wait = first.at - event.at;
    const limit = event.posted ? LONGEST_WAIT_POSTED : LONGEST_WAIT;
    if (wait <= limit || facts.troubled(event.at - 25_000, first.at)) continue;
    if (event.posted && !event.taken) continue;
    yield facts.say(
      "none waits",
      event.posted ? "posted" : "fetched",
      event.at,
      `${event.name} ${event.tag} waited ${Math.round(wait / 100) / 10} s`,
    );
  }
}

/** Invariant 1, second half: an event comes again only if a delivery of it may have been lost. */
export function* noNeedlessRepeat(facts: Facts): Generator<Violation> {
  for (const [sim, delivered] of facts.deliveredOf) {
    for (const node of EVENT_NODES) {
      const mine = delivered.filter((one) => one.node === node);
      for (const [at, later] of mine.entries()) {
        const earlier = mine[at - 1];
        if (!earlier || mayComeAgain(facts, earlier, later)) continue;
        const tag = facts.event(sim)?.tag ?? "?";
        const kind = facts.between(earlier.at, later.at);
        yield facts.say(
          "no needless repeat",
          kind,
          later.at,
          `${tag} came to ${node} again, delivery ${later.delivery}`,
        );
      }
    }
  }
}

function mayComeAgain(facts: Facts, earlier: Delivered, later: Delivered): boolean {
  const done = facts.doneAt(earlier);
  if (earlier.boot !== later.boot) return mayComeAgainAfterRestart(facts, earlier, later, done);
  const { lifecycle } = facts.transcript;
  for (const entry of lifecycle) {
    if (entry.kind !== "stop" || entry.at < earlier.at || entry.at > later.at) continue;
    if (done + WRITTEN_AFTER < entry.at) continue;
    if (entry.type === "full") return true;
    const holders = facts.holders(earlier.node, earlier.at, entry.at);
    if (entry.ids.some((id) => holders.has(id))) return true;
  }
  const visits = facts
    .visits(earlier.sim)
    .filter(({ delivery, eventNode }) => delivery === earlier.delivery && eventNode === earlier.node);
  return visits.some(({ exits }) => exits.some(({ way, code }) => way === "log" || code === "CANCELLED"));
}

function mayComeAgainAfterRestart(facts: Facts, earlier: Delivered, later: Delivered, done: number): boolean {
  const { script } = facts;
  const death = facts.deathOf(earlier.boot);
  if (!death || script.memoryOnly) return true;
  // Without a journal what is old comes by output 2, where nothing answers it.
  if (later.output === 1 && facts.wasWiped(earlier.at, later.at)) return true;
  if (facts.troubled(earlier.at, later.at, ["disk"])) return true;
  if (death.kind === "stopped") return done > death.at - 2_000 || facts.troubled(death.at - 20_000, death.at, NETWORK);
  if (facts.wasWiped(earlier.at, later.at)) return true;
  return done + (death.power ? WRITTEN_BACK_WITHIN : WRITTEN_AFTER) > death.at;
}

export const NETWORK = [
  "down",
  "lose-request",
  "lose-answer",
  "swallow-request",
  "swallow-answer",
  "slow",
  "busy",
  "page",
  "page-after",
];
