import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox } from "../../../sandbox/index";
import { brokenForm, phpForm } from "../../open-channels/support/php-form";
import { endScenes, startScene, type Message, type Scene, type SceneOptions } from "../support/scene";
import { collect, errorOf, morePolls, owners, texts } from "./support/talk";

const TOKEN = "a-token-of-these-tests";
const POSTED: SceneOptions = { portal: { eventMode: "webhook" }, credentials: { botToken: TOKEN } };

async function post(scene: Scene, body: string): Promise<number> {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  return (await fetch(scene.receiver, { method: "POST", headers, body })).status;
}

type Fetched = { type: string; data: Record<string, unknown> };
type Bend = (events: Fetched[]) => unknown;

const servers: Server[] = [];

/** A portal whose list of events looks different on its way. */
const bent =
  (bend: Bend) =>
  async ({ url, webhookUrl }: Sandbox): Promise<string> => {
    const server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const answer = await fetch(`${url}${request.url ?? ""}`, {
          method: "POST",
          headers: { "Content-Type": request.headers["content-type"] ?? "" },
          body: Buffer.concat(chunks),
        });
        const body = (await answer.json()) as { result?: { events?: Fetched[] } };
        if (body.result?.events) body.result.events = bend(body.result.events) as Fetched[];
        response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      })();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return webhookUrl.replace(url, `http://127.0.0.1:${port}`);
  };

/** What is known of the author is taken away. */
const withoutDetails =
  (user: unknown): Bend =>
  (events) =>
    events.map((event) => (event.type.endsWith("MESSAGEADD") ? { ...event, data: { ...event.data, user } } : event));

describe("events and values in unusual shapes", () => {
  afterEach(async () => {
    await endScenes();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  for (const [name, data] of [
    ["ONIMBOTV2DELETE", (botId: number) => ({ bot: { id: botId, code: "support_bot" } })],
    ["ONIMBOTDELETE", (botId: number) => ({ BOT_ID: botId, BOT_CODE: "support_bot" })],
  ] as const)
    it(`${name} arrives as removed although only open channels are wanted`, async () => {
      const scene = await startScene({ ...POSTED, event: { events: ["removed"], openChannelsOnly: true } });
      const body = { event: name, data: data(scene.botId()), ts: 1_790_000_000, auth: { application_token: TOKEN } };
      assert.equal(await post(scene, phpForm(body)), 200);
      await scene.until(() => scene.turn.length === 1, "the event");
      assert.equal(scene.turn[0]?.topic, "removed");
    });

  it("an event of platform 1.0 that names two bots is ours", async () => {
    const scene = await startScene({ ...POSTED, prepare: (control) => control.configure({ botPlatform: 1 }) });
    const botId = scene.botId();
    const bots = { 7: { BOT_ID: 7, BOT_CODE: "other" }, [botId]: { BOT_ID: botId, BOT_CODE: "support_bot" } };
    const data = {
      BOT: bots,
      PARAMS: { MESSAGE: "hello", MESSAGE_ID: 4711, CHAT_ID: 5, FROM_USER_ID: 9, CHAT_ENTITY_TYPE: "LINES" },
      USER: { ID: 9, IS_CONNECTOR: "Y" },
    };
    const body = { event: "ONIMBOTMESSAGEADD", data, ts: 1_790_000_000, auth: { application_token: TOKEN } };
    assert.equal(await post(scene, phpForm(body)), 200);
    await scene.until(() => scene.turn.length === 1, "the event");
    assert.deepEqual(scene.turn[0]?.bitrix24["bot"], { id: botId, code: "support_bot" });
  });

  for (const [what, user] of [
    ["an empty list", []],
    ["null", null],
  ] as const)
    it(`an author of whom nothing is known but the id (user: ${what}) is the client whom the dialog names`, async () => {
      const scene = await startScene({ address: bent(withoutDetails(user)) });
      for (const text of ["hello", "anybody there?"]) scene.writes(text);
      await scene.until(() => scene.turn.length === 2, "both messages");
      assert.deepEqual([texts(scene.turn), scene.people], [["hello", "anybody there?"], []]);
      assert.ok(scene.turn.every(({ bitrix24 }) => (bitrix24["user"] as { isClient: boolean }).isClient));
    });

  it("0 with a no-break space hands nothing over, 0 with a space does, as on the portal", async () => {
    const scene = await startScene();
    for (const text of ["0\u00a0", "hello?"]) scene.writes(text);
    for (const text of [" 0 ", "hello?"]) scene.writes(text, "Somebody else");
    await scene.until(() => scene.turn.length === 2 && scene.people.length === 2, "all messages");
    assert.deepEqual(
      [owners(scene.turn), owners(scene.people)],
      [
        ["bot", "bot"],
        ["waiting", "waiting"],
      ],
    );
  });

  it("a list of events that came as a map is read", async () => {
    const asMap: Bend = (events) => Object.fromEntries(events.map((event, at) => [String(2 * at + 1), event]));
    const scene = await startScene({ address: bent((events) => (events.length > 0 ? asMap(events) : events)) });
    for (const text of ["one", "two", "three"]) scene.writes(text);
    await scene.until(() => scene.turn.length === 3, "all messages");
    await morePolls(scene);
    assert.deepEqual([texts(scene.turn), scene.logged()], [["one", "two", "three"], []]);
  });

  it("a list of events that is no list is said, once, and what is behind it comes later", async () => {
    let isBent = false;
    const scene = await startScene({ address: bent((events) => (isBent ? "nothing" : events)) });
    isBent = true;
    scene.writes("hello");
    await scene.until(() => scene.logged().length > 0, "a word in the log");
    await morePolls(scene, 3);
    assert.deepEqual([scene.logged().length, scene.turn.length], [1, 0]);
    isBent = false;
    await scene.until(() => scene.turn.length === 1, "the message");
  });

  it("an attachment whose BLOCKS are a map is shown with all of them", async () => {
    const scene = await startScene({
      more: [
        { id: "send1", type: "bitrix24-send", wires: [["done"], ["done"]] },
        { id: "done", type: "helper" },
      ],
    });
    const chatId = scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "the message");
    const done: Message[] = collect(scene, "done");
    const ATTACH = { BLOCKS: { "0": { MESSAGE: "first" }, "1": { MESSAGE: "second" } } };
    scene.give("send1", { ...scene.turn[0], payload: { MESSAGE: "Look", ATTACH } });
    await scene.until(() => done.length === 1, "the end");
    assert.deepEqual(errorOf(done[0]), {});
    const shown = JSON.stringify(scene.control.chat(chatId).messages.find(({ text }) => text === "Look")?.attach);
    assert.ok(shown.includes("first") && shown.includes("second"), shown);
  });

  it("half an emoji in a posted text, or in the chat's name, harms neither", async () => {
    const scene = await startScene(POSTED);
    const half = new Uint8Array([0xf0, 0x9f]);
    const rest = phpForm({
      event: "ONIMBOTV2MESSAGEADD",
      data: {
        bot: { id: scene.botId(), code: "support_bot" },
        message: { id: 77, chatId: 5, authorId: 9 },
        chat: { id: 5, entityType: "LINES" },
        user: { id: 9, connector: true },
      },
      ts: 1_790_000_000,
      auth: { application_token: TOKEN },
    });
    const broken = brokenForm({ "data[message]": { text: ["Привет ", half] }, "data[chat]": { name: [half, "Olga"] } });
    assert.equal(await post(scene, `${rest}&${broken}`), 200);
    await scene.until(() => scene.turn.length === 1, "the message");
    assert.equal(scene.turn[0]?.["payload"], "Привет \u{FFFD}");
    const { chat } = scene.turn[0]?.bitrix24["raw"] as { chat: { name: string } };
    assert.equal(chat.name, "\u{FFFD}Olga");
  });
});
