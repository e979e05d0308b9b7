import assert from "node:assert/strict";
import { readEnvelope, wholeNumber } from "../../rest/envelope";
import { CallError } from "../../rest/errors";

const METHOD = "profile";
const read = (status: number, body: unknown) =>
  readEnvelope(status, typeof body === "string" ? body : JSON.stringify(body), METHOD);

function failure(status: number, body: unknown): CallError {
  try {
    read(status, body);
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error("was taken for a success");
}

describe("answer envelope", () => {
  const time = { start: 1, finish: 2.5, operating: 0.3 };

  for (const result of [true, false, null, 0, "", "text", [], {}, [1], { id: 5 }])
    it(`is a success whatever the result is: ${JSON.stringify(result)}`, () => {
      assert.deepEqual(read(200, { result, time }), { result, next: null, total: null, time });
    });

  it("brings paging along, also when it is written as text", () => {
    const answer = read(200, { result: [], next: 50, total: "120" });
    assert.equal(answer.next, 50);
    assert.equal(answer.total, 120);
  });

  for (const time of [undefined, null, [], "now", 5])
    it(`needs no time: ${JSON.stringify(time)}`, () => {
      assert.equal(read(200, { result: 1, time }).time, null);
    });

  it("is a success with any 2xx", () => {
    assert.equal(read(201, { result: 7 }).result, 7);
  });

  const refusals: [status: number, error: unknown, code: string][] = [
    [400, "CHAT_ID_EMPTY", "CHAT_ID_EMPTY"],
    [401, "expired_token", "expired_token"],
    [400, "", "UNKNOWN_ERROR"],
    [400, "  ", "UNKNOWN_ERROR"],
    [400, "0", "0"],
    [400, 0, "0"],
    [400, 403, "403"],
    [400, null, "UNKNOWN_ERROR"],
    [400, false, "UNKNOWN_ERROR"],
    [400, [], "UNKNOWN_ERROR"],
    [400, { code: "V3_CODE", message: "words" }, "V3_CODE"],
    [400, {}, "UNKNOWN_ERROR"],
    [200, "WRONG_ENCODING", "WRONG_ENCODING"],
    [200, "", "UNKNOWN_ERROR"],
    [503, "QUERY_LIMIT_EXCEEDED", "QUERY_LIMIT_EXCEEDED"],
    [503, "OVERLOAD_LIMIT", "OVERLOAD_LIMIT"],
    [429, "OPERATION_TIME_LIMIT", "OPERATION_TIME_LIMIT"],
  ];
  for (const [status, error, code] of refusals)
    it(`is refused: HTTP ${status} with error ${JSON.stringify(error)}`, () => {
      const seen = failure(status, { error, error_description: "words" });
      assert.equal(seen.outcome, "refused");
      assert.equal(seen.code, code);
      assert.equal(seen.status, status);
      assert.equal(seen.method, METHOD);
    });

  it("with an error is no success, even when a result stands beside it", () => {
    assert.equal(failure(200, { result: true, error: "" }).outcome, "refused");
  });

  it("is of unknown outcome with a 5xx and a code that says nothing", () => {
    for (const code of ["INTERNAL_SERVER_ERROR", "ERROR_CORE", "", "0"]) {
      const seen = failure(500, { error: code });
      assert.equal(seen.outcome, "unknown", code);
      assert.notEqual(seen.code, "");
    }
  });

  const unreadable: [what: string, status: number, body: unknown][] = [
    ["HTML with 200", 200, "<!DOCTYPE html><html><body>Authorization</body></html>"],
    ["HTML with 503", 503, "<html><h1>503</h1></html>"],
    ["HTML with 404", 404, "<html>nginx</html>"],
    ["nothing", 500, ""],
    ["nothing with 200", 200, ""],
    ["half of the JSON", 200, '{"result":{"id":5},"ti'],
    ["a list", 200, [1, 2]],
    ["a text", 200, '"ok"'],
    ["null", 200, "null"],
    ["an object without result", 200, { time }],
    ["a result with a 5xx", 502, { result: true }],
    ["a result with a 4xx", 404, { result: true }],
  ];
  for (const [what, status, body] of unreadable)
    it(`is of unknown outcome: ${what}`, () => {
      const seen = failure(status, body);
      assert.equal(seen.outcome, "unknown");
      assert.equal(seen.code, "BAD_RESPONSE");
      assert.equal(seen.status, status);
      assert.ok(!seen.message.includes("<"), seen.message);
    });

  it("shows the portal's words as one plain, bounded line", () => {
    const words = `<b>Wrong</b>\n\n  value<br/>${" x".repeat(5000)}`;
    const { description } = failure(400, { error: "E", error_description: words });
    assert.ok(description.startsWith("Wrong value x x"), description.slice(0, 40));
    assert.ok(description.length <= 500);
  });

  it("cleans words before it shortens them, so that no half of a secret is left", () => {
    const secret = "s3cr3t".repeat(6);
    const words = `${"x".repeat(490)} ${secret}`;
    const hide = (text: string) => text.replaceAll(secret, "***");
    const clean = { text: hide, name: hide };
    assert.throws(
      () => readEnvelope(400, JSON.stringify({ error: "E", error_description: words }), METHOD, clean),
      (error) => error instanceof CallError && error.description.endsWith("***") && !error.description.includes("s3c"),
    );
  });

  it("reads whole numbers only", () => {
    for (const [value, number] of [
      [5, 5],
      ["50", 50],
      [0, 0],
      ["", null],
      ["5.5", null],
      [5.5, null],
      ["-1", null],
      [null, null],
      ["99999999999999999999", null],
      [true, null],
    ] as const)
      assert.equal(wholeNumber(value), number, String(value));
  });
});
