import assert from "node:assert/strict";
import { SEND, setUp } from "./support/door";
import { watch } from "./support/outcomes";
import { openScripted, ScriptedPortal } from "./support/scripted-portal";
import { VirtualClock } from "./support/virtual-clock";

describe("dispatcher", () => {
  describe("single calls and batches", () => {
    it("sends a call that need not wait alone and at once", async () => {
      const { clock, script, call } = setUp();
      const before = clock.now();
      const ending = call();
      await clock.run();
      assert.equal(ending.success?.batched, false);
      assert.equal(ending.success?.attempts, 1);
      assert.deepEqual(
        script.requests.map(({ method, at }) => [method, at - before]),
        [[SEND, 20]],
      );
    });

    it("spreads what is more than the budget evenly over batches", async () => {
      const { clock, script, call } = setUp();
      const endings = Array.from({ length: 480 }, () => call());
      await clock.run();
      assert.ok(endings.every(({ success }) => success?.batched === true));
      assert.equal(script.requests.length, 48);
      assert.ok(script.requests.every(({ calls }) => calls === 10));
    });

    it("never mixes callers in one batch", async () => {
      const clock = new VirtualClock();
      const script = new ScriptedPortal(clock);
      const send = script.send.bind(script);
      const seen = new Map<string, number>();
      script.send = (request) => {
        const user = /\/rest\/(\d+)\//.exec(request.url)?.[1] ?? "";
        for (const id of request.body.matchAll(/USER%3D(\d)|USER=(\d)|"USER":(\d)/g)) {
          assert.equal(id[1] ?? id[2] ?? id[3], user);
          seen.set(user, (seen.get(user) ?? 0) + 1);
        }
        return send(request);
      };
      const open = (userId: string) =>
        openScripted(clock, script, {
          webhook: { base: "https://mixed.example/rest/", userId, code: `secret-${userId}` },
        });
      const [one, two] = [open("1"), open("2")];
      const endings = Array.from({ length: 200 }, (_, at) =>
        watch((at % 2 === 0 ? one : two).call(SEND, { USER: at % 2 === 0 ? 1 : 2 })),
      );
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      assert.deepEqual(
        [...seen],
        [
          ["1", 100],
          ["2", 100],
        ],
      );
      assert.equal(script.refused, 0, "both share the address's budget");
    });

    it("makes smaller batches where calls take long", async () => {
      const { clock, script, call } = setUp({ maxWait: 7_200_000 });
      script.callMs = 1_500;
      const endings = Array.from({ length: 4_000 }, () => call());
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      const sizes = script.requests.slice(48).map(({ calls }) => calls);
      assert.ok(sizes.length > 0 && Math.max(...sizes) <= 14, `up to ${Math.max(...sizes)}`);
    });
  });

  describe("order", () => {
    it("holds in a chat whatever lanes its calls were made in", async () => {
      const { clock, script, call, drain } = setUp();
      drain();
      await clock.pass(500);
      call({ chat: "chat1", lane: "bulk" });
      call({ chat: "chat1", lane: "polling" });
      call({ chat: "chat1", lane: "conversation" });
      await clock.run();
      const ids = script.executions.slice(48).map(({ params }) => Number(params["ID"]));
      assert.deepEqual(ids, [49, 50, 51]);
    });

    it("holds where an older method name has to be used in the middle of a rush", async () => {
      const { clock, script, portal, drain } = setUp();
      script.refusal = ({ method }) => (method === "imbot.v2.Chat.Message.send" ? "ERROR_METHOD_NOT_FOUND" : null);
      drain();
      await clock.pass(500);
      const endings = [1, 2, 3, 4, 5, 6].flatMap((chat) => {
        const options = { chat: `chat${chat}`, otherwise: { method: "imbot.message.add", params: { CHAT: chat } } };
        return [
          watch(portal.call("imbot.v2.Chat.Message.send", { CHAT: chat }, options)),
          watch(portal.call("imopenlines.bot.session.finish", { CHAT: chat }, { chat: `chat${chat}` })),
        ];
      });
      await clock.run();
      assert.ok(endings.every(({ success }) => success !== undefined));
      for (const chat of [1, 2, 3, 4, 5, 6]) {
        const methods = script.executions
          .filter(({ params }) => Number(params["CHAT"]) === chat)
          .map(({ method }) => method);
        assert.deepEqual(methods, ["imbot.message.add", "imopenlines.bot.session.finish"]);
      }
    });

    it("holds when a call has to pause: those behind it wait", async () => {
      const { clock, script, call } = setUp();
      let failures = 2;
      script.trouble = () => (failures-- > 0 ? { kind: "no-connection" } : null);
      const first = call({ chat: "chat1" });
      await clock.pass(100);
      const second = call({ chat: "chat1" });
      await clock.run();
      assert.deepEqual([first.success?.attempts, second.success?.attempts], [3, 1]);
      assert.deepEqual(
        script.executions.map(({ params }) => params["ID"]),
        [1, 2],
      );
    });
  });

  it("shows its state without a secret", async () => {
    const { clock, portal, call } = setUp({ secrets: ["the-bots-token"] });
    call();
    await clock.run();
    const shown = JSON.stringify(portal.metrics());
    assert.ok(!shown.includes("secret-of-the-webhook") && !shown.includes("the-bots-token"));
    assert.ok(shown.includes('"calls":1'));
  });
});
