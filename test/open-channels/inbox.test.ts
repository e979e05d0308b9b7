import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery } from "../../open-channels/events/decode";
import { eventKey, type BotEvent } from "../../open-channels/events/event";
import { emptyInbox, Inbox, type InboxState, type Subscriber } from "../../open-channels/inbox";
import { fetched, postedNew, type Written } from "./support/deliveries";
import { VirtualClock } from "./support/virtual-clock";

const OPERATOR = "imopenlines.bot.session.operator";

interface Emitted {
  readonly key: string;
  readonly text: unknown;
  readonly owner: string;
  readonly output: number;
}

interface Bench {
  readonly inbox: Inbox;
  readonly clock: VirtualClock;
  readonly emitted: Emitted[];
  readonly changes: () => number;
  readonly subscribe: (wishes?: Partial<Subscriber>) => () => void;
}

function bench(state: InboxState = emptyInbox(), leaveMarker = false, clock = new VirtualClock()): Bench {
  let changes = 0;
  const emitted: Emitted[] = [];
  const inbox = new Inbox({ clock, state, onChange: () => void changes++, leaveMarker });
  const emit = ({ payload, conversation }: BotEvent, owner: string, output: number): void =>
    void emitted.push({ key: eventKey(conversation), text: payload, owner, output });
  return {
    inbox,
    clock,
    emitted,
    changes: () => changes,
    subscribe: (wishes = {}) =>
      inbox.subscribe({
        topics: new Set(),
        openChannelsOnly: true,
        confirm: "handled",
        confirmTimeout: 60_000,
        emit,
        ...wishes,
      }),
  };
}

const event = (eventId: number, written: Written = {}): Delivery =>
  fetched({ eventId, messageId: eventId + 10_000, text: `text ${eventId}`, ...written });
const page = (inbox: Inbox, ...ids: number[]): { news: number; isShared: boolean } =>
  inbox.receivePage({ deliveries: ids.map((id) => event(id)), asked: inbox.offset, more: false });
/** An action takes the message and finishes. */
function act(inbox: Inbox, key: number | string, cancelled = false): void {
  inbox.begin(String(key));
  inbox.end(String(key), cancelled);
}
const saved = (inbox: Inbox): InboxState => JSON.parse(JSON.stringify(inbox.state)) as InboxState;

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
    act(first.inbox, "ONIMBOTV2MESSAGEADD 2");
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
    act(inbox, "ONIMBOTV2MESSAGEADD 9001", true);
    clock.pass(1_000);
    page(inbox, 5);
    assert.deepEqual(
      emitted.map(({ key }) => key),
      ["5", "ONIMBOTV2MESSAGEADD 9001", "ONIMBOTV2MESSAGEADD 9001", "5"],
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
      act(inbox, `ONIMBOTV2MESSAGEADD ${id}`);
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
