import type { Chain, Element, Errors, FlowSpec } from "../flow/spec";
import type { Random } from "../world/random";

/** What a script is mostly about. Everything can happen in each of them. */
export type Theme = "mixed" | "crowd" | "deploys" | "kept" | "people" | "handovers" | "memory" | "webhook" | "restarts";

const errorsOf = (random: Random): Errors => random.weighted({ none: 2, sink: 2, retry: 3 });

type Make = (random: Random) => Chain;

const send = (random: Random): Element => ({
  el: "send",
  errors: errorsOf(random),
  ...(random.chance(0.1) && { over: true }),
});
const say = (label: string): Element => ({ el: "say", label });
const wait = (random: Random): Element => ({ el: random.chance(0.5) ? "delay" : "think" });

/** What users' flows look like. */
const CHAINS = {
  ignore: () => [{ el: "drop" }],
  answer: (random) => [say("a"), send(random)],
  late: (random) => [wait(random), say("a"), send(random)],
  saidThenLate: (random) => [say("a"), { el: "delay" }, send(random)],
  linked: (random) => [{ el: "link" }, say("a"), send(random)],
  lateLinked: (random) => [{ el: "link" }, wait(random), say("a"), { el: "link" }, send(random)],
  subroutine: (random) => [{ el: "subroutine" }, say("a"), send(random)],
  two: (random) => [{ el: "two", labels: ["a", "b"] }, send(random)],
  lateTwo: (random) => [wait(random), { el: "two", labels: ["a", "b"] }, send(random)],
  inTurn: (random) => [say("a"), send(random), wait(random), say("b"), send(random)],
  automatic: (random) => [say("a"), { el: "auto", errors: errorsOf(random) }],
  lateAutomatic: (random) => [wait(random), say("a"), { el: "auto", errors: errorsOf(random) }],
  operator: (random) => [{ el: "operator", errors: errorsOf(random) }],
  answerOperator: (random) => [say("a"), send(random), { el: "operator", errors: errorsOf(random) }],
  operatorAnswer: (random) => [{ el: "operator", errors: errorsOf(random) }, say("a"), send(random)],
  transfer: (random) => [{ el: "transfer", errors: errorsOf(random), to: random.chance(0.6) ? "user" : "line" }],
  answerTransfer: (random) => [
    say("a"),
    send(random),
    { el: "transfer", errors: errorsOf(random), to: random.chance(0.6) ? "user" : "line" },
  ],
  finish: (random) => [say("a"), send(random), { el: "finish", errors: errorsOf(random) }],
  finishFirst: (random) => [{ el: "finish", errors: errorsOf(random) }, say("a"), send(random)],
  finishAutomatic: (random) => [
    { el: "finish", errors: errorsOf(random) },
    wait(random),
    say("a"),
    { el: "auto", errors: errorsOf(random) },
  ],
  record: (random) => [{ el: "call", errors: errorsOf(random), what: "record" }],
  lateRecord: (random) => [
    wait(random),
    { el: "call", errors: errorsOf(random), what: "record" },
    say("a"),
    send(random),
  ],
  callOperator: (random) => [
    {
      el: "call",
      errors: errorsOf(random),
      what: random.pick(["operator-lower", "operator-batch", "transfer-lower"] as const),
    },
  ],
  callMessage: (random) => [wait(random), { el: "call", errors: errorsOf(random), what: "message" }],
  keep: (random) => [{ el: "keep", ...(random.chance(0.3) && { same: true }) }, send(random)],
  database: (random) => [{ el: "db" }, wait(random), say("a"), send(random)],
  databaseOnly: () => [{ el: "db" }],
  branches: (random) => [
    {
      el: "fork",
      branches: [
        [wait(random), say("a"), send(random)],
        random.chance(0.5)
          ? [{ el: "operator", errors: errorsOf(random) }]
          : [say("b"), { el: "auto", errors: errorsOf(random) }],
      ],
    },
  ],
} satisfies Record<string, Make>;

export type ChainName = keyof typeof CHAINS;

const FAVOURED: Readonly<Record<Theme, readonly ChainName[]>> = {
  mixed: [],
  crowd: ["ignore", "answer"],
  deploys: ["late", "lateLinked", "lateAutomatic", "database", "subroutine"],
  kept: ["keep", "two", "lateTwo", "answer"],
  people: ["answer", "late", "inTurn"],
  handovers: ["callOperator", "operator", "transfer", "answer", "branches"],
  memory: ["answer", "finish"],
  webhook: ["answer", "late", "record"],
  restarts: ["answer", "late", "lateRecord", "two"],
};

/** A flow with a few chains; the favoured ones of its theme are there for certain. */
export function randomFlow(
  random: Random,
  theme: Theme,
): { readonly flow: FlowSpec; readonly names: readonly ChainName[] } {
  const all = Object.keys(CHAINS) as ChainName[];
  const names = new Set<ChainName>(FAVOURED[theme]);
  const wanted = names.size + random.int(1, 5);
  while (names.size < wanted) names.add(random.pick(all));
  const chosen = [...names];
  const flow: FlowSpec = {
    mode: theme === "webhook" || random.chance(0.08) ? "webhook" : "fetch",
    bot: random.chance(0.5) ? "id" : "code",
    pollInterval: random.pick([1, 2, 2, 2, 3, 5, 5, 10]),
    confirm: random.chance(0.93) ? "handled" : "received",
    confirmTimeout: random.pick([60, 60, 60, 20, 300]),
    chains: chosen.map((name) => (CHAINS[name] as Make)(random)),
    ...(random.chance(0.2) && { people: random.chance(0.5) ? [{ el: "drop" }] : [say("p"), send(random)] }),
    ...(random.chance(0.12) && { second: random.chance(0.5) ? [{ el: "db" }] : [say("s"), send(random)] }),
    ...(random.chance(0.5) && { catches: true }),
  };
  // A bot that is registered has an address for its events; one that is only used has to be given one by hand.
  return { flow: flow.mode === "webhook" ? { ...flow, bot: "code" } : flow, names: chosen };
}
