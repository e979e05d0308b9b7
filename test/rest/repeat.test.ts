import assert from "node:assert/strict";
import { notSent, outcomeUnknown, refused, type CallError } from "../../rest/errors";
import { conversationPolicy, decideRepeat, type RepeatableCall } from "../../rest/repeat";

const policy = conversationPolicy(() => 0.5);

const call = (fields: Partial<RepeatableCall> = {}): RepeatableCall => ({
  safe: false,
  attempts: 1,
  hasAlternative: false,
  leftInDoubt: false,
  ...fields,
});

type Row = [what: string, error: CallError, call: RepeatableCall, when: string | null];

const last = policy.attempts;
const rows: Row[] = [
  ["the counter turned it away", refused("QUERY_LIMIT_EXCEEDED"), call(), "request-budget"],
  ["the counter, however often", refused("QUERY_LIMIT_EXCEEDED"), call({ attempts: 500 }), "request-budget"],
  ["the counter in small letters", refused("query_limit_exceeded"), call(), "request-budget"],
  ["a bare 503 page, unsafe", outcomeUnknown("BAD_RESPONSE", { status: 503 }), call(), null],
  ["a bare 503 page, safe", outcomeUnknown("BAD_RESPONSE", { status: 503 }), call({ safe: true }), "pause"],
  ["execution time used up", refused("OPERATION_TIME_LIMIT"), call({ attempts: 99 }), "method-reset"],
  ["unknown method", refused("ERROR_METHOD_NOT_FOUND"), call({ safe: true }), null],
  ["unknown method with an older name", refused("ERROR_METHOD_NOT_FOUND"), call({ hasAlternative: true }), "now"],
  [
    "unknown method after an attempt that may have run",
    refused("ERROR_METHOD_NOT_FOUND"),
    call({ hasAlternative: true, leftInDoubt: true }),
    null,
  ],
  ["no authorization server", refused("CONNECTION_ERROR"), call(), "pause"],
  ["no authorization server, last attempt", refused("CONNECTION_ERROR"), call({ attempts: last }), null],
  ["no authorization server with a 5xx", outcomeUnknown<string>("CONNECTION_ERROR"), call(), null],
  ["duplicate, not our own", refused("MESSAGE_DUPLICATED_BY_UUID"), call({ safe: true }), null],
  ["duplicate of a lost attempt", refused("MESSAGE_DUPLICATED_BY_UUID"), call({ leftInDoubt: true }), "pause"],
  ["duplicate for ever", refused("MESSAGE_DUPLICATED_BY_UUID"), call({ leftInDoubt: true, attempts: last * 3 }), null],
  ["no connection", notSent("CONNECTION_FAILED"), call(), "pause"],
  ["no connection, last attempt", notSent("CONNECTION_FAILED"), call({ attempts: last }), null],
  ["lost, unsafe", outcomeUnknown("CONNECTION_LOST"), call(), null],
  ["lost, safe", outcomeUnknown("CONNECTION_LOST"), call({ safe: true }), "pause"],
  ["lost, safe, last attempt", outcomeUnknown("CONNECTION_LOST"), call({ safe: true, attempts: last }), null],
  ["timed out, unsafe", outcomeUnknown("TIMEOUT"), call(), null],
  ["timed out, safe", outcomeUnknown("TIMEOUT"), call({ safe: true }), "pause"],
  ["server error, unsafe", outcomeUnknown("INTERNAL_SERVER_ERROR", { status: 500 }), call(), null],
  ["server error, safe", outcomeUnknown("INTERNAL_SERVER_ERROR", { status: 500 }), call({ safe: true }), "pause"],
  ["refused, safe", refused("CHAT_ID_EMPTY"), call({ safe: true }), null],
  ["empty code, safe", refused("UNKNOWN_ERROR"), call({ safe: true }), null],
  ["moved", notSent("PORTAL_MOVED"), call({ safe: true }), null],
  ["licence over", notSent("LICENSE_EXPIRED"), call({ safe: true }), null],
  ["manual block", refused("OVERLOAD_LIMIT"), call({ safe: true }), null],
];

describe("repeat decision", () => {
  for (const [what, error, state, when] of rows)
    it(`${what}: ${when ?? "never"}`, () => {
      const decision = decideRepeat(error, state, policy);
      assert.equal(decision.repeat ? decision.when : null, when);
    });

  const pausesWith = (random: () => number): number[] =>
    Array.from({ length: 12 }, (_, at) => conversationPolicy(random).pause(at + 1));

  it("pauses briefly, and never longer than a few seconds", () => {
    for (const pauses of [pausesWith(() => 0), pausesWith(() => 0.999)]) {
      assert.ok(
        pauses.every((pause) => pause >= 100 && pause <= 4_000),
        pauses.join(),
      );
      assert.ok(pauses.every((pause, at) => at === 0 || pause >= (pauses[at - 1] ?? 0)));
    }
  });

  it("spreads the pauses of calls that failed together over half of their length", () => {
    const [shortest, middle, longest] = [pausesWith(() => 0), pausesWith(() => 0.5), pausesWith(() => 1)];
    shortest.forEach((pause, at) => {
      assert.equal(pause, (longest[at] ?? 0) / 2);
      assert.equal(middle[at], (pause + (longest[at] ?? 0)) / 2);
    });
    const between = longest.slice(0, last - 1).reduce((sum, pause) => sum + pause, 0);
    assert.ok(between <= 2_000, `all attempts within ${between} ms`);
  });
});
