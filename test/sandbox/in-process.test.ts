import assert from "node:assert/strict";
import { createPortal, type Handled, type PostedEvent, type PracticePortal } from "../../sandbox/index";
import { parseStr } from "../../sandbox/rest/forms";
import type { Params } from "../../sandbox/portal/php";
import { Templates } from "../../sandbox/portal/templates";
import { Clock, TOKEN } from "./support";

const SEND = "imbot.v2.Chat.Message.send";
const UUID = "b0c9a4e2-1f5d-4c3b-8a7e-2d6f90ab12cd";

describe("sandbox: without HTTP", () => {
  let clock: Clock;
  let portal: PracticePortal;
  let botId: number;
  let chatId: number;
  beforeEach(() => {
    clock = new Clock();
    portal = createPortal({ now: clock.now });
    botId = portal.control.state().bots[0]?.id ?? 0;
    chatId = portal.control.chats()[0]?.id ?? 0;
  });

  const send = (text: string, more: Params = {}): Handled =>
    portal.handle(SEND, { botId, botToken: TOKEN, dialogId: `chat${chatId}`, fields: { message: text, ...more } });
  const fetchEvents = (offset = 0): { data: { message?: Params } }[] => {
    const { body } = portal.handle("imbot.v2.Event.get", { botId, botToken: TOKEN, offset });
    return (body?.result as { events: { data: { message?: Params } }[] }).events;
  };
  const texts = (): string[] => portal.control.chat(chatId).messages.map((message) => message.text);

  it("answers as the server does, refusals and PHP's crashes included", () => {
    const revision = portal.handle("imopenlines.revision.get");
    assert.deepEqual([revision.end, revision.status, revision.afterMs], ["answered", 200, 0]);
    assert.deepEqual(revision.body?.result, { rest: 2, web: 1, mobile: 1 });
    const json = JSON.stringify({ CHAT_ID: chatId });
    assert.equal(portal.handle("IMOPENLINES.bot.session.operator.json", json).body?.result, true);
    const codes = [
      portal.handle("imopenlines.bot.session.operator", { CHAT_ID: 0 }),
      portal.handle("no.such.method"),
      portal.handle("profile", {}, { secret: "wrong" }),
      portal.handle("imopenlines.bot.session.message.send", { CHAT_ID: chatId, MESSAGE: [1] }),
    ].map(({ status, body }) => `${status} ${String(body?.error)}`);
    assert.deepEqual(codes, [
      "400 CHAT_ID_EMPTY",
      "404 ERROR_METHOD_NOT_FOUND",
      "401 INVALID_CREDENTIALS",
      "500 undefined",
    ]);
    assert.deepEqual(
      portal.control
        .requests()
        .map((entry) => [entry.path, entry.status, entry.ms])
        .slice(0, 2),
      [
        ["/rest/1/***/imopenlines.revision.get", 200, 0],
        ["/rest/1/***/IMOPENLINES.bot.session.operator.json", 200, 0],
      ],
    );
  });

  it("gives away and takes copies only", () => {
    const params = {
      botId,
      botToken: TOKEN,
      dialogId: `chat${chatId}`,
      fields: { message: "Hi", attach: [{ MESSAGE: "x" }] },
    };
    portal.handle(SEND, params);
    params.fields.attach.push({ MESSAGE: "y" });
    assert.deepEqual(portal.control.log().at(-1)?.params.fields, { message: "Hi", attach: [{ MESSAGE: "x" }] });
    const [event] = fetchEvents();
    Object.assign(event?.data ?? {}, { chat: null });
    assert.notEqual((fetchEvents()[0]?.data as Params).chat, null);
  });

  it("makes the same of the same calls at the same times", () => {
    const run = (seed: number): unknown => {
      const time = new Clock();
      const other = createPortal({ now: time.now, seed });
      other.control.addFault({ kind: "503", probability: 0.5, count: Infinity });
      const answers = [];
      for (let index = 0; index < 30; index++) {
        time.forward(60);
        other.control.clientWrites({ line: 1, client: `C${index % 3}`, text: `t${index}` });
        answers.push(other.handle("profile").text);
      }
      return [answers, other.control.events().queued];
    };
    assert.deepEqual(run(1), run(1));
    assert.notDeepEqual(run(1), run(2));
  });

  it("takes randomness from outside", () => {
    const numbers: number[] = [];
    const fixed = createPortal({
      now: clock.now,
      random: () => {
        numbers.push(0);
        return 0;
      },
    });
    const ids = fixed.control.events().queued.map((event) => event.eventId);
    assert.ok(numbers.length > 0);
    assert.equal((ids[1] ?? 0) - (ids[0] ?? 0), 1, "no gap where chance says so");
  });

  it("tells faults as ends of the connection, and whether the call ran", () => {
    const ends = (["drop-before", "drop-after", "drop-middle", "truncated", "hang", "slow"] as const).map((kind) => {
      portal.control.addFault({ kind, method: SEND });
      const { end, status, body, afterMs } = send(kind);
      return [kind, end, status, body === null, afterMs];
    });
    assert.deepEqual(ends, [
      ["drop-before", "broken", null, true, 0],
      ["drop-after", "broken", null, true, 0],
      ["drop-middle", "broken", 200, true, 0],
      ["truncated", "answered", 200, true, 0],
      ["hang", "hanging", null, true, 0],
      ["slow", "answered", 200, false, 1000],
    ]);
    assert.deepEqual(
      texts()
        .slice(1)
        .filter((text) => text.includes("-") || text === "slow" || text === "truncated"),
      ["drop-after", "drop-middle", "truncated", "slow"],
    );
    portal.control.addFault({ kind: "hang", ms: 5000 });
    const broken = portal.handle("profile");
    assert.deepEqual([broken.end, broken.afterMs], ["broken", 5000]);
    assert.equal(portal.control.requests().at(-1)?.ms, 5000);
  });

  it("lets time pass by the caller's pause, or only says how long it takes", async () => {
    portal.control.configure({ latencyMs: 100, callMs: 2000, wallMs: 5000 });
    const say = (text: string): string =>
      `imbot.message.add?CLIENT_ID=${TOKEN}&DIALOG_ID=chat${chatId}&MESSAGE=${text}`;
    const cmd = [say("a"), say("b"), say("c")];
    const cut = portal.handle("batch", { cmd });
    assert.deepEqual([cut.status, cut.afterMs], [504, 5100]);
    const began = clock.ms;
    const pause = async (ms: number): Promise<void> => {
      clock.ms += ms;
      await Promise.resolve();
    };
    const passed = await portal.request("batch", { cmd: cmd.slice(0, 2) }, pause);
    assert.deepEqual([passed.status, passed.afterMs, clock.ms - began], [200, 0, 4100]);
    const times = portal.control
      .log()
      .slice(-2)
      .map((entry) => entry.at - began);
    assert.deepEqual(times, [100, 2100]);
    portal.control.addFault({ kind: "hang", ms: 700 });
    const broken = await portal.request("profile", {}, pause);
    assert.deepEqual([broken.end, broken.afterMs], ["broken", 0]);
    portal.control.addFault({ kind: "hang" });
    assert.equal((await portal.request("profile", {}, pause)).end, "hanging");
  });

  it("counts requests against the caller's address on the given clock", () => {
    const strict = createPortal({ now: clock.now, requestLimit: "standard" });
    const status = (address: string): number | null => strict.handle("profile", {}, { address }).status;
    for (let index = 0; index < 50; index++) assert.equal(status("10.0.0.1"), 200);
    assert.deepEqual([status("10.0.0.1"), status("10.0.0.2")], [503, 200]);
    clock.forward(1);
    assert.equal(status("10.0.0.1"), 200);
  });

  it("does by the clock what the portal does later", () => {
    portal.control.updateLine(1, { botTime: 60 });
    assert.equal(portal.nextDue(), null);
    const { chatId: other } = portal.control.clientWrites({ line: 1, client: "Ada", text: "Hi" });
    assert.equal(portal.nextDue(), clock.ms + 60_000);
    clock.forward(60);
    const changes: (number | undefined)[] = [];
    portal.control.on((change) => changes.push(change.chatId));
    portal.advance();
    assert.deepEqual([portal.nextDue(), changes.includes(other)], [null, true]);
    assert.notEqual(portal.control.chat(other).owner, "bot");
  });

  it("remembers a templateId for an hour", () => {
    const first = send("once", { templateId: UUID }).body?.result as { id: number };
    clock.forward(3599);
    assert.equal((send("again", { templateId: UUID }).body?.result as { id: number }).id, first.id);
    clock.forward(1);
    assert.notEqual((send("later", { templateId: UUID }).body?.result as { id: number }).id, first.id);
    assert.deepEqual(texts().slice(-2), ["once", "later"]);
  });

  it("forgets what is over even where nobody asks", () => {
    const templates = new Templates();
    templates.add("a", 1, 0, 0);
    templates.add("b", 2, 1000, 0);
    templates.add("c", 3, 3_600_500, 0);
    assert.deepEqual([templates.size, templates.find("b", 3_600_500)?.messageId], [2, 2]);
    for (let day = 0; day < 5; day++) {
      clock.forward(24 * 3600);
      portal.control.clientWrites({ line: 1, client: "Olga Sommer", text: `day ${day}` });
    }
    assert.deepEqual(
      portal.control.events().queued.map((event) => (event.data.message as Params | undefined)?.text),
      ["day 4"],
    );
  });

  describe("posted events", () => {
    const posts: PostedEvent[] = [];
    const register = (): void => {
      const PROPERTIES = { NAME: "Old" };
      const params = {
        CLIENT_ID: "v1",
        CODE: "old",
        TYPE: "O",
        EVENT_HANDLER: "https://node.example/hook",
        PROPERTIES,
      };
      portal.control.updateLine(1, { bot: Number(portal.handle("imbot.register", params).body?.result) });
    };
    const messages = (): unknown[] =>
      posts
        .filter(({ event }) => event === "ONIMBOTMESSAGEADD")
        .map(({ body }) => (parseStr(body).data as { PARAMS: Params }).PARAMS.MESSAGE);
    beforeEach(() => {
      posts.length = 0;
      portal.onPost((event) => {
        posts.push(event);
      });
      register();
    });

    it("reach the listener, whose answer is the delivery's end", () => {
      portal.control.clientWrites({ line: 1, client: "Bob", text: "Hi" });
      assert.deepEqual(
        posts.map(({ event, url }) => [event, url]),
        [
          ["ONIMBOTJOINCHAT", "https://node.example/hook?CLIENT_ID=v1"],
          ["ONIMBOTMESSAGEADD", "https://node.example/hook?CLIENT_ID=v1"],
        ],
      );
      portal.onPost(() => 500);
      portal.control.clientWrites({ line: 1, client: "Bob", text: "Hi again" });
      const statuses = portal.control.events().deliveries.map(({ status, ms }) => [status, ms]);
      assert.deepEqual(statuses, [
        [200, 0],
        [200, 0],
        [500, 0],
      ]);
    });

    it("come twice and late where the portal is set so, by its own clock", () => {
      portal.control.configure({ postTwice: 1 });
      portal.control.clientWrites({ line: 1, client: "Bob", text: "twice" });
      assert.deepEqual(messages(), ["twice", "twice"]);
      assert.deepEqual(posts[2]?.body, posts[3]?.body);
      portal.control.configure({ postTwice: 0, postDelayMs: 60_000 });
      posts.length = 0;
      const sent = Array.from({ length: 20 }, (_, index) => `m${index}`);
      for (const text of sent) portal.control.clientWrites({ line: 1, client: "Bob", text });
      assert.ok(messages().length < 20);
      clock.forward(60);
      portal.advance();
      assert.notDeepEqual(messages(), sent, "they overtake each other");
      assert.deepEqual([...messages()].sort(), [...sent].sort());
    });
  });
});
