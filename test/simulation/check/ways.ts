import type { Facts, Violation } from "./facts";

/** How long a message may be inside an action node: the longest wait for its turn, and the longest call, ms. */
const LONGEST_VISIT = 600_000 + 65_000 + 10_000;

/** Each message that comes to an action node leaves it by exactly one way. */
export function* oneWayOut(facts: Facts): Generator<Violation> {
  const { visits, end, lifecycle } = facts.transcript;
  for (const { id, at, boot, node, intent, exits } of visits) {
    if (exits.length > 1)
      yield facts.say(
        "one way out",
        "two",
        at,
        `${intent} left ${node} by ${exits.map(({ way }) => way).join(" and ")}`,
      );
    if (exits.length > 0) {
      const stay = (exits[0]?.at ?? at) - at;
      if (stay > LONGEST_VISIT)
        yield facts.say("bounded", "visit", at, `${intent} was in ${node} for ${Math.round(stay / 1000)} s`);
      continue;
    }
    const death = facts.deathOf(boot);
    const wasForced = lifecycle.some((entry) => entry.kind === "killed" && entry.boot === boot);
    if (death ? !wasForced : end - at > LONGEST_VISIT)
      yield facts.say(
        "one way out",
        death ? "stopped" : "waiting",
        at,
        `${intent || `visit ${id}`} never left ${node}`,
      );
  }
}

/** Nothing in the package ends the process. */
export function* noCrash(facts: Facts): Generator<Violation> {
  for (const crash of facts.transcript.crashes)
    yield facts.say("no crash", crash.slice(0, 80), facts.transcript.end, crash);
}
