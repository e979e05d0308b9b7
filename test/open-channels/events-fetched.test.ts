import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeEvent } from "../../open-channels/events/decode";
import { readDeliveries } from "../../open-channels/events/fetched";
import { wantsEvent } from "../../open-channels/events/filter";
import { fetched, posted, postedNew, postedOld } from "./support/deliveries";

const event = (eventId: unknown, more: object = {}): object => ({
  eventId,
  type: "ONIMBOTV2MESSAGEADD",
  date: "2026-09-21T16:46:40+03:00",
  data: { message: { id: 1 } },
  ...more,
});

const ids = (result: unknown): unknown => readDeliveries(result)?.map(({ id }) => id);

describe("what a poll brings", () => {
  it("is read from a list and from a map", () => {
    const read = readDeliveries({ events: [event(1)], nextOffset: 2, hasMore: false });
    assert.deepEqual(read, [
      { name: "ONIMBOTV2MESSAGEADD", id: 1, date: "2026-09-21T16:46:40+03:00", data: { message: { id: 1 } } },
    ]);
    assert.deepEqual(ids({ events: [event(1), event("3")] }), [1, 3]);
    assert.deepEqual(ids({ events: { 1: event(1), 3: event(3) } }), [1, 3]);
    assert.deepEqual(ids({ events: { b: event("9007199254740993"), a: event(3) } }), ["9007199254740993", 3]);
    assert.deepEqual([ids({ events: [] }), ids({ events: {} })], [[], []]);
  });

  it("is no news only where it says so: an unknown shape is null", () => {
    for (const result of [
      null,
      undefined,
      "x",
      [],
      [event(1)],
      {},
      { events: null },
      { events: "" },
      { events: false },
    ])
      assert.equal(readDeliveries(result), null, JSON.stringify(result));
    for (const events of [["x"], [null], { error: "x" }, event(1), { 1: event(1), 2: "x" }])
      assert.equal(readDeliveries({ events }), null, JSON.stringify(events));
  });

  it("keeps events without a readable type, so that the cursor can pass them", () => {
    const read = readDeliveries({
      events: [event(4, { type: null }), event(5, { type: 7, data: [] }), event(6), null],
    });
    assert.deepEqual(
      read?.map(({ name, id, data }) => [name, id, data]),
      [
        ["", 4, { message: { id: 1 } }],
        ["", 5, {}],
        ["ONIMBOTV2MESSAGEADD", 6, { message: { id: 1 } }],
      ],
    );
  });

  it("never makes the reader fail", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ events: fc.jsonValue() })), (result) => {
        for (const delivery of readDeliveries(result) ?? []) assert.equal(typeof decodeEvent(delivery).topic, "string");
      }),
    );
  });
});

describe("what an event node wants", () => {
  const none = new Set<string>();
  const line = decodeEvent(fetched());
  const removed = ["ONIMBOTV2DELETE", "ONIMBOTDELETE"].map((name) =>
    decodeEvent(posted(name, name === "ONIMBOTDELETE" ? { BOT_ID: 7 } : { bot: { id: 7 } })),
  );
  const elsewhere = [
    decodeEvent(posted("ONIMBOTV2MESSAGEADD", { message: { id: 1 }, chat: { id: 4, entityType: "" } })),
    decodeEvent(posted("ONIMBOTJOINCHAT", { PARAMS: { DIALOG_ID: "12", FROM_USER_ID: 12 } })),
    decodeEvent(posted("ONIMBOTMESSAGEUPDATE", { PARAMS: { MESSAGE_ID: 3 } })),
    decodeEvent(posted("ONIMBOTV2CONTEXTGET", { bot: { id: 7 } })),
    decodeEvent(posted("ONIMBOTV2SOMETHING", { chat: { id: 4 } })),
  ];

  it("open channels only: dialogs, and what happens in no chat", () => {
    const wanted = (one: typeof line): boolean => wantsEvent({ topics: none, openChannelsOnly: true }, one);
    for (const one of [line, decodeEvent(postedNew()), decodeEvent(postedOld()), ...removed])
      assert.ok(wanted(one), one.topic);
    assert.ok(wanted(decodeEvent(posted("ONSESSIONSTART", { DATA: { chat: { chat_id: 4 } } }))));
    for (const one of elsewhere) assert.equal(wanted(one), false, one.topic);
  });

  it("everything, where it asks for everything, and only its topics", () => {
    for (const one of [line, ...removed, ...elsewhere]) {
      assert.ok(wantsEvent({ topics: none, openChannelsOnly: false }, one));
      assert.ok(wantsEvent({ topics: new Set([one.topic]), openChannelsOnly: false }, one));
      assert.equal(wantsEvent({ topics: new Set(["other"]), openChannelsOnly: false }, one), false);
    }
    assert.ok(removed.every((one) => wantsEvent({ topics: new Set(["removed"]), openChannelsOnly: true }, one)));
  });
});
