import assert from "node:assert/strict";
import { eachWithAdminRoutes, TOKEN, type Body } from "../support/admin-routes";

describe("the routes that list and choose", function () {
  this.timeout(60_000);
  const routes = eachWithAdminRoutes();

  describe("lines", () => {
    let sales = 0;
    let support = 0;
    let ours = 0;
    let theirs = 0;

    beforeEach(async () => {
      sales = routes.sandbox.control.addLine({ name: "Sales" });
      theirs = Number((await routes.ask("bot", routes.wanted({ botCode: "other", botName: "Other" }))).body["id"]);
      ours = Number((await routes.ask("bot", routes.wanted({ botToken: TOKEN }))).body["id"]);
      const bot = { bot: theirs, botEnabled: true, botJoin: "first", botTime: 30, welcomeBotLeft: "close" } as const;
      support = routes.sandbox.control.addLine({ name: "Support", ...bot });
    });

    const rule = { join: "always", time: 60, left: "queue" };
    const wish = (id: number, on: boolean, more: Body = {}): Body => ({ id, on, ...rule, ...more });

    it("are listed with the bots that answer there now", async () => {
      const { status, body } = await routes.ask("lines", routes.fresh());
      const rows = body["lines"] as Body[];
      assert.equal(status, 200);
      assert.deepEqual(
        rows.map(({ id, name, active, bot }) => ({ id, name, active, bot })),
        [
          { id: sales, name: "Sales", active: true, bot: null },
          { id: support, name: "Support", active: true, bot: { id: theirs, name: "Other" } },
        ],
      );
      assert.deepEqual([rows[1]?.["join"], rows[1]?.["time"], rows[1]?.["left"]], ["first", 30, "close"]);
    });

    it("show what will change, and change nothing before it is applied", async () => {
      const before = routes.sandbox.control.state().lines;
      const body = routes.fresh({ bot: ours, lines: [wish(sales, true), wish(support, true)] });
      const preview = (await routes.ask("lines/preview", body)).body;
      const between = routes.sandbox.control.state().lines;
      const applied = await routes.ask("lines/apply", { ...body, mark: preview["mark"] });
      const after = routes.sandbox.control.state().lines;
      const nothing = (await routes.ask("lines/preview", body)).body;
      const changes = preview["changes"] as { id: number; changes: Body[] }[];
      assert.deepEqual(between, before);
      assert.deepEqual(
        changes.map(({ id, changes: [first] }) => ({ id, first })),
        [
          { id: sales, first: { what: "bot", from: null, to: "Support" } },
          { id: support, first: { what: "bot", from: "Other", to: "Support" } },
        ],
      );
      assert.deepEqual(
        changes[1]?.changes.map(({ what }) => what),
        ["bot", "join", "time", "left"],
      );
      assert.equal(applied.status, 200);
      assert.deepEqual(
        (applied.body["lines"] as Body[]).map(({ id, bot }) => ({ id, bot })),
        [sales, support].map((id) => ({ id, bot: { id: ours, name: "Support" } })),
      );
      for (const line of after)
        assert.deepEqual(
          [line.bot, line.botEnabled, line.botJoin, line.botTime, line.welcomeBotLeft],
          [ours, true, "always", 60, "queue"],
        );
      assert.deepEqual(nothing["changes"], []);
    });

    it("are given back when unticked, and never taken from a bot that is not ours", async () => {
      routes.sandbox.control.updateLine(sales, { bot: ours, botEnabled: true });
      const body = routes.fresh({ bot: ours, lines: [wish(sales, false), wish(support, false)] });
      const preview = (await routes.ask("lines/preview", body)).body;
      await routes.ask("lines/apply", { ...body, mark: preview["mark"] });
      const enabled = routes.sandbox.control.state().lines.map(({ id, botEnabled }) => [id, botEnabled]);
      assert.deepEqual(preview["changes"], [
        { id: sales, name: "Sales", changes: [{ what: "bot", from: "Support", to: null }] },
      ]);
      assert.deepEqual(enabled, [
        [sales, false],
        [support, true],
      ]);
    });

    it("stay as they are when somebody has changed them since the preview", async () => {
      const body = routes.fresh({ bot: ours, lines: [wish(sales, true)] });
      const { mark } = (await routes.ask("lines/preview", body)).body;
      routes.sandbox.control.updateLine(sales, { bot: theirs, botEnabled: true });
      await routes.refusal("lines/apply", { ...body, mark }, "LINES_CHANGED");
      await routes.refusal("lines/apply", body, "LINES_CHANGED");
      assert.equal(routes.sandbox.control.state().lines[0]?.bot, theirs);
    });

    it("are changed although they cannot be listed again afterwards", async () => {
      const body = routes.fresh({ bot: ours, lines: [wish(sales, true)] });
      const { mark } = (await routes.ask("lines/preview", body)).body;
      routes.sandbox.control.addFault({ kind: "html-503", method: "imopenlines.config.list.get", count: Infinity });
      const { status, body: applied } = await routes.ask("lines/apply", { ...body, mark });
      assert.equal(status, 200);
      assert.equal((applied["changes"] as Body[]).length, 1);
      assert.equal(applied["lines"], null);
      assert.equal(routes.sandbox.control.state().lines[0]?.bot, ours);
    });

    it("are refused in a sentence: without permission, without a bot, with a wrong time", async () => {
      const body = routes.fresh({ bot: ours, lines: [wish(sales, true)] });
      const { mark } = (await routes.ask("lines/preview", body)).body;
      routes.sandbox.control.configure({ canEditLines: false });
      await routes.refusal("lines/apply", { ...body, mark }, "CONFIG_WRONG_USER_PERMISSION");
      await routes.refusal("lines/preview", routes.fresh({ lines: [wish(sales, true)] }), "BOT_ID_REQUIRED");
      for (const time of ["soon", -1, 1e9, null])
        await routes.refusal(
          "lines/preview",
          routes.fresh({ bot: ours, lines: [wish(sales, true, { time })] }),
          "LINE_TIME",
        );
      routes.sandbox.control.configure({ scopes: ["imbot"] });
      await routes.refusal("lines", routes.fresh({ fresh: true }), "insufficient_scope");
    });

    it("are listed by their bots' numbers where bots may not be listed", async () => {
      routes.sandbox.control.configure({ scopes: ["imopenlines"] });
      const { body } = await routes.ask("lines", routes.fresh());
      assert.deepEqual((body["lines"] as Body[])[1]?.["bot"], { id: theirs, name: null });
    });
  });

  describe("choices", () => {
    it("operators: active employees, those online first, asked once in a while", async () => {
      const away = routes.sandbox.control.addOperator({ name: "Ann", lastName: "Away", online: false });
      const gone = routes.sandbox.control.addOperator({ name: "Gus", lastName: "Gone" });
      routes.sandbox.control.setActive(gone, false);
      const here = routes.sandbox.control.addOperator({ name: "Olga", lastName: "Here", online: true });
      const first = (await routes.ask("operators", routes.fresh())).body["operators"] as Body[];
      const requests = routes.sandbox.control.requests().length;
      routes.sandbox.control.setOnline(away, true);
      const again = (await routes.ask("operators", routes.fresh())).body["operators"] as Body[];
      const asked = routes.sandbox.control.requests().length;
      const anew = (await routes.ask("operators", routes.fresh({ fresh: true }))).body["operators"] as Body[];
      const own = (rows: Body[]) => rows.filter(({ id }) => [away, gone, here].includes(Number(id)));
      assert.deepEqual(own(first), [
        { id: here, name: "Olga Here", photo: null, online: true },
        { id: away, name: "Ann Away", photo: null, online: false },
      ]);
      assert.deepEqual(again, first);
      assert.equal(asked, requests);
      assert.deepEqual(
        own(anew).map(({ online }) => online),
        [true, true],
      );
    });

    it("operators: a missing permission is said, and not remembered", async () => {
      routes.sandbox.control.configure({ scopes: ["imopenlines"] });
      await routes.refusal("operators", routes.fresh(), "insufficient_scope");
      routes.sandbox.control.configure({ scopes: ["user_basic"] });
      const { status } = await routes.ask("operators", routes.fresh());
      assert.equal(status, 200);
    });

    it("channels: those that the deployed flows use with this portal", async () => {
      const code = "0123456789abcdef0123456789abcdef";
      const join = { type: "bitrix24-join", z: "tab1", x: 10, y: 10, wires: [[], []], codeType: "str", code };
      await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl }, {}, [
        { ...join, id: "j1", portal: "portal1" },
        { ...join, id: "j2", portal: "portal1" },
        { ...join, id: "j3", portal: "portal1", codeType: "msg", code: "code" },
        { ...join, id: "j4", portal: "portal2", code: code.replace("0", "f") },
      ]);
      const { body } = await routes.ask("channels", {}, { id: "portal1" });
      assert.deepEqual(body, { channels: [{ code }] });
    });
  });
});
