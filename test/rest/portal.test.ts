import assert from "node:assert/strict";
import { createTransport } from "../../rest/http";
import { startSandbox } from "../../sandbox/index";
import { failureOf, settledAll, watch } from "./support/outcomes";
import { startPractice, SAFE, type Practice } from "./support/practice";
import { httpServer } from "./support/servers";

const AWKWARD: readonly string[] = [
  "$result[a][ID]",
  "look: $RESULT[c0] and $next[c1]",
  "$error\u00a0[x]",
  "100 % sure, %41 %zz",
  "1 + 1 = 2",
  "#tag & co? a=b;c",
  "one\ntwo\r\nthree\ttab",
  "emoji 😀 👩‍👩‍👧 and é, ж, 漢",
  "\"quotes\" 'single' \\ back / slash <b>bold</b>",
  "я".repeat(20_000),
];

describe("portal", function () {
  this.timeout(120_000);
  let practice: Practice;
  const begin = async (...args: Parameters<typeof startPractice>): Promise<Practice> => {
    practice = await startPractice(...args);
    return practice;
  };
  afterEach(() => practice.close());

  describe("that has moved", () => {
    it("is followed once, told of once, and remembered", async () => {
      const moved: string[] = [];
      const { sandbox, sendUnsafe, executions } = await begin({ onMoved: (host) => moved.push(host) });
      const target = await startSandbox({ secret: sandbox.secret });
      try {
        sandbox.control.configure({ renamedTo: target.url });
        const [first, second] = [await sendUnsafe("first"), await sendUnsafe("second")];
        assert.deepEqual([first.attempts, second.attempts], [1, 1]);
        assert.equal(target.control.log().length, 2);
        assert.equal(executions("first"), 0);
        assert.equal(sandbox.control.requests().length, 1, "the old address is asked once");
        assert.deepEqual(moved, [new URL(target.url).host]);
      } finally {
        await target.close();
      }
    });

    it("to a stranger is not followed, and the secret never goes there", async () => {
      const seen: string[] = [];
      const stranger = await httpServer((request, response) => {
        seen.push(request.url ?? "");
        response.end('{"result":true}');
      });
      try {
        const { sandbox, sendUnsafe } = await begin();
        // Every address of this machine, but by none of the names that count as this machine.
        sandbox.control.configure({ renamedTo: `http://${stranger.host.replace("127.0.0.1", "0.0.0.0")}` });
        const error = await failureOf(sendUnsafe("any"));
        assert.equal(error.code, "PORTAL_MOVED");
        assert.equal(error.outcome, "not-sent");
        assert.deepEqual(seen, []);
        assert.ok(!JSON.stringify(error).includes(sandbox.secret));
      } finally {
        await stranger.close();
      }
    });

    it("in a circle is given up after one step", async () => {
      const { sandbox, sendUnsafe } = await begin();
      const other = await startSandbox({ secret: sandbox.secret });
      try {
        sandbox.control.configure({ renamedTo: other.url });
        other.control.configure({ renamedTo: sandbox.url });
        const error = await failureOf(sendUnsafe("any"));
        assert.deepEqual([error.code, error.outcome, error.status], ["PORTAL_MOVED", "not-sent", 302]);
        assert.equal(sandbox.control.requests().length + other.control.requests().length, 2);
      } finally {
        await other.close();
      }
    });
  });

  it("with an ended licence is told apart from a moved one", async () => {
    const { sandbox, sendUnsafe } = await begin();
    sandbox.control.configure({ licenceExpired: true });
    const error = await failureOf(sendUnsafe("any"));
    assert.deepEqual([error.code, error.outcome], ["LICENSE_EXPIRED", "not-sent"]);
    assert.equal(sandbox.control.requests().length, 1);
  });

  describe("with the strict counter", () => {
    it("takes 200 sends at once over 40 chats without a refusal, in at most 50 requests", async () => {
      const { sandbox, addChats, sendUnsafe, refused } = await begin({}, { requestLimit: "standard" });
      const chats = addChats(40);
      const started = performance.now();
      const sent = await Promise.all(Array.from({ length: 200 }, (_, at) => sendUnsafe(`m${at}`, chats[at % 40])));
      const took = performance.now() - started;
      assert.equal(sent.length, 200);
      assert.equal(refused(), 0);
      assert.ok(sandbox.control.requests().length <= 50, `${sandbox.control.requests().length} requests`);
      assert.ok(took < 3_000, `${took} ms`);
      for (const [at, chat] of chats.entries()) {
        const texts = sandbox.control.log().filter(({ chatId }) => chatId === chat);
        const order = texts.map(({ params }) => params["MESSAGE"]);
        assert.deepEqual(
          order,
          [0, 1, 2, 3, 4].map((round) => `m${round * 40 + at}`),
        );
      }
    });

    it("takes 2,000 sends with the burst alone", async () => {
      const { sandbox, addChats, sendUnsafe, refused } = await begin({}, { requestLimit: "standard" });
      const chats = addChats(200);
      await Promise.all(Array.from({ length: 2_000 }, (_, at) => sendUnsafe(`m${at}`, chats[at % 200])));
      assert.equal(refused(), 0);
      assert.ok(sandbox.control.requests().length <= 50, `${sandbox.control.requests().length} requests`);
      assert.equal(sandbox.control.log().length, 2_000);
    });

    it("is not overrun by two config nodes on one address", async () => {
      const { sandbox, addChats, sendUnsafe, open, refused, portal } = await begin({}, { requestLimit: "standard" });
      const chats = addChats(60);
      const doors = [portal, open()];
      await Promise.all(Array.from({ length: 600 }, (_, at) => sendUnsafe(`m${at}`, chats[at % 60], doors[at % 2])));
      assert.equal(refused(), 0);
      assert.ok(sandbox.control.requests().length <= 50);
      assert.equal(sandbox.control.log().length, 600);
    });

    it("closes one of two config nodes without disturbing the other's calls", async () => {
      const { sandbox, addChats, sendUnsafe, open, portal } = await begin({}, { requestLimit: "standard" });
      sandbox.control.configure({ callMs: 20 });
      const chats = addChats(60);
      const other = open();
      const own = Array.from({ length: 100 }, (_, at) => watch(sendUnsafe(`own${at}`, chats[at % 60], portal)));
      const others = Array.from({ length: 100 }, (_, at) => sendUnsafe(`other${at}`, chats[at % 60], other));
      await new Promise(setImmediate);
      await portal.close();
      const results = await Promise.all(others);
      assert.equal(results.length, 100);
      assert.ok(own.every(({ times }) => times === 1));
    });

    it("brings everything once when another program uses the address too", async () => {
      const { sandbox, addChats, sendUnsafe, refused } = await begin({}, { requestLimit: "standard" });
      const chats = addChats(60);
      const stranger = createTransport();
      const url = `${sandbox.webhookUrl}profile`;
      for (let one = 0; one < 8; one++) await stranger.send({ url, body: "{}" });
      const endings = Array.from({ length: 300 }, (_, at) => watch(sendUnsafe(`m${at}`, chats[at % 60])));
      await settledAll(endings);
      stranger.close();
      assert.ok(endings.every(({ success, times }) => success !== undefined && times === 1));
      assert.equal(new Set(textsOf(sandbox.control.log())).size, 300);
      assert.equal(textsOf(sandbox.control.log()).length, 300);
      assert.ok(refused() > 0, "the other program took nothing away: the test proves nothing");
    });
  });

  describe("gets every text verbatim", () => {
    it("alone", async () => {
      const { sendSafe, arrived } = await begin();
      for (const text of AWKWARD) {
        const { batched } = await sendSafe(text);
        assert.equal(batched, false);
      }
      assert.deepEqual(
        AWKWARD.map((text) => arrived(text)),
        AWKWARD.map(() => 1),
      );
    });

    it("in the middle of a storm", async () => {
      const { addChats, sendSafe, arrived, sandbox } = await begin({}, { requestLimit: "standard" });
      const chats = addChats(8);
      const sent = await Promise.all(chats.flatMap((chat) => AWKWARD.map((text) => sendSafe(text, chat))));
      assert.ok(sent.filter(({ batched }) => batched).length > 30);
      const counts = chats.flatMap((chat) => AWKWARD.map((text) => arrived(text, chat)));
      assert.deepEqual(new Set(counts), new Set([1]));
      assert.equal(sandbox.control.requests().filter(({ refused }) => refused).length, 0);
    });
  });

  it("tells the newer and the older method apart on an older portal", async () => {
    const { sandbox, sendSafe, chatId } = await begin();
    sandbox.control.configure({ botPlatform: 1 });
    const bot = sandbox.control.state().bots[0];
    const otherwise = {
      method: "imbot.message.add",
      params: { BOT_ID: bot?.id, DIALOG_ID: `chat${chatId}`, MESSAGE: "old", CLIENT_ID: "sandbox-bot-token" },
      safe: false,
    };
    const answers = [await sendSafe("new", chatId, { otherwise }), await sendSafe("new", chatId, { otherwise })];
    assert.deepEqual(
      answers.map(({ method, attempts }) => [method, attempts]),
      [
        ["imbot.message.add", 2],
        ["imbot.message.add", 1],
      ],
    );
    assert.equal(sandbox.control.requests().filter(({ method }) => method === SAFE).length, 1);
  });
});

const textsOf = (log: readonly { params: Record<string, unknown> }[]): string[] =>
  log.flatMap(({ params }) => (typeof params["MESSAGE"] === "string" ? [params["MESSAGE"]] : []));
