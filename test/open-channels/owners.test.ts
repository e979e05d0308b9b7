import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeEvent } from "../../open-channels/events/decode";
import { Owners, type Owner } from "../../open-channels/events/owners";
import { fetched, posted, postedOld, type Written } from "./support/deliveries";

const CHAT = 101;
const OPERATOR = "imopenlines.bot.session.operator";
const TRANSFER = "imopenlines.bot.session.transfer";
const FINISH = "imopenlines.bot.session.finish";

const event = (owners: Owners, written: Written = {}): Owner =>
  owners.afterEvent(decodeEvent(fetched(written)), 0).owner;
const operatorWrites = (owners: Owners, written: Written = {}): Owner =>
  event(owners, { userId: 11, isClient: false, ...written });
const join = (owners: Owners, sessionId?: number): Owner =>
  owners.afterEvent(
    decodeEvent(
      posted("ONIMBOTV2JOINCHAT", {
        chat: {
          id: CHAT,
          entityType: "LINES",
          ...(sessionId !== undefined && { entityData1: `N|NONE|0|N|N|${sessionId}` }),
        },
      }),
    ),
    0,
  ).owner;
/** What a restart leaves of it. */
const restarted = (owners: Owners): Owners => new Owners(JSON.parse(JSON.stringify(owners.entries())) as []);

describe("who has a dialog", () => {
  it("is the bot, until something else is known", () => {
    const owners = new Owners();
    assert.equal(owners.of(CHAT), "bot");
    assert.equal(event(owners), "bot");
    assert.equal(join(owners, 343), "bot");
  });

  it("changes with the success of a hand-over, a transfer and a closing, in any letter case", () => {
    const after = (method: string, params: Record<string, unknown> = {}): Owner => {
      const owners = new Owners();
      owners.afterCall(CHAT, method, { CHAT_ID: CHAT, ...params }, 0);
      return owners.of(CHAT);
    };
    assert.equal(after(OPERATOR), "waiting");
    assert.equal(after(OPERATOR.toUpperCase()), "waiting");
    assert.equal(after(TRANSFER, { USER_ID: 5 }), "human");
    assert.equal(after(TRANSFER, { TRANSFER_ID: "5" }), "human");
    assert.equal(after(TRANSFER, { TRANSFER_ID: 5 }), "human");
    assert.equal(after(TRANSFER, { QUEUE_ID: 5 }), "waiting");
    assert.equal(after(TRANSFER, { TRANSFER_ID: "queue5" }), "waiting");
    assert.equal(after(FINISH), "closed");
    assert.equal(after("imbot.v2.Chat.Message.send"), "bot");
  });

  it("is people's from an operator's message on, but not from the bot's own or the system's", () => {
    const owners = new Owners();
    assert.equal(operatorWrites(owners, { userId: 7 }), "bot");
    assert.equal(operatorWrites(owners, { userId: 0 }), "bot");
    assert.equal(operatorWrites(owners), "human");
    assert.equal(event(owners), "human");
  });

  it("waits for people when the client writes just 0, as the portal itself does", () => {
    for (const text of ["0", " 0\n"]) assert.equal(event(new Owners(), { text }), "waiting");
    for (const text of ["00", "0 please", ""]) assert.equal(event(new Owners(), { text }), "bot");
    const taken = new Owners();
    operatorWrites(taken);
    assert.equal(event(taken, { text: "0" }), "human");
  });

  it("is the bot's again with the next session, on both generations of events", () => {
    for (const later of [fetched, postedOld]) {
      const owners = new Owners();
      event(owners);
      owners.afterCall(CHAT, OPERATOR, {}, 0);
      assert.equal(event(owners), "waiting");
      assert.equal(owners.afterEvent(decodeEvent(later({ sessionId: 344 })), 0).owner, "bot");
    }
  });

  it("is the bot's again when it is asked in although the session was not known", () => {
    const owners = new Owners();
    owners.afterCall(CHAT, OPERATOR, {}, 0);
    assert.equal(join(owners), "bot");
    owners.afterCall(CHAT, OPERATOR, {}, 0);
    assert.equal(join(owners, 344), "bot");
  });

  it("binds a hand-over of an unknown session to the session of the next event", () => {
    const owners = new Owners();
    owners.afterCall(CHAT, OPERATOR, {}, 0);
    assert.equal(event(owners, { sessionId: 343 }), "waiting");
    assert.equal(event(owners, { sessionId: 343 }), "waiting");
    assert.equal(event(owners, { sessionId: 344 }), "bot");
  });

  it("stays with people when an event of an earlier session comes late or again", () => {
    const owners = new Owners();
    event(owners, { sessionId: 344 });
    owners.afterCall(CHAT, OPERATOR, {}, 0);
    assert.equal(event(owners, { sessionId: 343 }), "waiting");
    assert.equal(operatorWrites(owners, { sessionId: 343 }), "waiting");
    assert.equal(event(restarted(owners), { sessionId: 343 }), "waiting");
    assert.equal(event(owners, { sessionId: 344 }), "waiting");
    assert.equal(event(owners, { sessionId: 345 }), "bot");
  });

  it("is closed after the session's end and the bot's after its beginning", () => {
    const owners = new Owners();
    const session = (name: string): Owner =>
      owners.afterEvent(decodeEvent(posted(name, { DATA: { chat: { chat_id: CHAT } } })), 0).owner;
    assert.equal(session("ONSESSIONFINISH"), "closed");
    assert.equal(session("ONSESSIONSTART"), "bot");
  });

  it("concerns dialogs of open channels alone", () => {
    const owners = new Owners();
    const data = { chat: { id: CHAT }, message: { id: 1, text: "0", authorId: 11 }, user: { id: 11 } };
    const told = owners.afterEvent(decodeEvent(posted("ONIMBOTV2MESSAGEADD", data)), 0);
    assert.deepEqual([told, owners.entries()], [{ owner: "bot", changed: false }, []]);
  });

  it("says what has to be written down, and only that", () => {
    const owners = new Owners();
    const changed = (written: Written): boolean => owners.afterEvent(decodeEvent(fetched(written)), 0).changed;
    assert.equal(changed({}), false);
    assert.equal(owners.afterCall(CHAT, "imbot.v2.Chat.Message.send", {}, 0), false);
    assert.equal(owners.afterCall(CHAT, OPERATOR, {}, 0), true);
    assert.equal(changed({}), false);
    assert.equal(changed({ sessionId: 344 }), true);
  });

  it("forgets the dialogs that were touched longest ago", () => {
    const owners = new Owners();
    for (let chatId = 1; chatId <= 6_000; chatId++) owners.afterCall(chatId, OPERATOR, {}, chatId);
    assert.equal(owners.entries().length, 5_000);
    assert.deepEqual([owners.of(1_000), owners.of(1_001), owners.of(6_000)], ["bot", "waiting", "waiting"]);
  });

  it("is never the bot's between a hand-over and the next session, whatever happens meanwhile", () => {
    const happening = fc.oneof(
      fc.record({ kind: fc.constant("client"), text: fc.constantFrom("hello", "0", "") }),
      fc.record({ kind: fc.constantFrom("operator", "old", "restart", "handOver", "join") }),
    );
    const ending = fc.constantFrom<Record<string, unknown>[]>(
      [{ method: OPERATOR }],
      [{ method: TRANSFER, USER_ID: 5 }],
      [{ method: TRANSFER, QUEUE_ID: 5 }],
    );
    fc.assert(
      fc.property(ending, fc.array(happening, { maxLength: 20 }), ([call], happenings) => {
        let owners = new Owners();
        const sessionId = 50;
        event(owners, { sessionId });
        owners.afterCall(CHAT, String(call?.["method"]), call ?? {}, 0);
        for (const { kind, ...more } of happenings) {
          if (kind === "client") event(owners, { sessionId, ...more });
          else if (kind === "operator") operatorWrites(owners, { sessionId });
          else if (kind === "old") event(owners, { sessionId: sessionId - 1 });
          else if (kind === "restart") owners = restarted(owners);
          else if (kind === "join") join(owners, sessionId);
          else owners.afterCall(CHAT, OPERATOR, {}, 0);
          assert.match(owners.of(CHAT), /^(waiting|human)$/);
        }
        assert.equal(event(owners, { sessionId: sessionId + 1 }), "bot");
      }),
    );
  });
});
