import assert from "node:assert/strict";
import { FAULT_KINDS, type RequestEntry } from "../../../sandbox/index";
import { isPoll, newest } from "../../../sandbox/page/script/data/recent";
import { isKind, NOT_RUN, RUN, strikesInside } from "../../../sandbox/page/script/traffic/kinds";
import { codeOf, filtered, isBatch, rowsOf, shownParams, toneOf } from "../../../sandbox/page/script/traffic/rows";
import type { LogEntry } from "../../../sandbox/portal/records";

const POLL = "imbot.v2.Event.get";

function request(id: number, more: Partial<RequestEntry> = {}): RequestEntry {
  const answered = { status: 200, fault: null, ms: 3, refused: false, level: 0 };
  return { id, at: 0, path: "/rest/1/***/im.x", method: "im.x", ...answered, ...more };
}

function call(n: number, requestId: number, more: Partial<LogEntry> = {}): LogEntry {
  const done = { params: {}, via: "single" as const, user: 1, ok: true, error: null, chatId: null };
  return { n, at: 0, method: "im.x", requestId, ...done, ...more };
}

describe("the practice page's traffic", () => {
  it("shows a row for each call, and for each request of which nothing was executed, the latest first", () => {
    const requests = [request(1), request(2, { method: "batch" }), request(3, { status: 503 })];
    const calls = [call(1, 1), call(2, 2, { via: "batch" }), call(3, 2, { via: "batch" })];
    const rows = rowsOf(requests, calls);
    assert.deepEqual(
      rows.map(({ key }) => key),
      ["r3", "c3", "c2", "c1"],
    );
    assert.deepEqual(rows.map(isBatch), [false, true, true, false]);
  });

  it("filters by method in any letter case, and leaves out polling", () => {
    const rows = rowsOf([request(1, { method: POLL }), request(2, { method: "im.Message.add" })], []);
    const methods = (text: string, withPolls: boolean): string[] =>
      filtered(rows, text, withPolls).map(({ method }) => method);
    assert.deepEqual(methods("", false), ["im.Message.add"]);
    assert.deepEqual(methods("", true), ["im.Message.add", POLL]);
    assert.deepEqual(methods(" MESSAGE ", true), ["im.Message.add"]);
  });

  it("tells how a request went", () => {
    const shown = (one: RequestEntry, own: LogEntry | null) => {
      const [row] = rowsOf([one], own === null ? [] : [own]);
      assert.ok(row);
      return [toneOf(row), codeOf(row, "no answer")];
    };
    assert.deepEqual(shown(request(1), call(1, 1)), ["good", "200"]);
    assert.deepEqual(shown(request(1), call(1, 1, { error: "CHAT_ID_EMPTY" })), ["bad", "200 CHAT_ID_EMPTY"]);
    assert.deepEqual(shown(request(1, { status: null, ms: null }), null), ["waiting", "…"]);
    assert.deepEqual(shown(request(1, { status: null }), null), ["bad", "no answer"]);
  });

  it("hides what may call the portal", () => {
    const text = shownParams({ botToken: "secret", CLIENT_ID: "secret", fields: { auth: "secret", note: "kept" } });
    assert.ok(!text.includes("secret") && text.includes("kept"), text);
    assert.ok(shownParams({ botToken: "" }).includes('""'));
  });

  it("keeps the newest entries, and calls longer than polls", () => {
    const polls = Array.from({ length: 50 }, (_, id) => ({ id, method: POLL }));
    const others = Array.from({ length: 5 }, (_, id) => ({ id: 100 + id, method: "im.x" }));
    const kept = newest([...others, ...polls], 10);
    assert.deepEqual(
      kept.map(({ id }) => id),
      [100, 101, 102, 103, 104, 48, 49],
    );
    assert.deepEqual(newest(others, 10), others);
    assert.deepEqual([isPoll(POLL.toUpperCase()), isPoll("im.x")], [true, false]);
  });

  it("offers every kind of fault that the portal knows, once", () => {
    assert.deepEqual([...NOT_RUN, ...RUN].sort(), [...FAULT_KINDS].sort());
    assert.deepEqual([isKind("hang"), isKind("toString")], [true, false]);
    assert.deepEqual([strikesInside("503"), strikesInside("html-503")], [true, false]);
  });
});
