import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery } from "../../open-channels/events/delivery";
import { identityOf } from "../../open-channels/events/identity";
import { splitDelivery } from "../../open-channels/events/split";
import { stripSecrets } from "../../open-channels/events/strip-secrets";
import type { JsonObject } from "../../rest/envelope";
import { fetched, posted, postedNew, postedOld } from "./support/deliveries";

const HASH = /^h[0-9a-f]{24}$/;

/** A posted event that is no new message. */
const other = (data: JsonObject, date: unknown = "100"): Delivery => ({
  name: "ONIMBOTV2REACTIONCHANGE",
  id: null,
  date,
  data,
});

const differ = (...deliveries: Delivery[]): void => {
  const found = deliveries.map(identityOf);
  for (const one of found) assert.match(one, HASH);
  assert.equal(new Set(found).size, deliveries.length, found.join());
};

describe("the identity of an event", () => {
  it("is the queue's id where it was fetched", () => {
    assert.equal(identityOf(fetched({ eventId: 123 })), "123");
    assert.equal(identityOf({ ...fetched(), id: "9007199254740993" }), "9007199254740993");
  });

  it("is the message of a posted new message, whatever else differs", () => {
    assert.equal(identityOf(postedNew({ messageId: 5 })), "m5");
    assert.equal(identityOf(postedOld({ messageId: 5, text: "a" })), "m5");
    assert.equal(identityOf({ ...postedOld({ messageId: 5, text: "b" }), name: "onImBotMessageAdd", date: "7" }), "m5");
    assert.match(identityOf(posted("ONIMBOTV2MESSAGEADD", { message: { text: "no id" } })), HASH);
  });

  it("is another one for each press, reaction and edit that concern one message", () => {
    const command = (command: string, params: string): Delivery =>
      posted("ONIMBOTV2COMMANDADD", { command: { command, params }, message: { id: 555 }, chat: { id: 5 } });
    differ(command("/pick", "yes"), command("/pick", "no"), command("/price", "yes"));
    const react = (reaction: string, action: string): Delivery =>
      posted("ONIMBOTV2REACTIONCHANGE", { reaction, action, message: { id: 600 }, chat: { id: 5 } });
    differ(react("like", "add"), react("like", "delete"), react("kiss", "add"));
    const edit = (text: string): Delivery => posted("ONIMBOTV2MESSAGEUPDATE", { message: { id: 601, text } });
    differ(edit("one"), edit("two"), { ...edit("one"), date: "1" }, { ...edit("one"), name: "ONIMBOTV2MESSAGEDELETE" });
  });

  it("is the same with other tokens, and before and after they have been taken out", () => {
    const old = (access: string, expires: string): Delivery =>
      posted("ONIMCOMMANDADD", {
        COMMAND: {
          1: {
            ...{ access_token: access, expires, expires_in: "3600", member_id: access, scope: "imbot", status: "L" },
            ...{ AUTH: { access_token: access, expires }, BOT_ID: 7, COMMAND: "pick", MESSAGE_ID: 8 },
          },
        },
        PARAMS: { CHAT_ID: 5 },
        auth: { access_token: access, expires },
      });
    const fresh = (access: string): Delivery =>
      posted("ONIMBOTV2COMMANDADD", {
        bot: { id: 7, auth: { access_token: access, expires: access } },
        message: { id: 1 },
      });
    for (const [one, same] of [
      [old("a", "1"), old("b", "2")],
      [fresh("a"), fresh("b")],
    ] as const) {
      assert.equal(identityOf(one), identityOf(same));
      assert.equal(identityOf({ ...one, data: stripSecrets(one.data) as JsonObject }), identityOf(one));
    }
  });

  const json = fc
    .jsonValue({ maxDepth: 4 })
    .filter((value) => !/expires|auth|token|client_|app_sid|sessid|__proto__/i.test(JSON.stringify(value)));
  const data = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), json, { maxKeys: 5, noNullPrototype: true });

  it("changes with any content, the name and the time", () => {
    const told = (delivery: Delivery): string =>
      JSON.stringify([delivery.name.toUpperCase(), sorted(delivery.data), delivery.date]);
    const delivery = fc.record({
      name: fc.constantFrom("ONA", "ONB"),
      id: fc.constant(null),
      date: fc.constantFrom("1", "2"),
      data,
    });
    fc.assert(
      fc.property(delivery, delivery, (one, two) => {
        assert.equal(identityOf(one) === identityOf(two), told(one) === told(two));
      }),
    );
  });

  it("changes with a change at any depth", () => {
    const path = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 8 });
    const nest = (names: readonly string[], leaf: unknown): JsonObject =>
      [...names].reverse().reduce<unknown>((inner, name) => ({ [name]: inner }), leaf) as JsonObject;
    fc.assert(
      fc.property(path, json, json, (names, one, two) => {
        fc.pre(JSON.stringify(sorted(one)) !== JSON.stringify(sorted(two)));
        assert.notEqual(identityOf(other(nest(names, one))), identityOf(other(nest(names, two))));
      }),
    );
  });

  it("does not change with the order of names or with credentials anywhere", () => {
    fc.assert(
      fc.property(data, fc.string(), fc.string(), (content, one, two) => {
        const turned = Object.fromEntries(Object.entries(content).reverse());
        assert.equal(identityOf(other(turned)), identityOf(other(content)));
        const secret = (token: string): JsonObject => ({
          ...content,
          auth: { access_token: token },
          bot: { application_token: token, expires: token, expires_in: token, id: 7 },
        });
        assert.equal(identityOf(other(secret(one))), identityOf(other(secret(two))));
      }),
    );
  });

  it("is found in any data, however odd or deep", () => {
    const deep = JSON.parse(`${"[".repeat(50_000)}1${"]".repeat(50_000)}`) as unknown;
    assert.match(identityOf(other({ deep }, deep)), HASH);
    assert.match(identityOf({ name: "", id: null, date: undefined, data: {} }), HASH);
    assert.notEqual(identityOf(other({ a: "\ud83d" })), identityOf(other({ a: "\ud83c" })));
  });
});

/** The same content with its names in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([name, item]) => [name, sorted(item)]);
}

describe("taking a delivery apart", () => {
  const command = (id: number, botId: number, name: string): JsonObject => ({
    [id]: { BOT_ID: botId, COMMAND: name, COMMAND_ID: id, MESSAGE_ID: 777 },
  });
  const names = (deliveries: Delivery[]): unknown[] =>
    deliveries.flatMap(({ data }) =>
      Object.values(data["COMMAND"] as JsonObject).map((one) => (one as JsonObject)["COMMAND"]),
    );

  it("gives one event for each command of our bot, each with an identity of its own", () => {
    const delivery = posted("ONIMCOMMANDADD", {
      COMMAND: { ...command(53, 7, "status"), ...command(54, 7, "price"), ...command(55, 8, "foreign") },
      PARAMS: { MESSAGE: "/status 12\n/price 7", MESSAGE_ID: 777 },
    });
    const found = splitDelivery(delivery, 7);
    assert.deepEqual(names(found), ["status", "price"]);
    assert.deepEqual(Object.keys(found[1]?.data["COMMAND"] as JsonObject), ["54"]);
    assert.deepEqual(found[0]?.data["PARAMS"], delivery.data["PARAMS"]);
    differ(...found);
    assert.deepEqual(found.map(identityOf), splitDelivery(delivery, 7).map(identityOf));
    assert.deepEqual(names(splitDelivery(delivery, null)), ["status", "price", "foreign"]);
  });

  it("reads lists where maps were sent", () => {
    const records = Object.values({ ...command(1, 7, "a"), ...command(2, 8, "b"), ...command(3, 7, "c") });
    assert.deepEqual(names(splitDelivery({ ...postedOld(), name: "ONIMCOMMANDADD", data: { COMMAND: records } }, 7)), [
      "a",
      "c",
    ]);
  });

  it("takes other bots out, and gives nothing where there are only others", () => {
    const delivery = posted("ONIMBOTMESSAGEADD", {
      BOT: { 7: { BOT_ID: 7, BOT_CODE: "other" }, 1001: { BOT_ID: 1001, BOT_CODE: "ours" } },
      PARAMS: { MESSAGE_ID: 5, MESSAGE: "x" },
    });
    const [own, ...more] = splitDelivery(delivery, 1001);
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(own?.data["BOT"] as JsonObject), ["1001"]);
    assert.equal(own && identityOf(own), "m5");
    assert.deepEqual(splitDelivery(delivery, 12), []);
    assert.deepEqual(Object.keys(splitDelivery(delivery, null)[0]?.data["BOT"] as JsonObject), ["7", "1001"]);
  });

  it("leaves everything else whole", () => {
    const whole = [
      fetched(),
      postedNew(),
      posted("ONIMBOTDELETE", { BOT_ID: 7 }),
      posted("ONSESSIONSTART", { DATA: { chat: { chat_id: 4 } } }),
    ];
    for (const delivery of whole) assert.deepEqual(splitDelivery(delivery, 999), [delivery]);
    const odd: Delivery = { name: "ONIMCOMMANDADD", id: null, date: null, data: { COMMAND: "x", BOT: [1, null] } };
    assert.deepEqual(splitDelivery(odd, 7), [odd]);
  });

  it("never fails and never makes more events than there are records", () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.record({ BOT_ID: fc.constantFrom(7, "8", null) })),
    );
    fc.assert(
      fc.property(part, part, fc.constantFrom(7, 8, null), (BOT, COMMAND, botId) => {
        const data = { BOT, COMMAND } as JsonObject;
        const count = splitDelivery({ name: "ONIMCOMMANDADD", id: null, date: null, data }, botId).length;
        const records = typeof COMMAND === "object" && COMMAND !== null ? Object.keys(COMMAND).length : 0;
        assert.ok(count <= Math.max(1, records));
      }),
    );
  });
});
