import assert from "node:assert/strict";
import { callOperation } from "../../open-channels/actions/call";
import { CallError, outcomeUnknown } from "../../rest/errors";
import { codeOf, running, typed, type Running, type RunningSettings } from "./support/running";

const call = ({ run }: Running, method: unknown, params?: unknown, paging = "one") =>
  run(callOperation, { method: typed(method), params: params === undefined ? [] : typed(params) }, { paging });

/** A portal with `count` items in pages of `size`. */
const pages = (count: number, size = 50): RunningSettings => ({
  answer: ({ params }) => {
    const start = Number(params["start"] ?? 0);
    const end = Math.min(count, start + size);
    const result = Array.from({ length: end - start }, (_, at) => start + at);
    return { result, next: end < count ? end : null, total: count };
  },
});

describe("call", () => {
  const identities: [method: string, params: object, added: object][] = [
    ["imopenlines.bot.session.transfer", {}, { CLIENT_ID: "the-token" }],
    ["imopenlines.bot.session.finish", {}, { CLIENT_ID: "the-token" }],
    ["imopenlines.bot.session.operator", {}, {}],
    ["imopenlines.bot.session.message.send", {}, {}],
    ["imopenlines.revision.get", {}, {}],
    ["imbot.message.add", {}, { CLIENT_ID: "the-token" }],
    ["imbot.message.add", { client_id: "own" }, {}],
    ["imbot.v2.Chat.Message.send", {}, { botToken: "the-token" }],
    ["imbot.v2.Bot.list", { botToken: "own" }, {}],
    ["imbot.v2.Revision.get", {}, {}],
    ["im.message.add", {}, {}],
    ["crm.deal.list", {}, {}],
  ];
  for (const [method, params, added] of identities)
    it(`adds to ${method} ${JSON.stringify(params)} the identity ${JSON.stringify(added)}`, async () => {
      const portal = running();
      await call(portal, method, params);
      assert.deepEqual(portal.calls[0]?.params, { ...params, ...added });
    });

  it("adds none where there is none", async () => {
    const portal = running({ token: "" });
    await call(portal, "imbot.message.add");
    assert.deepEqual(portal.calls[0]?.params, {});
  });

  const safe: [method: string, safe: boolean][] = [
    ["user.get", true],
    ["crm.deal.list", true],
    ["profile", true],
    ["imopenlines.network.join", true],
    ["event.offline.get", false],
    ["crm.deal.add", false],
    ["im.message.add", false],
    ["imopenlines.operator.answer", false],
    ["imopenlines.bot.session.finish", false],
  ];
  for (const [method, expected] of safe)
    it(`${expected ? "may" : "must not"} run ${method} twice`, async () => {
      const portal = running();
      await call(portal, method);
      assert.equal(portal.calls[0]?.options.safe, expected);
    });

  it("keeps its place among the messages of the chat that it names", async () => {
    const portal = running();
    for (const params of [
      { CHAT_ID: 5 },
      { chatId: "5" },
      { DIALOG_ID: "chat5" },
      { dialogId: "chat5" },
      { DIALOG_ID: 5 },
    ])
      await call(portal, "im.message.add", params);
    const chats = portal.calls.map(({ options }) => options.chat);
    assert.deepEqual(chats, ["chat5", "chat5", "chat5", "chat5", undefined]);
  });

  for (const method of ["", " ", "a b", "a/../b", "a?b=c", "a#b", ".a", "a.", "a..b", 5, null, {}])
    it(`refuses the method ${JSON.stringify(method)}`, async () => {
      const portal = running();
      const code = await codeOf(call(portal, method));
      assert.equal(code, "ERROR_METHOD_NOT_FOUND");
      assert.deepEqual(portal.calls, []);
    });

  it("refuses parameters that are no object or that JSON cannot carry", async () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const portal = running();
    for (const params of ["text", 5, [1], circle, { big: 1n }])
      assert.equal(await codeOf(call(portal, "user.get", params)), "ERROR_ARGUMENT");
    assert.deepEqual(portal.calls, []);
  });

  it("sends a copy: what the flow changes later does not reach the portal", async () => {
    const portal = running();
    const params = { FILTER: { ID: 1 } };
    await call(portal, "user.get", params);
    params.FILTER.ID = 2;
    assert.deepEqual(portal.calls[0]?.params, { FILTER: { ID: 1 } });
  });

  describe("paging", () => {
    it("one: brings one page", async () => {
      const portal = running(pages(120));
      const success = await call(portal, "user.get");
      assert.equal(portal.calls.length, 1);
      assert.equal(success?.next, 50);
    });

    for (const count of [0, 1, 50, 51, 100, 120])
      it(`all: joins ${count} items`, async () => {
        const portal = running(pages(count));
        const success = await call(portal, "user.get", { FILTER: 1 }, "all");
        assert.deepEqual(
          success?.result,
          Array.from({ length: count }, (_, at) => at),
        );
        assert.equal(success?.attempts, Math.max(1, Math.ceil(count / 50)));
        assert.ok(portal.calls.every(({ params }) => params["FILTER"] === 1));
      });

    it("all: finds the one list inside an object", async () => {
      const portal = running({
        answer: (_, nth) => ({ result: { tasks: [nth], more: "x" }, next: nth < 2 ? nth + 1 : null }),
      });
      const success = await call(portal, "tasks.task.list", {}, "all");
      assert.deepEqual(success?.result, [0, 1, 2]);
    });

    it("all: takes a result without a list as one page", async () => {
      const portal = running({ answer: () => ({ result: { a: 1 }, next: 50 }) });
      const success = await call(portal, "app.info", {}, "all");
      assert.deepEqual(success?.result, { a: 1 });
      assert.equal(portal.calls.length, 1);
    });

    it("all: never loses what it has, when a later page holds no list", async () => {
      const portal = running({ answer: (_, nth) => (nth === 0 ? { result: [1], next: 50 } : { result: null }) });
      await assert.rejects(call(portal, "user.get", {}, "all"), (error) => error instanceof CallError);
      assert.equal(portal.calls.length, 2);
    });

    it("stops when the portal does not move on", async () => {
      const portal = running({ answer: () => ({ result: [1], next: 50 }) });
      await assert.rejects(
        call(portal, "user.get", {}, "all"),
        (error) => error instanceof CallError && error.code === "BAD_RESPONSE",
      );
      assert.equal(portal.calls.length, 2);
    });

    for (const paging of ["all", "stream"])
      it(`${paging}: begins at the beginning, whatever the flow says of the start`, async () => {
        const portal = running({
          answer: ({ params }) =>
            // Asked to skip counting, the portal does not say either that there is more.
            "start" in params || "START" in params
              ? { result: Array.from({ length: 50 }, (_, at) => at), next: null, total: null }
              : { result: [1], next: null, total: 1 },
        });
        for (const start of [{ start: -1 }, { START: "-1" }, { Start: 100 }])
          await call(portal, "user.get", { FILTER: 1, ...start }, paging);
        assert.deepEqual(
          portal.calls.map(({ params }) => params),
          [{ FILTER: 1 }, { FILTER: 1 }, { FILTER: 1 }],
        );
      });

    it("one: leaves the start to the flow", async () => {
      const portal = running();
      await call(portal, "user.get", { start: -1 });
      assert.deepEqual(portal.calls[0]?.params, { start: -1 });
    });

    describe("where the portal names neither a next page nor a total", () => {
      const numbers = (from: number, to: number): number[] =>
        Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
      const failsWith =
        (code: string) =>
        (error: unknown): boolean =>
          error instanceof CallError && error.code === code;
      const silent = (count: number): RunningSettings => ({
        answer: ({ params }) => {
          const start = Number(params["start"] ?? 0);
          return { result: numbers(start, Math.min(count, start + 50)) };
        },
      });

      const counts: [items: number, calls: number][] = [
        [0, 1],
        [49, 1],
        [50, 2],
        [51, 2],
        [100, 3],
        [120, 3],
      ];
      for (const [count, calls] of counts) {
        it(`all: finds ${count} items in ${calls} calls`, async () => {
          const portal = running(silent(count));
          const success = await call(portal, "user.get", {}, "all");
          assert.deepEqual(success?.result, numbers(0, count));
          assert.deepEqual([portal.calls.length, success?.attempts], [calls, calls]);
        });

        it(`stream: says with the last page of ${count} items that it is the last`, async () => {
          const portal = running(silent(count));
          await call(portal, "user.get", {}, "stream");
          const items = portal.pages.flatMap(({ result }) => result as unknown[]);
          const last = portal.pages.length;
          assert.deepEqual(items, numbers(0, count));
          assert.deepEqual(
            portal.pages.map(({ count: of }) => of),
            portal.pages.map((_, at) => (at === last - 1 ? last : null)),
          );
        });
      }

      it("asks for nothing more where the total says that this is all", async () => {
        const portal = running({ answer: () => ({ result: numbers(0, 50), total: 50 }) });
        const success = await call(portal, "user.get", {}, "all");
        assert.deepEqual([(success?.result as unknown[]).length, portal.calls.length], [50, 1]);
      });

      it("goes on where the total says that there is more, although no next page is named", async () => {
        const portal = running({
          answer: ({ params }) => {
            const start = Number(params["start"] ?? 0);
            return { result: numbers(start, Math.min(120, start + 50)), total: 120 };
          },
        });
        const success = await call(portal, "user.get", {}, "all");
        assert.deepEqual(success?.result, numbers(0, 120));
      });

      it("takes the same page again for a method that does not page", async () => {
        const items = numbers(0, 50).map((id) => ({ id, name: "always the same" }));
        const portal = running({ answer: () => ({ result: { items } }) });
        const success = await call(portal, "some.list", {}, "all");
        assert.deepEqual([success?.result, portal.calls.length], [items, 2]);
      });

      it("takes the same page again with a few changes for no new one", async () => {
        const portal = running({ answer: (_, nth) => ({ result: [`now ${nth}`, ...numbers(1, 50)] }) });
        const success = await call(portal, "some.list", {}, "all");
        assert.deepEqual(success?.result, ["now 0", ...numbers(1, 50)]);
      });

      for (const to of [51, 60, 99])
        it(`loses nothing of items 49 to ${to - 1}, on which one came in twice because the list grew meanwhile`, async () => {
          const portal = running({
            answer: (_, nth) => ({ result: nth === 0 ? numbers(0, 50) : numbers(49, to) }),
          });
          const success = await call(portal, "user.get", {}, "all");
          assert.deepEqual(new Set(success?.result as unknown[]), new Set(numbers(0, to)));
        });

      for (const method of ["crm.deal.add", "event.offline.get"])
        it(`does not call ${method} once more to find out: that has effects`, async () => {
          const portal = running({ answer: () => ({ result: numbers(0, 50) }) });
          await call(portal, method, {}, "all");
          await call(portal, method, {}, "stream");
          assert.deepEqual([portal.calls.length, portal.pages[0]?.count], [2, 1]);
        });

      it("takes a page without a list for the end", async () => {
        const portal = running({ answer: (_, nth) => ({ result: nth === 0 ? numbers(0, 50) : null }) });
        const success = await call(portal, "user.get", {}, "all");
        assert.deepEqual(success?.result, numbers(0, 50));
      });

      it("stream: hands over the page that has come before the next one fails", async () => {
        const portal = running({
          answer: (_, nth) => {
            if (nth > 0) throw outcomeUnknown("TIMEOUT");
            return { result: numbers(0, 50) };
          },
        });
        await assert.rejects(call(portal, "user.get", {}, "stream"), failsWith("TIMEOUT"));
        assert.deepEqual(
          portal.pages.map(({ index, count }) => [index, count]),
          [[0, null]],
        );
      });

      it("gives up on a list that never ends", async () => {
        let made = 0;
        const portal = running({ answer: () => ({ result: numbers(made, (made += 50)) }) });
        await assert.rejects(call(portal, "some.list", {}, "all"), failsWith("BAD_RESPONSE"));
        assert.equal(portal.calls.length, 1_001);
      });
    });

    it("stream: hands over page by page, and says with the last how many there were", async () => {
      const portal = running(pages(120));
      const success = await call(portal, "user.get", {}, "stream");
      assert.equal(success, null);
      assert.deepEqual(
        portal.pages.map(({ index, count, result }) => [index, count, (result as unknown[]).length]),
        [
          [0, null, 50],
          [1, null, 50],
          [2, 3, 20],
        ],
      );
    });

    it("stream: an empty list and a result without a list are one page each", async () => {
      const empty = running(pages(0));
      const single = running({ answer: () => ({ result: { a: 1 } }) });
      await call(empty, "user.get", {}, "stream");
      await call(single, "app.info", {}, "stream");
      assert.deepEqual(
        [...empty.pages, ...single.pages].map(({ index, count, result }) => [index, count, result]),
        [
          [0, 1, []],
          [0, 1, { a: 1 }],
        ],
      );
    });
  });
});
