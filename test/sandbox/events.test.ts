import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
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
