import assert from "node:assert/strict";
import { textsOf, wayOf } from "../../open-channels/actions/facts";
import { chatId, pair } from "../../open-channels/actions/fields";
import { findMethod } from "../../open-channels/actions/methods/known";
import { method } from "../../open-channels/actions/methods/method";
import { operation, operationInWays, way, type ErrorCode } from "../../open-channels/actions/operation";
import { codeOf, running } from "./support/running";

const NOTE = method({ name: "demo.note.add", params: { NOTE: "str*" }, errors: ["NOTE_FULL", "NOTE_BAD"] });

const note = pair({
  names: ["NOTE"],
  codes: ["NOTE_EMPTY"],
  sample: "Hello",
  parse(reading, { refuse }) {
    const value = reading[0]?.value;
    if (typeof value !== "string") throw refuse("NOTE_EMPTY");
    return value;
  },
});

const noteOperation = operation({
  type: "bitrix24-note",
  methods: [NOTE],
  fields: { chatId: chatId(), note },
  errors: { NOTE_CLOSED: "not-sent", NOTE_LOST: "unknown" },
  impossible: ["NOTE_BAD"],
  result: true,
  help: ["NOTE_EMPTY", "NOTE_FULL", "CONNECTION_LOST"],
  run({ portal, refuse }, { chatId: chat, note: text }) {
    // What a field makes has its own type.
    const length: number = text.length + chat;
    if (text === "closed") throw refuse("NOTE_CLOSED");
    return portal.call(NOTE.name, { NOTE: text, LENGTH: length });
  },
});

describe("a declaration", () => {
  it("gives values to run, or refuses before it with the field's code, in the order of the fields", async () => {
    const { run, calls } = running();
    assert.equal(await codeOf(run(noteOperation, {})), "CHAT_ID_EMPTY");
    assert.equal(await codeOf(run(noteOperation, { chatId: 1 })), "NOTE_EMPTY");
    assert.equal(await codeOf(run(noteOperation, { chatId: 1, note: "closed" })), "NOTE_CLOSED");
    assert.equal(calls.length, 0);
    await run(noteOperation, { chatId: 1, note: "hi" });
    assert.deepEqual(calls[0]?.params, { NOTE: "hi", LENGTH: 3 });
  });

  it("knows its codes with their outcomes: of the fields, of the methods unless impossible, and its own", () => {
    assert.deepEqual(noteOperation.ways[0]?.codes, {
      CHAT_ID_EMPTY: ["not-sent"],
      NOTE_EMPTY: ["not-sent"],
      NOTE_FULL: ["refused"],
      NOTE_CLOSED: ["not-sent"],
      NOTE_LOST: ["unknown"],
    });
    assert.equal(findMethod("DEMO.note.add"), NOTE);
  });

  it("does not compile with a code that was not declared", () => {
    way({
      methods: [NOTE],
      fields: {},
      errors: { NOTE_LOST: "unknown" },
      // @ts-expect-error -- no code of the method
      impossible: ["NOTE_UNKNOWN"],
      result: true,
      run({ portal, refuse }) {
        // @ts-expect-error -- declared, but never as not sent
        assert.ok(refuse("NOTE_LOST"));
        return portal.call(NOTE.name, {});
      },
    });
    pair({
      names: ["NOTE"],
      codes: ["NOTE_EMPTY"],
      sample: 1,
      parse(_reading, { refuse }) {
        // @ts-expect-error -- not declared
        throw refuse("NOTE_WRONG");
      },
    });
    operation({
      type: "bitrix24-note",
      methods: [NOTE],
      fields: {},
      result: true,
      // @ts-expect-error -- not one of its codes
      help: ["NOTE_EMPTY"],
      run: ({ portal }) => portal.call(NOTE.name, {}),
    });
    const known: ErrorCode[] = ["WRONG_CHAT", "USER_MESSAGE_LIMIT", "TIMEOUT", "SESSION_OVER"];
    // @ts-expect-error -- declared by no action of the package
    known.push("NOTE_EMPTY");
  });

  it("is done in the first way that fits, else in the last", () => {
    const only = { methods: [], fields: {}, result: true, run: () => Promise.resolve(null) };
    const first = way({ ...only, when: { mode: "a" }, texts: "note_a" });
    const last = way(only);
    const both = operationInWays({ type: "bitrix24-note", settings: {}, ways: [first, last], help: [] });
    assert.equal(wayOf(both, { mode: "a" }), first);
    assert.equal(wayOf(both, { mode: "b" }), last);
    assert.deepEqual([textsOf(both, { mode: "a" }), textsOf(both, {})], ["note_a", "note"]);
  });
});
