import assert from "node:assert/strict";
import fc from "fast-check";
import { postedNew } from "./support/deliveries";
import { act, bench, event, OPERATOR, page, saved } from "./support/inbox-bench";

describe("confirming events", () => {
  it("received: done as soon as it has been emitted", () => {
    const { inbox, emitted, subscribe } = bench();
    subscribe({ confirm: "received" });
    assert.equal(page(inbox, 5, 9).news, 2);
    assert.deepEqual([emitted.length, inbox.offset, inbox.openEvents], [2, 10, 0]);
  });

  it("handled: done a second after an action has finished with it, either way", () => {
    const { inbox, clock, subscribe } = bench();
    subscribe();
    page(inbox, 5);
    assert.equal(inbox.offset, 0);
    act(inbox, 5);
    clock.pass(999);
    assert.equal(inbox.offset, 0);
    clock.pass(1);
    assert.equal(inbox.offset, 6);
  });

  it("handled: not while another action is at work on it", () => {
    const { inbox, clock, subscribe } = bench();
    subscribe();
    page(inbox, 5);
    act(inbox, 5);
    clock.pass(900);
    inbox.begin("5");
    clock.pass(200_000);
    assert.equal(inbox.offset, 0);
    inbox.end("5", false);
    clock.pass(1_000);
    assert.equal(inbox.offset, 6);
  });

  it("handled: done after the timeout when no action takes it, the longest of all nodes", () => {
    const { inbox, clock, subscribe } = bench();
    subscribe({ confirmTimeout: 5_000 });
    subscribe({ confirmTimeout: 60_000 });
    page(inbox, 5);
    clock.pass(59_999);
    assert.equal(inbox.offset, 0);
    clock.pass(1);
    assert.equal(inbox.offset, 6);
  });

  it("what nobody wants is done at once", () => {
    const { inbox, emitted, subscribe } = bench();
    subscribe({ topics: new Set(["join"]) });
    page(inbox, 5);
    inbox.receive({ ...event(6), data: { chat: { id: 3 }, message: { id: 4, text: "private" } } });
    assert.deepEqual([emitted, inbox.offset], [[], 7]);
  });

  it("what people have the dialog for leaves by output 2 and is done at once", () => {
    const { inbox, emitted, subscribe } = bench();
    subscribe();
    page(inbox, 5);
    act(inbox, 5);
    inbox.afterCall(101, OPERATOR, { CHAT_ID: 101 });
    page(inbox, 6, 7);
    assert.deepEqual(
      emitted.map(({ owner, output }) => [owner, output]),
      [
        ["bot", 0],
        ["waiting", 1],
        ["waiting", 1],
      ],
    );
    assert.equal(inbox.openEvents, 1);
  });

  it("nothing is taken while nobody is there, and it comes again", () => {
    const { inbox, emitted, subscribe } = bench();
    assert.equal(page(inbox, 5).news, 0);
    subscribe();
    assert.equal(page(inbox, 5).news, 1);
    assert.equal(emitted.length, 1);
  });

  it("the cursor never passes an event that is not done, whatever the order of the endings", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        (ids, random) => {
          const { inbox, clock, subscribe } = bench();
          subscribe();
          page(inbox, ...ids);
          const left = new Set(ids);
          while (left.size > 0) {
            const waiting = [...left];
            const done = waiting[(random.next().value as number) % waiting.length] ?? 0;
            left.delete(done);
            act(inbox, done);
            clock.pass(1_000);
            assert.equal(inbox.offset, Math.min(Math.max(...ids) + 1, ...left));
            const again = bench(saved(inbox), false);
            again.subscribe();
            page(again.inbox, ...ids);
            assert.deepEqual(new Set(again.emitted.map(({ key }) => Number(key))), left);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes a page in the order of its ids", () => {
    const { inbox, emitted, subscribe } = bench();
    subscribe({ confirm: "received" });
    page(inbox, 9, 5, 7);
    assert.deepEqual(
      emitted.map(({ key }) => key),
      ["5", "7", "9"],
    );
  });
});

describe("repeated events", () => {
  it("are dropped while the first is at work, and after it is done", () => {
    const { inbox, clock, emitted, subscribe } = bench();
    subscribe();
    for (let poll = 0; poll < 3; poll++) page(inbox, 5, 6);
    act(inbox, 5);
    clock.pass(1_000);
    page(inbox, 5, 6);
    assert.equal(emitted.length, 2);
  });

  it("are dropped after a restart when they were done, and come again when they were not", () => {
    const first = bench();
    first.subscribe();
    page(first.inbox, 5, 6, 7);
    act(first.inbox, 6);
    first.clock.pass(1_000);
    const second = bench(saved(first.inbox));
    second.subscribe();
    page(second.inbox, 5, 6, 7);
    assert.deepEqual(
      second.emitted.map(({ key }) => key),
      ["5", "7"],
    );
  });

  it("posted ones are known by name and message", () => {
    const { inbox, emitted, subscribe } = bench();
    subscribe({ confirm: "received" });
    assert.equal(inbox.accept(postedNew()), "new");
    assert.equal(inbox.accept(postedNew()), "known");
    inbox.redeliver();
    assert.equal(inbox.accept(postedNew()), "known");
    assert.equal(inbox.accept(postedNew({ messageId: 9002 })), "new");
    inbox.redeliver();
    assert.equal(emitted.length, 2);
  });

  it("posted ones that were not done come again after a restart, in their order", () => {
    const first = bench();
    first.subscribe();
    for (const messageId of [1, 2, 3]) first.inbox.accept(postedNew({ messageId, text: `text ${messageId}` }));
    first.inbox.redeliver();
    act(first.inbox, "m2");
    first.clock.pass(1_000);
    const second = bench(saved(first.inbox));
    second.inbox.redeliver();
    assert.deepEqual(second.emitted, []);
    second.subscribe();
    second.inbox.redeliver();
    assert.deepEqual(
      second.emitted.map(({ text }) => text),
      ["text 1", "text 3"],
    );
    assert.equal(second.inbox.accept(postedNew({ messageId: 2 })), "known");
  });
});

describe("events whose flow is stopped", () => {
  it("come again when the event node is deployed anew", () => {
    const { inbox, emitted, subscribe } = bench();
    const unsubscribe = subscribe();
    page(inbox, 5, 6);
    act(inbox, 5);
    unsubscribe();
    subscribe();
    assert.equal(page(inbox, 5, 6).news, 1);
    assert.deepEqual(
      emitted.map(({ key }) => key),
      ["5", "6", "6"],
    );
  });

  it("come again when the action that had them was cancelled", () => {
    const { inbox, clock, emitted, subscribe } = bench();
    subscribe();
    page(inbox, 5);
    act(inbox, 5, true);
    inbox.accept(postedNew());
    inbox.redeliver();
    act(inbox, "m9001", true);
    clock.pass(1_000);
    page(inbox, 5);
    assert.deepEqual(
      emitted.map(({ key }) => key),
      ["5", "m9001", "m9001", "5"],
    );
  });

  it("do not come again when another action had finished with them", () => {
    const { inbox, clock, emitted, subscribe } = bench();
    subscribe();
    page(inbox, 5);
    act(inbox, 5);
    act(inbox, 5, true);
    clock.pass(1_000);
    page(inbox, 5);
    assert.deepEqual([emitted.length, inbox.offset], [1, 6]);
  });

  it("are done at the end when they were finished with, and not when nobody was", () => {
    const { inbox, subscribe } = bench();
    subscribe();
    page(inbox, 5, 6);
    act(inbox, 5);
    inbox.close();
    const after = bench(saved(inbox));
    after.subscribe();
    page(after.inbox, 5, 6);
    assert.deepEqual(
      after.emitted.map(({ key }) => key),
      ["6"],
    );
  });

  it("are forgotten when the portal does not have them any more, so that the cursor goes on", () => {
    const { inbox, clock, subscribe } = bench();
    const unsubscribe = subscribe();
    page(inbox, 5, 6);
    unsubscribe();
    subscribe();
    page(inbox, 7);
    act(inbox, 7);
    clock.pass(1_000);
    assert.deepEqual([inbox.offset, inbox.openEvents], [8, 0]);
  });
});
