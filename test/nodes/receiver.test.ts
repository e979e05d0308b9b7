import assert from "node:assert/strict";
import { createServer, request as post, type ClientRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "qs";
import type { Acceptance, Delivery } from "../../open-channels/events/delivery";
import { LARGEST_BODY } from "../../nodes/runtime/post-body";
import { Room } from "../../open-channels/bot/room";
import { Receivers, type Receiver } from "../../nodes/runtime/receiver";
import type { JsonObject } from "../../rest/envelope";
import { phpForm } from "../open-channels/support/php-form";
import { VirtualClock } from "../open-channels/support/virtual-clock";

const TOKEN = "a-token-of-the-tests";
const RIGHT = `/?CLIENT_ID=${TOKEN}`;
const FORM = "application/x-www-form-urlencoded";

/** A body as the portal posts it. */
const body = (event: string, data: JsonObject = {}, token = TOKEN): string =>
  phpForm({ event, data, ts: 1_790_000_000, auth: { application_token: token } });
const DELIVERY = body("ONIMBOTV2MESSAGEADD", { bot: { id: 7 }, message: { id: 5, text: "hi" } });

/** Lets requests go their way, which no clock of the tests can hurry. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** A server with the addresses of one process, and what happens at them. */
class Scene {
  readonly clock = new VirtualClock();
  readonly receivers: Receivers;
  readonly taken: [name: string, deliveries: readonly Delivery[]][] = [];
  readonly turnedAway: string[] = [];
  readonly failed: string[] = [];
  readonly requests: IncomingMessage[] = [];
  delivered = 0;
  ended = 0;
  acceptance: () => Promise<Acceptance> = () => Promise.resolve("new");
  readonly #server: Server;

  /** @param parsed whether another parser has read the body before */
  constructor(limits?: { requests: number; bytes: number }, parsed = false) {
    this.receivers = new Receivers(limits);
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      const answer = (more: object): void => {
        const extended = Object.assign(request, { params: { id: "node" } }, more);
        void this.receivers.answer(extended, response).then(() => this.ended++);
      };
      if (parsed) void readAll(request).then((form) => answer({ body: parse(form, { allowPrototypes: true }) }));
      else answer({});
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  receiver(name: string, more: Partial<Receiver> = {}): Receiver {
    return {
      token: TOKEN,
      botId: null,
      clock: this.clock,
      accept: (deliveries) => {
        this.taken.push([name, deliveries]);
        return this.acceptance();
      },
      deliver: () => void this.delivered++,
      onTurnedAway: (reason) => void this.turnedAway.push(reason),
      onFailed: ({ message }) => void this.failed.push(message),
      ...more,
    };
  }

  open(name = "receiver", more: Partial<Receiver> = {}): (forGood: boolean) => void {
    return this.receivers.open("node", this.receiver(name, more));
  }

  /** Begins a post, its body still to be written. */
  begin(path: string, headers: Record<string, string | number> = {}): ClientRequest {
    const { port } = this.#server.address() as AddressInfo;
    return post({ host: "127.0.0.1", port, path, method: "POST", headers: { "Content-Type": FORM, ...headers } });
  }

  /** Posts an event; resolves when it has arrived, with its status to come. */
  async deliver(form = DELIVERY, path = "/"): Promise<{ status: Promise<number>; settled: () => boolean }> {
    const before = this.requests.length;
    let settled = false;
    const request = this.begin(path, { "Content-Length": Buffer.byteLength(form) });
    const status = statusOf(request).finally(() => (settled = true));
    request.end(form);
    await eventually(() => this.requests.length > before);
    await turns();
    return { status, settled: () => settled };
  }

  async status(form = DELIVERY, path = "/"): Promise<number> {
    return (await this.deliver(form, path)).status;
  }

  /** What the flow was given, by its receiver. */
  get names(): string[] {
    return this.taken.map(([name]) => name);
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The status of the answer; 0 when the connection broke before. */
const statusOf = (request: ClientRequest): Promise<number> =>
  new Promise((resolve) => {
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", () => resolve(0));
  });

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
