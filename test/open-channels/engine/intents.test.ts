import assert from "node:assert/strict";
import fc from "fast-check";
import { contentOf, keyOf } from "../../../open-channels/engine/intents";
import { CallError, notSent } from "../../../rest/errors";
import { act, Desk, endOf, say, SEND } from "./support/desk";
import { settle } from "./support/turns";

describe("the calls of one delivery", () => {
  it("are different calls although they say the same, and also after other ones", async () => {
    const desk = new Desk();
    const work = desk.work(desk.deliver());
    for (const text of ["Reminder", "Reminder", "other", "Reminder"]) assert.equal(await endOf(say(work, text)), "ok");
    assert.equal(new Set(desk.keys).size, 4);
    assert.deepEqual(desk.said, ["Reminder", "Reminder", "other", "Reminder"]);
  });

  it("are different calls while they wait together", async () => {
    const desk = new Desk();
    const work = desk.work(desk.deliver());
    const open = desk.portal.hold();
    const calls = [say(work, "Reminder"), say(work, "Reminder"), say(work, "Reminder")];
    open();
    for (const call of calls) assert.equal(await endOf(call), "ok");
    assert.equal(new Set(desk.keys).size, 3);
  });

  it("have keys that depend on the node and on the event node", async () => {
    const desk = new Desk();
    const [one, other] = [desk.deliver("5", "event a"), desk.deliver("5", "event b")];
    await say(desk.work(one, "x"), "Hello");
    await say(desk.work(one, "y"), "Hello");
    await say(desk.work(other, "x"), "Hello");
    assert.equal(new Set(desk.keys).size, 3);
    assert.equal(desk.said.length, 3);
  });
});

describe("the calls of a later delivery", () => {
  for (const isRestarted of [false, true])
    it(`get the recorded results${isRestarted ? " after a restart" : ""}`, async () => {
      const first = new Desk();
      const work = first.work(first.deliver());
      first.portal.answer = () => ({ id: 77 });
      await say(work, "one");
      await say(work, "one");
      await act(work, "crm.lead.add");
      const desk = isRestarted ? await first.restart() : first;
      const before = desk.portal.requests.length;
      const later = desk.work(desk.deliver());
      const again = await say(later, "one");
      assert.deepEqual([again.result, again.repeated, again.attempts], [{ id: 77 }, true, 0]);
      assert.equal(await endOf(say(later, "one")), "ok repeated");
      assert.equal(await endOf(act(later, "crm.lead.add")), "ok repeated");
      assert.equal(desk.portal.requests.length, before);
      assert.equal(await endOf(say(later, "one")), "ok", "a third one is new");
      assert.equal(desk.portal.requests.length, before + 1);
    });

  it("find their own whatever their order", async () => {
    const first = new Desk();
    const work = first.work(first.deliver());
    await say(work, "A: price");
    await say(work, "B: stock");
    const desk = await first.restart();
    const later = desk.work(desk.deliver());
    assert.equal(await endOf(say(later, "B: stock")), "ok repeated");
    assert.equal(await endOf(say(later, "A: price")), "ok repeated");
    assert.deepEqual(desk.said, []);
  });

  it("go out once each when the one that was sent comes second", async () => {
    const first = new Desk();
    await say(first.work(first.deliver()), "A: price");
    const desk = await first.restart();
    const later = desk.work(desk.deliver());
    assert.equal(await endOf(say(later, "B: stock")), "ok repeated", "taken for A in other words");
    assert.deepEqual(desk.said, []);
    assert.equal(await endOf(say(later, "A: price")), "ok repeated");
    assert.deepEqual(desk.said, ["B: stock"], "now it is known that B was none");
    const third = await desk.restart();
    const last = third.work(third.deliver());
    for (const text of ["B: stock", "A: price"]) assert.equal(await endOf(say(last, text)), "ok repeated");
    assert.deepEqual(third.said, []);
  });

  it("owe nothing when another equal one is still free", async () => {
    const first = new Desk();
    const work = first.work(first.deliver());
    await say(work, "A");
    await say(work, "A");
    const desk = await first.restart();
    const later = desk.work(desk.deliver());
    for (const text of ["A in other words", "A"]) assert.equal(await endOf(say(later, text)), "ok repeated");
    assert.deepEqual(desk.said, []);
  });

  it("may be bot messages in other words, once each and in their order", async () => {
    const first = new Desk();
    const work = first.work(first.deliver());
    await say(work, "It costs 5.");
    await say(work, "Anything else?");
    const desk = await first.restart();
    const later = desk.work(desk.deliver());
    assert.equal(await endOf(say(later, "The price is 5.")), "ok repeated");
    assert.equal(await endOf(say(later, "Do you need more?")), "ok repeated");
    assert.equal(await endOf(say(later, "Goodbye.")), "ok");
    assert.deepEqual(desk.said, ["Goodbye."]);
  });

  it("are never others in other words, nor messages of other nodes or to other chats", async () => {
    const first = new Desk();
    const held = first.deliver();
    await act(first.work(held), "crm.lead.add", { TITLE: "one" });
    await say(first.work(held, "a"), "Hello");
    const desk = await first.restart();
    const later = desk.deliver();
    assert.equal(await endOf(act(desk.work(later), "crm.lead.add", { TITLE: "two" })), "ok");
    assert.equal(await endOf(say(desk.work(later, "b"), "Hello")), "ok");
    assert.equal(await endOf(say(desk.work(later, "a"), "Hi", { chatId: 102 })), "ok");
    assert.equal(desk.portal.requests.length, 3);
  });

  it("belong to the event node's own deliveries", async () => {
    const first = new Desk();
    await act(first.work(first.deliver("5", "event a")), "crm.lead.add");
    const desk = await first.restart();
    assert.equal(await endOf(act(desk.work(desk.deliver("5", "event b")), "crm.lead.add")), "ok");
    assert.equal(await endOf(act(desk.work(desk.deliver("5", "event a")), "crm.lead.add")), "ok repeated");
  });

  it("run once over three deliveries, whichever of them acts first", async () => {
    const desk = new Desk();
    const held = [desk.deliver(), desk.deliver(), desk.deliver()];
    const works = held.map((one) => desk.work(one));
    for (const nth of [1, 0, 2]) {
      const work = works[nth];
      assert.ok(work);
      const isFirst = nth === 1;
      assert.equal(await endOf(say(work, "Hello")), isFirst ? "ok" : "ok repeated");
      assert.equal(await endOf(act(work, "crm.lead.add")), isFirst ? "ok" : "ok repeated");
    }
    assert.equal(desk.portal.requests.length, 2);
  });
});

describe("a call that an earlier delivery has under way", () => {
  it("is waited for", async () => {
    const desk = new Desk();
    const [one, other] = [desk.work(desk.deliver()), desk.work(desk.deliver())];
    const open = desk.portal.hold();
    const first = say(one, "Hello");
    const second = say(other, "Hello, in other words");
    const acted = [act(one, "crm.lead.add"), act(other, "crm.lead.add")];
    await settle();
    assert.equal(desk.portal.calls.length, 2);
    open();
    assert.deepEqual(await Promise.all([first, second, ...acted].map(endOf)), [
      "ok",
      "ok repeated",
      "ok",
      "ok repeated",
    ]);
    assert.deepEqual(desk.said, ["Hello"]);
  });

  it("is made by one of those who wait when it was taken back", async () => {
    const desk = new Desk();
    const works = [desk.work(desk.deliver()), desk.work(desk.deliver()), desk.work(desk.deliver())] as const;
    const open = desk.portal.hold();
    const stop = new AbortController();
    const calls = [say(works[0], "Hello", { signal: stop.signal }), say(works[1], "Hello"), say(works[2], "Hello")];
    stop.abort();
    open();
    assert.deepEqual(await Promise.all(calls.map(endOf)), ["not-sent CANCELLED", "ok", "ok repeated"]);
    assert.deepEqual(desk.said, ["Hello"]);
  });

  it("gives its error to those who wait when it was refused", async () => {
    const desk = new Desk();
    const [one, other] = [desk.work(desk.deliver()), desk.work(desk.deliver())];
    desk.portal.answer = () => {
      throw new CallError({ code: "ERROR_ARGUMENT", outcome: "refused" });
    };
    const calls = [act(one, "crm.lead.add"), act(other, "crm.lead.add")];
    assert.deepEqual(await Promise.all(calls.map(endOf)), ["refused ERROR_ARGUMENT", "refused ERROR_ARGUMENT"]);
    assert.equal(desk.portal.requests.length, 1);
  });

  it("is never taken for the same delivery's own", async () => {
    const desk = new Desk();
    const held = desk.deliver();
    desk.portal.answer = () => {
      throw notSent("QUEUE_FULL");
    };
    assert.equal(await endOf(say(desk.work(held), "Hello")), "not-sent QUEUE_FULL");
    desk.portal.answer = () => true;
    assert.equal(await endOf(say(desk.work(held), "Hello")), "ok");
  });
});

describe("the key of a call", () => {
  const parts = fc.record({
    event: fc.string(),
    ...{ delivery: fc.nat(), eventNode: fc.string(), node: fc.string(), method: fc.string() },
    ...{ content: fc.string(), nth: fc.nat() },
  });

  it("has the form of a UUID of version 4", () => {
    fc.assert(
      fc.property(parts, ({ event, ...rest }) => {
        assert.match(keyOf(event, rest), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      }),
    );
  });

  it("is another one exactly when one of its parts is", () => {
    const key = ({ event, ...rest }: Parameters<typeof keyOf>[1] & { event: string }): string => keyOf(event, rest);
    fc.assert(
      fc.property(
        parts,
        parts,
        fc.constantFrom(...(["event", "delivery", "eventNode", "node", "method", "content", "nth"] as const)),
        (one, other, name) => {
          assert.equal(key({ ...one }), key(one));
          assert.equal(key({ ...one, [name]: other[name] }) === key(one), other[name] === one[name]);
        },
      ),
    );
  });

  it("does not depend on the order in which the content was put together", () => {
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, item]) => [name, shuffle(item)]),
      );
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (params) => {
        assert.equal(contentOf(SEND, params), contentOf(SEND, shuffle(params) as typeof params));
      }),
    );
    assert.notEqual(contentOf(SEND, { a: [1, 2] }), contentOf(SEND, { a: [2, 1] }));
    assert.notEqual(contentOf(SEND, { a: 1 }), contentOf("other", { a: 1 }));
    assert.notEqual(contentOf(SEND, { a: 1 }), contentOf(SEND, { a: "1" }));
  });
});
