import assert from "node:assert/strict";
import { emptyInbox } from "../../open-channels/events/inbox-parts";
import { postedNew } from "./support/deliveries";
import { act, bench, event, page, saved, type Bench } from "./support/inbox-bench";

describe("the key of a send", () => {
  const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const claim = ({ inbox }: Bench, key = "5", node = "n1"): string => inbox.claimSend(key, node).templateId;

  it("is a UUID of version 4's form, another one for each event, node and place", () => {
    const scene = bench();
    const keys = ["5", "6"].flatMap((key) =>
      ["n1", "n2"].flatMap((node) => [claim(scene, key, node), claim(scene, key, node), claim(scene, key, node)]),
    );
    for (const key of keys) assert.match(key, V4);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("is the same after a restart and does not change between versions of this package", () => {
    assert.deepEqual([claim(bench()), claim(bench())], [claim(bench()), "12261907-d7cf-4cc4-b259-c7f70c43e23b"]);
  });

  it("is the same again when the send failed, and when the event goes out again", () => {
    const scene = bench();
    const { inbox, subscribe } = scene;
    const unsubscribe = subscribe();
    page(inbox, 5);
    const { templateId, free } = inbox.claimSend("5", "n1");
    assert.notEqual(claim(scene), templateId);
    free();
    assert.equal(claim(scene), templateId);
    unsubscribe();
    subscribe();
    page(inbox, 5);
    assert.equal(claim(scene), templateId);
  });
});

describe("a second reader", () => {
  it("shows by what it confirmed: the last done event stays on the portal", () => {
    const { inbox, clock, subscribe } = bench(emptyInbox(), true);
    subscribe();
    page(inbox, 5, 6);
    act(inbox, 5);
    act(inbox, 6);
    clock.pass(1_000);
    assert.equal(inbox.offset, 6);
    assert.deepEqual(page(inbox, 6), { news: 0, isShared: false });
    assert.deepEqual(page(inbox, 6, 8), { news: 1, isShared: false });
    assert.deepEqual(page(inbox, 8), { news: 0, isShared: true });
    assert.deepEqual(page(inbox), { news: 0, isShared: true });
  });

  it("is not suspected when the portal itself has forgotten the event after a day", () => {
    const { inbox, clock, subscribe } = bench(emptyInbox(), true);
    subscribe();
    page(inbox, 5);
    act(inbox, 5);
    clock.pass(25 * 3_600_000);
    assert.equal(page(inbox).isShared, false);
    page(inbox, 9);
    assert.equal(page(inbox, 9).isShared, false);
  });

  it("is not suspected after a restart, whose length is not known", () => {
    const first = bench(emptyInbox(), true);
    first.subscribe({ confirm: "received" });
    page(first.inbox, 5);
    const second = bench(saved(first.inbox), true);
    assert.equal(second.inbox.offset, 5);
    assert.equal(page(second.inbox).isShared, false);
  });
});

describe("what is remembered", () => {
  it("stays small, however much comes", () => {
    const { inbox, clock, subscribe } = bench(emptyInbox(), true);
    subscribe();
    for (let id = 1; id <= 2_500; id++) {
      inbox.receive(event(id, { chatId: (id % 50) + 1 }));
      act(inbox, id);
      const posted = postedNew({ messageId: id, chatId: (id % 50) + 1 });
      inbox.accept(posted);
      inbox.redeliver();
      act(inbox, `m${id}`);
      clock.pass(1_000);
    }
    const state = saved(inbox);
    assert.equal(state.cursor, 2_501);
    assert.equal(inbox.openEvents, 0);
    assert.ok(state.done.length <= 2_001, `${state.done.length} keys`);
    assert.ok(JSON.stringify(state).length < 100_000);
    assert.equal(clock.nextIn, null);
  });

  it("posted events that nobody takes are turned away when too many wait", () => {
    const { inbox } = bench();
    const taken = Array.from({ length: 1_001 }, (_, messageId) =>
      inbox.accept(postedNew({ messageId: messageId + 1 })),
    );
    assert.deepEqual([taken.filter((each) => each === "new").length, taken.at(-1)], [1_000, "full"]);
    assert.equal(inbox.state.posted.length, 1_000);
  });
});
