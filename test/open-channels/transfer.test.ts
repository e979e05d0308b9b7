import assert from "node:assert/strict";
import { transferOperation } from "../../open-channels/actions/transfer";
import { codeOf, named, running, typed } from "./support/running";
import type { Reading } from "../../open-channels/actions/reading";

type Row = [what: string, target: Reading, kind: string, expected: object | string];

const rows: Row[] = [
  ["a number from the payload's USER_ID", [named("USER_ID", 5)], "auto", { USER_ID: 5 }],
  ["USER_ID although lines are meant", [named("USER_ID", "5")], "line", { USER_ID: 5 }],
  ["QUEUE_ID", [named("QUEUE_ID", 3)], "auto", { QUEUE_ID: 3 }],
  ["QUEUE_ID although people are meant", [named("QUEUE_ID", "3")], "user", { QUEUE_ID: 3 }],
  ["QUEUE_ID written as a line", [named("QUEUE_ID", "queue3")], "auto", { QUEUE_ID: 3 }],
  ["TRANSFER_ID of a person", [named("TRANSFER_ID", 5)], "auto", { USER_ID: 5 }],
  ["TRANSFER_ID of a person although lines are meant", [named("TRANSFER_ID", 5)], "line", { USER_ID: 5 }],
  ["TRANSFER_ID of a line", [named("TRANSFER_ID", "queue3")], "auto", { QUEUE_ID: 3 }],
  ["a typed number", typed(5), "auto", { USER_ID: 5 }],
  ["a typed number as person", typed("5"), "user", { USER_ID: 5 }],
  ["a typed number as line", typed("3"), "line", { QUEUE_ID: 3 }],
  ["a typed line", typed("queue3"), "auto", { QUEUE_ID: 3 }],
  ["a typed line as line", typed("queue3"), "line", { QUEUE_ID: 3 }],
  ["a typed line as person", typed("queue3"), "user", "USER_ID_EMPTY"],
  ["nothing", [], "auto", "TRANSFER_ID_EMPTY"],
  ["two targets", [named("USER_ID", 5), named("QUEUE_ID", 3)], "auto", "TRANSFER_ID_EMPTY"],
  ["three targets", [named("USER_ID", 5), named("QUEUE_ID", 3), named("TRANSFER_ID", 5)], "auto", "TRANSFER_ID_EMPTY"],
  ["a line in other letters", [named("TRANSFER_ID", "Queue3")], "auto", "USER_ID_EMPTY"],
  ["a line without a number", [named("TRANSFER_ID", "queue")], "auto", "QUEUE_ID_EMPTY"],
  ["a line that PHP would bend", typed("queue3x"), "auto", "QUEUE_ID_EMPTY"],
  ["a person that PHP would bend", [named("USER_ID", "5abc")], "auto", "USER_ID_EMPTY"],
  ["an object", [named("USER_ID", {})], "auto", "USER_ID_EMPTY"],
  ["zero", [named("QUEUE_ID", 0)], "auto", "QUEUE_ID_EMPTY"],
];

describe("transfer target", () => {
  for (const [what, target, targetKind, expected] of rows)
    it(`${what} (${targetKind}): ${JSON.stringify(expected)}`, async () => {
      const { run, calls } = running();
      const code = await codeOf(run(transferOperation, { chatId: 12, target }, { targetKind }));
      if (typeof expected === "string") {
        assert.equal(code, expected);
        assert.deepEqual(calls, []);
      } else {
        assert.equal(code, "none");
        assert.deepEqual(calls[0]?.params, { CHAT_ID: 12, ...expected, LEAVE: "N", CLIENT_ID: "the-token" });
      }
    });

  it("keeps the chat's order and is never called safe", async () => {
    const { run, calls } = running();
    await run(transferOperation, { chatId: "12", target: 5 }, { leave: true });
    assert.equal(calls[0]?.params["LEAVE"], "Y");
    assert.equal(calls[0]?.options.chat, "chat12");
    assert.equal(calls[0]?.options.lane, "conversation");
    assert.ok(!calls[0]?.options.safe);
  });

  it("needs a chat, a clear LEAVE and a token before anything is sent", async () => {
    const { run, calls } = running();
    assert.equal(await codeOf(run(transferOperation, { target: 5 })), "CHAT_ID_EMPTY");
    assert.equal(
      await codeOf(run(transferOperation, { chatId: 1, target: 5 }, { leave: "perhaps" })),
      "ERROR_ARGUMENT",
    );
    const untold = running({ token: "" });
    assert.equal(await codeOf(untold.run(transferOperation, { chatId: 1, target: 5 })), "ACCESS_DENIED");
    assert.deepEqual([...calls, ...untold.calls], []);
  });
});
