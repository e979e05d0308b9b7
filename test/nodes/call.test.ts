import assert from "node:assert/strict";
import { SAMPLE_BOT } from "../../sandbox/index";
import { assertTold } from "../support/catalogue";
import { ANNA, endScenes, executed, startScene, type Message, type Scene } from "../support/nodes";

const CHAT_ID = 101;

async function withUsers(props: Message, operators: number): Promise<Scene> {
  const scene = await startScene({ type: "bitrix24-call", props });
  for (let number = 0; number < operators; number++) scene.control.addOperator({ name: `Operator ${number}` });
  return scene;
}

const users = { payload: { method: "user.get", params: { SORT: "ID" } }, topic: "t", _msgid: "m1" };

describe("bitrix24-call", () => {
  afterEach(endScenes);

  it("calls any method, imopenlines.revision.get included", async () => {
    const scene = await startScene({ type: "bitrix24-call" });
    const { msg } = await scene.send({ payload: { method: " imopenlines.revision.get " } });
    assert.deepEqual(msg["payload"], { rest: 2, web: 1, mobile: 1 });
    assert.deepEqual(executed(scene), [["imopenlines.revision.get", {}]]);
  });

  it("gives the first page alone, all pages joined, or a message a page", async () => {
    const one = await withUsers({}, 110);
    assert.equal(((await one.send({ ...users })).msg["payload"] as unknown[]).length, 50);
    await endScenes();

    const joined = await withUsers({ paging: "all" }, 110);
    const { msg } = await joined.send({ ...users });
    const ids = (msg["payload"] as { ID: string }[]).map(({ ID }) => ID);
    assert.equal(ids.length, 114);
    assert.equal(new Set(ids).size, 114);
    assert.deepEqual(
      executed(joined).map(([, params]) => (params as Message)["start"]),
      [undefined, undefined, undefined],
    );
    await endScenes();

    const stream = await withUsers({ paging: "stream" }, 110);
    const pages = await stream.sendAll({ ...users });
    assert.deepEqual(
      pages.map(({ way, msg: page }) => [way, (page["payload"] as unknown[]).length, page["topic"], page["parts"]]),
      [
        ["success", 50, "t", { id: "m1.n1", type: "array", index: 0 }],
        ["success", 50, "t", { id: "m1.n1", type: "array", index: 1 }],
        ["success", 14, "t", { id: "m1.n1", type: "array", index: 2, count: 3 }],
      ],
    );
  });

  it("takes a result without a list as one page", async () => {
    for (const paging of ["all", "stream"]) {
      const { send } = await startScene({ type: "bitrix24-call", props: { paging } });
      const { way, msg } = await send({ payload: { method: "imopenlines.revision.get" } });
      assert.deepEqual([way, msg["payload"]], ["success", { rest: 2, web: 1, mobile: 1 }]);
      await endScenes();
    }
  });

  it("leaves by output 2 alone when a later page of all fails", async () => {
    const scene = await withUsers({ paging: "all" }, 110);
    scene.control.addFault({ kind: "slow", ms: 1, method: "user.get" });
    scene.control.addFault({ kind: "error", code: "ERROR_CORE", status: 400, method: "user.get" });
    const { way, msg } = await scene.send({ ...users });
    assert.equal(way, "error");
    assertTold(msg["error"], { code: "ERROR_CORE", outcome: "refused", method: "user.get" });
    assert.deepEqual(msg["payload"], users.payload);
  });

  it("sends the bot's token where a webhook needs it, under the method's name for it, and nowhere else", async () => {
    const expected: [string, Message, Message][] = [
      ["imopenlines.bot.session.finish", { CHAT_ID: 999 }, { CHAT_ID: 999, CLIENT_ID: SAMPLE_BOT.token }],
      [
        "ImOpenLines.Bot.Session.Transfer",
        { CHAT_ID, USER_ID: ANNA },
        { CHAT_ID, USER_ID: ANNA, CLIENT_ID: SAMPLE_BOT.token },
      ],
      ["imbot.v2.Bot.list", {}, { botToken: SAMPLE_BOT.token }],
      ["imopenlines.bot.session.message.send", { CHAT_ID, NAME: "DEFAULT" }, { CHAT_ID, NAME: "DEFAULT" }],
      ["imopenlines.revision.get", {}, {}],
      ["profile", {}, {}],
      ["user.get", { ID: 1 }, { ID: 1 }],
    ];
    const scene = await startScene({ type: "bitrix24-call" });
    for (const [method, params, sent] of expected) {
      await scene.send({ payload: { method, params } });
      assert.deepEqual(executed(scene).at(-1)?.[1], sent, method);
    }
  });

  it("lets the flow give another identity", async () => {
    const scene = await startScene({ type: "bitrix24-call" });
    const params = { CHAT_ID, client_id: "mine" };
    const { msg } = await scene.send({ payload: { method: "imopenlines.bot.session.finish", params } });
    assert.deepEqual(executed(scene)[0]?.[1], params);
    assert.equal((msg["error"] as Message)["code"], "BOT_ID_ERROR");
  });

  for (const method of [undefined, "", "a b", "../user.get", "user.get?x=1", "user.get.", 5, {}, ["user.get"]])
    it(`refuses the method ${JSON.stringify(method)}`, async () => {
      const scene = await startScene({ type: "bitrix24-call" });
      const { msg } = await scene.send({ payload: { method, params: {} } });
      assertTold(msg["error"], { code: "ERROR_METHOD_NOT_FOUND", outcome: "not-sent", variant: "call" });
      assert.deepEqual(scene.control.requests(), []);
    });

  for (const params of ["text", 5, true, [1]])
    it(`refuses the parameters ${JSON.stringify(params)}`, async () => {
      const scene = await startScene({ type: "bitrix24-call" });
      const { msg } = await scene.send({ payload: { method: "profile", params } });
      assertTold(msg["error"], { code: "ERROR_ARGUMENT", outcome: "not-sent", variant: "call", method: "profile" });
      assert.match((msg["error"] as { message: string }).message, /params/);
      assert.deepEqual(scene.control.requests(), []);
    });
});
