import assert from "node:assert/strict";
import type { Fault, FaultKind } from "../../sandbox/index";
import { assertTold, type Expected } from "../support/catalogue";
import { ANNA, ask, endScenes, executed, startScene, type Message, type Scene } from "../support/nodes";

const CHAT_ID = 101;

/** Calls that must not run twice: there is nothing by which the portal would know the second one. */
const UNSAFE: Record<string, { props?: Message; payload: Message; method: string }> = {
  "bitrix24-send": {
    props: { mode: "automatic" },
    payload: { CHAT_ID, MESSAGE: "once" },
    method: "imopenlines.bot.session.message.send",
  },
  "bitrix24-operator": { payload: { CHAT_ID }, method: "imopenlines.bot.session.operator" },
  "bitrix24-transfer": { payload: { CHAT_ID, USER_ID: ANNA }, method: "imopenlines.bot.session.transfer" },
  "bitrix24-finish": { payload: { CHAT_ID }, method: "imopenlines.bot.session.finish" },
};

interface Row {
  fault: Fault;
  /** How the message leaves; absent: by output 1. */
  error?: { code: string; outcome: Expected["outcome"]; status: number | null };
  /** How often the portal executed the call. */
  runs: number;
  attempts?: number;
}

const lost = (code: string, status: number | null): Row["error"] => ({ code, outcome: "unknown", status });
const refused = (code: string, status: number): Row["error"] => ({ code, outcome: "refused", status });

const ROWS: Row[] = [
  { fault: { kind: "drop-before" }, error: lost("CONNECTION_LOST", null), runs: 0 },
  { fault: { kind: "drop-after" }, error: lost("CONNECTION_LOST", null), runs: 1 },
  { fault: { kind: "drop-middle" }, error: lost("CONNECTION_LOST", null), runs: 1 },
  { fault: { kind: "html-503" }, error: lost("BAD_RESPONSE", 503), runs: 0 },
  { fault: { kind: "html-503", executed: true }, error: lost("BAD_RESPONSE", 503), runs: 1 },
  { fault: { kind: "html-200" }, error: lost("BAD_RESPONSE", 200), runs: 0 },
  { fault: { kind: "html-200", executed: true }, error: lost("BAD_RESPONSE", 200), runs: 1 },
  { fault: { kind: "html-after" }, error: lost("BAD_RESPONSE", 500), runs: 1 },
  { fault: { kind: "truncated" }, error: lost("BAD_RESPONSE", 200), runs: 1 },
  { fault: { kind: "hang", ms: 50 }, error: lost("CONNECTION_LOST", null), runs: 0 },
  { fault: { kind: "hang", ms: 50, executed: true }, error: lost("CONNECTION_LOST", null), runs: 1 },
  { fault: { kind: "slow", ms: 50 }, runs: 1 },
  { fault: { kind: "no-time" }, runs: 1 },
  { fault: { kind: "redirect" }, error: { code: "LICENSE_EXPIRED", outcome: "not-sent", status: 302 }, runs: 0 },
  {
    fault: { kind: "redirect", to: "https://portal.example.com" },
    error: { code: "PORTAL_MOVED", outcome: "not-sent", status: 302 },
    runs: 0,
  },
  { fault: { kind: "503" }, runs: 1, attempts: 2 },
  { fault: { kind: "empty-error" }, error: refused("UNKNOWN_ERROR", 400), runs: 0 },
  { fault: { kind: "empty-error", status: 500, executed: true }, error: lost("UNKNOWN_ERROR", 500), runs: 1 },
  { fault: { kind: "zero-error" }, error: refused("0", 400), runs: 0 },
  { fault: { kind: "error-200" }, error: refused("ERROR_CORE", 200), runs: 0 },
  { fault: { kind: "error", code: "ERROR_CORE", status: 400 }, error: refused("ERROR_CORE", 400), runs: 0 },
  { fault: { kind: "error", executed: true }, error: lost("INTERNAL_SERVER_ERROR", 500), runs: 1 },
];

async function throughFault(scene: Scene, payload: Message, method: string, row: Row): Promise<void> {
  scene.control.addFault({ ...row.fault, method });
  const { way, msg } = await scene.send({ payload });
  assert.equal(scene.control.faults()[0]?.hits, 1, "the fault did not strike");
  const runs = executed(scene).filter(([name]) => name === method).length;
  assert.equal(runs, row.runs, `executed ${runs} times`);
  if (row.error === undefined) {
    assert.equal(way, "success", JSON.stringify(msg["error"]));
    const { call } = msg["bitrix24"] as { call: { attempts: number; time: unknown } };
    assert.equal(call.attempts, row.attempts ?? 1);
    assert.equal(call.time === null, row.fault.kind === "no-time");
    return;
  }
  assert.equal(way, "error", JSON.stringify(msg["payload"]));
  assert.equal(msg["payload"], payload);
  if (row.error.code !== "0") assertTold(msg["error"], { ...row.error, method });
  else assert.deepEqual((msg["error"] as Message)["code"], "0");
}

const named = ({ kind, executed: ran, to, status }: Fault): string =>
  [kind, ...(ran === true ? ["after the call ran"] : []), to ?? "", status ?? ""].join(" ").trim();

for (const [type, { props = {}, payload, method }] of Object.entries(UNSAFE))
  describe(`${type} when there is trouble on the way`, () => {
    afterEach(endScenes);
    for (const row of ROWS) {
      const told = row.error ? `${row.error.outcome} ${row.error.code}` : "success";
      it(`${named(row.fault)}: ${told}, executed ${row.runs === 1 ? "once" : "never"}`, async () => {
        await throughFault(await startScene({ type, props }), payload, method, row);
      });
    }

    it("cannot connect: not sent, and tried again without harm", async () => {
      const scene = await startScene({ type, props });
      await scene.sandbox.close();
      const { way, msg } = await scene.send({ payload });
      assert.equal(way, "error");
      assertTold(msg["error"], { code: "CONNECTION_FAILED", outcome: "not-sent", status: null, method });
    });

    it("paused by the portal: waits no longer than it may, then not sent", async () => {
      const scene = await startScene({ type, props, portal: { maxWait: "1" } });
      scene.control.addFault({ kind: "429", method });
      const { msg } = await scene.send({ payload });
      assertTold(msg["error"], { code: "WAITED_TOO_LONG", outcome: "not-sent", method });
      assert.equal(executed(scene).length, 0);
    });
  });

describe("bitrix24-send as the bot when there is trouble on the way", () => {
  afterEach(endScenes);

  const method = "imbot.v2.Chat.Message.send";
  const doubtful: [FaultKind, boolean][] = [
    ["drop-before", false],
    ["drop-after", true],
    ["drop-middle", true],
    ["html-503", false],
    ["html-200", false],
    ["html-after", true],
    ["truncated", true],
  ];
  for (const [kind] of doubtful)
    it(`${kind}: asks again, and the dialog has the message once`, async () => {
      const scene = await startScene({ type: "bitrix24-send" });
      scene.control.addFault({ kind, method });
      const { way, msg } = await scene.send({ payload: { CHAT_ID, MESSAGE: "only one" } });
      assert.equal(way, "success", JSON.stringify(msg["error"]));
      assert.equal((msg["bitrix24"] as { call: { attempts: number } }).call.attempts, 2);
      const copies = scene.control.chat(CHAT_ID).messages.filter(({ text }) => text === "only one");
      assert.deepEqual(
        copies.map(({ id }) => id),
        [(msg["payload"] as { id: number }).id],
      );
      assert.equal(scene.control.requests().length, 2);
    });

  it("an answer that stays away is unknown, and still there is one message at most", async () => {
    const scene = await startScene({ type: "bitrix24-send" });
    scene.control.addFault({ kind: "drop-after", method, count: Infinity });
    const { msg } = await scene.send({ payload: { CHAT_ID, MESSAGE: "only one" } });
    assertTold(msg["error"], { code: "CONNECTION_LOST", outcome: "unknown", method });
    assert.equal(scene.control.chat(CHAT_ID).messages.filter(({ text }) => text === "only one").length, 1);
  });

  it("on an older portal a lost answer is not asked for again", async () => {
    const old = "imbot.message.add";
    const scene = await startScene({ type: "bitrix24-send" });
    scene.control.configure({ botPlatform: 1 });
    scene.control.addFault({ kind: "drop-after", method: old });
    const { msg } = await scene.send({ payload: { CHAT_ID, MESSAGE: "only one" } });
    assertTold(msg["error"], { code: "CONNECTION_LOST", outcome: "unknown", method: old });
    assert.equal(executed(scene).length, 1);
  });
});

describe("a portal that was renamed", () => {
  afterEach(endScenes);

  it("is followed once, with one warning, and remembered", async () => {
    const scene = await startScene({ type: "bitrix24-send" });
    const host = scene.sandbox.url.replace("127.0.0.1", "localhost");
    scene.control.addFault({ kind: "redirect", to: host, count: 1 });
    for (const text of ["first", "second"]) {
      const { way } = await scene.send({ payload: { CHAT_ID, MESSAGE: text } });
      assert.equal(way, "success");
    }
    assert.equal(executed(scene).length, 2);
    assert.equal(scene.control.requests().length, 3);
    const warnings = scene.logged("warn").filter((text) => text.includes("localhost"));
    assert.equal(warnings.length, 1);
    assert.doesNotMatch(warnings[0] ?? "", new RegExp(scene.sandbox.secret));
  });
});

describe("reads", () => {
  afterEach(endScenes);

  it("are asked for again when the answer is lost", async () => {
    const scene = await startScene({ type: "bitrix24-call" });
    scene.control.addFault({ kind: "drop-after", method: "imopenlines.revision.get" });
    const { way, msg } = await scene.send({ payload: { method: "imopenlines.revision.get" } });
    assert.deepEqual([way, msg["payload"]], ["success", await ask(scene, "imopenlines.revision.get", {})]);
  });
});
