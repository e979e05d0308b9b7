import assert from "node:assert/strict";
import { authorOf, isHandoverZero } from "../../open-channels/events/author";
import { decodeEvent } from "../../open-channels/events/decode";
import type { JsonObject } from "../../rest/envelope";
import { fetched, posted, postedNew, postedOld } from "./support/deliveries";

const BOT = 7;

const author = (user: unknown, message: JsonObject = {}, entityId = "livechat|22|1775|702"): string =>
  authorOf(
    decodeEvent({
      name: "ONIMBOTV2MESSAGEADD",
      id: 1,
      date: null,
      data: { bot: { id: BOT }, user, message: { id: 9, ...message }, chat: { id: 5, entityType: "LINES", entityId } },
    }),
    BOT,
  );

describe("the author of an event", () => {
  it("is the client or a person where the details say so, in all three deliveries", () => {
    for (const delivery of [fetched, postedNew, postedOld]) {
      assert.equal(authorOf(decodeEvent(delivery({ isClient: true })), BOT), "client");
      assert.equal(authorOf(decodeEvent(delivery({ isClient: false })), BOT), "person");
    }
    assert.equal(author({ id: 702, connector: false }), "person", "details decide over the dialog");
    assert.equal(author({ id: 3, externalAuthId: "imconnector" }), "client");
    assert.equal(author({ id: 3, externalAuthId: "email" }), "person");
  });

  it("is the client where the details are missing and the dialog names the user", () => {
    assert.equal(author([], { authorId: 702 }), "client");
    assert.equal(author({ id: 702 }), "client");
    assert.equal(author({ id: "702" }), "client");
    assert.equal(author({ id: 702, connector: "" }), "client");
    const event = decodeEvent({ ...fetched({ userId: 599 }), data: { ...fetched().data, user: [] } });
    assert.equal(event.conversation.user?.isClient, true);
  });

  it("is unknown where nobody says who it is, and not a client", () => {
    assert.equal(author([], { authorId: 3 }), "unknown");
    assert.equal(author({ id: 3 }), "unknown");
    assert.equal(author(null), "unknown");
    assert.equal(author({ id: 702 }, {}, "network|22|1775"), "unknown");
    assert.equal(author({ id: 0 }, {}, "livechat|22|1775|0"), "system");
    const event = decodeEvent({ ...fetched(), data: { ...fetched().data, user: { id: 3 } } });
    assert.equal(event.conversation.user?.isClient, false);
  });

  it("is a bot: ours by its number, others by what is said of them", () => {
    assert.equal(author({ id: BOT, connector: false }), "bot");
    assert.equal(author([], { authorId: BOT }), "bot");
    assert.equal(author({ id: 90, bot: true, connector: false }), "bot");
    assert.equal(author({ id: 90, externalAuthId: "bot" }), "bot");
    const old = posted("ONIMBOTMESSAGEADD", {
      PARAMS: { FROM_USER_ID: 90 },
      USER: { ID: 90, IS_BOT: "Y", IS_CONNECTOR: "N" },
    });
    assert.equal(authorOf(decodeEvent(old), null), "bot");
    const own = decodeEvent({ ...fetched(), data: { ...fetched().data, user: { id: BOT } } });
    assert.equal(authorOf(own, null), "bot", "the event names our bot");
  });

  it("is the system by number 0 and by its flag", () => {
    assert.equal(author([], { authorId: 0 }), "system");
    assert.equal(author({ id: 12, connector: false }, { isSystem: true }), "system");
    const old = posted("ONIMBOTMESSAGEADD", { PARAMS: { FROM_USER_ID: 0, SYSTEM: "Y" } });
    assert.equal(authorOf(decodeEvent(old), BOT), "system");
  });
});

describe("the text that makes the portal hand over", () => {
  it("is 0 without what PHP trims, and nothing else", () => {
    for (const words of ["0", " 0 ", "\t0\n", "\r\n0\0", "\v0", " \t\n\r\0\v0\v\0\r\n\t "])
      assert.ok(isHandoverZero(words));
    for (const words of [
      "",
      " ",
      "00",
      "0 0",
      "0.",
      "o",
      "0\u00a0",
      "\u00a00",
      "\u20030",
      "0\f",
      "٠",
      0,
      null,
      undefined,
    ])
      assert.equal(isHandoverZero(words), false, JSON.stringify(words));
  });
});
