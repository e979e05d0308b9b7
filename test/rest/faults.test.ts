import assert from "node:assert/strict";
import type { TransportTiming } from "../../rest/http";
import { FAULT_KINDS, type Fault } from "../../sandbox/index";
import { outcomeOf, watch, type Ending } from "./support/outcomes";
import { startPractice, type Practice } from "./support/practice";

const PATIENT: TransportTiming = { connect: 10_000, answer: 10_000, idle: 200 };
/** For a portal that does not answer in time. */
const QUICK: TransportTiming = { ...PATIENT, answer: 1_000 };

interface Row {
  readonly fault: Fault;
  /** What a call gets that must not run twice: outcome or success, and code. */
  readonly unsafe: readonly [outcome: string, code: string | null];
  /** How often that call was executed. */
  readonly ran: 0 | 1;
  /** What a call gets that may run twice; as the other when absent. */
  readonly safe?: readonly [outcome: string, code: string | null];
}

const SUCCESS = ["success", null] as const;
const LOST = ["unknown", "CONNECTION_LOST"] as const;
const UNREADABLE = ["unknown", "BAD_RESPONSE"] as const;
const SLOW = ["unknown", "TIMEOUT"] as const;

const rows: readonly Row[] = [
  { fault: { kind: "drop-before" }, unsafe: LOST, ran: 0, safe: SUCCESS },
  { fault: { kind: "drop-after" }, unsafe: LOST, ran: 1, safe: SUCCESS },
  { fault: { kind: "drop-middle" }, unsafe: LOST, ran: 1, safe: SUCCESS },
  { fault: { kind: "html-503" }, unsafe: UNREADABLE, ran: 0, safe: SUCCESS },
  { fault: { kind: "html-503", executed: true }, unsafe: UNREADABLE, ran: 1, safe: SUCCESS },
  { fault: { kind: "html-200" }, unsafe: UNREADABLE, ran: 0, safe: SUCCESS },
  { fault: { kind: "html-200", executed: true }, unsafe: UNREADABLE, ran: 1, safe: SUCCESS },
  { fault: { kind: "html-after" }, unsafe: UNREADABLE, ran: 1, safe: SUCCESS },
  { fault: { kind: "truncated" }, unsafe: UNREADABLE, ran: 1, safe: SUCCESS },
  { fault: { kind: "hang" }, unsafe: SLOW, ran: 0, safe: SUCCESS },
  { fault: { kind: "hang", executed: true }, unsafe: SLOW, ran: 1, safe: SUCCESS },
  { fault: { kind: "hang", ms: 50 }, unsafe: LOST, ran: 0, safe: SUCCESS },
  { fault: { kind: "slow", ms: 100 }, unsafe: SUCCESS, ran: 1 },
  { fault: { kind: "slow", ms: 3_000 }, unsafe: SLOW, ran: 1, safe: SUCCESS },
  { fault: { kind: "no-time" }, unsafe: SUCCESS, ran: 1 },
  { fault: { kind: "redirect" }, unsafe: ["not-sent", "LICENSE_EXPIRED"], ran: 0 },
  { fault: { kind: "redirect", to: "https://bitrix24.example" }, unsafe: ["not-sent", "PORTAL_MOVED"], ran: 0 },
  { fault: { kind: "503" }, unsafe: SUCCESS, ran: 1 },
  { fault: { kind: "429" }, unsafe: ["not-sent", "WAITED_TOO_LONG"], ran: 0 },
  { fault: { kind: "empty-error" }, unsafe: ["refused", "UNKNOWN_ERROR"], ran: 0 },
  { fault: { kind: "empty-error", status: 200 }, unsafe: ["refused", "UNKNOWN_ERROR"], ran: 0 },
  { fault: { kind: "zero-error" }, unsafe: ["refused", "0"], ran: 0 },
  { fault: { kind: "error-200" }, unsafe: ["refused", "ERROR_CORE"], ran: 0 },
  { fault: { kind: "error" }, unsafe: ["unknown", "INTERNAL_SERVER_ERROR"], ran: 0, safe: SUCCESS },
  { fault: { kind: "error", executed: true }, unsafe: ["unknown", "INTERNAL_SERVER_ERROR"], ran: 1, safe: SUCCESS },
  { fault: { kind: "error", code: "OVERLOAD_LIMIT", status: 503 }, unsafe: ["refused", "OVERLOAD_LIMIT"], ran: 0 },
  { fault: { kind: "error", code: "CONNECTION_ERROR", status: 401 }, unsafe: SUCCESS, ran: 1 },
];

const seen = (ending: Ending): readonly [string, string | null] => [outcomeOf(ending), ending.error?.code ?? null];

describe("faults of the portal", () => {
  let practice: Practice;

  const start = async ({ fault, unsafe }: Pick<Row, "fault" | "unsafe">): Promise<void> => {
    // The method stays closed for a minute, longer than anybody wants to wait here.
    const maxWait = fault.kind === "429" ? 500 : 10_000;
    practice = await startPractice({ timing: unsafe === SLOW ? QUICK : PATIENT, maxWait });
    practice.sandbox.control.addFault(fault);
  };
  afterEach(() => practice.close());

  it("are all tried", async () => {
    await start({ fault: { kind: "slow" }, unsafe: SUCCESS });
    assert.deepEqual(new Set(rows.map(({ fault }) => fault.kind)), new Set(FAULT_KINDS));
  });

  for (const { fault, unsafe, safe = unsafe, ran } of rows) {
    const { kind, ...fields } = fault;
    const name = `${kind}${Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ""}`;

    it(`${name}: a call that must not run twice is ${unsafe.join(" ")}, and ran ${ran} times`, async () => {
      await start({ fault, unsafe });
      const ending = watch(practice.sendUnsafe("once only"));
      await practice.sendUnsafe("the next").catch(() => undefined);
      assert.equal(ending.times, 1);
      assert.deepEqual(seen(ending), unsafe);
      assert.equal(practice.executions("once only"), ran);
    });

    it(`${name}: a call that may run twice is ${safe.join(" ")}, and its message arrives at most once`, async () => {
      await start({ fault, unsafe });
      const ending = watch(practice.sendSafe("at least once"));
      await practice.sendSafe("the next").catch(() => undefined);
      assert.equal(ending.times, 1);
      assert.deepEqual(seen(ending), safe);
      assert.equal(practice.arrived("at least once"), safe === SUCCESS ? 1 : ran);
    });
  }

  it("never bring a secret out", async () => {
    await start({ fault: { kind: "drop-after" }, unsafe: SLOW });
    const { control, secret } = practice.sandbox;
    const told: string[] = [];
    for (const { fault } of rows.filter((row) => !["429", "503", "slow"].includes(row.fault.kind))) {
      control.addFault(fault);
      const ending = watch(practice.sendUnsafe("any").then((success) => success));
      await practice.sendUnsafe("the next").catch(() => undefined);
      const { error } = ending;
      if (error) told.push(JSON.stringify({ ...error }), error.message, error.stack ?? "");
    }
    told.push(JSON.stringify(practice.portal.metrics()));
    assert.ok(told.length > 20);
    assert.deepEqual(
      told.filter((text) => text.includes(secret)),
      [],
    );
  }).timeout(60_000);

  it("that speak the secret out loud are silenced", async () => {
    await start({ fault: { kind: "no-time" }, unsafe: SUCCESS });
    const { control, secret } = practice.sandbox;
    control.clearFaults();
    control.addFault({ kind: "error", status: 400, code: "E", description: `${"x".repeat(480)}/rest/1/${secret}/` });
    const ending = watch(practice.sendUnsafe("any"));
    await practice.sendUnsafe("the next");
    const { message = "" } = ending.error ?? {};
    assert.ok(message.includes("***"), message.slice(-60));
    assert.ok(!message.includes(secret.slice(0, 8)), message.slice(-60));
  });
});
