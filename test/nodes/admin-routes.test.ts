import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { AnswerCache } from "../../nodes/runtime/admin/cache";
import { throughDoor } from "../../nodes/runtime/admin/door";
import { parseWebhookUrl } from "../../rest/address";
import { CallError } from "../../rest/errors";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { nodeRedFolder, projectRoot, startNodeRed, type Flow, type NodeRed } from "../support/node-red";

const fromNodeRed = createRequire(join(nodeRedFolder, "package.json"));
const fromApi = createRequire(fromNodeRed.resolve("@node-red/editor-api"));
const bcrypt = fromApi("bcryptjs") as { hashSync(password: string, rounds: number): string };

const TOKEN = "token-that-nobody-sees-0123456789";
const NEW_TOKEN = "fresh-token-that-nobody-sees-01234567";
const READS = ["test", "lines", "lines/preview", "operators", "channels"];
const WRITES = ["bot", "lines/apply"];

type Body = Record<string, unknown>;
interface Told {
  status: number;
  body: Body & { error?: { code: string; message: string; hint: string } };
}

describe("the routes behind the dialogs", function () {
  this.timeout(60_000);
  let nodeRed: NodeRed;
  let sandbox: Sandbox;
  /** The portal whose address stands in an environment variable. */
  let named: Sandbox;
  const logins: Record<string, string> = {};
  let secrets: string[] = [];

  before(async () => {
    const build = [join(projectRoot, "scripts/build.mjs"), "--if-needed"];
    await promisify(execFile)(process.execPath, build, { cwd: projectRoot });
    const user = (username: string, permissions: string) => ({
      ...{ username, permissions },
      password: bcrypt.hashSync(username, 4),
    });
    named = await startSandbox({ blank: true });
    nodeRed = await startNodeRed({
      settings: {
        nodesDir: [projectRoot],
        adminAuth: { type: "credentials", users: [user("writer", "*"), user("reader", "read"), user("nobody", "")] },
      },
      env: { B24_TEST_ONLY: "not-a-webhook", B24_TEST_PORTAL: named.webhookUrl },
    });
    for (const name of ["writer", "reader", "nobody"]) {
      const scope = { writer: "*", reader: "read", nobody: "" }[name];
      const login = { client_id: "node-red-admin", grant_type: "password", scope, username: name, password: name };
      const answer = await nodeRed.request("auth/token", { body: login });
      logins[name] = answer.json<{ access_token: string }>().access_token;
    }
  });

  after(async () => {
    await nodeRed?.stop();
    await named?.close();
  });

  beforeEach(async () => {
    sandbox = await startSandbox({ blank: true });
    secrets = [sandbox.secret, named.secret, TOKEN, NEW_TOKEN];
  });

  afterEach(async () => sandbox.close());

  /** Asks a route as the editor does. No answer ever holds a secret. */
  async function ask(path: string, body: Body, { id = "new1", as = "writer" } = {}): Promise<Told> {
    const headers: Record<string, string> = as === "" ? {} : { authorization: `Bearer ${logins[as] ?? ""}` };
    const { status, text } = await nodeRed.request(`bitrix24/${id}/${path}`, { method: "POST", body, headers });
    for (const secret of secrets) assert.ok(!text.includes(secret), `${path} tells a secret: ${text}`);
    return { status, body: text.startsWith("{") ? (JSON.parse(text) as Told["body"]) : {} };
  }

  const fresh = (more: Body = {}): Body => ({ webhookUrl: sandbox.webhookUrl, ...more });
  const wanted = (more: Body = {}): Body =>
    fresh({ botCode: "support_bot", botName: "Support", newToken: NEW_TOKEN, eventMode: "fetch", ...more });

  async function refusal(path: string, body: Body, code: string, options = {}): Promise<void> {
    const told = await ask(path, body, options);
    assert.equal(told.status, 422, JSON.stringify(told.body));
    const { error } = told.body;
    assert.equal(error?.code, code);
    for (const words of [error.message, error.hint]) assert.match(words, /^\p{Lu}.*\S$/su);
  }

  const deploy = async (credentials: Body, more: Body = {}, others: Flow = []): Promise<void> => {
    const portal = { id: "portal1", type: "bitrix24-portal", name: "", botCode: "", ...more, credentials };
    const flows = [{ id: "tab1", type: "tab", label: "Flow" }, portal, ...others];
    const headers = { authorization: `Bearer ${logins["writer"] ?? ""}` };
    const running = new Promise<void>((resolve) => {
      const listen = ({ event }: { event: string }): void => {
        if (event !== "started") return;
        nodeRed.process.off("message", listen);
        resolve();
      };
      nodeRed.process.on("message", listen);
    });
    const { status } = await nodeRed.request("flows", { body: flows, headers });
    assert.equal(status, 204);
    await running;
  };
  const botTokens = (at: Sandbox): unknown[] =>
    at.control.log().flatMap(({ params }) => {
      const { botToken, CLIENT_ID, fields } = params as Body & { fields?: Body };
      return [botToken, CLIENT_ID, fields?.["botToken"]].filter((value) => value !== undefined);
    });

  describe("permissions", () => {
    it("nobody without a login, and nobody without the permission, gets anywhere", async () => {
      const statuses: Record<string, number[]> = { "": [], nobody: [], reader: [] };
      for (const as of Object.keys(statuses))
        for (const path of [...READS, ...WRITES]) {
          if (as === "reader" && READS.includes(path)) continue;
          statuses[as]?.push((await ask(path, fresh(), { as })).status);
        }
      assert.deepEqual(new Set(Object.values(statuses).flat()), new Set([401]));
      assert.deepEqual(sandbox.control.requests(), []);
    });

    it("who may only read can ask everything that changes nothing", async () => {
      for (const path of READS) {
        const { status, body } = await ask(path, fresh({ bot: 1, lines: [] }), { as: "reader" });
        assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
      }
    });

    it("metrics show the portal's traffic to who may read, and nobody else", async () => {
      await deploy({ webhookUrl: sandbox.webhookUrl, botToken: TOKEN }, { botCode: "support_bot", botName: "Support" });
      const measure = (as: string): Promise<{ status: number; text: string }> =>
        nodeRed.request("bitrix24/portal1/metrics", { headers: as ? { authorization: `Bearer ${logins[as]}` } : {} });
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
      for (const secret of secrets) assert.ok(!text.includes(secret), text);
    });

    it("a form of another page is no question, and another node's id no portal", async () => {
      const comment = { id: "c1", type: "comment", z: "tab1", x: 10, y: 10, wires: [] };
      await deploy({ webhookUrl: sandbox.webhookUrl }, {}, [comment]);
      const headers = {
        authorization: `Bearer ${logins["writer"] ?? ""}`,
        "content-type": "application/x-www-form-urlencoded",
      };
      const form = await nodeRed.request("bitrix24/new1/test", { method: "POST", body: fresh(), headers });
      const other = await ask("test", fresh(), { id: "c1" });
      assert.deepEqual([form.status, other.status], [400, 400]);
      assert.deepEqual(sandbox.control.requests(), []);
    });
  });

  describe("test", () => {
    it("tells portal, user, permissions, revisions and plan before anything is deployed", async () => {
      const { status, body } = await ask("test", fresh());
      const { user, ...rest } = body;
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(user as object), ["id", "name", "admin"]);
      assert.deepEqual(rest, {
        host: new URL(sandbox.url).host,
        permissions: { granted: ["crm", "im", "imbot", "imopenlines", "user"], missing: [] },
        openChannels: 2,
        botPlatform: 36,
        plan: "com_std",
        enterprise: false,
      });
    });

    it("names what is missing: a permission, the newer bot platform", async () => {
      sandbox.control.configure({ scopes: ["imopenlines", "user_basic"], license: "de_ent250" });
      const withoutBots = (await ask("test", fresh())).body;
      sandbox.control.configure({ scopes: [], botPlatform: 1 });
      const bare = (await ask("test", fresh())).body;
      assert.deepEqual((withoutBots["permissions"] as Body)["missing"], ["imbot"]);
      assert.deepEqual([withoutBots["enterprise"], withoutBots["botPlatform"]], [true, null]);
      assert.deepEqual((bare["permissions"] as Body)["missing"], ["imopenlines", "imbot", "user"]);
      assert.deepEqual([bare["openChannels"], bare["botPlatform"]], [null, 0]);
    });

    it("says in a sentence what is wrong with an address, and calls nobody", async () => {
      await refusal("test", { webhookUrl: "" }, "empty");
      await refusal("test", {}, "empty");
      await refusal("test", { webhookUrl: "just words" }, "not-a-url");
      await refusal("test", { webhookUrl: `${sandbox.url}/company/` }, "not-a-webhook");
      await refusal("test", { webhookUrl: `http://portal.example/rest/1/${sandbox.secret}/` }, "insecure");
      await refusal("test", { webhookUrl: "${B24_TEST_UNSET}" }, "unset-variable");
      await refusal("test", { webhookUrl: "${B24_TEST_ONLY}" }, "not-a-webhook");
      assert.deepEqual(sandbox.control.requests(), []);
    });

    it("tells a wrong secret and a portal that is away apart", async () => {
      await refusal("test", { webhookUrl: `${sandbox.url}/rest/1/wrongwrongwrong/` }, "INVALID_CREDENTIALS");
      const gone = await startSandbox({ blank: true });
      await gone.close();
      await refusal("test", { webhookUrl: gone.webhookUrl }, "CONNECTION_FAILED");
    });

    it("follows a portal nowhere else", async () => {
      sandbox.control.configure({ renamedTo: "https://stranger.example" });
      await refusal("test", fresh(), "PORTAL_MOVED");
    });

    it("puts environment variables in, typed and stored", async () => {
      const typed = await ask("test", { webhookUrl: "${B24_TEST_PORTAL}" });
      await deploy({ webhookUrl: "$(B24_TEST_PORTAL)" });
      const stored = await ask("test", {}, { id: "portal1" });
      const { host } = new URL(named.url);
      assert.deepEqual([typed.body["host"], stored.body["host"]], [host, host]);
    });

    it("uses what is stored where nothing else was typed", async () => {
      await deploy({ webhookUrl: sandbox.webhookUrl });
      const hosts: unknown[] = [];
      for (const body of [{}, { webhookUrl: "__PWRD__" }])
        hosts.push((await ask("test", body, { id: "portal1" })).body["host"]);
      await refusal("test", { webhookUrl: "" }, "empty", { id: "portal1" });
      await refusal("test", { webhookUrl: "__PWRD__" }, "empty", { id: "portal2" });
      assert.deepEqual(hosts, [new URL(sandbox.url).host, new URL(sandbox.url).host]);
    });
  });

  describe("bot", () => {
    it("registers, finds again and updates", async () => {
      const first = await ask("bot", wanted());
      const second = await ask("bot", wanted());
      const third = await ask("bot", wanted({ botName: "Help desk" }));
      const [bot] = sandbox.control.state().bots;
      assert.equal(first.status, 200, JSON.stringify(first.body));
      assert.deepEqual(
        [first, second, third].map(({ body }) => [body["result"], body["id"], body["keepToken"]]),
        ["registered", "found", "updated"].map((result) => [result, bot?.id, true]),
      );
      assert.deepEqual([bot?.name, bot?.type, bot?.eventMode], ["Help desk", "openline", "fetch"]);
    });

    it("gives the portal the address of this node where Bitrix24 calls", async () => {
      const body = wanted({ eventMode: "webhook", publicUrl: "http://127.0.0.1:1880/", botToken: TOKEN });
      const { status, body: told } = await ask("bot", body);
      const [bot] = sandbox.control.state().bots;
      assert.equal(status, 200, JSON.stringify(told));
      assert.equal(bot?.webhookUrl?.replace(/\?.*/, ""), "http://127.0.0.1:1880/bitrix24/new1");
      assert.equal(told["keepToken"], false);
      await refusal("bot", wanted({ eventMode: "webhook", publicUrl: "" }), "PUBLIC_URL_MISSING");
    });

    it("says in a sentence why it cannot be: taken, foreign, too long, nameless", async () => {
      const { body } = await ask("bot", wanted({ botToken: TOKEN }));
      const other = "another-token-of-somebody-else-1";
      await refusal("bot", wanted({ botToken: other }), "BOT_CODE_ALREADY_TAKEN");
      await refusal("bot", fresh({ botId: body["id"], botToken: other }), "BOT_OWNERSHIP_ERROR");
      await refusal("bot", wanted({ botId: body["id"], botToken: other }), "BOT_OWNERSHIP_ERROR");
      await refusal("bot", fresh({ botId: "4711", botToken: TOKEN }), "BOT_NOT_FOUND");
      await refusal("bot", wanted({ botCode: "second", botToken: "x".repeat(41) }), "BOT_TOKEN_INVALID_LENGTH");
      await refusal("bot", wanted({ botName: " " }), "BOT_PROPERTIES_REQUIRED");
      await refusal("bot", fresh(), "BOT_CODE_REQUIRED");
      await refusal("bot", wanted({ newToken: undefined }), "BOT_TOKEN_NOT_SPECIFIED");
      await refusal("bot", fresh({ botId: body["id"], newToken: NEW_TOKEN }), "BOT_TOKEN_NOT_SPECIFIED");
      sandbox.control.configure({ scopes: ["imopenlines"] });
      await refusal("bot", wanted({ botToken: TOKEN }), "insufficient_scope");
      assert.equal(sandbox.control.state().bots.length, 1);
    });

    it("finds a bot that is given by its number, and changes nothing of it", async () => {
      const { body } = await ask("bot", wanted({ botToken: TOKEN }));
      const found = await ask("bot", fresh({ botId: String(body["id"]), botName: "Other", botToken: TOKEN }));
      assert.deepEqual(found.body, {
        ...{ id: body["id"], name: "Support", platform: 2 },
        ...{ result: "found", keepToken: false },
      });
      assert.equal(sandbox.control.state().bots[0]?.name, "Support");
    });

    it("works on portals from before bot platform 2.0, where the portal has to call", async () => {
      sandbox.control.configure({ botPlatform: 1 });
      const webhook = { eventMode: "webhook", publicUrl: "http://127.0.0.1:1880" };
      const results: unknown[] = [];
      for (const more of [{}, {}, { botName: "Help desk" }])
        results.push((await ask("bot", wanted({ ...webhook, ...more }))).body["result"]);
      await refusal("bot", wanted(), "BOT_PLATFORM_OLD");
      assert.deepEqual(results, ["registered", "found", "updated"]);
    });

    it("uses the token that is stored, and tells it to no other portal", async () => {
      await deploy({ webhookUrl: sandbox.webhookUrl, botToken: TOKEN });
      const own = await ask("bot", wanted({ webhookUrl: "__PWRD__", botToken: "__PWRD__" }), { id: "portal1" });
      const stranger = await startSandbox({ blank: true });
      try {
        const body = wanted({ webhookUrl: stranger.webhookUrl, botToken: "__PWRD__" });
        await refusal("bot", body, "TOKEN_OF_OTHER_PORTAL", { id: "portal1" });
        const anew = await ask("bot", { ...body, botToken: "" }, { id: "portal1" });
        assert.equal(anew.body["result"], "registered");
        assert.equal(own.body["keepToken"], false);
        assert.ok(botTokens(sandbox).includes(TOKEN));
        assert.ok(!botTokens(stranger).includes(TOKEN));
      } finally {
        await stranger.close();
      }
    });

    it("goes on with the token that a running bot made for itself", async () => {
      const settings = { botCode: "support_bot", botName: "Support", eventMode: "fetch" };
      await deploy({ webhookUrl: sandbox.webhookUrl, botToken: "" }, settings);
      const again = await ask("bot", wanted({ webhookUrl: "__PWRD__" }), { id: "portal1" });
      const other = await ask("bot", wanted({ webhookUrl: "__PWRD__", botCode: "second" }), { id: "portal1" });
      await deploy({ webhookUrl: "", botToken: "" });
      assert.deepEqual([again.status, again.body["keepToken"]], [200, false], JSON.stringify(again.body));
      assert.deepEqual([other.body["result"], other.body["keepToken"]], ["registered", true]);
    });
  });

  describe("lines", () => {
    let sales = 0;
    let support = 0;
    let ours = 0;
    let theirs = 0;

    beforeEach(async () => {
      sales = sandbox.control.addLine({ name: "Sales" });
      theirs = Number((await ask("bot", wanted({ botCode: "other", botName: "Other" }))).body["id"]);
      ours = Number((await ask("bot", wanted({ botToken: TOKEN }))).body["id"]);
      const bot = { bot: theirs, botEnabled: true, botJoin: "first", botTime: 30, welcomeBotLeft: "close" } as const;
      support = sandbox.control.addLine({ name: "Support", ...bot });
    });

    const rule = { join: "always", time: 60, left: "queue" };
    const wish = (id: number, on: boolean, more: Body = {}): Body => ({ id, on, ...rule, ...more });

    it("are listed with the bots that answer there now", async () => {
      const { status, body } = await ask("lines", fresh());
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
      const before = sandbox.control.state().lines;
      const body = fresh({ bot: ours, lines: [wish(sales, true), wish(support, true)] });
      const preview = (await ask("lines/preview", body, { as: "reader" })).body;
      const between = sandbox.control.state().lines;
      const applied = await ask("lines/apply", { ...body, mark: preview["mark"] });
      const after = sandbox.control.state().lines;
      const nothing = (await ask("lines/preview", body)).body;
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
      for (const line of after)
        assert.deepEqual(
          [line.bot, line.botEnabled, line.botJoin, line.botTime, line.welcomeBotLeft],
          [ours, true, "always", 60, "queue"],
        );
      assert.deepEqual(nothing["changes"], []);
    });

    it("are given back when unticked, and never taken from a bot that is not ours", async () => {
      sandbox.control.updateLine(sales, { bot: ours, botEnabled: true });
      const body = fresh({ bot: ours, lines: [wish(sales, false), wish(support, false)] });
      const preview = (await ask("lines/preview", body)).body;
      await ask("lines/apply", { ...body, mark: preview["mark"] });
      const enabled = sandbox.control.state().lines.map(({ id, botEnabled }) => [id, botEnabled]);
      assert.deepEqual(preview["changes"], [
        { id: sales, name: "Sales", changes: [{ what: "bot", from: "Support", to: null }] },
      ]);
      assert.deepEqual(enabled, [
        [sales, false],
        [support, true],
      ]);
    });

    it("stay as they are when somebody has changed them since the preview", async () => {
      const body = fresh({ bot: ours, lines: [wish(sales, true)] });
      const { mark } = (await ask("lines/preview", body)).body;
      sandbox.control.updateLine(sales, { bot: theirs, botEnabled: true });
      await refusal("lines/apply", { ...body, mark }, "LINES_CHANGED");
      await refusal("lines/apply", body, "LINES_CHANGED");
      assert.equal(sandbox.control.state().lines[0]?.bot, theirs);
    });

    it("are refused in a sentence: without permission, without a bot, with a wrong time", async () => {
      const body = fresh({ bot: ours, lines: [wish(sales, true)] });
      const { mark } = (await ask("lines/preview", body)).body;
      sandbox.control.configure({ canEditLines: false });
      await refusal("lines/apply", { ...body, mark }, "CONFIG_WRONG_USER_PERMISSION");
      await refusal("lines/preview", fresh({ lines: [wish(sales, true)] }), "BOT_ID_REQUIRED");
      for (const time of ["soon", -1, 1e9, null])
        await refusal("lines/preview", fresh({ bot: ours, lines: [wish(sales, true, { time })] }), "LINE_TIME");
      sandbox.control.configure({ scopes: ["imbot"] });
      await refusal("lines", fresh({ fresh: true }), "insufficient_scope");
    });

    it("are listed by their bots' numbers where bots may not be listed", async () => {
      sandbox.control.configure({ scopes: ["imopenlines"] });
      const { body } = await ask("lines", fresh());
      assert.deepEqual((body["lines"] as Body[])[1]?.["bot"], { id: theirs, name: null });
    });
  });

  describe("choices", () => {
    it("operators: active employees, those online first, asked once in a while", async () => {
      const away = sandbox.control.addOperator({ name: "Ann", lastName: "Away", online: false });
      const gone = sandbox.control.addOperator({ name: "Gus", lastName: "Gone" });
      sandbox.control.setActive(gone, false);
      const here = sandbox.control.addOperator({ name: "Olga", lastName: "Here", online: true });
      const first = (await ask("operators", fresh())).body["operators"] as Body[];
      const requests = sandbox.control.requests().length;
      sandbox.control.setOnline(away, true);
      const again = (await ask("operators", fresh())).body["operators"] as Body[];
      const asked = sandbox.control.requests().length;
      const anew = (await ask("operators", fresh({ fresh: true }))).body["operators"] as Body[];
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
      sandbox.control.configure({ scopes: ["imopenlines"] });
      await refusal("operators", fresh(), "insufficient_scope");
      sandbox.control.configure({ scopes: ["user_basic"] });
      const { status } = await ask("operators", fresh());
      assert.equal(status, 200);
    });

    it("channels: those that the deployed flows use with this portal", async () => {
      const code = "0123456789abcdef0123456789abcdef";
      const join = { type: "bitrix24-join", z: "tab1", x: 10, y: 10, wires: [[], []], codeType: "str", code };
      await deploy({ webhookUrl: sandbox.webhookUrl }, {}, [
        { ...join, id: "j1", portal: "portal1" },
        { ...join, id: "j2", portal: "portal1" },
        { ...join, id: "j3", portal: "portal1", codeType: "msg", code: "code" },
        { ...join, id: "j4", portal: "portal2", code: code.replace("0", "f") },
      ]);
      const { body } = await ask("channels", {}, { id: "portal1" });
      assert.deepEqual(body, { channels: [{ code }] });
    });
  });

  describe("the door to the portal", () => {
    it("is closed when the question is answered, and when it failed", async () => {
      const settings = { webhook: parseWebhookUrl(sandbox.webhookUrl), plan: "standard", secrets: [] };
      const answered = await throughDoor(settings, async (door) => {
        await door.read("profile");
        return { door };
      });
      let failed = answered.door;
      const failing = throughDoor(settings, async (door) => {
        failed = door;
        return door.read("no.such.method");
      });
      await assert.rejects(failing, (error) => error instanceof CallError && error.code === "ERROR_METHOD_NOT_FOUND");
      for (const door of [answered.door, failed])
        await assert.rejects(door.read("profile"), (error) => error instanceof CallError && error.code === "CANCELLED");
    });
  });

  describe("remembered answers", () => {
    it("are asked for again after half a minute, after a failure, and when forgotten", async () => {
      let now = 0;
      let asked = 0;
      const cache = new AnswerCache(() => now);
      const get = (): Promise<number> => cache.get("portal lines", async () => ++asked);
      const seen = [await get(), await get()];
      now = 30_000;
      seen.push(await get());
      cache.forget("portal");
      seen.push(await get());
      await assert.rejects(cache.get("other", () => Promise.reject(new Error("away"))));
      const after = await cache.get("other", async () => "there");
      assert.deepEqual(seen, [1, 1, 2, 3]);
      assert.equal(after, "there");
    });
  });
});
