import assert from "node:assert/strict";
import type { Sandbox } from "../../sandbox/index";
import { eachWithAdminRoutes, NEW_TOKEN, TOKEN, type Body } from "../support/admin-routes";
import { startFreshSandbox } from "../support/fresh-sandbox";

describe("the route that makes a bot", function () {
  this.timeout(60_000);
  const routes = eachWithAdminRoutes();

  const botTokens = (at: Sandbox): unknown[] =>
    at.control.log().flatMap(({ params }) => {
      const { botToken, CLIENT_ID, fields } = params as Body & { fields?: Body };
      return [botToken, CLIENT_ID, fields?.["botToken"]].filter((value) => value !== undefined);
    });

  it("registers, finds again and updates", async () => {
    const first = await routes.ask("bot", routes.wanted());
    const second = await routes.ask("bot", routes.wanted());
    const third = await routes.ask("bot", routes.wanted({ botName: "Help desk" }));
    const [bot] = routes.sandbox.control.state().bots;
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.deepEqual(
      [first, second, third].map(({ body }) => [body["result"], body["id"], body["keepToken"]]),
      ["registered", "found", "updated"].map((result) => [result, bot?.id, true]),
    );
    assert.deepEqual([bot?.name, bot?.type, bot?.eventMode], ["Help desk", "openline", "fetch"]);
  });

  it("gives the portal the address of this node where Bitrix24 calls", async () => {
    const body = routes.wanted({ eventMode: "webhook", publicUrl: "http://127.0.0.1:1880/", botToken: TOKEN });
    const { status, body: told } = await routes.ask("bot", body);
    const [bot] = routes.sandbox.control.state().bots;
    assert.equal(status, 200, JSON.stringify(told));
    assert.equal(bot?.webhookUrl?.replace(/\?.*/, ""), "http://127.0.0.1:1880/bitrix24/new1");
    assert.equal(told["keepToken"], false);
    await routes.refusal("bot", routes.wanted({ eventMode: "webhook", publicUrl: "" }), "PUBLIC_URL_MISSING");
  });

  it("says in a sentence why it cannot be: taken, foreign, too long, nameless", async () => {
    const { body } = await routes.ask("bot", routes.wanted({ botToken: TOKEN }));
    const other = "another-token-of-somebody-else-1";
    await routes.refusal("bot", routes.wanted({ botToken: other }), "BOT_CODE_ALREADY_TAKEN");
    await routes.refusal("bot", routes.fresh({ botId: body["id"], botToken: other }), "BOT_OWNERSHIP_ERROR");
    await routes.refusal("bot", routes.wanted({ botId: body["id"], botToken: other }), "BOT_OWNERSHIP_ERROR");
    await routes.refusal("bot", routes.fresh({ botId: "4711", botToken: TOKEN }), "BOT_NOT_FOUND");
    await routes.refusal(
      "bot",
      routes.wanted({ botCode: "second", botToken: "x".repeat(41) }),
      "BOT_TOKEN_INVALID_LENGTH",
    );
    await routes.refusal("bot", routes.wanted({ botName: " " }), "BOT_PROPERTIES_REQUIRED");
    await routes.refusal("bot", routes.fresh(), "BOT_CODE_REQUIRED");
    await routes.refusal("bot", routes.wanted({ newToken: undefined }), "BOT_TOKEN_NOT_SPECIFIED");
    await routes.refusal("bot", routes.fresh({ botId: body["id"], newToken: NEW_TOKEN }), "BOT_TOKEN_NOT_SPECIFIED");
    routes.sandbox.control.configure({ scopes: ["imopenlines"] });
    await routes.refusal("bot", routes.wanted({ botToken: TOKEN }), "insufficient_scope");
    assert.equal(routes.sandbox.control.state().bots.length, 1);
  });

  it("finds a bot that is given by its number, and changes nothing of it", async () => {
    const { body } = await routes.ask("bot", routes.wanted({ botToken: TOKEN }));
    const found = await routes.ask(
      "bot",
      routes.fresh({ botId: String(body["id"]), botName: "Other", botToken: TOKEN }),
    );
    assert.deepEqual(found.body, {
      ...{ id: body["id"], name: "Support", platform: 2 },
      ...{ result: "found", keepToken: false, weakToken: false },
    });
    assert.equal(routes.sandbox.control.state().bots[0]?.name, "Support");
  });

  it("works on portals from before bot platform 2.0, where the portal has to call", async () => {
    routes.sandbox.control.configure({ botPlatform: 1 });
    const webhook = { eventMode: "webhook", publicUrl: "http://127.0.0.1:1880" };
    const results: unknown[] = [];
    for (const more of [{}, {}, { botName: "Help desk" }])
      results.push((await routes.ask("bot", routes.wanted({ ...webhook, ...more }))).body["result"]);
    await routes.refusal("bot", routes.wanted(), "BOT_PLATFORM_OLD");
    assert.deepEqual(results, ["registered", "found", "updated"]);
  });

  it("registers none with a token that can be guessed, and says so of a bot that has one", async () => {
    const short = "x".repeat(15);
    await routes.refusal("bot", routes.wanted({ botToken: ` ${short} ` }), "BOT_TOKEN_TOO_SHORT");
    assert.deepEqual(routes.sandbox.control.requests().length, 0);
    const first = await routes.ask("bot", routes.wanted({ botToken: "y".repeat(16) }));
    await fetch(`${routes.sandbox.webhookUrl}imbot.v2.Bot.register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ botToken: short, fields: { code: "old", botToken: short, properties: { name: "Old" } } }),
    });
    const old = routes.sandbox.control.state().bots.find(({ code }) => code === "old");
    const byId = await routes.ask("bot", routes.fresh({ botId: old?.id, botToken: short }));
    await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl, botToken: short });
    const stored = { webhookUrl: "__PWRD__", botToken: "__PWRD__", botCode: "old", botName: "Old" };
    const byCode = await routes.ask("bot", stored, { id: "portal1" });
    const test = await routes.ask("test", {}, { id: "portal1", as: "reader" });
    assert.deepEqual(
      [first, byId, byCode, test].map(({ body }) => body["weakToken"]),
      [false, true, true, true],
    );
  });

  it("uses the token that is stored, and tells it to no other portal", async () => {
    await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl, botToken: TOKEN });
    const own = await routes.ask("bot", routes.wanted({ webhookUrl: "__PWRD__", botToken: "__PWRD__" }), {
      id: "portal1",
    });
    const stranger = await startFreshSandbox({ blank: true });
    try {
      const body = routes.wanted({ webhookUrl: stranger.webhookUrl, botToken: "__PWRD__" });
      await routes.refusal("bot", body, "TOKEN_OF_OTHER_PORTAL", { id: "portal1" });
      const anew = await routes.ask("bot", { ...body, botToken: "" }, { id: "portal1" });
      assert.equal(anew.body["result"], "registered");
      assert.equal(own.body["keepToken"], false);
      assert.ok(botTokens(routes.sandbox).includes(TOKEN));
      assert.ok(!botTokens(stranger).includes(TOKEN));
    } finally {
      await stranger.close();
    }
  });

  it("goes on with the token that a running bot made for itself", async () => {
    const settings = { botCode: "support_bot", botName: "Support", eventMode: "fetch" };
    await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl, botToken: "" }, settings);
    const again = await routes.ask("bot", routes.wanted({ webhookUrl: "__PWRD__" }), { id: "portal1" });
    const other = await routes.ask("bot", routes.wanted({ webhookUrl: "__PWRD__", botCode: "second" }), {
      id: "portal1",
    });
    await routes.deploy({ webhookUrl: "", botToken: "" });
    assert.deepEqual([again.status, again.body["keepToken"]], [200, false], JSON.stringify(again.body));
    assert.deepEqual([other.body["result"], other.body["keepToken"]], ["registered", true]);
  });
});
