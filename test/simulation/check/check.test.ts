import { deepEqual, ok } from "node:assert/strict";
import { resolve } from "node:path";
import { run } from "../run";
import type { Script } from "../script";
import { loadSubject } from "../subject";
import type { Transcript } from "../world/transcript";
import { check } from "./check";

/** Two clients; a colleague takes the second one's dialog, and the client writes on. */
const SCRIPT: Script = {
  seed: 7,
  length: 200_000,
  botStays: true,
  flow: {
    mode: "fetch",
    bot: "id",
    pollInterval: 2,
    confirm: "handled",
    confirmTimeout: 60,
    chains: [
      [
        { el: "say", label: "a" },
        { el: "send", errors: "sink" },
      ],
      [{ el: "operator", errors: "sink" }],
    ],
  },
  steps: [
    { at: 20_000, do: "client", who: "one", text: "hello", tag: "m1", plan: { chain: 0 } },
    { at: 21_000, do: "client", who: "one", text: "hello again", tag: "m2", plan: { chain: 0 } },
    { at: 40_000, do: "client", who: "two", text: "hello", tag: "m3", plan: { chain: 0 } },
    { at: 60_000, do: "operator", who: "two", operator: 0, act: "write" },
    { at: 80_000, do: "client", who: "two", text: "thanks", tag: "m4", plan: { chain: 0 } },
  ],
};

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function found<T>(value: T | undefined): Mutable<T> {
  ok(value !== undefined);
  return value;
}

/** What a transcript would show if a rule were broken. */
const TAMPERED: Readonly<Record<string, (transcript: Transcript) => void>> = {
  "no crash": ({ crashes }) => void crashes.push("uncaught: Error"),
  "nothing lost": ({ delivered }) => void delivered.splice(0, 1),
  "none waits": ({ delivered }) => {
    const first = found(delivered[0]);
    first.at += 20_000;
  },
  "no needless repeat": ({ delivered }) => {
    const first = found(delivered[0]);
    delivered.push({ ...first, at: first.at + 5_000, delivery: 2 });
  },
  "once only": ({ messages }) => {
    const answer = found(messages.find(({ author }) => author === "bot"));
    messages.push({ ...answer, id: answer.id + 1_000, at: answer.at + 100 });
  },
  "nothing swallowed": ({ messages }) => {
    const at = messages.findIndex(({ author }) => author === "bot");
    messages.splice(at, 1);
  },
  "in order": ({ messages, visits }) => {
    const [first, second] = messages.filter(({ text }) => /m[12]\/a/.test(text)).map(found);
    const [one, other] = [found(first).at, found(second).at];
    found(first).at = other;
    found(second).at = one;
    for (const visit of visits) {
      found(visit).at = one - 1_000;
      for (const exit of visit.exits) found(exit).at = other + 10_000;
    }
  },
  "never over people": ({ events, messages, visits, wires }) => {
    const person = found(events.find(({ kind }) => kind === "person"));
    const asked = found(events.find(({ tag, name }) => tag === "m3" && name === "MESSAGEADD"));
    const answer = found(messages.find(({ text }) => text.includes("m3/a")));
    const visit = found(visits.find(({ sim }) => sim === asked.sim));
    const wire = found(wires[answer.wire - 1]);
    for (const boot of person.knownTo.keys()) person.knownTo.set(boot, wire.leftAt - 1_000);
    person.at = wire.leftAt - 2_000;
    ok(visit.exits.length > 0);
  },
  "never in another session": ({ events, messages }) => {
    const asked = found(events.find(({ tag, name }) => tag === "m1" && name === "MESSAGEADD"));
    const answer = found(messages.find(({ text }) => text.includes("m1/a")));
    const later = found(events.find(({ tag, name }) => tag === "m2" && name === "MESSAGEADD"));
    later.sessionId = asked.sessionId + 1;
    answer.sessionId = later.sessionId;
    for (const boot of later.knownTo.keys()) later.knownTo.set(boot, later.at - 1_000);
  },
  "owner remembered": ({ delivered, events }) => {
    const last = found(events.find(({ tag }) => tag === "m4"));
    found(delivered.find(({ sim }) => sim === last.sim)).output = 0;
  },
  "bot not deaf": ({ delivered }) => {
    found(delivered[0]).output = 1;
  },
  "one way out": ({ visits }) => {
    const visit = found(visits[0]);
    visit.exits.push(found(visit.exits[0]));
  },
};

describe("what is read off a transcript", () => {
  let lived: () => Promise<Transcript>;

  before(async () => {
    const subject = await loadSubject(resolve(__dirname, "../../.."));
    lived = () => run(SCRIPT, subject);
  });

  it("shows nothing when all is well", async () => {
    const transcript = await lived();
    deepEqual(check(SCRIPT, transcript), []);
    ok(transcript.messages.some(({ author }) => author === "bot"));
    ok(transcript.delivered.some(({ output }) => output === 1));
  });

  for (const [rule, tamper] of Object.entries(TAMPERED))
    it(`shows when "${rule}" is broken`, async () => {
      const transcript = await lived();
      tamper(transcript);
      const rules = check(SCRIPT, transcript).map((violation) => violation.rule);
      ok(rules.includes(rule), `only ${rules.join(", ") || "nothing"} showed`);
    });
});
