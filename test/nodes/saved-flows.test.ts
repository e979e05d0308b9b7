import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { definitionOf, readText } from "../support/project";
import { ANNA, ask, endScenes, executed, startScene, type Message } from "../support/nodes";

/** Nodes as earlier versions saved them, without what Node-RED itself adds. */
const SAVED: Record<string, Message[]> = {
  "0.1.0": JSON.parse(readText("test/nodes/saved/0.1.0.json")) as Message[],
};

/** A message that carries every value that a node may want; each node takes its own. */
const PAYLOAD = {
  CHAT_ID: 101,
  MESSAGE: "Hello",
  USER_ID: ANNA,
  CODE: SAMPLE_NETWORK_CODE,
  method: "profile",
};

/** What each node does with such a message, by the methods that the portal runs. */
const DOES: Record<string, string[]> = {
  "bitrix24-send": [
    "imbot.v2.Chat.Message.send",
    "imopenlines.bot.session.message.send",
    "imopenlines.network.message.add",
  ],
  "bitrix24-operator": ["imopenlines.bot.session.operator"],
  "bitrix24-transfer": ["imopenlines.bot.session.transfer"],
  "bitrix24-finish": ["imopenlines.bot.session.finish"],
  "bitrix24-join": ["imopenlines.network.join"],
  "bitrix24-call": ["profile"],
};

/** The properties of a saved node with its values taken from the message. */
const fromMessage = (node: Message): Message =>
  Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => name !== "type")
      .map(([name, value]) => (name.endsWith("Type") ? [name, "auto"] : [name, value])),
  );

for (const [version, nodes] of Object.entries(SAVED)) {
  describe(`flows saved by ${version}`, () => {
    afterEach(endScenes);

    it("hold at least one node of each kind", () => {
      const types = new Set(nodes.map((node) => String(node["type"])));
      assert.deepEqual([...types].sort(), [...Object.keys(DOES), "bitrix24-event", "bitrix24-portal"].sort());
    });

    it("lose no property when they are saved again", () => {
      for (const node of nodes) {
        const { defaults } = definitionOf(String(node["type"]));
        const lost = Object.keys(node).filter((name) => name !== "type" && !(name in defaults));
        assert.deepEqual(lost, [], String(node["type"]));
      }
    });

    for (const [type, methods] of Object.entries(DOES)) {
      it(`still work: ${type}`, async () => {
        const kinds = new Set<unknown>();
        for (const node of nodes.filter((saved) => saved["type"] === type)) {
          const scene = await startScene({ type, props: fromMessage(node) });
          await ask(scene, "imopenlines.network.join", { CODE: SAMPLE_NETWORK_CODE });
          const { way, msg } = await scene.send({ payload: PAYLOAD });
          assert.equal(way, "success", JSON.stringify(msg));
          const [method] = executed(scene).at(-1) ?? [];
          assert.ok(methods.includes(method ?? ""), method);
          kinds.add(method);
          await endScenes();
        }
        assert.ok(kinds.size > 0);
      });
    }
  });
}
