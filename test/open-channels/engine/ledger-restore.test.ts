import assert from "node:assert/strict";
import fc from "fast-check";
import type { Dialog } from "../../../open-channels/engine/dialogs";
import type { Ledger } from "../../../open-channels/engine/ledger";
import type { Handover, IntentKind, Recorded } from "../../../open-channels/engine/records";
import { delivery, restarted, start, stateOf, type Kept } from "./support/ledger-state";

const dialog: fc.Arbitrary<Dialog> = fc.record({
  owner: fc.constantFrom("bot", "waiting", "human", "closed"),
  cause: fc.constantFrom("person", "portal", "event 1", "event 12", "event m5"),
  session: fc.option(fc.integer({ min: 1, max: 9 })),
  over: fc.nat(9),
  person: fc.nat(9_000),
  client: fc.option(fc.integer({ min: 1, max: 999 })),
  past: fc.array(
    fc.record({
      session: fc.integer({ min: 1, max: 9 }),
      owner: fc.constantFrom("bot", "waiting", "human", "closed"),
      person: fc.nat(9_000),
    }),
    { maxLength: 3 },
  ),
  since: fc.integer({ min: 1, max: 2_000_000 }),
});

const recorded: fc.Arbitrary<Recorded> = fc.oneof(
  fc.record({ method: fc.constantFrom("one", "older"), result: fc.jsonValue().map((value) => value ?? true) }),
  fc.record({
    method: fc.constantFrom("one", "older"),
    error: fc.record({
      code: fc.string(),
      outcome: fc.constantFrom("refused", "unknown"),
      status: fc.option(fc.constantFrom(200, 500)),
      description: fc.string(),
    }),
  }),
);

type Step = (kept: Kept) => void;
const KEYS = ["1", "2", "3", "4", "m5", "h6"];
const some = <T>(items: readonly T[], nth: number): T | undefined => items[nth % Math.max(1, items.length)];
const handoversIn = (ledger: Ledger, key: string): Handover[] => ledger.events.get(key)?.handovers ?? [];

/** What the engine can do with one event, as far as that fits what is known of it. */
const eventStep: fc.Arbitrary<Step> = fc
  .record({
    key: fc.constantFrom(...KEYS),
    what: fc.constantFrom("note", "keep", "give", "again", "finish", "reopen", "begin", "end", "drop"),
    nth: fc.nat(9),
    node: fc.constantFrom("node a", "node b", "toString", ""),
    kind: fc.constantFrom<IntentKind>("message", "operator", "other"),
    recorded,
  })
  .map(({ key, what, nth, node, kind, recorded }): Step => ({ ledger }) => {
    const event = ledger.events.get(key);
    const handover = some(handoversIn(ledger, key), nth);
    const content = delivery(Number(key) || null, `text ${nth}`);
    const number = handoversIn(ledger, key).length + 1;
    // What is below the cursor was done long ago.
    if (what === "note" && !event && !(Number(key) < ledger.cursor)) {
      ledger.noteEvent({ key, chatId: nth || null, sessionId: 3, messageId: null, personBefore: nth }, content);
      // A post is kept before anything else happens to it.
      if (!Number(key)) ledger.keepContent(key, content);
    }
    if (!event) return;
    const given = { number, eventNode: node, output: nth % 2 === 0 ? 0 : 1, epoch: 0 } as const;
    const live = event.intents.flatMap((intent, index) => (intent && !intent.recorded ? [index] : []));
    if (event.doneAt === 0 && what === "keep") ledger.keepContent(key, content);
    if (event.doneAt === 0 && what === "give") ledger.giveOut(key, given);
    if (event.doneAt === 0 && what === "again" && handover?.state === "offered")
      ledger.giveOut(key, given, handover.number);
    if (event.doneAt === 0 && what === "finish") ledger.finish(key, nth % 3 === 0 ? 0 : (handover?.number ?? 0));
    if (what === "reopen" && handover?.state === "done" && Number(key) > 0) ledger.reopen(key, handover.number);
    const identity = {
      delivery: number,
      eventNode: node,
      node,
      method: "one",
      content: "hash",
      nth,
      chatId: nth || null,
    };
    if (what === "begin") ledger.begin(key, { ...identity, kind });
    const index = some(live, nth);
    if (what === "end" && index !== undefined) ledger.end(key, index, recorded);
    if (what === "drop" && index !== undefined) ledger.drop(key, index);
  });

const otherStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ chatId: fc.integer({ min: 1, max: 5 }), dialog }).map(
    ({ chatId, dialog }): Step =>
      ({ ledger }) =>
        ledger.setDialog(chatId, dialog),
  ),
  fc.integer({ min: 0, max: 100_000 }).map(
    (time): Step =>
      ({ clock }) =>
        clock.pass(time),
  ),
  fc.integer({ min: 1, max: 5 }).map((cursor): Step => ({ ledger }) => {
    const open = [...ledger.open.values()].filter(({ inCustody, key }) => !inCustody && Number(key) > 0);
    ledger.moveCursor(Math.max(ledger.cursor, Math.min(cursor, ...open.map(({ key }) => Number(key)))));
  }),
  fc.record({ token: fc.string(), botId: fc.option(fc.nat()) }, { requiredKeys: [] }).map(
    (change): Step =>
      ({ ledger }) =>
        ledger.setMeta({ ...change }),
  ),
);

const forget: Step = ({ ledger }) => ledger.forgetBot();
const steps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: eventStep },
    { weight: 5, arbitrary: otherStep },
    { weight: 1, arbitrary: fc.constant(forget) },
  ),
  { maxLength: 60 },
);

describe("what a start knows again", () => {
  it("is what the journal's lines come to", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const kept = start();
        for (const step of steps) step(kept);
        assert.deepEqual(stateOf((await restarted(kept)).ledger), stateOf(kept.ledger));
      }),
    );
  });

  it("is the same through snapshots in between", async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const kept = start();
        for (const step of before) step(kept);
        await kept.journal.compact();
        assert.deepEqual(stateOf((await restarted(kept)).ledger), stateOf(kept.ledger));
        for (const step of after) step(kept);
        assert.deepEqual(stateOf((await restarted(kept)).ledger), stateOf(kept.ledger));
      }),
    );
  });

  it("has the snapshot that it was restored from", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const kept = start();
        for (const step of steps) step(kept);
        const once = (await restarted(kept)).ledger.snapshot();
        kept.disk.snapshot = JSON.stringify(once);
        kept.disk.log = "";
        assert.deepEqual(
          JSON.parse(JSON.stringify(start(kept.disk, kept.clock).ledger.snapshot())),
          JSON.parse(JSON.stringify(once)),
        );
      }),
    );
  });
});
