import assert from "node:assert/strict";
import { ApiVersion, B24Hook, type AjaxResult, type Result } from "@bitrix24/b24jssdk";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { sample, TOKEN } from "./support";

/** The vendor's own client as a witness that the practice portal speaks as portals do. */
describe("sandbox: the official SDK", () => {
  let sandbox: Sandbox;
  let b24: B24Hook;
  before(async () => {
    sandbox = await startSandbox({ requestLimit: "standard" });
    b24 = new B24Hook({ b24Url: new URL(sandbox.url).host, userId: 1, secret: sandbox.secret });
    b24.offClientSideWarning();
    // The SDK insists on https, which a portal on loopback does not have.
    b24.getHttpClient(ApiVersion.v2).ajaxClient.interceptors.request.use((config) => {
      config.url = (config.url ?? "").replace(/^https:/, "http:");
      return config;
    });
  });
  after(async () => {
    b24.destroy();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  it("makes single calls", async () => {
    const answered = await b24.actions.v2.call.make<{ rest: number }>({ method: "imopenlines.revision.get" });
    assert.deepEqual(answered.getErrorMessages(), []);
    assert.deepEqual(answered.getData()?.result, { rest: 2, web: 1, mobile: 1 });
    assert.equal(typeof answered.getData()?.time.operating, "number");
  });

  it("understands refusals", async () => {
    const refused = b24.actions.v2.call.make({ method: "imopenlines.bot.session.operator", params: { CHAT_ID: 0 } });
    await assert.rejects(refused, { code: "CHAT_ID_EMPTY", status: 400, message: "Chat ID can't be empty" });
    const unknown = b24.actions.v2.call.make({ method: "no.such.method" });
    await assert.rejects(unknown, { code: "ERROR_METHOD_NOT_FOUND", status: 404 });
  });

  it("hands over a dialog and speaks as a bot", async () => {
    const { chatId, botId } = sample(sandbox);
    const sent = await b24.actions.v2.call.make<{ id: number }>({
      method: "imbot.v2.Chat.Message.send",
      params: { botId, botToken: TOKEN, dialogId: `chat${chatId}`, fields: { message: "One moment, please" } },
    });
    assert.equal(sent.getData()?.result.id, sandbox.control.chat(chatId).messages.at(-1)?.id);
    const params = { CHAT_ID: chatId };
    const handed = await b24.actions.v2.call.make<boolean>({ method: "imopenlines.bot.session.operator", params });
    assert.equal(handed.getData()?.result, true);
    assert.equal(sandbox.control.chat(chatId).owner, "waiting");
  });

  it("registers a command, sees it pressed, and changes the message under the button", async () => {
    const { chatId, botId, anna } = sample(sandbox);
    const bot = { botId, botToken: TOKEN };
    const made = await b24.actions.v2.call.make<{ command: { id: number } }>({
      method: "imbot.v2.Command.register",
      params: { ...bot, fields: { command: "pick", title: { en: "Choose" } } },
    });
    const sent = await b24.actions.v2.call.make<{ id: number }>({
      method: "imbot.v2.Chat.Message.send",
      params: {
        ...{ ...bot, dialogId: `chat${chatId}` },
        fields: { message: "Which?", keyboard: [{ TEXT: "A", COMMAND: "pick", COMMAND_PARAMS: "a" }] },
      },
    });
    const messageId = sent.getData()?.result.id ?? 0;
    sandbox.control.operatorPresses(anna, chatId, messageId, "A");
    const { events } =
      (
        await b24.actions.v2.call.make<{ events: { type: string; data: { command?: unknown } }[] }>({
          method: "imbot.v2.Event.get",
          params: bot,
        })
      ).getData()?.result ?? {};
    const id = made.getData()?.result.command.id;
    const command = { id, command: "/pick", params: "a", context: "keyboard" };
    assert.deepEqual(events?.at(-1)?.data.command, command);
    const updated = await b24.actions.v2.call.make<{ result: boolean }>({
      method: "imbot.v2.Chat.Message.update",
      params: { ...bot, messageId, fields: { message: "A it is", keyboard: "N" } },
    });
    assert.deepEqual(updated.getData()?.result, { result: true });
    const reaction = { method: "imbot.v2.Chat.Message.Reaction.add", params: { ...bot, messageId, reaction: "like" } };
    await b24.actions.v2.call.make(reaction);
    await assert.rejects(b24.actions.v2.call.make(reaction), { code: "REACTION_ALREADY_SET" });
    assert.equal(sandbox.control.transcript(chatId).at(-1)?.text, "A it is");
  });

  it("reads whole lists", async () => {
    for (let index = 0; index < 120; index++) sandbox.control.addOperator({ name: `Op ${index}`, online: false });
    const all = await b24.actions.v2.callList.make<{ ID: string }>({ method: "user.get" });
    assert.deepEqual(all.getErrorMessages(), []);
    const ids = (all.getData() ?? []).map((row) => Number(row.ID));
    assert.equal(new Set(ids).size, 124);
    const pages: number[] = [];
    for await (const page of b24.actions.v2.fetchList.make<{ ID: string }>({ method: "user.get" }))
      pages.push(page.length);
    assert.deepEqual(pages, [50, 50, 24]);
  });

  it("makes batches, by name and by chunk", async () => {
    const { chatId } = sample(sandbox);
    const say = (text: string): { method: string; params: Record<string, unknown> } => ({
      method: "imbot.message.add",
      params: { CLIENT_ID: TOKEN, DIALOG_ID: `chat${chatId}`, MESSAGE: text, ATTACH: { BLOCKS: [{ MESSAGE: "a&b" }] } },
    });
    const named = (await b24.actions.v2.batch.make({
      calls: {
        hello: say("Hi & bye #1 + ü"),
        wrong: { method: "imopenlines.network.join", params: { CODE: "x" } },
        who: { method: "profile" },
      },
      options: { isHaltOnError: false, returnAjaxResult: true },
    })) as Result<Record<string, AjaxResult<unknown>>>;
    const data = named.getData() ?? {};
    assert.deepEqual([data.hello?.isSuccess, data.wrong?.isSuccess, data.who?.isSuccess], [true, false, true]);
    const last = sandbox.control.chat(chatId).messages.at(-1);
    assert.deepEqual([last?.text, last?.attach], ["Hi & bye #1 + ü", { BLOCKS: [{ MESSAGE: "a&b" }] }]);
    const calls = Array.from({ length: 120 }, (_, index) => say(`m${index}`));
    const chunked = await b24.actions.v2.batchByChunk.make<number>({ calls, options: { isHaltOnError: false } });
    assert.deepEqual(chunked.getErrorMessages(), []);
    assert.equal(chunked.getData()?.length, 120);
    assert.equal(sandbox.control.log().filter((entry) => entry.via === "batch").length, 123);
  });
});
