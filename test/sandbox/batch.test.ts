import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { call, form, refusal, result, sample, TOKEN } from "./support";

interface BatchResult {
  result: Record<string, unknown>;
  result_error: Record<string, { error: string; error_description: string }>;
  result_total: Record<string, number>;
  result_next: Record<string, number>;
  result_time: Record<string, unknown>;
}

describe("sandbox: batch", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const batch = async (cmd: unknown, halt: unknown = 0): Promise<BatchResult> =>
    (await result(sandbox, "batch", { cmd, halt })) as BatchResult;

  const say = (text: string): string => {
    const { chatId } = sample(sandbox);
    return `imbot.message.add?CLIENT_ID=${TOKEN}&DIALOG_ID=chat${chatId}&MESSAGE=${encodeURIComponent(text)}`;
  };

  it("answers five maps, each a list when empty or numbered from 0", async () => {
    const named = await batch({ a: "imopenlines.revision.get", b: "imopenlines.network.join?CODE=x" });
    assert.deepEqual(named.result, { a: { rest: 2, web: 1, mobile: 1 } });
    assert.equal(named.result_error.b?.error, "CODE");
    assert.deepEqual([named.result_total, named.result_next, Object.keys(named.result_time)], [[], [], ["a"]]);
    assert.deepEqual((await batch({})).result, []);
    assert.deepEqual((await batch(["profile", "scope"])).result_error, []);
    assert.ok(Array.isArray((await batch(["scope", "scope"])).result));
    assert.deepEqual(Object.keys((await batch(["no.such", "scope"])).result), ["1"]);
    assert.deepEqual(await result(sandbox, "batch"), await batch("text"));
  });

  it("hands every value on as a string, in JSON as in forms", async () => {
    await batch({ a: `${say("one & two + 3%")}&SYSTEM=N` });
    await form(sandbox, "batch", `halt=0&cmd[a]=${encodeURIComponent(say("five # six"))}`);
    const texts = sandbox.control
      .chat(sample(sandbox).chatId)
      .messages.slice(-2)
      .map((message) => message.text);
    assert.deepEqual(texts, ["one & two + 3%", "five # six"]);
    const logged = sandbox.control.log();
    assert.ok(
      logged.every((entry) => entry.via === "batch" && Object.values(entry.params).every((v) => typeof v === "string")),
    );
  });

  it("cuts a command at an unencoded #", async () => {
    await batch({ a: `${say("x")}#y` });
    assert.equal(sandbox.control.log()[0]?.params.MESSAGE, "x");
  });

  it("replaces references to earlier results, wherever they stand", async () => {
    const { result: results } = await batch({
      p: "profile",
      s: "scope",
      a: say("I am $result[p][NAME] of $result[s]!"),
      b: say("$result[p][ID]"),
    });
    assert.ok(Number(results.a) > 0);
    const logged = sandbox.control.log().map((entry) => entry.params.MESSAGE);
    assert.deepEqual(logged.slice(2), ["I am Alex of $result[s]!", "1"]);
  });

  it("replaces a whole value by whatever it refers to, as deep as the path leads", async () => {
    await batch({
      s: "scope",
      list: "imopenlines.dialog.get?CHAT_ID=5&X=$result[s]",
      deep: "imopenlines.dialog.get?X=$result[s][9][y]",
      all: "imopenlines.dialog.get?X=$result[none]",
      word: "imopenlines.dialog.get?X=$RESULT[s]",
      error: "imopenlines.dialog.get?X=$error[list][error]",
    });
    const scopes = ["crm", "im", "imbot", "imopenlines", "user"];
    const values = sandbox.control
      .log()
      .slice(1)
      .map((entry) => entry.params.X);
    assert.deepEqual(values, [scopes, scopes, { s: scopes }, null, "ACCESS_ERROR"]);
  });

  it("halts on an error, by PHP's truth, and not for empty codes", async () => {
    const cmd = { a: "imopenlines.network.join", b: "scope" };
    for (const [halt, runs] of [
      [0, true],
      ["0", true],
      ["", true],
      [false, true],
      [1, false],
      ["false", false],
      [true, false],
    ] as const) {
      assert.equal("b" in (await batch(cmd, halt)).result, runs, JSON.stringify(halt));
    }
    for (const kind of ["empty-error", "zero-error"] as const) {
      sandbox.control.addFault({ method: "scope", kind, insideBatch: true });
      const answered = await batch({ a: "scope", b: "profile" }, 1);
      assert.equal(answered.result_error.a?.error, kind === "empty-error" ? "" : "0");
      assert.ok("b" in answered.result);
    }
  });

  it("refuses nesting, and what is above fifty; skips what is no text", async () => {
    const cmd: Record<string, unknown> = { n: "batch?cmd[a]=scope", d: "Download", x: { method: "scope" } };
    for (let index = 0; index < 50; index++) cmd[`c${index}`] = "scope";
    const answered = await batch(cmd);
    assert.equal(answered.result_error.n?.error, "ERROR_BATCH_METHOD_NOT_ALLOWED");
    assert.equal(answered.result_error.d?.error, "ERROR_BATCH_METHOD_NOT_ALLOWED");
    assert.equal(answered.result_error.c47?.error, "ERROR_BATCH_LENGTH_EXCEEDED");
    assert.equal("x" in answered.result || "x" in answered.result_error, false);
    assert.equal(Object.keys(answered.result).length, 47);
    assert.equal(sandbox.control.log().length, 47);
  });

  it("checks scope and operating time for each command", async () => {
    sandbox.control.configure({ scopes: ["im", "imopenlines"] });
    sandbox.control.spendOperating("imopenlines.revision.get", 500);
    const answered = await batch({ a: "imbot.message.add", b: "imopenlines.revision.get", c: "scope", d: "no.such" });
    assert.deepEqual(answered.result_error.a, { error: "insufficient_scope", error_description: "" });
    assert.equal(answered.result_error.b?.error, "OPERATION_TIME_LIMIT");
    assert.equal(answered.result_error.d?.error, "ERROR_METHOD_NOT_FOUND");
    assert.deepEqual(Object.keys(answered.result), ["c"]);
  });

  it("can charge the time to the batch itself", async () => {
    sandbox.control.configure({ operatingBatch: "batch", operatingCost: { scope: 300 } });
    await batch({ a: "scope", b: "scope" });
    assert.equal(await refusal(sandbox, "batch", { cmd: { a: "scope" } }), "429 OPERATION_TIME_LIMIT");
    assert.equal((await call(sandbox, "scope")).status, 200);
  });

  it("shows paging of each command", async () => {
    for (let index = 0; index < 60; index++) sandbox.control.addOperator({ name: `Op ${index}`, online: false });
    const answered = await batch({ a: "user.get", b: "user.get?start=50" });
    assert.deepEqual([answered.result_total, answered.result_next], [{ a: 64, b: 64 }, { a: 50 }]);
  });

  it("dies whole at a fatal error, with what ran before it", async () => {
    const answered = await call(sandbox, "batch", {
      cmd: { a: say("x"), b: "imopenlines.network.join?CODE[]=1", c: say("y") },
    });
    assert.deepEqual([answered.status, answered.text], [500, ""]);
    assert.deepEqual(
      sandbox.control.log().map((entry) => [entry.method, entry.ok]),
      [
        ["imbot.message.add", true],
        ["imopenlines.network.join", false],
      ],
    );
  });

  it("runs one after the other, within the time that a request may take", async () => {
    sandbox.control.configure({ callMs: 40 });
    const { body } = await call(sandbox, "batch", { cmd: { a: "scope", b: "scope", c: "scope" } });
    const { duration } = body?.time as Record<string, number>;
    assert.ok((duration ?? 0) >= 0.1, String(duration));
    sandbox.control.configure({ callMs: 200, wallMs: 300 });
    const cut = await call(sandbox, "batch", { cmd: { a: "scope", b: "scope", c: "scope" } });
    assert.deepEqual([cut.status, /^<html>/.test(cut.text)], [504, true]);
    assert.equal(sandbox.control.log().length, 4);
  });
});
