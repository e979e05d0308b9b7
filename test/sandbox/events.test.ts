import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { parseStr } from "../../sandbox/rest/forms";
import type { Params } from "../../sandbox/portal/php";
import { Clock, result, sample, TOKEN } from "./support";

interface Fetched {
  events: { eventId: number; type: string; date: string; data: Record<string, Params> }[];
  nextOffset: number;
  hasMore: boolean;
}

describe("sandbox: events to fetch", () => {
  const clock = new Clock();
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox({ now: clock.now });
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    sandbox.control.reset();
    // What an earlier test has fetched and not confirmed would still be there.
    const [first] = sandbox.control
      .events()
      .queued.filter(({ type }) => type === "ONIMBOTV2JOINCHAT")
      .slice(-1);
    await get({ offset: first?.eventId ?? 0 });
  });

  const get = async (more: Record<string, unknown> = {}): Promise<Fetched> =>
    (await result(sandbox, "imbot.v2.Event.get", {
      botId: sample(sandbox).botId,
      botToken: TOKEN,
      ...more,
    })) as Fetched;
  const write = (text: string): number =>
    sandbox.control.clientWrites({ line: 1, client: "Olga Sommer", text }).messageId;

  it("tells of joining and of the client's message, with everything about them", async () => {
    const { events } = await get();
    assert.deepEqual(
      events.map((event) => event.type),
      ["ONIMBOTV2JOINCHAT", "ONIMBOTV2MESSAGEADD"],
    );
    const { chatId, botId } = sample(sandbox);
    const { bot, message, chat, user } = events[1]?.data ?? {};
    assert.deepEqual([bot?.id, bot?.code, bot?.eventMode], [botId, "sandbox_bot", "fetch"]);
    assert.deepEqual([message?.chatId, message?.text, message?.isSystem], [chatId, "Hello! Where is my order?", false]);
    assert.deepEqual([chat?.id, chat?.dialogId, chat?.entityType], [chatId, `chat${chatId}`, "LINES"]);
    assert.match(String(chat?.entityData1), /^Y\|CONTACT\|1\|N\|N\|[1-9]\d*\|[1-9]\d*\|0\|0\|0$/);
    assert.deepEqual([user?.name, user?.connector, user?.extranet], ["Olga Sommer", true, true]);
    assert.equal(events[1]?.data.language, "en");
  });

  it("repeats without an offset, acknowledges with one", async () => {
    const first = await get();
    assert.deepEqual(await get(), first);
    assert.deepEqual(await get({ offset: 0 }), first);
    assert.equal(first.nextOffset, (first.events.at(-1)?.eventId ?? 0) + 1);
    const none = await get({ offset: first.nextOffset });
    assert.deepEqual(none, { events: [], nextOffset: first.nextOffset, hasMore: false });
    assert.deepEqual((await get()).events, []);
    write("again");
    const next = await get();
    assert.equal(next.events.length, 1);
    assert.ok((next.events[0]?.eventId ?? 0) >= first.nextOffset);
  });

  it("gives ascending ids with gaps, and says when there is more", async () => {
    for (let index = 0; index < 20; index++) write(`m${index}`);
    const page = await get({ limit: 10 });
    assert.deepEqual([page.events.length, page.hasMore], [10, true]);
    const rest = await get({ limit: 5000, offset: page.nextOffset });
    assert.deepEqual([rest.events.length, rest.hasMore], [12, false]);
    const ids = [...page.events, ...rest.events].map((event) => event.eventId);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    assert.ok((ids.at(-1) ?? 0) - (ids[0] ?? 0) > ids.length);
    assert.equal((await get({ limit: 0 })).events.length, 1);
  });

  it("keeps what was fetched and not confirmed over a reset: only another reader takes it away", async () => {
    const { events } = await get();
    sandbox.control.reset();
    const ids = (await get()).events.map(({ eventId }) => eventId);
    assert.deepEqual(
      ids.slice(0, events.length),
      events.map(({ eventId }) => eventId),
    );
    assert.equal(ids.length, 2 * events.length);
  });

  it("never gives an id again, not even after a reset", async () => {
    const before = await get();
    const { session } = sandbox.control.chats()[0] ?? {};
    sandbox.control.reset();
    const after = await get({ offset: before.nextOffset });
    assert.equal(after.events.length, 2);
    const chat = sandbox.control.chats()[0];
    assert.ok((chat?.session?.id ?? 0) > (session?.id ?? 0));
    const old = before.events[1]?.data.message?.id as number;
    assert.ok((chat?.messages[0]?.id ?? 0) > old);
  });

  it("forgets events after a day", async () => {
    clock.forward(23 * 3600);
    write("late");
    clock.forward(3600);
    assert.deepEqual(
      (await get()).events.map((event) => event.data.message?.text),
      ["late"],
    );
  });

  it("tells nothing of system messages and bots, but of operators' words while the bot is there", async () => {
    const { chatId, botId, anna } = sample(sandbox);
    const { nextOffset } = await get();
    sandbox.control.updateLine(1, { welcomeBotLeft: "close" });
    await result(sandbox, "imopenlines.bot.session.message.send", { CHAT_ID: chatId, NAME: "DEFAULT", MESSAGE: "x" });
    await result(sandbox, "imbot.v2.Chat.Message.send", {
      botId,
      botToken: TOKEN,
      dialogId: `chat${chatId}`,
      fields: { message: "x" },
    });
    assert.deepEqual((await get({ offset: nextOffset })).events, []);
    sandbox.control.operatorWrites(anna, chatId, "May I help?");
    const { events } = await get();
    assert.deepEqual(
      events.map((event) => [event.data.message?.text, event.data.user?.connector]),
      [["May I help?", false]],
    );
  });

  it("falls silent when the bot leaves, and speaks again in the next session", async () => {
    const { chatId } = sample(sandbox);
    const { nextOffset } = await get();
    write("0");
    write("anybody?");
    const { events } = await get({ offset: nextOffset });
    assert.deepEqual(
      events.map((event) => event.data.message?.text),
      ["0"],
    );
    await result(sandbox, "imopenlines.bot.session.finish", { CHAT_ID: chatId, CLIENT_ID: TOKEN });
    write("me again");
    const later = await get({ offset: (events[0]?.eventId ?? 0) + 1 });
    assert.deepEqual(
      later.events.map((event) => event.type),
      ["ONIMBOTV2JOINCHAT", "ONIMBOTV2MESSAGEADD"],
    );
  });

  it("tells of changed and deleted messages", async () => {
    const id = write("first");
    const { chatId } = sample(sandbox);
    const { nextOffset } = await get();
    sandbox.control.editMessage(chatId, id, "second");
    sandbox.control.deleteMessage(chatId, id);
    const [update, removal] = (await get({ offset: nextOffset })).events;
    assert.deepEqual([update?.type, update?.data.message?.text], ["ONIMBOTV2MESSAGEUPDATE", "second"]);
    assert.deepEqual([removal?.type, removal?.data.messageId], ["ONIMBOTV2MESSAGEDELETE", id]);
  });

  it("drops the queue when the bot turns to its webhook", async () => {
    const { botId } = sample(sandbox);
    const fields = { eventMode: "webhook", webhookUrl: "https://node.example/hook" };
    await result(sandbox, "imbot.v2.Bot.update", { botId, botToken: TOKEN, fields });
    await result(sandbox, "imbot.v2.Bot.update", { botId, botToken: TOKEN, fields: { eventMode: "fetch" } });
    assert.deepEqual((await get()).events, []);
  });
});

describe("sandbox: events delivered", () => {
  interface Received {
    path: string;
    type: string;
    text: string;
    body: Params;
  }
  let sandbox: Sandbox;
  let receiver: Server;
  let handler: string;
  let status = 200;
  const received: Received[] = [];

  before(async () => {
    sandbox = await startSandbox();
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        received.push({
          path: request.url ?? "",
          type: request.headers["content-type"] ?? "",
          text,
          body: parseStr(text),
        });
        response.writeHead(status).end();
        receiver.emit("received");
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    handler = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });
  after(async () => {
    await sandbox.close();
    receiver.close();
    receiver.closeAllConnections();
  });
  beforeEach(() => {
    sandbox.control.reset();
    received.length = 0;
    status = 200;
  });

  /** Waits for that many deliveries to be over. */
  const delivered = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): boolean =>
        sandbox.control.events().deliveries.filter((entry) => entry.ms !== null).length >= count;
      if (check()) return resolve();
      const stop = sandbox.control.on(({ kind }) => {
        if (kind !== "delivery" || !check()) return;
        stop();
        resolve();
      });
    });

  const v2 = async (webhookUrl = handler): Promise<number> => {
    const fields = {
      code: "hooked",
      type: "openline",
      eventMode: "webhook",
      webhookUrl,
      properties: { name: "Hooked" },
    };
    const { bot } = (await result(sandbox, "imbot.v2.Bot.register", { botToken: "tok", fields })) as {
      bot: { id: number };
    };
    sandbox.control.updateLine(1, { bot: bot.id });
    return bot.id;
  };

  it("2.0: form-encoded strings, with the token of a bot registered by webhook", async () => {
    const botId = await v2(`${handler}?CLIENT_ID=tok`);
    const { chatId } = sandbox.control.clientWrites({ line: 1, client: "Ada", text: "Hi & <b> ü" });
    await delivered(2);
    const event = received.find((entry) => entry.body.event === "ONIMBOTV2MESSAGEADD");
    assert.deepEqual([event?.path, event?.type], ["/hook?CLIENT_ID=tok", "application/x-www-form-urlencoded"]);
    const { data, auth, ts } = event?.body as { data: Record<string, Params>; auth: Params; ts: string };
    assert.deepEqual(data.bot, { id: String(botId), code: "hooked" });
    assert.deepEqual(
      [data.message?.text, data.message?.isSystem, data.message?.chatId],
      ["Hi & <b> ü", "0", String(chatId)],
    );
    assert.deepEqual([data.user?.connector, data.user?.bot], ["1", "0"]);
    assert.equal("departments" in (data.user ?? {}), false);
    assert.equal(auth.application_token, "customtok");
    assert.equal("access_token" in auth, false);
    assert.match(ts, /^\d{10}$/);
    assert.deepEqual(
      sandbox.control.events().queued.filter((entry) => entry.botId === botId),
      [],
    );
  });

  it("1.0: the handler gets CLIENT_ID, the token is CLIENT_ID", async () => {
    const PROPERTIES = { NAME: "Old" };
    const registration = { CLIENT_ID: "v1-id", CODE: "old", TYPE: "O", EVENT_HANDLER: `${handler}?x=1`, PROPERTIES };
    const botId = Number(await result(sandbox, "imbot.register", registration));
    sandbox.control.updateLine(1, { bot: botId });
    const files = [{ name: "photo.png", size: 10, type: "image" as const }];
    const { chatId } = sandbox.control.clientWrites({
      line: 1,
      client: "Bob",
      text: "Hi",
      connector: "telegrambot",
      files,
    });
    await delivered(2);
    assert.deepEqual(received.map((entry) => entry.body.event).sort(), ["ONIMBOTJOINCHAT", "ONIMBOTMESSAGEADD"]);
    const event = received.find((entry) => entry.body.event === "ONIMBOTMESSAGEADD");
    assert.equal(event?.path, "/hook?x=1&CLIENT_ID=v1-id");
    const { data, auth } = event.body as { data: Record<string, Params>; auth: Params };
    assert.equal(auth.application_token, "v1-id");
    assert.deepEqual(data.BOT, { [botId]: { BOT_ID: String(botId), BOT_CODE: "old" } });
    const params = data.PARAMS ?? {};
    assert.deepEqual(
      [params.CHAT_ID, params.DIALOG_ID, params.CHAT_ENTITY_TYPE, params.SYSTEM],
      [String(chatId), `chat${chatId}`, "LINES", "N"],
    );
    assert.match(String(params.CHAT_ENTITY_ID), /^telegrambot\|1\|\d+\|\d+$/);
    assert.equal(Object.values(params.FILES as Record<string, Params>)[0]?.name, "photo.png");
    assert.deepEqual([data.USER?.IS_CONNECTOR, data.USER?.IS_EXTRANET, data.USER?.NAME], ["Y", "Y", "Bob"]);
    const join = received.find((entry) => entry.body.event === "ONIMBOTJOINCHAT");
    assert.deepEqual(
      ["USER" in (join?.body.data as Params), (join?.body.data as Record<string, Params>).PARAMS?.CHAT_ENTITY_DATA_1],
      [false, undefined],
    );
  });

  it("tries once: a refused or unreachable handler loses the event", async () => {
    await v2();
    status = 500;
    sandbox.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    await delivered(2);
    assert.equal(received.length, 2);
    assert.deepEqual(
      sandbox.control.events().deliveries.map((entry) => entry.status),
      [500, 500],
    );
    const { botId } = { botId: sandbox.control.state().bots.find((bot) => bot.code === "hooked")?.id };
    const dead = createServer().listen(0, "127.0.0.1");
    await once(dead, "listening");
    const webhookUrl = `http://127.0.0.1:${(dead.address() as AddressInfo).port}/`;
    dead.close();
    await once(dead, "close");
    await result(sandbox, "imbot.v2.Bot.update", { botId, botToken: "tok", fields: { webhookUrl } });
    sandbox.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    await delivered(3);
    assert.match(sandbox.control.events().deliveries.at(-1)?.error ?? "", /ECONNREFUSED/);
  });

  it("sends a duplicate on demand, and tells of the bot's end", async () => {
    const botId = await v2();
    sandbox.control.clientWrites({ line: 1, client: "Di", text: "Hi" });
    await delivered(2);
    const message = sandbox.control.events().deliveries.find((entry) => entry.event === "ONIMBOTV2MESSAGEADD");
    sandbox.control.resend(message?.id ?? 0);
    await delivered(3);
    const texts = received.filter((entry) => entry.body.event === "ONIMBOTV2MESSAGEADD").map((entry) => entry.text);
    assert.deepEqual([texts.length, texts[0]], [2, texts[1]]);
    await result(sandbox, "imbot.v2.Bot.unregister", { botId, botToken: "tok" });
    await delivered(4);
    assert.equal(received.at(-1)?.body.event, "ONIMBOTV2DELETE");
  });

  it("can insist on CLIENT_ID in the address of 2.0 handlers", async () => {
    sandbox.control.configure({ handlerNeedsClientId: true });
    await v2();
    sandbox.control.clientWrites({ line: 1, client: "Ed", text: "Hi" });
    assert.equal(received.length, 0);
    assert.match(sandbox.control.events().deliveries[0]?.error ?? "", /CLIENT_ID/);
  });
});
