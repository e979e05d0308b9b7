import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { parseStr } from "../../sandbox/rest/forms";
import type { Params } from "../../sandbox/portal/php";
import { result } from "./support";

describe("sandbox: events delivered", () => {
  interface Received {
    path: string;
    type: string;
    text: string;
    body: Params;
  }
  let sandbox: Sandbox;
  let receiver: Server;
  let handler: string;
  let status = 200;
  const received: Received[] = [];

  before(async () => {
    sandbox = await startSandbox();
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        received.push({
          path: request.url ?? "",
          type: request.headers["content-type"] ?? "",
          text,
          body: parseStr(text),
        });
        response.writeHead(status).end();
        receiver.emit("received");
      });
    });
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    handler = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  });
  after(async () => {
    await sandbox.close();
    receiver.close();
    receiver.closeAllConnections();
  });
  beforeEach(() => {
    sandbox.control.reset();
    received.length = 0;
    status = 200;
  });

  /** Waits for that many deliveries to be over. */
  const delivered = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): boolean =>
        sandbox.control.events().deliveries.filter((entry) => entry.ms !== null).length >= count;
      if (check()) return resolve();
      const stop = sandbox.control.on(({ kind }) => {
        if (kind !== "delivery" || !check()) return;
        stop();
        resolve();
      });
    });

  const v2 = async (webhookUrl = handler): Promise<number> => {
    const fields = {
      code: "hooked",
      type: "openline",
      eventMode: "webhook",
      webhookUrl,
      properties: { name: "Hooked" },
    };
    const { bot } = (await result(sandbox, "imbot.v2.Bot.register", { botToken: "tok", fields })) as {
      bot: { id: number };
    };
    sandbox.control.updateLine(1, { bot: bot.id });
    return bot.id;
  };

  it("2.0: form-encoded strings, with the token of a bot registered by webhook", async () => {
    const botId = await v2(`${handler}?CLIENT_ID=tok`);
    const { chatId } = sandbox.control.clientWrites({ line: 1, client: "Ada", text: "Hi & <b> ü" });
    await delivered(2);
    const event = received.find((entry) => entry.body.event === "ONIMBOTV2MESSAGEADD");
    assert.deepEqual([event?.path, event?.type], ["/hook?CLIENT_ID=tok", "application/x-www-form-urlencoded"]);
    const { data, auth, ts } = event?.body as { data: Record<string, Params>; auth: Params; ts: string };
    assert.deepEqual(data.bot, { id: String(botId), code: "hooked" });
    assert.deepEqual(
      [data.message?.text, data.message?.isSystem, data.message?.chatId],
      ["Hi & <b> ü", "0", String(chatId)],
    );
    assert.deepEqual([data.user?.connector, data.user?.bot], ["1", "0"]);
    assert.equal("departments" in (data.user ?? {}), false);
    assert.equal(auth.application_token, "customtok");
    assert.equal("access_token" in auth, false);
    assert.match(ts, /^\d{10}$/);
    assert.deepEqual(
      sandbox.control.events().queued.filter((entry) => entry.botId === botId),
      [],
    );
  });

  it("1.0: the handler gets CLIENT_ID, the token is CLIENT_ID", async () => {
    const PROPERTIES = { NAME: "Old" };
    const registration = { CLIENT_ID: "v1-id", CODE: "old", TYPE: "O", EVENT_HANDLER: `${handler}?x=1`, PROPERTIES };
    const botId = Number(await result(sandbox, "imbot.register", registration));
    sandbox.control.updateLine(1, { bot: botId });
    const files = [{ name: "photo.png", size: 10, type: "image" as const }];
    const { chatId } = sandbox.control.clientWrites({
      line: 1,
      client: "Bob",
      text: "Hi",
      connector: "telegrambot",
      files,
    });
    await delivered(2);
    assert.deepEqual(received.map((entry) => entry.body.event).sort(), ["ONIMBOTJOINCHAT", "ONIMBOTMESSAGEADD"]);
    const event = received.find((entry) => entry.body.event === "ONIMBOTMESSAGEADD");
    assert.equal(event?.path, "/hook?x=1&CLIENT_ID=v1-id");
    const { data, auth } = event.body as { data: Record<string, Params>; auth: Params };
    assert.equal(auth.application_token, "v1-id");
    assert.deepEqual(data.BOT, { [botId]: { BOT_ID: String(botId), BOT_CODE: "old" } });
    const params = data.PARAMS ?? {};
    assert.deepEqual(
      [params.CHAT_ID, params.DIALOG_ID, params.CHAT_ENTITY_TYPE, params.SYSTEM],
      [String(chatId), `chat${chatId}`, "LINES", "N"],
    );
    assert.match(String(params.CHAT_ENTITY_ID), /^telegrambot\|1\|\d+\|\d+$/);
    assert.equal(Object.values(params.FILES as Record<string, Params>)[0]?.name, "photo.png");
    assert.deepEqual([data.USER?.IS_CONNECTOR, data.USER?.IS_EXTRANET, data.USER?.NAME], ["Y", "Y", "Bob"]);
    const join = received.find((entry) => entry.body.event === "ONIMBOTJOINCHAT");
    assert.deepEqual(
      ["USER" in (join?.body.data as Params), (join?.body.data as Record<string, Params>).PARAMS?.CHAT_ENTITY_DATA_1],
      [false, undefined],
    );
  });

  it("tries once: a refused or unreachable handler loses the event", async () => {
    await v2();
    status = 500;
    sandbox.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    await delivered(2);
    assert.equal(received.length, 2);
    assert.deepEqual(
      sandbox.control.events().deliveries.map((entry) => entry.status),
      [500, 500],
    );
    const { botId } = { botId: sandbox.control.state().bots.find((bot) => bot.code === "hooked")?.id };
    const dead = createServer().listen(0, "127.0.0.1");
    await once(dead, "listening");
    const webhookUrl = `http://127.0.0.1:${(dead.address() as AddressInfo).port}/`;
    dead.close();
    await once(dead, "close");
    await result(sandbox, "imbot.v2.Bot.update", { botId, botToken: "tok", fields: { webhookUrl } });
    sandbox.control.clientWrites({ line: 1, client: "Cy", text: "Hi" });
    await delivered(3);
    assert.match(sandbox.control.events().deliveries.at(-1)?.error ?? "", /ECONNREFUSED/);
  });

  it("sends a duplicate on demand, and tells of the bot's end", async () => {
    const botId = await v2();
    sandbox.control.clientWrites({ line: 1, client: "Di", text: "Hi" });
    await delivered(2);
    const message = sandbox.control.events().deliveries.find((entry) => entry.event === "ONIMBOTV2MESSAGEADD");
    sandbox.control.resend(message?.id ?? 0);
    await delivered(3);
    const texts = received.filter((entry) => entry.body.event === "ONIMBOTV2MESSAGEADD").map((entry) => entry.text);
    assert.deepEqual([texts.length, texts[0]], [2, texts[1]]);
    await result(sandbox, "imbot.v2.Bot.unregister", { botId, botToken: "tok" });
    await delivered(4);
    assert.equal(received.at(-1)?.body.event, "ONIMBOTV2DELETE");
  });

  it("can insist on CLIENT_ID in the address of 2.0 handlers", async () => {
    sandbox.control.configure({ handlerNeedsClientId: true });
    await v2();
    sandbox.control.clientWrites({ line: 1, client: "Ed", text: "Hi" });
    assert.equal(received.length, 0);
    assert.match(sandbox.control.events().deliveries[0]?.error ?? "", /CLIENT_ID/);
  });
});
