import assert from "node:assert/strict";
import { endScenes, startScene, type FlowNode, type Message, type SceneOptions } from "../support/scene";
import { collect } from "./support/talk";

const OUT = { wires: [["done"], ["failed"]] };
const OUTPUTS: FlowNode[] = [
  { id: "done", type: "helper" },
  { id: "failed", type: "helper" },
];
const LIST: SceneOptions = {
  more: [{ id: "call1", type: "bitrix24-call", paging: "all", ...OUT }, ...OUTPUTS],
};

describe("all pages of a list", () => {
  afterEach(endScenes);

  for (const start of [undefined, -1, "-1", 50, 0])
    it(`are all pages with start: ${JSON.stringify(start)}`, async () => {
      const scene = await startScene({
        ...LIST,
        prepare: (control) => {
          for (let at = 0; at < 120; at++) control.addOperator({ name: `Operator ${at}` });
        },
      });
      const done: Message[] = collect(scene, "done");
      scene.give("call1", { payload: { method: "user.get", params: start === undefined ? {} : { start } } });
      await scene.until(() => done.length === 1, "the list");
      const users = done[0]?.["payload"] as { ID: string }[];
      const expected = scene.control.state().operators.length;
      assert.ok(users.length >= expected && expected > 120, `${users.length} of ${expected}`);
      assert.equal(new Set(users.map(({ ID }) => ID)).size, users.length);
    });
});
