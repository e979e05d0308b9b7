import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asPortalNode } from "../../nodes/runtime/portal-node";
import type { BotView, Control } from "../../sandbox/index";
import { CODE, endScenes, PORTAL, startScene, type Scene, type SceneOptions } from "./support/scene";
import { tokenIn } from "./support/journal";

const REGISTER = "imbot.v2.Bot.register";
const UPDATE = "imbot.v2.Bot.update";

const botOf = ({ control }: Scene): BotView => {
  const bot = control.state().bots.find(({ code }) => code === CODE);
  assert.ok(bot, "the bot is registered");
  return bot;
};
const methods = (control: Control, from = 0): string[] =>
  control
    .log()
    .slice(from)
    .map(({ method }) => method)
    .filter((method) => /register|update/i.test(method));
const statusIs = (scene: Scene, key: string): boolean => scene.statuses().at(-1)?.endsWith(key) === true;

/** A scene whose bot is refused; resolves with what the user gets to see. */
async function refusedWith(code: string, options: SceneOptions): Promise<Scene> {
  const scene = await startScene({ ...options, isReady: false });
  await scene.until(() => statusIs(scene, code), `the status ${code}`);
  return scene;
}

async function deployPortal(scene: Scene, changes: Record<string, unknown>): Promise<void> {
  await scene.deploy(scene.flow.map((node) => (node.id === PORTAL ? { ...node, ...changes } : node)));
}

describe("registering the bot", () => {
  let userDir = "";
  beforeEach(async () => {
    userDir = await mkdtemp(join(tmpdir(), "registration-"));
  });
  afterEach(async () => {
    await endScenes();
    await rm(userDir, { recursive: true });
  });

  it("makes an open channel bot whose events can be fetched, once", async () => {
    const scene = await startScene({ userDir });
    const { name, api, type, openline, eventMode } = botOf(scene);
    assert.deepEqual(
      { name, api, type, openline, eventMode },
      { name: "Support", api: 2, type: "openline", openline: true, eventMode: "fetch" },
    );
    assert.deepEqual(methods(scene.control), [REGISTER]);
  });

  it("finds it again after a restart, with the token that it made itself and kept", async () => {
    const scene = await startScene({ userDir });
    const from = scene.control.log().length;
    await deployPortal(scene, {});
    await scene.until(() => methods(scene.control, from).length > 0, "the second registration");
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "an event");
    assert.deepEqual(methods(scene.control, from), [REGISTER]);
    assert.equal(scene.control.state().bots.length, 1);
  });

  it("makes it anew when somebody deletes it on the portal", async () => {
    const scene = await startScene({ userDir });
    const from = scene.control.log().length;
    const connection = asPortalNode(scene.node(PORTAL))?.connection;
    assert.ok(connection);
    const former = botOf(scene).id;
    await connection.portal.call("imbot.v2.Bot.unregister", { botId: former, botToken: connection.bot.token });
    await scene.until(() => methods(scene.control, from).includes(REGISTER), "the second registration");
    await scene.until(() => statusIs(scene, "connected"), "the connection");
    assert.notEqual(botOf(scene).id, former);
    scene.control.updateLine(scene.line, { bot: botOf(scene).id });
    scene.control.clientWrites({ line: scene.line, client: "Somebody New", text: "hello" });
    await scene.until(() => scene.turn.length > 0, "an event of the new bot");
  });

  it("brings a changed name and way of events to the portal", async () => {
    const scene = await startScene({ userDir });
    await deployPortal(scene, { botName: "Helper" });
    await scene.until(() => botOf(scene).name === "Helper", "the new name");
    await deployPortal(scene, { botName: "Helper", eventMode: "webhook" });
    await scene.until(() => botOf(scene).eventMode === "webhook", "the new mode");
    const posted = (): string => {
      const fields = scene.control.log().at(-1)?.params["fields"] as { webhookUrl?: string } | undefined;
      return fields?.webhookUrl ?? "";
    };
    assert.ok(posted().startsWith(`${scene.receiver}?CLIENT_ID=`), posted());
    assert.match(posted(), /=[\w-]{32}$/);
    await deployPortal(scene, { botName: "Helper", eventMode: "webhook", publicUrl: "http://127.0.0.1:9/flows/" });
    await scene.until(
      () => botOf(scene).webhookUrl?.startsWith("http://127.0.0.1:9/flows/bitrix24/") === true,
      "the new address",
    );
    assert.deepEqual(methods(scene.control), [REGISTER, REGISTER, UPDATE, REGISTER, UPDATE, REGISTER, UPDATE]);
  });

  it("keeps its token out of everything that can be seen", async () => {
    const more = [{ id: "call1", type: "bitrix24-call", wires: [["turn"], ["turn"]] }];
    const scene = await startScene({ userDir, more });
    const token = tokenIn(userDir, PORTAL);
    assert.match(token, /^[\w-]{32}$/);
    scene.writes("hello");
    await scene.until(() => scene.turn.length === 1, "an event");
    scene.control.addFault({
      method: "server.time",
      kind: "error",
      status: 400,
      code: "ODD",
      description: `bad token ${token}`,
    });
    scene.give("call1", { payload: { method: "server.time" } });
    await scene.until(() => scene.turn.length === 2, "the error");
    const seen = JSON.stringify([scene.turn, scene.people, scene.statuses(), scene.statuses("call1"), scene.logged()]);
    assert.match(seen, /bad token/);
    assert.ok(!seen.includes(token));
  });

  it("says that a code is taken, and goes on as soon as it is free", async () => {
    const scene = await refusedWith("BOT_CODE_ALREADY_TAKEN", {
      userDir,
      portal: { botCode: "sandbox_bot" },
      sandbox: { blank: false },
    });
    assert.equal(scene.logged().length, 1);
    assert.match(
      scene.logged()[0] ?? "",
      /^Another application's bot already uses this code.* Choose another bot code/,
    );
    const parameters = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ botId: scene.control.state().bots[0]?.id, botToken: "sandbox-bot-token" }),
    };
    assert.equal((await fetch(`${scene.sandbox.webhookUrl}imbot.v2.Bot.unregister`, parameters)).status, 200);
    await scene.until(() => statusIs(scene, ":status.connected"), "the bot is connected");
  });

  it("refuses a token that is too long before the portal sees it", async () => {
    const scene = await refusedWith("BOT_TOKEN_INVALID_LENGTH", { userDir, credentials: { botToken: "x".repeat(41) } });
    assert.deepEqual(methods(scene.control), []);
    assert.match(scene.logged()[0] ?? "", /longer than 40 characters/);
  });

  it("goes on trying while the portal is away at the start, visibly", async function () {
    this.timeout(40_000);
    const scene = await startScene({
      userDir,
      isReady: false,
      prepare: (control) => control.addFault({ kind: "html-503", count: Infinity }),
    });
    await scene.until(() => statusIs(scene, ":status.unreachable"), "the status", 15_000);
    scene.control.clearFaults();
    await scene.until(() => statusIs(scene, ":status.connected"), "the bot is connected", 15_000);
    assert.deepEqual(methods(scene.control), [REGISTER]);
  });

  it("says that events of an older portal cannot be fetched", async () => {
    const scene = await refusedWith("BOT_PLATFORM_OLD", {
      userDir,
      prepare: (control) => control.configure({ botPlatform: 1 }),
    });
    assert.match(scene.logged()[0] ?? "", /bot platform 2\.0.*webhook/);
    assert.deepEqual(scene.control.state().bots, []);
  });

  it("says that webhook mode needs a public address", async () => {
    const scene = await refusedWith("PUBLIC_URL_MISSING", { userDir, portal: { eventMode: "webhook", publicUrl: "" } });
    assert.match(scene.logged()[0] ?? "", /needs a public address/);
  });

  it("an action that needs the bot waits for the first attempt, and learns why there is none", async () => {
    const scene = await refusedWith("BOT_TOKEN_INVALID_LENGTH", {
      userDir,
      credentials: { botToken: "x".repeat(41) },
      more: [{ id: "send1", type: "bitrix24-send", wires: [["turn"], ["people"]] }],
    });
    scene.give("send1", { payload: "hello", bitrix24: { chatId: 101 } });
    await scene.until(() => scene.people.length === 1, "the error");
    assert.equal((scene.people[0]?.["error"] as { code: string }).code, "BOT_NOT_READY");
  });

  it("registers nothing for a bot that is named by its id alone", async () => {
    const scene = await startScene({
      userDir,
      isReady: false,
      sandbox: { blank: false },
      portal: { botCode: "", botId: "10" },
      credentials: { botToken: "sandbox-bot-token" },
      prepare: (control) => assert.ok(control.state().bots[0]),
    });
    const [bot] = scene.control.state().bots;
    assert.ok(bot);
    await deployPortal(scene, { botId: String(bot.id) });
    await scene.until(() => scene.turn.length === 1, "the sample dialog's message");
    assert.deepEqual(methods(scene.control), []);
    assert.equal(scene.turn[0]?.["payload"], "Hello! Where is my order?");
  });

  it("only updates a bot that is named by code and id", async () => {
    const scene = await startScene({
      userDir,
      isReady: false,
      sandbox: { blank: false },
      portal: { botCode: "sandbox_bot", botId: "10" },
      credentials: { botToken: "sandbox-bot-token" },
    });
    const [bot] = scene.control.state().bots;
    assert.ok(bot);
    const from = scene.control.log().length;
    await deployPortal(scene, { botId: String(bot.id), botName: "Renamed" });
    await scene.until(() => scene.control.state().bots[0]?.name === "Renamed", "the new name");
    assert.deepEqual(methods(scene.control, from), [UPDATE]);
  });
});
