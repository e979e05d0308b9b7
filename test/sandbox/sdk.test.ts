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
