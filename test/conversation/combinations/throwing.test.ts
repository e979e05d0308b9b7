import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { endScenes, startScene, type FlowNode } from "../support/scene";
import { endings } from "./support/ended";
import { collect } from "./support/talk";

const OUT = { wires: [["done"], ["failed"]] };
const OUTPUTS: FlowNode[] = [
  { id: "done", type: "helper" },
  { id: "failed", type: "helper" },
];
const SEND: FlowNode[] = [
  { id: "send1", type: "bitrix24-send", ...OUT },
  { id: "auto1", type: "bitrix24-send", mode: "automatic", ...OUT },
  ...OUTPUTS,
];

const boom = (): never => {
  throw new Error("boom");
};

describe("a message whose conversation throws when it is looked at", () => {
  afterEach(endScenes);

  const THROWING: Record<string, (bitrix24: object) => object> = {
    "a getter for bitrix24": () => Object.defineProperty({}, "bitrix24", { get: boom, enumerable: true }),
    "a getter for chatId": (bitrix24) => ({
      bitrix24: Object.defineProperty({ ...bitrix24 }, "chatId", { get: boom, enumerable: true }),
    }),
    "a getter for event": (bitrix24) => ({
      bitrix24: Object.defineProperty({ ...bitrix24 }, "event", { get: boom, enumerable: true }),
    }),
    "a Proxy that throws at everything": (bitrix24) => ({
      bitrix24: new Proxy(bitrix24, { get: boom, ownKeys: boom, getOwnPropertyDescriptor: boom, has: boom }),
    }),
    "a revoked Proxy": (bitrix24) => {
      const { proxy, revoke } = Proxy.revocable(bitrix24, {});
      revoke();
      return { bitrix24: proxy };
    },
    "a Proxy for the event": (bitrix24) => ({
      bitrix24: { ...bitrix24, event: new Proxy({}, { get: boom, ownKeys: boom, getOwnPropertyDescriptor: boom }) },
    }),
  };
  for (const [what, change] of Object.entries(THROWING))
    for (const id of ["send1", "auto1", "operator1", "finish1", "call1"])
      it(`${what}: leaves ${id} by one way, and done is called once`, async () => {
        const ended = endings(id);
        const scene = await startScene({
          more: [
            ...SEND,
            { id: "operator1", type: "bitrix24-operator", ...OUT },
            { id: "finish1", type: "bitrix24-finish", ...OUT },
            { id: "call1", type: "bitrix24-call", method: "scope", methodType: "str", ...OUT },
          ],
        });
        try {
          scene.writes("hello");
          await scene.until(() => scene.turn.length === 1, "the message");
          const [done, failed] = [collect(scene, "done"), collect(scene, "failed")];
          const { bitrix24, ...rest } = scene.turn[0] ?? assert.fail();
          const message = Object.defineProperties({ ...rest }, Object.getOwnPropertyDescriptors(change(bitrix24)));
          scene.give(id, message);
          await scene.until(() => ended.count() > 0, "done");
          await turn();
          const left = done.length + failed.length;
          const inLog = scene.logged().length;
          assert.deepEqual([ended.count(), left + inLog], [1, 1], JSON.stringify(scene.logged()));
        } finally {
          ended.stop();
        }
      });
});
