import assert from "node:assert/strict";
import { startSandbox, type Change, type Fault, type FaultKind, type Sandbox } from "../../sandbox/index";
import { call, Clock, refusal, sample, TOKEN, withSandbox, type Answered } from "./support";

const METHOD = "imopenlines.bot.session.message.send";

describe("sandbox: faults", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const send = (text = "x"): Promise<Answered> =>
    call(sandbox, METHOD, { CHAT_ID: sample(sandbox).chatId, NAME: "DEFAULT", MESSAGE: text });
  const executions = (): number => sandbox.control.log().length;
  const change = (kind: Change["kind"]): Promise<void> =>
    new Promise((resolve) => {
      const stop = sandbox.control.on((happened) => {
        if (happened.kind !== kind) return;
        stop();
        resolve();
      });
    });
  const strike = async (fault: Omit<Fault, "method">): Promise<Answered | "broken"> => {
    sandbox.control.addFault({ method: METHOD, ...fault });
    try {
      return await send();
    } catch (error) {
      assert.ok(error instanceof TypeError);
      return "broken";
    }
  };

  const broken: [FaultKind, number][] = [
    ["drop-before", 0],
    ["drop-after", 1],
    ["drop-middle", 1],
  ];
  for (const [kind, runs] of broken) {
    it(`${kind}: connection broken, executed ${runs} times`, async () => {
      assert.equal(await strike({ kind }), "broken");
      assert.equal(executions(), runs);
      assert.equal((await send()).status, 200);
      assert.equal(sandbox.control.requests()[0]?.fault, kind);
    });
  }

  const answered: [Omit<Fault, "method">, number, number, RegExp][] = [
    [{ kind: "html-503" }, 503, 0, /^<html>/],
    [{ kind: "html-503", executed: true }, 503, 1, /^<html>/],
    [{ kind: "html-200" }, 200, 0, /^<!DOCTYPE html>/],
    [{ kind: "html-after" }, 500, 1, /^<html>/],
    [{ kind: "429" }, 429, 0, /^\{"error":"OPERATION_TIME_LIMIT"/],
    [{ kind: "503" }, 503, 0, /^\{"error":"QUERY_LIMIT_EXCEEDED"/],
    [{ kind: "empty-error" }, 400, 0, /^\{"error":"",/],
    [{ kind: "zero-error" }, 400, 0, /^\{"error":"0",/],
    [{ kind: "no-time" }, 200, 1, /^\{"result":true\}$/],
    [{ kind: "truncated" }, 200, 1, /^\{"result":true,"time":\{[^}]*$/],
    [{ kind: "error-200" }, 200, 0, /^\{"error":"ERROR_CORE","error_description":"[^"]+"\}$/],
    [{ kind: "error", code: "WRONG_AUTH_TYPE", status: 403 }, 403, 0, /^\{"error":"WRONG_AUTH_TYPE"/],
    [{ kind: "error", executed: true }, 500, 1, /^\{"error":"INTERNAL_SERVER_ERROR"/],
    [{ kind: "slow", ms: 20 }, 200, 1, /^\{"result":true,/],
    [{ kind: "redirect" }, 302, 0, /^$/],
  ];
  for (const [fault, status, runs, text] of answered) {
    it(`${fault.kind}${fault.executed ? " (executed)" : ""}: ${status}, executed ${runs} times`, async () => {
      const got = await strike(fault);
      assert.ok(got !== "broken");
      assert.equal(got.status, status);
      assert.match(got.text, text);
      assert.equal(executions(), runs);
    });
  }

  it("redirect: to the licence page, or to another portal with the same path", async () => {
    const licence = await strike({ kind: "redirect" });
    assert.ok(licence !== "broken");
    assert.equal(licence.headers.get("location"), "/bitrix/coupon_activation.php");
    const moved = await strike({ kind: "redirect", to: "https://new.example/" });
    assert.ok(moved !== "broken");
    assert.equal(moved.headers.get("location"), `https://new.example/rest/1/${sandbox.secret}/${METHOD}`);
  });

  it("hang: no answer until the asker gives up, executed only when told so", async () => {
    for (const executed of [false, true]) {
      sandbox.control.reset();
      sandbox.control.addFault({ method: METHOD, kind: "hang", executed });
      const given = new AbortController();
      const struck = change(executed ? "log" : "fault");
      const got = fetch(sandbox.webhookUrl + METHOD, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ CHAT_ID: 101 }),
        signal: given.signal,
      });
      await struck;
      given.abort();
      await assert.rejects(got, { name: "AbortError" });
      assert.equal(executions(), executed ? 1 : 0);
    }
    assert.equal(await strike({ kind: "hang", ms: 20 }), "broken");
  });

  it("strikes by name in any case, by pattern, or everything; as often as told", async () => {
    sandbox.control.addFault({ method: METHOD.toUpperCase(), kind: "503", count: 2 });
    assert.deepEqual([(await send()).status, (await send()).status, (await send()).status], [503, 503, 200]);
    sandbox.control.addFault({ method: "^imopenlines\\.bot\\.", kind: "503", count: Infinity });
    assert.equal((await call(sandbox, "scope")).status, 200);
    for (let index = 0; index < 5; index++) assert.equal((await send()).status, 503);
    assert.deepEqual(
      sandbox.control.faults().map(({ hits, left }) => [hits, left]),
      [
        [2, 0],
        [5, Infinity],
      ],
    );
    sandbox.control.clearFaults();
    sandbox.control.addFault({ kind: "503" });
    assert.equal(await refusal(sandbox, "scope"), "503 QUERY_LIMIT_EXCEEDED");
    assert.throws(() => sandbox.control.addFault({ kind: "nonsense" as FaultKind }));
  });

  it("strikes by chance, the same way for the same seed", async () => {
    const pattern = async (): Promise<string> => {
      sandbox.control.reset();
      sandbox.control.addFault({ kind: "503", count: Infinity, probability: 0.5 });
      let text = "";
      for (let index = 0; index < 40; index++) text += (await call(sandbox, "scope")).status === 200 ? "." : "x";
      return text;
    };
    const first = await pattern();
    assert.equal(await pattern(), first);
    const hits = first.replaceAll(".", "").length;
    assert.ok(hits > 8 && hits < 32, first);
  });

  it("strikes single calls of a batch, or the batch that carries them", async () => {
    const { chatId } = sample(sandbox);
    const say = (text: string): string =>
      `imbot.message.add?CLIENT_ID=${TOKEN}&DIALOG_ID=chat${chatId}&MESSAGE=${text}`;
    const cmd = { a: say("1"), b: "scope", c: say("2") };
    sandbox.control.addFault({ method: "imbot.message.add", kind: "error", code: "X", insideBatch: true });
    sandbox.control.addFault({ method: "scope", kind: "error", code: "Y", executed: true, insideBatch: true });
    const { body } = await call(sandbox, "batch", { cmd });
    const answer = body?.result as { result: object; result_error: Record<string, { error: string }> };
    assert.deepEqual(Object.keys(answer.result), ["c"]);
    assert.deepEqual([answer.result_error.a?.error, answer.result_error.b?.error], ["X", "Y"]);
    assert.deepEqual(
      sandbox.control.log().map((entry) => entry.method),
      ["scope", "imbot.message.add"],
    );
    sandbox.control.addFault({ method: "scope", kind: "drop-after", insideBatch: true });
    await assert.rejects(call(sandbox, "batch", { cmd }));
    assert.equal(executions(), 5);
    assert.equal((await call(sandbox, "scope")).status, 200);
  });

  it("does not spend a fault on a refused request", async () => {
    await withSandbox({ requestLimit: "standard", now: new Clock().now }, async (limited) => {
      for (let index = 0; index < 50; index++) await call(limited, "scope");
      limited.control.addFault({ kind: "drop-before" });
      assert.equal(await refusal(limited, "scope"), "503 QUERY_LIMIT_EXCEEDED");
      assert.equal(limited.control.faults()[0]?.hits, 0);
    });
  });

  it("logs what ran, and no secret", async () => {
    await send("hello");
    const [entry] = sandbox.control.log();
    assert.deepEqual(
      [entry?.n, entry?.method, entry?.via, entry?.user, entry?.ok, entry?.error, entry?.chatId],
      [1, METHOD, "single", 1, true, null, sample(sandbox).chatId],
    );
    assert.deepEqual(entry?.params, { CHAT_ID: sample(sandbox).chatId, NAME: "DEFAULT", MESSAGE: "hello" });
    const [request] = sandbox.control.requests();
    assert.deepEqual([request?.id, request?.status, request?.path], [entry?.requestId, 200, `/rest/1/***/${METHOD}`]);
  });
});
