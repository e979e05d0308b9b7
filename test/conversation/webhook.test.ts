import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { phpForm } from "../open-channels/support/php-form";
import { endedDeliveries, endings } from "./support/deliveries";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "./support/scene";

const TOKEN = "a-token-of-the-tests";
const WEBHOOK: SceneOptions = { portal: { eventMode: "webhook" }, credentials: { botToken: TOKEN } };
const OLD: SceneOptions = { ...WEBHOOK, prepare: (control) => control.configure({ botPlatform: 1 }) };
const FORM = "application/x-www-form-urlencoded";

/** A body as the portal posts it, with changes. */
function body(scene: Scene, changes: Record<string, unknown> = {}, bot: Record<string, unknown> = {}): string {
  return phpForm({
    event: "ONIMBOTV2MESSAGEADD",
    data: {
      bot: { id: scene.botId(), code: "support_bot", ...bot },
      message: { id: 77, chatId: 5, authorId: 9, text: "forged" },
      chat: { id: 5, entityType: "LINES" },
      user: { id: 9, connector: true },
    },
    ts: 1_790_000_000,
    auth: { application_token: TOKEN },
    ...changes,
  });
}

interface Posting {
  readonly method?: string;
  readonly type?: string;
  readonly chunked?: boolean;
  readonly path?: string;
}

/** Posts and resolves with the status. */
async function post(scene: Scene, content: string | Buffer, options: Posting = {}): Promise<number> {
  const { method = "POST", type = FORM, chunked = false, path = scene.receiver } = options;
  const bytes = Buffer.from(content);
  const length = chunked ? { "Transfer-Encoding": "chunked" } : { "Content-Length": bytes.length };
  const request = httpRequest(path, { method, headers: { "Content-Type": type, ...length }, agent: false });
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  // What is turned away early breaks the rest of the sending.
  request.on("error", () => undefined);
  request.end(bytes);
  const [response] = await answered;
  response.resume();
  return response.statusCode ?? 0;
}

const warnings = (scene: Scene, start: string): string[] => scene.logged().filter((text) => text.startsWith(start));

/** Everything but what depends on the way it came and on the portal's numbering. */
function essence({ topic, payload, bitrix24 }: Message): unknown {
  const { event: _event, raw: _raw, messageId, line, ...rest } = bitrix24;
  assert.ok((messageId as number) > 0 && (line as { sessionId: number }).sessionId > 0);
  return { topic, payload, ...rest, line: { ...(line as object), sessionId: null } };
}

describe("events that the portal posts", () => {
  afterEach(endScenes);

  it("arrive on both bot platforms, at the address with which the bot was registered, as the same message", async () => {
    const found: unknown[] = [];
    for (const options of [{ credentials: { botToken: TOKEN } }, WEBHOOK, OLD]) {
      const scene = await startScene(options);
      scene.writes("Hello & [b]ä[/b] 🙂");
      await scene.until(() => scene.turn.length === 1, "the message");
      const [message] = scene.turn;
      assert.ok(message);
      found.push(essence(message));
      const deliveries = await endedDeliveries(scene.sandbox);
      if (options.credentials !== undefined && "portal" in options) {
        assert.deepEqual(endings(deliveries), [200]);
        assert.deepEqual([...new Set(deliveries.map(({ url }) => url))], [scene.receiver]);
      }
      assert.ok(!JSON.stringify([message, scene.logged()]).includes(TOKEN));
      await endScenes();
    }
    assert.deepEqual(found[1], found[0]);
    assert.deepEqual(found[2], found[0]);
  });

  it("work where the portal finds the bot by the CLIENT_ID in the address only", async () => {
    const scene = await startScene({
      ...WEBHOOK,
      prepare: (control) => control.configure({ handlerNeedsClientId: true }),
    });
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    assert.equal(scene.turn[0]?.["payload"], "hello");
  });

  it("are answered and given to the flow once, although they come twice", async () => {
    for (const options of [WEBHOOK, OLD]) {
      const scene = await startScene(options);
      scene.writes("hello");
      await scene.until(() => scene.turn.length === 1, "the message");
      const first = scene.control.events().deliveries.find(({ event }) => event.endsWith("MESSAGEADD"));
      assert.ok(first);
      scene.control.resend(first.id);
      await scene.until(
        () => warnings(scene, "1 delivery was dropped because it had already arrived").length === 1,
        "the warning",
      );
      assert.deepEqual(endings(await endedDeliveries(scene.sandbox)), [200]);
      assert.equal(scene.turn.length, 1);
      await endScenes();
    }
  });

  it("are taken from the portal alone: forged and foreign ones get 403, a counted warning, and no flow", async () => {
    const scene = await startScene(WEBHOOK);
    const forged = ["wrong", "", `custom${TOKEN}x`, `${TOKEN} `, TOKEN.toUpperCase()];
    for (const application_token of forged)
      assert.equal(await post(scene, body(scene, { auth: { application_token } })), 403);
    assert.equal(await post(scene, body(scene, { auth: {} })), 403);
    assert.equal(await post(scene, body(scene, { auth: { application_token: [TOKEN] } })), 403);
    assert.equal(await post(scene, body(scene, { auth: undefined, application_token: TOKEN })), 403);
    for (let knock = 0; knock < 4; knock++) assert.equal(await post(scene, body(scene, { auth: "x" })), 403);
    assert.equal(await post(scene, body(scene, {}, { id: 4711 })), 403);
    assert.equal(await post(scene, body(scene, {}, { id: 4711 })), 403);
    assert.deepEqual(scene.logged(), [
      "1 delivery was rejected because it did not have the bot's token.",
      "10 deliveries were rejected because they did not have the bot's token.",
      "1 delivery was rejected because it belongs to another bot.",
    ]);
    for (const application_token of [TOKEN, `custom${TOKEN}`])
      assert.equal(await post(scene, body(scene, { auth: { application_token } })), 200);
    await scene.until(() => scene.turn.length > 0, "the real one");
    assert.equal(scene.turn.length, 1);
  });

  it("a bot without a token takes nothing, also when nothing is sent as one", async () => {
    const scene = await startScene({ portal: { eventMode: "webhook", botCode: "", botId: "12" }, isReady: false });
    for (const auth of [undefined, {}, { application_token: "" }, { application_token: "custom" }])
      assert.equal(await post(scene, body(scene, { auth }, { id: 12 })), 403);
    assert.equal(scene.turn.length, 0);
  });

  it("too large, malformed and strange ones are turned away with the right status, and the next real one is taken", async () => {
    const scene = await startScene(WEBHOOK);
    const huge = `${body(scene)}&data[x]=${"x".repeat(6 * 1024 * 1024)}`;
    const many = `${body(scene)}&${Array.from({ length: 10_001 }, (_, at) => `data[${at}]=1`).join("&")}`;
    assert.equal(await post(scene, huge), 413);
    assert.equal(await post(scene, huge, { chunked: true }), 413);
    assert.equal(await post(scene, many), 400);
    assert.equal(await post(scene, many, { chunked: true }), 400);
    assert.equal(await post(scene, `${body(scene)}&data[x]=%zz`), 400);
    assert.equal(await post(scene, JSON.stringify({ event: "X" }), { type: "application/json" }), 400);
    assert.equal(await post(scene, body(scene, { event: undefined })), 400);
    assert.equal(await post(scene, "", { method: "GET" }), 404);
    assert.equal(await post(scene, body(scene), { path: `${scene.receiver}x` }), 404);
    assert.deepEqual(scene.turn, []);
    assert.deepEqual(scene.logged(), [
      "1 delivery was rejected because it is too large.",
      "1 delivery was rejected because it could not be read.",
    ]);
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the real one");
    assert.equal(scene.turn[0]?.["payload"], "hello");
  });

  it("a text with bytes that are no UTF-8 arrives, with U+FFFD in their place", async () => {
    const scene = await startScene(WEBHOOK);
    const broken = Buffer.concat([
      Buffer.from(`${body(scene)}&data[message][text]=a+%F0%9F+`),
      Buffer.from([0xc3, 0x28]),
    ]);
    assert.equal(await post(scene, broken), 200);
    await scene.until(() => scene.turn.length === 1, "the text");
    assert.equal(scene.turn[0]?.["payload"], "a \u{FFFD} \u{FFFD}(");
  });

  it("a sender that goes away in the middle leaves no trace but a count", async () => {
    const scene = await startScene(WEBHOOK);
    const request = httpRequest(scene.receiver, {
      method: "POST",
      headers: { "Content-Type": FORM, "Content-Length": 5000 },
    });
    request.on("error", () => undefined);
    request.write("event=X");
    await new Promise((resolve) => request.on("socket", (socket) => socket.on("connect", () => setImmediate(resolve))));
    request.destroy();
    await scene.until(
      () => warnings(scene, "1 delivery was rejected because it could not be read").length === 1,
      "the count",
    );
    assert.deepEqual(scene.turn, []);
  });

  it("names and lists that a form can carry do no harm", async () => {
    const scene = await startScene(WEBHOOK);
    const odd =
      "&data[__proto__][polluted]=1&__proto__[polluted]=1&data[chat][constructor][prototype][polluted]=1&data[1]=a&data[]=b";
    assert.equal(await post(scene, body(scene) + odd), 200);
    await scene.until(() => scene.turn.length === 1, "the message");
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.equal(scene.turn[0]?.["payload"], "forged");
  });

  it("wait for the address while it is deployed anew", async () => {
    const scene = await startScene(WEBHOOK);
    const deploys = (async () => {
      for (let deploy = 0; deploy < 5; deploy++) await scene.deploy(scene.flow.map((node) => ({ ...node })));
    })();
    let done = false;
    void deploys.then(() => (done = true));
    let written = 0;
    while (!done) {
      scene.writes(`message ${++written}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const count = (): number => new Set(scene.turn.map(({ payload }) => payload)).size;
    await scene.until(() => count() === written, `all of ${written} messages`);
    assert.deepEqual(endings(await endedDeliveries(scene.sandbox)), [200]);
  });

  it("wait until there is a bot that can answer them", async () => {
    const scene = await startScene({
      ...WEBHOOK,
      isReady: false,
      prepare: (control) => control.addFault({ kind: "html-503", count: Infinity }),
    });
    assert.equal(await post(scene, body(scene, {}, { id: 7 })), 200);
    await scene.until(
      () => scene.statuses().at(-1)?.endsWith(":status.unreachable") === true,
      "the absence shows",
      15_000,
    );
    assert.deepEqual(scene.turn, []);
    scene.control.clearFaults();
    await scene.until(() => scene.turn.length === 1, "the message", 15_000);
    assert.equal(scene.turn[0]?.["payload"], "forged");
  });

  it("that nobody takes are kept for an event node, up to a limit", async () => {
    const userDir = await mkdtemp(join(tmpdir(), "webhook-"));
    try {
      const scene = await startScene({ ...WEBHOOK, userDir });
      const withEvent = scene.flow;
      await scene.deploy(
        withEvent.filter(({ id }) => id !== "event1"),
        "nodes",
      );
      scene.writes("are you there?");
      const folder = join(userDir, "bitrix24");
      const stored = (): string =>
        readdirSync(folder)
          .map((file) => readFileSync(join(folder, file), "utf8"))
          .join("");
      // A disk may be slower than the portal waits for its answer.
      await scene.until(() => stored().includes("are you there?"), "the stored event");
      assert.deepEqual(endings(await endedDeliveries(scene.sandbox)), [200]);
      await scene.deploy(withEvent, "nodes");
      await scene.until(() => scene.turn.length === 1, "the message");
      assert.equal(scene.turn[0]?.["payload"], "are you there?");
    } finally {
      await endScenes();
      await rm(userDir, { recursive: true });
    }
  });
});
