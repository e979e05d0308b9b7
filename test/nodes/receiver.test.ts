import assert from "node:assert/strict";
import { LARGEST_BODY } from "../../nodes/runtime/post-body";
import { phpForm } from "../open-channels/support/php-form";
import { body, DELIVERY, eventually, RIGHT, Scene, statusOf, TOKEN, turns } from "./support/posts";

describe("the address of a config node", () => {
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

  describe("in a deploy", () => {
    it("holds an event until it is opened again", async () => {
      scene.open("before")(false);
      const { status } = await scene.deliver();
      scene.open("after");
      assert.equal(await status, 200);
      assert.deepEqual(scene.names, ["after"]);
    });

    it("gives up after ten seconds", async () => {
      scene.open("before")(false);
      const waiting = await scene.deliver();
      scene.clock.pass(9_999);
      await turns();
      assert.equal(waiting.settled(), false);
      scene.clock.pass(1);
      assert.equal(await waiting.status, 404);
      assert.equal(await scene.status(), 404);
    });

    it("waits as long in each of several deploys that follow each other", async () => {
      scene.open("first")(false);
      const closeAgain = scene.open("second");
      scene.clock.pass(9_000);
      closeAgain(false);
      const waiting = await scene.deliver();
      scene.clock.pass(9_000);
      await turns();
      assert.equal(waiting.settled(), false);
      scene.open("third");
      assert.equal(await waiting.status, 200);
      assert.deepEqual(scene.names, ["third"]);
      await eventually(() => scene.ended === 1);
      assert.equal(scene.clock.nextIn, 0, "only the flow is left to begin");
    });

    it("is closed at once when its node is removed", async () => {
      scene.open("before")(true);
      assert.equal(await scene.status(), 404);
      assert.equal(scene.clock.nextIn, null);
    });

    it("looks at the token of the bot that is there afterwards", async () => {
      scene.open("before")(false);
      const changed = await scene.deliver(body("ONIMBOTV2DELETE", {}, "the-new-token"), "/?CLIENT_ID=the-new-token");
      const old = await scene.deliver(DELIVERY, RIGHT);
      scene.open("after", { token: "the-new-token" });
      assert.deepEqual(await Promise.all([changed.status, old.status]), [200, 403]);
    });

    it("does not read what waits, and turns away what would be too much", async () => {
      await use({ requests: 4, bytes: 1_000_000 });
      scene.open("before")(false);
      const waiting = [await scene.deliver(), await scene.deliver(), await scene.deliver(DELIVERY, RIGHT)];
      assert.equal(await scene.status(), 503, "strangers have half of the room");
      waiting.push(await scene.deliver(DELIVERY, RIGHT));
      assert.equal(await scene.status(DELIVERY, RIGHT), 503);
      assert.deepEqual(scene.receivers.taken, { requests: 4, bytes: 0 });
      assert.ok(scene.requests.slice(0, 3).every((request) => !request.readableFlowing));
      scene.open("after");
      assert.deepEqual(await Promise.all(waiting.map(({ status }) => status)), [200, 200, 200, 200]);
      await eventually(() => scene.ended === 6);
      assert.deepEqual(scene.receivers.taken, { requests: 0, bytes: 0 });
      assert.deepEqual(scene.turnedAway, ["busy", "busy"]);
    });

    it("counts the bytes of bodies that another parser has read", async () => {
      await use({ requests: 100, bytes: 3 * DELIVERY.length }, true);
      scene.open("before")(false);
      const waiting = [];
      for (let count = 0; count < 3; count++) waiting.push(await scene.deliver(DELIVERY, RIGHT));
      assert.equal(await scene.status(DELIVERY, RIGHT), 503);
      scene.open("after");
      assert.deepEqual(await Promise.all(waiting.map(({ status }) => status)), [200, 200, 200]);
      await eventually(() => scene.ended === 4);
      assert.deepEqual(scene.receivers.taken, { requests: 0, bytes: 0 });
    });

    it("lets a request go whose sender has gone while it waited", async () => {
      scene.open("before")(false);
      const request = scene.begin("/", { "Content-Length": 100 });
      const status = statusOf(request);
      request.write("event=");
      await eventually(() => scene.requests.length === 1);
      request.destroy();
      await eventually(() => scene.requests[0]?.destroyed === true);
      scene.open("after");
      await eventually(() => scene.ended === 1);
      assert.equal(await status, 0);
      assert.deepEqual(scene.receivers.taken, { requests: 0, bytes: 0 });
    });
  });

  describe("knows the portal", () => {
    it("by the token in the address before it reads anything", async () => {
      scene.open();
      const request = scene.begin("/?CLIENT_ID=guessed", { "Content-Length": LARGEST_BODY });
      const status = statusOf(request);
      request.write("event=");
      assert.equal(await status, 403);
      assert.deepEqual(scene.turnedAway, ["token"]);
      assert.deepEqual(scene.taken, []);
      request.destroy();
    });

    it("by the token in the body too, whatever the address says", async () => {
      scene.open();
      const forged = body("ONIMBOTV2DELETE", {}, "guessed");
      for (const path of ["/", RIGHT, "/?CLIENT_ID=", "/?x=1"]) {
        assert.equal(await scene.status(forged, path), 403, path);
        assert.equal(await scene.status(phpForm({ event: "ONIMBOTV2DELETE" }), path), 403, path);
        assert.equal(await scene.status(DELIVERY, path), 200, path);
      }
    });

    it("with the token as it is and behind custom, among other parts of the address", async () => {
      scene.open();
      const custom = body("ONIMBOTV2DELETE", {}, `custom${TOKEN}`);
      for (const path of [
        `/?client_id=custom${TOKEN}`,
        `/?a=1&CLIENT_ID=${TOKEN}&b`,
        `/?CLIENT_ID=x&CLIENT_ID=${TOKEN}`,
      ])
        assert.equal(await scene.status(custom, path), 200, path);
    });

    it("never without a token of its own", async () => {
      scene.open("receiver", { token: "" });
      for (const token of ["", "custom"])
        for (const path of ["/", `/?CLIENT_ID=${token}`])
          assert.equal(await scene.status(body("ONIMBOTV2DELETE", {}, token), path), 403);
      assert.deepEqual(scene.taken, []);
    });
  });
});
