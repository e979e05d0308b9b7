import assert from "node:assert/strict";
import type { Trouble } from "./support/scripted-portal";
import { codeOf, setUp } from "./support/door";
import { outcomeOf } from "./support/outcomes";

describe("a call whose first attempt may have run", () => {
  const lost: [what: string, trouble: Trouble, code: string][] = [
    ["broken connection", { kind: "lost", ran: true }, "CONNECTION_LOST"],
    ["page", { kind: "page", ran: true, status: 503 }, "BAD_RESPONSE"],
    ["code of the portal", { kind: "error", status: 500, code: "INTERNAL_SERVER_ERROR" }, "INTERNAL_SERVER_ERROR"],
  ];
  const later: [what: string, trouble: Trouble][] = [
    ["no connection", { kind: "no-connection" }],
    ["a refusal", { kind: "error", status: 400, code: "ACCESS_DENIED" }],
    ["an unknown method", { kind: "error", status: 404, code: "ERROR_METHOD_NOT_FOUND" }],
    ["a duplicate for ever", { kind: "error", status: 400, code: "MESSAGE_DUPLICATED_BY_UUID" }],
  ];
  for (const [first, trouble, code] of lost)
    for (const [second, next] of later)
      it(`leaves as that when ${second} follows a ${first}`, async () => {
        const { clock, script, call } = setUp();
        let attempts = 0;
        script.trouble = () => (attempts++ === 0 ? trouble : next);
        const ending = call({ safe: true, otherwise: { method: "old.name", params: {}, safe: false } }, "new.name");
        await clock.run();
        assert.deepEqual([codeOf(ending), outcomeOf(ending)], [code, "unknown"]);
        assert.ok(attempts > 1);
        assert.deepEqual(
          script.requests.filter(({ method }) => method !== "new.name"),
          [],
        );
      });

  it("leaves as that when its waiting ends, or the portal is closed", async () => {
    for (const end of ["waiting", "closing"]) {
      const { clock, script, portal, call, drain } = setUp({
        maxWait: 3_000,
        policy: { attempts: 9, pause: () => 2_000 },
      });
      let attempts = 0;
      script.trouble = () => (attempts++ === 0 ? { kind: "lost", ran: true } : null);
      const ending = call({ safe: true });
      await clock.pass(100);
      script.limit = { burst: 0, perSecond: 0 };
      drain();
      if (end === "closing") void portal.close();
      await clock.pass(5_000);
      assert.deepEqual([codeOf(ending), outcomeOf(ending)], ["CONNECTION_LOST", "unknown"], end);
    }
  });

  it("is a success when a later attempt is answered", async () => {
    const { clock, script, call } = setUp();
    let attempts = 0;
    script.trouble = () => (attempts++ === 0 ? { kind: "lost", ran: true } : null);
    const ending = call({ safe: true });
    await clock.run();
    assert.equal(ending.success?.attempts, 2);
  });
});

describe("a fault of this package's own", () => {
  it("in a value: never sent, no sign that the portal is away, and the chat goes on", async () => {
    const { clock, script, portal, call } = setUp();
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const throwing = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => {
        throw new Error("not today");
      },
    });
    const values: Record<string, unknown>[] = [{ big: 1n }, circle, throwing, { toJSON: () => undefined }];
    const errors: string[] = [];
    for (let round = 0; round < 3; round++)
      for (const value of values)
        portal.call("im.message.add", value, { chat: "chat1" }).catch((error: unknown) => {
          const { code, outcome } = error as { code: string; outcome: string };
          errors.push(`${outcome} ${code}`);
        });
    const next = call({ chat: "chat1" });
    await clock.run();
    assert.deepEqual(errors, Array(12).fill("not-sent ERROR_ARGUMENT"));
    assert.equal(outcomeOf(next), "success");
    assert.equal(portal.activity().away, false);
    assert.equal(script.requests.length, 1);
  });

  it("in a value, in the middle of a rush, concerns that call alone", async () => {
    const { clock, portal, call, drain } = setUp();
    drain();
    await clock.pass(500);
    let code = "";
    const broken = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("not today");
        },
      },
    );
    portal.call("im.message.add", broken).catch((error: unknown) => (code = (error as { code: string }).code));
    const others = Array.from({ length: 30 }, () => call());
    await clock.run();
    assert.equal(code, "ERROR_ARGUMENT");
    assert.ok(others.every((one) => outcomeOf(one) === "success"));
  });

  it("while an answer is dealt with leaves no chat and no place in the budget taken", async () => {
    const policy = {
      attempts: 4,
      pause: () => {
        throw new Error("no pause");
      },
    };
    const { clock, script, portal, call } = setUp({ policy });
    script.trouble = () => ({ kind: "no-connection" });
    const endings = Array.from({ length: 4 }, () => call({ chat: "chat1" }));
    await clock.run();
    script.trouble = () => null;
    const next = call({ chat: "chat1" });
    await clock.run();
    assert.ok(endings.every((one) => one.times === 1));
    assert.equal(outcomeOf(next), "success");
    assert.equal((portal.metrics() as { budget: { running: number } }).budget.running, 0);
  });

  it("of a transport that throws is not taken for a portal that is away", async () => {
    const { clock, script, portal, call } = setUp();
    script.send = () => {
      throw new Error("at https://p.example/rest/1/secret-of-the-webhook/profile");
    };
    const endings = Array.from({ length: 12 }, () => call());
    await clock.run();
    assert.ok(endings.every((one) => outcomeOf(one) === "unknown" && codeOf(one) === "BAD_RESPONSE"));
    assert.ok(endings.every(({ error }) => !error?.message.includes("secret-of-the-webhook")));
    assert.equal(portal.activity().away, false);
  });
});
