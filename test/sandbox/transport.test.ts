import assert from "node:assert/strict";
import { startSandbox, type Sandbox } from "../../sandbox/index";
import { call, form, read, refusal, result, sample, TOKEN } from "./support";

describe("sandbox: transport", () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control.reset());

  const at = async (path: string, body = "{}"): Promise<string> => {
    const response = await fetch(sandbox.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    const answered = await read(response);
    return `${answered.status} ${String(answered.body?.error)}`;
  };

  it("asks for the method before the credentials", async () => {
    assert.equal(await at("/rest/1/wrong/no.such.method"), "404 ERROR_METHOD_NOT_FOUND");
    assert.equal(await at("/rest/1/wrong/profile"), "401 INVALID_CREDENTIALS");
    assert.equal(await at(`/rest/2/${sandbox.secret}/profile`), "401 INVALID_CREDENTIALS");
    assert.equal(await at("/rest/profile"), "401 NO_AUTH_FOUND");
    assert.equal(await at("/rest/1/wrong/batch"), "401 INVALID_CREDENTIALS");
  });

  it("takes the documented statuses when told so", async () => {
    sandbox.control.configure({ statuses: "docs", scopes: [] });
    assert.equal(await at("/rest/1/wrong/profile"), "403 INVALID_CREDENTIALS");
    assert.equal(await refusal(sandbox, "imopenlines.revision.get"), "403 insufficient_scope");
  });

  it("asks for the scope before the link token and the operating time before the method", async () => {
    sandbox.control.configure({ scopes: ["im"] });
    const params = { token: "x" };
    assert.equal(await refusal(sandbox, "imopenlines.bot.session.operator", params), "401 insufficient_scope");
    sandbox.control.configure({ scopes: ["imopenlines"] });
    sandbox.control.spendOperating("imopenlines.bot.session.operator", 1000);
    assert.equal(await refusal(sandbox, "imopenlines.bot.session.operator", params), "403 ACCESS_DENIED");
    assert.equal(await refusal(sandbox, "imopenlines.bot.session.operator"), "429 OPERATION_TIME_LIMIT");
    assert.equal(sandbox.control.log().length, 0);
  });

  it("finds classic methods in any case, controllers only as documented", async () => {
    assert.deepEqual(await result(sandbox, "ImOpenLines.Revision.GET"), { rest: 2, web: 1, mobile: 1 });
    assert.deepEqual(await result(sandbox, "imopenlines.revision.get.json"), { rest: 2, web: 1, mobile: 1 });
    assert.equal((await call(sandbox, "imbot.v2.Revision.get")).status, 200);
    assert.equal(await refusal(sandbox, "imbot.v2.revision.get"), "404 ERROR_METHOD_NOT_FOUND");
    assert.equal(await refusal(sandbox, "profile.txt"), "404 ERROR_METHOD_NOT_FOUND");
    const xml = await call(sandbox, "imopenlines.revision.get.xml");
    assert.match(xml.text, /<response><result><rest>2<\/rest>/);
  });

  it("hides bot platform 2.0, the bot module and one of the network names", async () => {
    sandbox.control.configure({ botPlatform: 1, networkMethod: "send" });
    assert.equal(await refusal(sandbox, "imbot.v2.Revision.get"), "404 ERROR_METHOD_NOT_FOUND");
    assert.equal(await refusal(sandbox, "imopenlines.network.message.add"), "404 ERROR_METHOD_NOT_FOUND");
    assert.equal(await refusal(sandbox, "imopenlines.network.message.send"), "400 CODE");
    sandbox.control.configure({ imbotInstalled: false });
    assert.equal(await refusal(sandbox, "imbot.message.add"), "404 ERROR_METHOD_NOT_FOUND");
    const code = "x".repeat(32);
    assert.equal(await refusal(sandbox, "imopenlines.network.join", { CODE: code }), "400 IMBOT_ERROR");
  });

  it("reads forms, JSON, multipart and the query string alike", async () => {
    const { chatId } = sample(sandbox);
    const method = "imbot.message.add";
    const multipart = new FormData();
    multipart.set("DIALOG_ID", `chat${chatId}`);
    multipart.set("MESSAGE", "four");
    multipart.set("ATTACH[BLOCKS][0][MESSAGE]", "block");
    multipart.set("CLIENT_ID", TOKEN);
    const attach = { BLOCKS: [{ MESSAGE: "block" }] };
    const query = `DIALOG_ID=chat${chatId}&CLIENT_ID=${TOKEN}&ATTACH%5BBLOCKS%5D%5B0%5D%5BMESSAGE%5D=block`;
    await result(sandbox, method, { DIALOG_ID: `chat${chatId}`, CLIENT_ID: TOKEN, message: "one", ATTACH: attach });
    await form(sandbox, method, `${query}&MESSAGE=two`);
    await fetch(`${sandbox.webhookUrl}${method}?${query}&MESSAGE=three`);
    await fetch(sandbox.webhookUrl + method, { method: "POST", body: multipart });
    const messages = sandbox.control.chat(chatId).messages.slice(-4);
    assert.deepEqual(
      messages.map((message) => [message.text, message.attach]),
      ["one", "two", "three", "four"].map((text) => [text, attach]),
    );
  });

  it("lets the body stand above the query, and takes broken JSON for no parameters", async () => {
    const answered = await call(sandbox, "imopenlines.bot.session.message.send?CHAT_ID=5", "{broken");
    assert.equal(answered.status, 200);
    assert.equal(
      await refusal(sandbox, "imopenlines.bot.session.message.send?CHAT_ID=5", { CHAT_ID: 0 }),
      "400 CHAT_ID_EMPTY",
    );
    assert.equal(await refusal(sandbox, "imopenlines.bot.session.operator", "[1,2"), "400 CHAT_ID_EMPTY");
    assert.equal(await refusal(sandbox, "imopenlines.bot.session.operator", '"text"'), "400 CHAT_ID_EMPTY");
  });

  it("answers with an envelope of result and time", async () => {
    const { body, headers } = await call(sandbox, "profile");
    assert.deepEqual((body?.result as Record<string, unknown>).ID, "1");
    const time = body?.time as Record<string, unknown>;
    for (const key of ["start", "finish", "duration", "processing", "operating"])
      assert.equal(typeof time[key], "number");
    assert.match(String(time.date_start), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
  });

  it("pages user.get by 50", async () => {
    for (let index = 0; index < 60; index++) sandbox.control.addOperator({ name: `Op ${index}`, online: false });
    const first = (await call(sandbox, "user.get")).body;
    assert.equal((first?.result as unknown[]).length, 50);
    assert.deepEqual([first?.next, first?.total], [50, 64]);
    const second = (await call(sandbox, "user.get", { start: 50 })).body;
    assert.deepEqual([(second?.result as unknown[]).length, second?.next, second?.total], [14, undefined, 64]);
    const uncounted = (await call(sandbox, "user.get", { start: -1, FILTER: { ">ID": 12 } })).body;
    assert.deepEqual([(uncounted?.result as { ID: string }[])[0]?.ID, uncounted?.total], ["13", undefined]);
  });

  it("tells about itself", async () => {
    assert.deepEqual(await result(sandbox, "scope"), ["crm", "im", "imbot", "imopenlines", "user"]);
    assert.deepEqual(await result(sandbox, "app.info"), {
      SCOPE: ["crm", "im", "imbot", "imopenlines", "user"],
      LICENSE: "com_std",
    });
    assert.match(String(await result(sandbox, "server.time")), /^\d{4}-/);
    const asked = (name: string): Promise<unknown> => result(sandbox, "method.get", { name });
    assert.deepEqual(await asked("imbot.v2.bot.register"), { isExisting: true, isAvailable: true });
    assert.deepEqual(await asked("no.such"), { isExisting: false, isAvailable: false });
    sandbox.control.configure({ scopes: ["im"] });
    assert.deepEqual(await asked("imbot.message.add"), { isExisting: true, isAvailable: false });
  });

  it("moves, expires and closes", async () => {
    sandbox.control.configure({ renamedTo: "https://new.example" });
    const moved = await call(sandbox, "profile");
    assert.equal(moved.status, 302);
    assert.equal(moved.headers.get("location"), `https://new.example/rest/1/${sandbox.secret}/profile`);
    sandbox.control.configure({ renamedTo: null, licenceExpired: true });
    assert.equal((await call(sandbox, "profile")).headers.get("location"), "/bitrix/coupon_activation.php");
    sandbox.control.configure({ licenceExpired: false, closed: true });
    assert.equal(await refusal(sandbox, "profile"), "403 PORTAL_DELETED");
    assert.equal(sandbox.control.log().length, 0);
  });
});
