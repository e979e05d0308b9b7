import assert from "node:assert/strict";
import { initials, matches, moved } from "../../editor/pickers/search";
import { channels } from "../../editor/pickers/sources";
import { asOperator, asTarget, targetPair } from "../../editor/pickers/values";
import { useEditor } from "./editor-double";

const row = (kind: string, id: string): { kind: string; id: string; name: string; note: string } => ({
  ...{ kind, id },
  name: "Ann Bee",
  note: "online · 5",
});

describe("a list to choose from", () => {
  it("finds a row by words of its name, its number and its note, in any order", () => {
    for (const query of ["", "bee ann", "ANN 5", "line"]) assert.ok(matches(row("operators", "5"), query), query);
    assert.ok(!matches(row("operators", "5"), "ann cee"));
  });

  it("goes round with the arrow keys", () => {
    assert.deepEqual([moved(-1, 1, 3), moved(-1, -1, 3), moved(2, 1, 3), moved(0, -1, 3)], [0, 2, 0, 2]);
  });

  it("shows initials where there is no picture", () => {
    assert.deepEqual(["Ann Bee Cee", "ann", "", "😀x y"].map(initials), ["AB", "A", "", "😀Y"]);
  });
});

describe("what a typed value stands for", () => {
  it("is an employee when it is a number", () => {
    assert.deepEqual(asOperator("num", "007"), { kind: "operators", id: "7" });
    for (const [type, value] of [
      ["msg", "7"],
      ["num", "x"],
      ["str", "-7"],
    ] as const)
      assert.equal(asOperator(type, value), null);
  });

  it("is a line where the target says so, or is one by its kind", () => {
    assert.deepEqual(asTarget("auto", "str", "queue05"), { kind: "lines", id: "5" });
    assert.deepEqual(asTarget("line", "num", "5"), { kind: "lines", id: "5" });
    assert.deepEqual(asTarget("auto", "num", "5"), { kind: "operators", id: "5" });
    assert.equal(asTarget("user", "str", "queue5"), null);
    assert.equal(asTarget("auto", "jsonata", "queue5"), null);
  });

  it("comes back from what is written for a choice", () => {
    for (const kind of ["auto", "user", "line"])
      for (const chosen of kind === "user" ? ["operators"] : kind === "line" ? ["lines"] : ["lines", "operators"]) {
        const { type, value } = targetPair(kind, row(chosen, "5"));
        assert.deepEqual(asTarget(kind, type, value), { kind: chosen, id: "5" }, `${kind} ${chosen}`);
      }
  });
});

describe("the channels to choose from", () => {
  it("are those that other nodes use", async () => {
    const node = (id: string, type: string, properties: object): RedNode => ({
      ...{ id, type, x: 0, y: 0, codeType: "str", ...properties },
    });
    const putBack = useEditor({
      nodes: [
        node("1", "bitrix24-join", { code: " abc " }),
        node("2", "bitrix24-send", { code: "abc", mode: "network" }),
        node("3", "bitrix24-send", { code: "def", mode: "bot" }),
        node("4", "bitrix24-join", { code: "ghi", codeType: "msg" }),
        node("5", "bitrix24-join", { code: "jkl", portal: "other" }),
        node("6", "bitrix24-join", { code: "" }),
      ],
    });
    try {
      assert.deepEqual(await channels.load(false), [
        { kind: "channels", id: "abc", name: "abc", note: "node 1, node 2", icon: "fa-key" },
      ]);
    } finally {
      putBack();
    }
  });
});
