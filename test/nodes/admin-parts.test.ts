import assert from "node:assert/strict";
import { AnswerCache } from "../../nodes/admin/cache";
import { throughDoor } from "../../open-channels/portal/door";
import { requirePortal } from "../../open-channels/portal/proof";
import { parseWebhookUrl } from "../../rest/address";
import { CallError, notSent, outcomeUnknown, refused } from "../../rest/errors";
import type { Success } from "../../rest/portal";
import type { Sandbox } from "../../sandbox/index";
import { startFreshSandbox } from "../support/fresh-sandbox";

describe("the door to the portal", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startFreshSandbox({ blank: true });
  });

  afterEach(() => sandbox.close());

  it("is closed when the question is answered, and when it failed", async () => {
    const webhook = parseWebhookUrl(sandbox.webhookUrl);
    const settings = { webhook, isStored: true, plan: "standard", secrets: [] };
    const answered = await throughDoor(settings, async (door) => {
      await door.read("profile");
      return { door };
    });
    let failed = answered.door;
    const failing = throughDoor(settings, async (door) => {
      failed = door;
      return door.read("no.such.method");
    });
    await assert.rejects(failing, (error) => error instanceof CallError && error.code === "ERROR_METHOD_NOT_FOUND");
    for (const door of [answered.door, failed])
      await assert.rejects(door.read("profile"), (error) => error instanceof CallError && error.code === "CANCELLED");
  });
});

describe("an address that was just typed", () => {
  const time = { start: 1, finish: 2, duration: 1 };
  const answer = (result: unknown, more: object | null = null): Promise<Success> =>
    Promise.resolve({
      ...{ result, time: more === null ? null : { ...more }, method: "profile" },
      ...{ next: null, total: null, attempts: 1, batched: false },
    });

  it("is a portal when its answer is measured as Bitrix24 does it, or holds a profile", async () => {
    await requirePortal(() => answer({ anything: 1 }, time));
    await requirePortal(() => answer({ ID: "5", ADMIN: false }));
    for (const [result, more] of [
      ["secret of an inner service", null],
      [{ name: "secret of an inner service" }, { start: "now" }],
      [{ ID: "5" }, null],
    ] as const)
      await assert.rejects(
        requirePortal(() => answer(result, more)),
        (error) => error instanceof CallError && error.code === "BAD_RESPONSE" && error.description === "",
      );
  });

  const failures: [CallError, code: string, outcome: string, description: string][] = [
    [refused("INTERNAL_THING", { description: "secret words" }), "BAD_RESPONSE", "unknown", ""],
    [refused("INVALID_CREDENTIALS", { description: "secret words" }), "INVALID_CREDENTIALS", "refused", ""],
    [refused("insufficient_scope", { description: "secret words" }), "insufficient_scope", "refused", ""],
    [outcomeUnknown<string>("SECRET_CODE", { description: "secret words" }), "BAD_RESPONSE", "unknown", ""],
    [outcomeUnknown("BAD_RESPONSE", { description: "HTTP 404" }), "BAD_RESPONSE", "unknown", ""],
    [notSent("CONNECTION_FAILED", { description: "ECONNREFUSED" }), "CONNECTION_FAILED", "not-sent", "ECONNREFUSED"],
    [notSent("CONNECTION_FAILED", { description: "cert is for inner.host" }), "CONNECTION_FAILED", "not-sent", ""],
  ];
  for (const [error, code, outcome, description] of failures)
    it(`fails in words of our own: ${error.code} (${error.description})`, async () => {
      const failing = requirePortal(() => Promise.reject(error));
      await assert.rejects(failing, (told) => {
        assert.ok(told instanceof CallError);
        assert.deepEqual([told.code, told.outcome, told.description], [code, outcome, description]);
        assert.doesNotMatch(told.message, /secret|inner/);
        return true;
      });
    });
});

describe("remembered answers", () => {
  it("are asked for again after half a minute, after a failure, and when forgotten", async () => {
    let now = 0;
    let asked = 0;
    const cache = new AnswerCache(() => now);
    const get = (): Promise<number> => cache.get("portal lines", async () => ++asked);
    const seen = [await get(), await get()];
    now = 30_000;
    seen.push(await get());
    cache.forget("portal");
    seen.push(await get());
    await assert.rejects(cache.get("other", () => Promise.reject(new Error("away"))));
    const after = await cache.get("other", async () => "there");
    assert.deepEqual(seen, [1, 1, 2, 3]);
    assert.equal(after, "there");
  });

  it("a failure that comes late takes nothing newer away", async () => {
    let now = 0;
    let fail: (error: Error) => void = () => undefined;
    const cache = new AnswerCache(() => now);
    const first = cache.get("lines", () => new Promise((_, reject) => (fail = reject)));
    now = 30_000;
    let asked = 0;
    await cache.get("lines", async () => ++asked);
    fail(new Error("late"));
    await assert.rejects(first);
    const again = await cache.get("lines", async () => ++asked);
    assert.deepEqual([again, asked], [1, 1]);
  });

  it("are as many as fit, by number and by size, the latest ones", async () => {
    const cache = new AnswerCache(() => 0);
    for (let at = 0; at < 250; at++) await cache.get(`small ${at}`, async () => at);
    const many = cache.kept.entries;
    for (let at = 0; at < 10; at++) await cache.get(`large ${at}`, async () => "x".repeat(1_000_000));
    const { entries, characters } = cache.kept;
    let asked = 0;
    await cache.get("large 9", async () => ++asked);
    await cache.get("large 0", async () => ++asked);
    assert.equal(many, 100);
    assert.ok(characters <= 4_000_000 && characters > 2_000_000, `${characters} characters`);
    assert.ok(entries < 10, `${entries} entries`);
    assert.equal(asked, 1);
    cache.forget("");
    assert.deepEqual(cache.kept, { entries: 0, characters: 0 });
  });
});
