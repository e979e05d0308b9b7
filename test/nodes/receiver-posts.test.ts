import assert from "node:assert/strict";
import { LARGEST_BODY } from "../../nodes/runtime/post-body";
import { Room } from "../../open-channels/bot/room";
import { Receivers } from "../../nodes/runtime/receiver";
import type { Acceptance } from "../../open-channels/events/delivery";
import type { JsonObject } from "../../rest/envelope";
import { phpForm } from "../open-channels/support/php-form";
import { body, DELIVERY, eventually, RIGHT, Scene, statusOf, TOKEN, turns } from "./support/posts";

describe("what is posted to a config node", () => {
  let scene: Scene;
  const use = async (...args: ConstructorParameters<typeof Scene>): Promise<Scene> => {
    await scene.close();
    scene = new Scene(...args);
    await scene.listen();
    return scene;
  };

  beforeEach(async () => {
    scene = new Scene();
    await scene.listen();
  });
  afterEach(() => scene.close());

  describe("hands over", () => {
    const record = (id: number, botId: number): JsonObject => ({ [id]: { BOT_ID: botId, COMMAND: `c${id}` } });

    it("each command of a post, all of them at once, without secrets", async () => {
      scene.open("receiver", { botId: 7 });
      const data = { COMMAND: { ...record(1, 7), ...record(2, 8), ...record(3, 7) }, auth: { access_token: "secret" } };
      assert.equal(await scene.status(body("ONIMCOMMANDADD", data)), 200);
      const [, deliveries = []] = scene.taken[0] ?? [];
      assert.deepEqual(
        deliveries.map(({ data: { COMMAND } }) => Object.keys(COMMAND as object)),
        [["1"], ["3"]],
      );
      assert.doesNotMatch(JSON.stringify(deliveries), /secret/);
    });

    it("nothing that is only for other bots", async () => {
      scene.open("receiver", { botId: 7 });
      for (const form of [
        body("ONIMCOMMANDADD", { COMMAND: record(2, 8) }),
        body("ONIMBOTV2MESSAGEADD", { bot: { id: 8 } }),
        body("ONIMBOTDELETE", { BOT_ID: 8 }),
      ])
        assert.equal(await scene.status(form), 403);
      assert.deepEqual(scene.turnedAway, ["foreign-bot", "foreign-bot", "foreign-bot"]);
      assert.deepEqual(scene.taken, []);
    });

    it("a text with broken bytes, whichever parser has read it", async () => {
      const text = "%D0%9F%D1%80+%F0%9F%21";
      const form = `event=ONIMBOTV2MESSAGEADD&data%5Bmessage%5D%5Btext%5D=${text}&auth%5Bapplication_token%5D=${TOKEN}`;
      for (const parsed of [false, true]) {
        await use(undefined, parsed);
        scene.open();
        assert.equal(await scene.status(form), 200);
        const [, [delivery] = []] = scene.taken[0] ?? [];
        assert.equal((delivery?.data["message"] as JsonObject)["text"], "Пр \u{FFFD}!");
      }
    });

    it("nothing that is too large, malformed or of another kind", async () => {
      scene.open();
      assert.equal(await scene.status("event=%zz"), 400);
      assert.equal(await scene.status(phpForm({ auth: { application_token: TOKEN } })), 400);
      const json = scene.begin(RIGHT, { "Content-Type": "application/json", "Content-Length": 2 });
      const [jsonStatus] = [statusOf(json), json.end("{}")];
      assert.equal(await jsonStatus, 400);
      const announced = scene.begin(RIGHT, { "Content-Length": LARGEST_BODY + 1 });
      const announcedStatus = statusOf(announced);
      announced.write("event=");
      assert.equal(await announcedStatus, 413);
      announced.destroy();
      const unannounced = scene.begin(RIGHT, { "Transfer-Encoding": "chunked" });
      const unannouncedStatus = statusOf(unannounced);
      for (let sent = 0; sent <= LARGEST_BODY; sent += 65_536) unannounced.write("x".repeat(65_536));
      assert.ok([413, 0].includes(await unannouncedStatus));
      unannounced.destroy();
      await eventually(() => scene.ended === 5);
      assert.deepEqual(scene.turnedAway, ["malformed", "malformed", "malformed", "too-large", "too-large"]);
      assert.deepEqual(scene.receivers.taken, { requests: 0, bytes: 0 });
    });

    it("nothing more while too many bodies are being read", async () => {
      await use({ requests: 100, bytes: 1_000 });
      scene.open();
      const slow = scene.begin("/", { "Content-Length": 900 });
      const slowStatus = statusOf(slow);
      slow.write("x".repeat(400));
      await eventually(() => scene.receivers.taken.bytes === 400);
      assert.equal(await scene.status(), 503, "strangers have half of the room");
      assert.equal(await scene.status(DELIVERY, RIGHT), 200);
      slow.destroy();
      await eventually(() => scene.ended === 3);
      assert.equal(await slowStatus, 0);
      assert.deepEqual(scene.turnedAway, ["busy", "malformed"]);
      assert.deepEqual(scene.receivers.taken, { requests: 0, bytes: 0 });
    });
  });

  describe("answers", () => {
    it("first, and lets the flow begin then", async () => {
      scene.open();
      assert.equal(await scene.status(), 200);
      assert.equal(scene.delivered, 0);
      scene.clock.pass(0);
      assert.equal(scene.delivered, 1);
    });

    it("after 30 ms although the disk is slow", async () => {
      let safe: (acceptance: Acceptance) => void = () => undefined;
      scene.acceptance = () => new Promise((resolve) => (safe = resolve));
      scene.open();
      const slow = await scene.deliver();
      await eventually(() => scene.taken.length === 1);
      scene.clock.pass(29);
      await turns();
      assert.equal(slow.settled(), false);
      scene.clock.pass(1);
      assert.equal(await slow.status, 200);
      scene.clock.pass(1_000);
      assert.equal(scene.delivered, 0);
      safe("new");
      await eventually(() => scene.ended === 1);
      scene.clock.pass(0);
      assert.equal(scene.delivered, 1);
    });

    it("503 when nobody takes events, and 200 to what came before", async () => {
      scene.open();
      scene.acceptance = () => Promise.resolve("full");
      assert.equal(await scene.status(), 503);
      scene.acceptance = () => Promise.resolve("known");
      assert.equal(await scene.status(), 200);
      assert.deepEqual(scene.turnedAway, ["unwanted", "repeated"]);
      assert.equal(scene.clock.nextIn, null);
    });

    it("503 when taking fails, and says so; a flow that fails ends nothing", async () => {
      scene.open("receiver", {
        deliver: () => {
          throw new Error("the flow");
        },
      });
      scene.acceptance = () => Promise.reject(new Error("the disk"));
      assert.equal(await scene.status(), 503);
      scene.acceptance = () => {
        throw new Error("at once");
      };
      assert.equal(await scene.status(), 503);
      scene.acceptance = () => Promise.resolve("new");
      assert.equal(await scene.status(), 200);
      scene.clock.pass(0);
      assert.deepEqual(scene.failed, ["the disk", "at once", "the flow"]);
    });
  });

  it("is another one in each process", async () => {
    new Receivers().open("node", scene.receiver("elsewhere"));
    assert.equal(await scene.status(), 404);
  });

  it("keeps no process alive by its timers", () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const { clock: _clock, ...withDefault } = scene.receiver("before");
    scene.receivers.open("node", withDefault)(false);
    const after = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    assert.equal(after, before);
    scene.open("after");
  });
});

describe("the room of posted requests", () => {
  it("gives back what was taken, once", () => {
    const room = new Room({ requests: 2, bytes: 10 });
    const place = room.enter(false);
    assert.ok(place);
    assert.ok(place.grow(6) && place.grow(4));
    assert.equal(place.grow(1), false);
    place.leave();
    place.leave();
    assert.deepEqual(room.taken, { requests: 0, bytes: 0 });
  });

  it("keeps half of it from strangers, also when the portal has the other half", () => {
    const room = new Room({ requests: 4, bytes: 10 });
    const stranger = room.enter(true);
    assert.ok(stranger);
    assert.ok(stranger.grow(5));
    assert.equal(stranger.grow(1), false);
    assert.ok(room.enter(true));
    assert.equal(room.enter(true), null);
    assert.ok(room.enter(false)?.grow(5));
    assert.ok(room.enter(false));
    assert.equal(room.enter(false), null);
  });
});
