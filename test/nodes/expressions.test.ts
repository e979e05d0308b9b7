import assert from "node:assert/strict";
import { assertTold } from "../support/catalogue";
import { endScenes, startScene, type Message } from "../support/nodes";

describe("an expression that cannot be evaluated", () => {
  afterEach(endScenes);

  for (const [type, value] of [
    ["jsonata", "("],
    ["jsonata", "$undefinedFunction(1)"],
    ["jsonata", '$error("stop")'],
    ["json", "{bad"],
    ["msg", "a["],
  ] as const)
    it(`is told with the name of the property: ${type} ${value}`, async () => {
      const props = { chatId: value, chatIdType: type };
      const scene = await startScene({ type: "bitrix24-operator", props });
      const { way, msg } = await scene.send({ payload: { CHAT_ID: 101 } });
      assert.equal(way, "error");
      assertTold(msg["error"], { code: "ERROR_ARGUMENT", outcome: "not-sent", variant: "operator" });
      assert.match((msg["error"] as { message: string }).message, /chatId/);
      assert.deepEqual(scene.control.requests(), []);
    });

  for (const [type, value] of [
    ["msg", "nothing"],
    ["msg", "nothing.here.at.all"],
    ["msg", "payload.deep.er"],
    ["flow", "nothing"],
    ["flow", "nothing.here.at.all"],
    ["global", "nothing.here.at.all"],
    ["jsonata", "nothing.here"],
    ["env", "B24_TEST_NOT_SET"],
    ["str", ""],
    ["num", ""],
    ["num", "abc"],
    ["json", "null"],
  ] as const)
    it(`or gives nothing is a missing value, not a mistake of its own: ${type} ${value}`, async () => {
      const props: Message = { chatId: value, chatIdType: type };
      const scene = await startScene({ type: "bitrix24-operator", props });
      const { msg } = await scene.send({ payload: { CHAT_ID: 101 } });
      assertTold(msg["error"], { code: "CHAT_ID_EMPTY", outcome: "not-sent" });
      assert.deepEqual(scene.control.requests(), []);
    });
});
