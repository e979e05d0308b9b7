import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startFreshSandbox } from "../support/fresh-sandbox";
import { eachWithAdminRoutes, TOKEN, type Body } from "../support/admin-routes";

const READS = ["test", "lines", "lines/preview", "operators", "channels"];
const WRITES = ["bot", "lines/apply"];

describe("the routes behind the dialogs", function () {
  this.timeout(60_000);
  const routes = eachWithAdminRoutes();

  describe("permissions", () => {
    it("nobody without a login, and nobody without the permission, gets anywhere", async () => {
      const statuses: Record<string, number[]> = { "": [], nobody: [], reader: [] };
      for (const as of Object.keys(statuses))
        for (const path of [...READS, ...WRITES]) {
          if (as === "reader" && READS.includes(path)) continue;
          statuses[as]?.push((await routes.ask(path, routes.fresh(), { as })).status);
        }
      assert.deepEqual(new Set(Object.values(statuses).flat()), new Set([401]));
      assert.deepEqual(routes.sandbox.control.requests(), []);
    });

    it("who may only read can ask the stored portal everything that changes nothing", async () => {
      await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl });
      for (const webhookUrl of [undefined, "__PWRD__", ` ${routes.sandbox.webhookUrl} `])
        for (const path of READS) {
          const body = { webhookUrl, bot: 1, lines: [] };
          const { status, body: told } = await routes.ask(path, body, { as: "reader", id: "portal1" });
          assert.equal(status, 200, `${path}: ${JSON.stringify(told)}`);
        }
    });

    it("who may only read makes this machine call nothing else", async () => {
      await routes.deploy({ webhookUrl: routes.named.webhookUrl });
      const before = routes.named.control.requests().length;
      for (const webhookUrl of [routes.sandbox.webhookUrl, "http://127.0.0.1:1/rest/1/abcdefgh/", "${B24_TEST_PORTAL}"])
        for (const path of READS) {
          const body = { webhookUrl, bot: 1, lines: [] };
          const told = await routes.ask(path, body, { as: "reader", id: "portal1" });
          assert.equal(told.status, 403, path);
          assert.equal(told.body.error?.code, "ADDRESS_NOT_STORED");
          for (const words of [told.body.error?.message, told.body.error?.hint])
            assert.match(words ?? "", /^\p{Lu}.*\.$/su);
        }
      assert.deepEqual(routes.sandbox.control.requests(), []);
      assert.equal(routes.named.control.requests().length, before);
    });

    it("metrics show the portal's traffic to who may read, and nobody else", async () => {
      await routes.deploy(
        { webhookUrl: routes.sandbox.webhookUrl, botToken: TOKEN },
        { botCode: "support_bot", botName: "Support" },
      );
      const measure = (as: string): Promise<{ status: number; text: string }> =>
        routes.nodeRed.request("bitrix24/portal1/metrics", { headers: routes.authorization(as) });
      for (const as of ["", "nobody"]) assert.equal((await measure(as)).status, 401);
      const calls = async (): Promise<number> =>
        (JSON.parse((await measure("reader")).text) as { counts: { calls: number } }).counts.calls;
      const deadline = Date.now() + 10_000;
      while ((await calls()) === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
      const { status, text } = await measure("reader");
      const metrics = JSON.parse(text) as { budget: { plan: object; available: number }; counts: { calls: number } };
      assert.equal(status, 200);
      assert.ok(metrics.counts.calls > 0);
      assert.deepEqual(metrics.budget.plan, { burst: 50, perSecond: 2 });
      for (const secret of routes.secrets) assert.ok(!text.includes(secret), text);
    });

    it("a form of another page is no question, and another node's id no portal", async () => {
      const comment = { id: "c1", type: "comment", z: "tab1", x: 10, y: 10, wires: [] };
      await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl }, {}, [comment]);
      const headers = { ...routes.authorization("writer"), "content-type": "application/x-www-form-urlencoded" };
      const form = await routes.nodeRed.request("bitrix24/new1/test", {
        method: "POST",
        body: routes.fresh(),
        headers,
      });
      const other = await routes.ask("test", routes.fresh(), { id: "c1" });
      assert.deepEqual([form.status, other.status], [400, 400]);
      assert.deepEqual(routes.sandbox.control.requests(), []);
    });
  });

  describe("test", () => {
    it("tells portal, user, permissions, revisions and plan before anything is deployed", async () => {
      const { status, body } = await routes.ask("test", routes.fresh());
      const { user, ...rest } = body;
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(user as object), ["id", "name", "admin"]);
      assert.deepEqual(rest, {
        host: new URL(routes.sandbox.url).host,
        permissions: { granted: ["crm", "im", "imbot", "imopenlines", "user"], missing: [] },
        openChannels: 2,
        botPlatform: 36,
        plan: "com_std",
        enterprise: false,
        weakToken: false,
      });
    });

    it("names what is missing: a permission, the newer bot platform", async () => {
      routes.sandbox.control.configure({ scopes: ["imopenlines", "user_basic"], license: "de_ent250" });
      const withoutBots = (await routes.ask("test", routes.fresh())).body;
      routes.sandbox.control.configure({ scopes: [], botPlatform: 1 });
      const bare = (await routes.ask("test", routes.fresh())).body;
      assert.deepEqual((withoutBots["permissions"] as Body)["missing"], ["imbot"]);
      assert.deepEqual([withoutBots["enterprise"], withoutBots["botPlatform"]], [true, null]);
      assert.deepEqual((bare["permissions"] as Body)["missing"], ["imopenlines", "imbot", "user"]);
      assert.deepEqual([bare["openChannels"], bare["botPlatform"]], [null, 0]);
    });

    it("says in a sentence what is wrong with an address, and calls nobody", async () => {
      await routes.refusal("test", { webhookUrl: "" }, "empty");
      await routes.refusal("test", {}, "empty");
      await routes.refusal("test", { webhookUrl: "just words" }, "not-a-url");
      await routes.refusal("test", { webhookUrl: `${routes.sandbox.url}/company/` }, "not-a-webhook");
      await routes.refusal(
        "test",
        { webhookUrl: `http://portal.example/rest/1/${routes.sandbox.secret}/` },
        "insecure",
      );
      assert.deepEqual(routes.sandbox.control.requests(), []);
    });

    it("tells a wrong secret and a portal that is away apart", async () => {
      await routes.refusal(
        "test",
        { webhookUrl: `${routes.sandbox.url}/rest/1/wrongwrongwrong/` },
        "INVALID_CREDENTIALS",
      );
      const gone = await startFreshSandbox({ blank: true });
      await gone.close();
      await routes.refusal("test", { webhookUrl: gone.webhookUrl }, "CONNECTION_FAILED");
    });

    it("follows a portal nowhere else", async () => {
      routes.sandbox.control.configure({ renamedTo: "https://stranger.example" });
      await routes.refusal("test", routes.fresh(), "PORTAL_MOVED");
    });

    it("looks up environment variables for the stored address only", async () => {
      const { host } = new URL(routes.named.url);
      await routes.refusal("test", { webhookUrl: "${B24_TEST_PORTAL}" }, "VARIABLE_NOT_STORED");
      await routes.deploy({ webhookUrl: "$(B24_TEST_PORTAL)" });
      const at = { id: "portal1" };
      const stored = await routes.ask("test", {}, { ...at, as: "reader" });
      const same = await routes.ask("test", { webhookUrl: " $(B24_TEST_PORTAL) " }, at);
      await routes.refusal("test", { webhookUrl: "${B24_TEST_PORTAL}" }, "VARIABLE_NOT_STORED", at);
      await routes.refusal("test", { webhookUrl: "${B24_TEST_ONLY}" }, "VARIABLE_NOT_STORED", at);
      assert.deepEqual([stored.body["host"], same.body["host"]], [host, host]);
    });

    it("sends no variable to an address that was only typed", async () => {
      await routes.deploy({ webhookUrl: routes.named.webhookUrl });
      const at = { id: "portal1" };
      for (const name of ["botName", "botCode", "botId", "botToken"])
        for (const variable of ["${B24_TEST_ONLY}", " $(B24_TEST_ONLY) "])
          await routes.refusal("bot", routes.wanted({ [name]: variable }), "VARIABLE_NOT_STORED", at);
      const webhook = { eventMode: "webhook", publicUrl: "${B24_TEST_ONLY}", botToken: TOKEN };
      await routes.refusal("bot", routes.wanted(webhook), "VARIABLE_NOT_STORED", at);
      assert.deepEqual(routes.sandbox.control.requests(), []);
      const stored = await routes.ask(
        "bot",
        routes.wanted({ webhookUrl: "__PWRD__", botName: "${B24_TEST_ONLY}" }),
        at,
      );
      assert.equal(stored.status, 200, JSON.stringify(stored.body));
      assert.equal(routes.named.control.state().bots[0]?.name, "not-a-webhook");
    });

    it("tells nothing that a service says which does not prove to be a portal", async () => {
      const secret = "inner-service-words";
      const bodies = [
        JSON.stringify({ error: secret, error_description: secret }),
        JSON.stringify({ error: "INVALID_CREDENTIALS", error_description: secret }),
        JSON.stringify({ result: { NAME: secret } }),
        `<html>${secret}</html>`,
      ];
      const inner = createServer(({ url }, response) => response.end(bodies[Number(url?.[1])]));
      await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
      const { port } = inner.address() as AddressInfo;
      const codes: unknown[] = [];
      for (const at of bodies.keys())
        for (const path of ["test", "lines", "operators"]) {
          // Each its own address, so that one's failures do not speak for the next.
          const webhookUrl = `http://127.0.0.1:${port}/${at}/${path}/rest/1/abcdefgh/`;
          const told = await routes.ask(path, { webhookUrl });
          assert.equal(told.status, 422);
          assert.ok(!JSON.stringify(told.body).includes(secret), `${path}: ${JSON.stringify(told.body)}`);
          codes.push(told.body.error?.code);
        }
      inner.closeAllConnections();
      await new Promise((resolve) => inner.close(resolve));
      assert.deepEqual(new Set(codes), new Set(["BAD_RESPONSE", "INVALID_CREDENTIALS"]));
    });

    it("tells a portal's own words once it has proved to be one", async () => {
      routes.sandbox.control.configure({ scopes: ["imbot"] });
      const { body } = await routes.ask("lines", routes.fresh());
      assert.match(String(body.error?.["description" as never]), /\w+ \w+/);
    });

    it("uses what is stored where nothing else was typed", async () => {
      await routes.deploy({ webhookUrl: routes.sandbox.webhookUrl });
      const hosts: unknown[] = [];
      for (const body of [{}, { webhookUrl: "__PWRD__" }])
        hosts.push((await routes.ask("test", body, { id: "portal1" })).body["host"]);
      await routes.refusal("test", { webhookUrl: "" }, "empty", { id: "portal1" });
      await routes.refusal("test", { webhookUrl: "__PWRD__" }, "empty", { id: "portal2" });
      assert.deepEqual(hosts, [new URL(routes.sandbox.url).host, new URL(routes.sandbox.url).host]);
    });
  });
});
