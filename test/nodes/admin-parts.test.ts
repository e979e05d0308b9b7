import assert from "node:assert/strict";
import { AnswerCache } from "../../nodes/runtime/admin/cache";
import { throughDoor } from "../../nodes/runtime/admin/door";
import { parseWebhookUrl } from "../../rest/address";
import { CallError } from "../../rest/errors";
import type { Sandbox } from "../../sandbox/index";
import { startFreshSandbox } from "../support/fresh-sandbox";

describe("the door to the portal", () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await startFreshSandbox({ blank: true });
  });

  afterEach(() => sandbox.close());

  it("is closed when the question is answered, and when it failed", async () => {
    const settings = { webhook: parseWebhookUrl(sandbox.webhookUrl), plan: "standard", secrets: [] };
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
});
