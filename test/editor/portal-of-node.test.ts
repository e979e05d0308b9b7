import assert from "node:assert/strict";
import { savedTopics } from "../../editor/fields/topics";
import { onlyPortal, takePortal } from "../../editor/shared/portal-of-node";
import { isEnvReference } from "../../editor/shared/text";
import { redNode, useEditor } from "./editor-double";

const portal = (id: string, properties: object = {}): RedNode => redNode("bitrix24-portal", { id, ...properties });

const only = (...configs: RedNode[]): string => {
  const putBack = useEditor({ configs });
  try {
    return onlyPortal("flow");
  } finally {
    putBack();
  }
};

describe("the portal of a new node", () => {
  it("is the only one, when its flow can use it", () => {
    assert.equal(only(portal("a"), redNode("mqtt-broker", { id: "b" })), "a");
    assert.equal(only(portal("a", { z: "flow" })), "a");
  });

  it("is left open with several, with none, and with one that is switched off or another flow's", () => {
    assert.equal(only(), "");
    assert.equal(only(portal("a"), portal("b")), "");
    assert.equal(only(portal("a", { d: true })), "");
    assert.equal(only(portal("a", { z: "other" })), "");
  });

  it("is given to what was dropped, not to what is in the workspace already", () => {
    const imported = redNode("bitrix24-send", { id: "imported", z: "flow" });
    const putBack = useEditor({ configs: [portal("a")], nodes: [imported] });
    try {
      const dropped = redNode("bitrix24-send", { id: "dropped", z: "flow" });
      const copied = redNode("bitrix24-send", { id: "copied", z: "flow", portal: "b" });
      for (const node of [dropped, copied, imported]) takePortal(node);
      assert.deepEqual([dropped["portal"], copied["portal"], imported["portal"]], ["a", "b", undefined]);
    } finally {
      putBack();
    }
  });
});

describe("what a flow file may hold", () => {
  it("is a list of topics, or nothing that can be used", () => {
    assert.deepEqual(savedTopics(["message", 5, "later"]), ["message", "later"]);
    for (const broken of [undefined, null, "message", {}]) assert.deepEqual(savedTopics(broken), []);
  });

  it("is a variable of the environment when nothing else is beside it", () => {
    for (const reference of ["${A}", " $(A_1) ", "${my portal}"]) assert.ok(isEnvReference(reference), reference);
    for (const text of ["a${A}", "${}", "$(1A)", "", 5, undefined]) assert.ok(!isEnvReference(text), String(text));
  });
});
