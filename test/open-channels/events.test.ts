import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeEvent } from "../../open-channels/events/decode";
import type { Delivery } from "../../open-channels/events/delivery";
import type { BotEvent } from "../../open-channels/events/event";
import { identityOf } from "../../open-channels/events/identity";
import type { JsonObject } from "../../rest/envelope";
import { fetched, posted, postedNew, postedOld, type Written } from "./support/deliveries";

/** Everything but what depends on the way it came. */
function essence({ topic, payload, conversation }: BotEvent): unknown {
  const { event: _event, raw: _raw, ...rest } = conversation;
  return { topic, payload, ...rest };
}

describe("decoding events", () => {
  it("gives one message for the three deliveries", () => {
    const [one, two, three] = [fetched(), postedNew(), postedOld()].map((delivery) => decodeEvent(delivery));
    assert.ok(one && two && three);
    assert.deepEqual(essence(two), essence(one));
    assert.deepEqual(essence(three), essence(one));
    assert.deepEqual(essence(one), {
      topic: "message",
      payload: "Hello & welcome: 100 % [b]ä[/b] 🙂\nsecond line",
      bot: { id: 7, code: "support_bot" },
      chatId: 101,
      dialogId: "chat101",
      messageId: 9001,
      isOpenChannel: true,
      line: {
        id: 23,
        originalId: 22,
        connector: "livechat",
        sessionId: 343,
        crm: [
          { type: "LEAD", id: 1209 },
          { type: "CONTACT", id: 17 },
        ],
      },
      user: { id: 599, name: "Olga Sommer", firstName: "Olga", lastName: "Sommer", isClient: true },
      language: "de",
    });
  });

  it("gives one message for the three deliveries, whatever was written by whom", () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).filter((words) => words.isWellFormed());
    const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    const written = fc.record({
      chatId: number,
      messageId: number,
      sessionId: number,
      userId: number,
      botId: number,
      text,
      isClient: fc.boolean(),
      firstName: text,
      lastName: text,
    });
    fc.assert(
      fc.property(written, (words: Written) => {
        const [one, two, three] = [fetched(words), postedNew(words), postedOld(words)].map((delivery) =>
          decodeEvent(delivery),
        );
        assert.ok(one && two && three);
        assert.deepEqual(essence(two), essence(one));
        assert.deepEqual(essence(three), essence(one));
      }),
    );
  });

  it("tells when and which: the portal's name in capitals, dates as ISO text in UTC", () => {
    assert.deepEqual(decodeEvent(fetched()).conversation.event, {
      id: 5001,
      name: "ONIMBOTV2MESSAGEADD",
      date: "2026-09-21T13:46:40.000Z",
      delivery: 1,
    });
    assert.deepEqual(decodeEvent(postedOld()).conversation.event, {
      id: "m9001",
      name: "ONIMBOTMESSAGEADD",
      date: "2026-09-21T14:13:20.000Z",
      delivery: 1,
    });
    assert.equal(decodeEvent({ ...fetched(), name: "onImBotV2MessageAdd" }).topic, "message");
  });

  it("keeps what was delivered, without anything secret", () => {
    for (const delivery of [fetched(), postedNew(), postedOld()]) {
      const { raw } = decodeEvent(delivery).conversation;
      assert.doesNotMatch(JSON.stringify(raw), /secret|access_token|"auth"/i);
      assert.match(JSON.stringify(raw), /livechat\|22\|1775\|599/);
    }
  });

  it("says null for everything that is missing", () => {
    for (const name of ["ONIMBOTV2MESSAGEADD", "ONIMBOTMESSAGEADD"]) {
      const delivery = { name, id: null, date: undefined, data: {} };
      const { topic, payload, conversation } = decodeEvent(delivery);
      assert.deepEqual([topic, payload], ["message", ""]);
      assert.deepEqual(conversation, {
        event: { id: identityOf(delivery), name, date: null, delivery: 1 },
        bot: { id: null, code: null },
        chatId: null,
        dialogId: null,
        messageId: null,
        isOpenChannel: false,
        line: null,
        user: null,
        language: null,
        raw: {},
      });
    }
  });

  it("reads lines of older portals, of joins and of closed sessions", () => {
    const line = (entity: Record<string, unknown>): unknown =>
      decodeEvent(posted("ONIMBOTV2JOINCHAT", { chat: { id: 5, entityType: "LINES", ...entity } })).conversation.line;
    const unknown = { id: null, originalId: null, connector: null, sessionId: null, crm: [] };
    assert.deepEqual(line({}), unknown);
    assert.deepEqual(line({ entityId: "whatsapp|3" }), { ...unknown, id: 3, originalId: 3, connector: "whatsapp" });
    assert.deepEqual(line({ entityId: "custom one|3|+49:1@x|a|b|c", entityData1: "N|NONE|0|N|N|0|1|0" }), {
      ...unknown,
      id: 3,
      originalId: 3,
      connector: "custom one",
    });
    assert.deepEqual(line({ entityData1: "Y|DEAL|4" }), { ...unknown, crm: [{ type: "DEAL", id: 4 }] });
    assert.deepEqual(line({ entityData2: "LEAD|x|CONTACT|2|DEAL" }), { ...unknown, crm: [{ type: "CONTACT", id: 2 }] });
  });

  it("knows the events by their topics and lets unknown ones pass", () => {
    const topic = (name: string): string => decodeEvent({ name, id: 1, date: null, data: {} }).topic;
    const known = {
      message: ["ONIMBOTMESSAGEADD", "ONIMBOTV2MESSAGEADD"],
      join: ["ONIMBOTJOINCHAT", "ONIMBOTV2JOINCHAT"],
      command: ["ONIMCOMMANDADD", "ONIMBOTV2COMMANDADD"],
      update: ["ONIMBOTMESSAGEUPDATE", "ONIMBOTV2MESSAGEUPDATE"],
      delete: ["ONIMBOTMESSAGEDELETE", "ONIMBOTV2MESSAGEDELETE"],
      reaction: ["ONIMBOTV2REACTIONCHANGE"],
      context: ["ONIMBOTV2CONTEXTGET"],
      removed: ["ONIMBOTDELETE", "ONIMBOTV2DELETE"],
      "session-start": ["ONSESSIONSTART"],
      "session-finish": ["ONSESSIONFINISH"],
      imbotv2somethingnew: ["ONIMBOTV2SOMETHINGNEW"],
      constructor: ["ONCONSTRUCTOR"],
    };
    for (const [expected, names] of Object.entries(known))
      for (const name of names) assert.equal(topic(name), expected, name);
  });

  it("reads a command from both generations", () => {
    const old = decodeEvent(
      posted("ONIMCOMMANDADD", {
        COMMAND: { 53: { BOT_ID: 7, BOT_CODE: "support_bot", COMMAND: "help", COMMAND_PARAMS: "me", MESSAGE_ID: 12 } },
        PARAMS: { CHAT_ID: 5, DIALOG_ID: "chat5" },
      }),
    );
    const fresh = decodeEvent(
      posted("ONIMBOTV2COMMANDADD", { bot: { id: 7 }, command: { command: "/help" }, chat: { id: 5 } }),
    );
    assert.deepEqual([old.payload, old.conversation.bot.id, old.conversation.messageId], ["/help me", 7, 12]);
    assert.deepEqual([fresh.payload, fresh.conversation.bot.id, fresh.conversation.chatId], ["/help", 7, 5]);
  });

  it("reads sessions as an object and as a list", () => {
    const chat = (data: Record<string, unknown>): number | null =>
      decodeEvent(posted("ONSESSIONSTART", { DATA: data })).conversation.chatId;
    assert.equal(chat({ connector: { line_id: 2 }, chat: { chat_id: 31 } }), 31);
    assert.equal(chat({ 0: { session: { id: 9 }, chat: { id: 32 } } }), 32);
  });

  it("reads lists where maps were sent, as form parsers make them", () => {
    const { data, ...rest } = postedOld();
    const listed = decodeEvent({ ...rest, data: { ...data, BOT: Object.values(data["BOT"] as object) as unknown[] } });
    assert.deepEqual(essence(listed), essence(decodeEvent(fetched())));
  });

  it("an operator and the system never look like the client", () => {
    for (const delivery of [fetched, postedNew, postedOld]) {
      assert.equal(decodeEvent(delivery({ isClient: false })).conversation.user?.isClient, false);
    }
    const system = decodeEvent(posted("ONIMBOTMESSAGEADD", { PARAMS: { FROM_USER_ID: 0, MESSAGE: "x", SYSTEM: "Y" } }));
    assert.deepEqual([system.conversation.user?.id, system.conversation.user?.isClient], [0, false]);
  });

  it("a pressed button gives the command, whatever the message says that carries it", () => {
    const message = { id: 555, text: "Which size?" };
    const pressed = (command: Record<string, string>, way = posted): unknown =>
      decodeEvent(way("ONIMBOTV2COMMANDADD", { bot: { id: 7 }, command, message, chat: { id: 5 } })).payload;
    const asFetched = (name: string, data: JsonObject): Delivery => ({ name, id: 1, date: null, data });
    const old = (record: Record<string, string>): unknown =>
      decodeEvent(posted("ONIMCOMMANDADD", { COMMAND: { 1: record }, PARAMS: { MESSAGE: "Which size?" } })).payload;
    for (const way of [posted, asFetched]) {
      assert.equal(pressed({ command: "/pick", params: "XL", context: "keyboard" }, way), "/pick XL");
      assert.equal(pressed({ command: "/pick", params: "" }, way), "/pick");
      assert.equal(pressed({}, way), "");
    }
    assert.equal(old({ COMMAND: "pick", COMMAND_PARAMS: "XL", COMMAND_CONTEXT: "KEYBOARD" }), "/pick XL");
    assert.equal(old({ COMMAND: "/pick" }), "/pick");
    assert.equal(old({}), "");
  });

  it("gives an edit its new text, and a reaction and a deletion what they are about", () => {
    const about = (name: string, data: JsonObject): unknown => decodeEvent(posted(name, data)).payload;
    const message = { id: 6, text: "new words" };
    assert.equal(about("ONIMBOTV2MESSAGEUPDATE", { message }), "new words");
    assert.equal(about("ONIMBOTMESSAGEUPDATE", { PARAMS: { MESSAGE: "new words" } }), "new words");
    assert.deepEqual(about("ONIMBOTV2REACTIONCHANGE", { reaction: "like", action: "add", message }), {
      reaction: "like",
      action: "add",
      message: { id: "6", text: "new words" },
    });
    assert.deepEqual(about("ONIMBOTMESSAGEDELETE", { PARAMS: { MESSAGE: "deleted" } }), {
      PARAMS: { MESSAGE: "deleted" },
    });
  });

  it("names our bot where an event names several", () => {
    const record = (id: number): JsonObject => ({ BOT_ID: id, BOT_CODE: `bot${id}` });
    const delivery = posted("ONIMBOTMESSAGEADD", { BOT: { 7: record(7), 1001: record(1001) }, PARAMS: {} });
    assert.deepEqual(decodeEvent(delivery, 1001).conversation.bot, { id: 1001, code: "bot1001" });
    assert.deepEqual(decodeEvent(delivery, 7).conversation.bot, { id: 7, code: "bot7" });
    assert.deepEqual(decodeEvent(delivery).conversation.bot, { id: 7, code: "bot7" });
    const commands = { 1: { ...record(7), COMMAND: "one" }, 2: { ...record(1001), COMMAND: "two", MESSAGE_ID: 8 } };
    const { payload, conversation } = decodeEvent(posted("ONIMCOMMANDADD", { COMMAND: commands }), 1001);
    assert.deepEqual([payload, conversation.bot.id, conversation.messageId], ["/two", 1001, 8]);
  });

  it("takes an empty text for what a form writes in place of nothing", () => {
    const { conversation } = decodeEvent(
      posted("ONIMBOTV2MESSAGEADD", {
        bot: { id: 7 },
        chat: { id: "", dialogId: "", entityType: "LINES", entityId: "livechat|2|3|702" },
        message: { id: 9, chatId: 5, authorId: 702, text: "hi" },
        user: { id: "" },
        dialogId: "chat5",
      }),
    );
    assert.deepEqual([conversation.chatId, conversation.dialogId, conversation.user?.id], [5, "chat5", 702]);
  });

  it("splits the entity id into four parts, whatever the channel's ids hold", () => {
    const user = (entityId: string): unknown =>
      decodeEvent(posted("ONIMBOTV2MESSAGEADD", { chat: { id: 5, entityType: "LINES", entityId }, user: { id: 702 } }))
        .conversation.user?.isClient;
    assert.equal(user("custom one|3|+49:1@x|702"), true);
    assert.equal(user("custom|3|a|702|4"), false);
    assert.equal(user("custom|3|702"), false);
  });

  it("never fails and never hands on what could change an object's nature", () => {
    const data = fc.dictionary(
      fc.oneof(
        fc.constantFrom("PARAMS", "USER", "BOT", "DATA", "chat", "user", "message", "bot", "__proto__"),
        fc.string(),
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom("id", "ID", "CHAT_ID", "text", "__proto__"), fc.jsonValue()),
      ),
    );
    fc.assert(
      fc.property(fc.string(), data, fc.jsonValue(), (name, values, date) => {
        const { topic, conversation } = decodeEvent({ name, id: null, date, data: values });
        assert.equal(typeof topic, "string");
        assert.match(String(conversation.event.id), /^(m\d+|h[0-9a-f]{24})$/);
        assert.ok(conversation.chatId === null || conversation.chatId > 0);
        assert.equal(Object.getPrototypeOf(conversation.raw), Object.prototype);
      }),
    );
    const deep = JSON.parse(`${'{"a":['.repeat(100_000)}${"]}".repeat(100_000)}`) as JsonObject;
    for (const name of ["ONIMBOTV2MESSAGEADD", "ONIMCOMMANDADD", "ONSESSIONSTART"])
      assert.equal(typeof decodeEvent({ name, id: null, date: deep, data: { ...deep, DATA: deep } }).topic, "string");
    const poisoned = JSON.parse('{"chat":{"__proto__":{"id":5}},"__proto__":{"polluted":true}}') as Record<
      string,
      unknown
    >;
    const { conversation } = decodeEvent({ name: "ONIMBOTV2JOINCHAT", id: 1, date: null, data: poisoned });
    assert.deepEqual([conversation.chatId, "polluted" in (conversation.raw as object)], [null, false]);
  });
});
