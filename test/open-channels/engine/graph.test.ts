import assert from "node:assert/strict";
import fc from "fast-check";
import { Graph, Graphs, type FlowNode } from "../../../open-channels/engine/graph";

type Node = Partial<FlowNode> & { readonly id: string };

const node = ({ type = "function", z = "flow", ...rest }: Node): FlowNode => ({ type, z, ...rest });
const wired = (id: string, ...targets: string[]): Node => ({ id, wires: targets.length > 0 ? [targets] : [] });

/** Everywhere that a message can be that left `from`, in order. */
function reach(from: string, ...nodes: Node[]): string[] {
  const graphs = new Graphs();
  graphs.add(new Graph(nodes.map(node)));
  return [...(graphs.reach(from, graphs.epoch) ?? ["?"])].sort();
}

describe("where a message can be: wires and links", () => {
  it("is along all wires of all outputs, and back to its start in a loop only", () => {
    assert.deepEqual(reach("a", { id: "a", wires: [["b"], ["c", "d"], []] }, wired("b", "e"), wired("x", "y")), [
      ...["b", "c", "d", "e"],
    ]);
    assert.deepEqual(reach("a", wired("a", "b"), wired("b", "a")), ["a", "b"]);
    assert.deepEqual(reach("a"), []);
  });

  it("is nowhere along wires that are none", () => {
    for (const wires of [undefined, null, "b", {}, [null], ["b"], [[5, null]]])
      assert.deepEqual(reach("a", { id: "a", wires }), []);
  });

  it("is behind links, whichever end names the other, and through junctions", () => {
    const out = { id: "out", type: "link out", links: ["in"] };
    assert.deepEqual(reach("a", wired("a", "out"), out, { ...wired("in", "b"), type: "link in" }), ["b", "in", "out"]);
    const other = { ...wired("in", "j"), type: "link in", links: ["out"], z: "flow 2" };
    const junction = { ...wired("j", "b"), type: "junction", z: "flow 2" };
    assert.deepEqual(reach("a", wired("a", "out"), { ...out, links: [] }, other, junction), ["b", "in", "j", "out"]);
  });

  it("is behind a call of a link, and behind the call when it comes back", () => {
    const nodes: Node[] = [
      wired("a", "call"),
      { ...wired("call", "after"), type: "link call", links: ["in"] },
      { ...wired("in", "inner"), type: "link in", links: ["call"], z: "flow 2" },
      { ...wired("inner", "return"), z: "flow 2" },
      { id: "return", type: "link out", mode: "return", links: [], z: "flow 2" },
      { ...wired("other in", "x"), type: "link in", z: "flow 3" },
    ];
    assert.deepEqual(reach("a", ...nodes), ["after", "call", "in", "inner", "return"]);
    assert.deepEqual(reach("inner", ...nodes), ["after", "call", "in", "inner", "return"]);
  });

  it("is behind every link in when the call finds its target by name", () => {
    const nodes: Node[] = [
      wired("a", "call"),
      { id: "call", type: "link call", linkType: "dynamic", links: [] },
      { ...wired("in 1", "b"), type: "link in", z: "flow 2" },
      { ...wired("in 2", "c"), type: "link in", z: "flow 3" },
    ];
    assert.deepEqual(reach("a", ...nodes), ["b", "c", "call", "in 1", "in 2"]);
  });
});

describe("where a message can be: subflows", () => {
  const definition: Node = {
    ...{ id: "sub", type: "subflow", z: "" },
    in: [{ wires: [{ id: "inner" }] }],
    out: [{ wires: [{ id: "last", port: 0 }] }],
  };
  const inside: Node[] = [
    { ...wired("inner", "last"), z: "sub" },
    { id: "last", z: "sub" },
  ];
  const instance: Node = { ...wired("one", "after"), type: "subflow:sub" };

  it("is inside of the instance and behind it", () => {
    assert.deepEqual(reach("a", wired("a", "one"), instance, definition, ...inside), ["after", "inner", "last", "one"]);
  });

  it("is behind the instance from inside, so that an event node can be in one", () => {
    assert.deepEqual(reach("inner", instance, definition, ...inside).includes("after"), true);
  });

  it("is with the observers inside, and with those around the instance", () => {
    const observers: Node[] = [
      { ...wired("catch in", "caught in"), type: "catch", z: "sub", scope: null },
      { ...wired("catch out", "caught out"), type: "catch", scope: ["one"] },
    ];
    const found = reach("a", wired("a", "one"), instance, definition, ...inside, ...observers);
    for (const id of ["catch in", "caught in", "catch out", "caught out"]) assert.ok(found.includes(id), id);
  });

  it("is inside of subflows in subflows, and comes back from all", () => {
    const outer: Node = {
      ...{ id: "outer", type: "subflow", z: "", in: [{ wires: [{ id: "nested" }] }] },
      out: [{ wires: [{ id: "nested", port: 0 }] }],
    };
    const nested: Node = { id: "nested", type: "subflow:sub", z: "outer" };
    const whole: Node = { ...wired("whole", "end"), type: "subflow:outer" };
    const found = reach("a", wired("a", "whole"), whole, outer, nested, definition, ...inside);
    assert.deepEqual(found, ["end", "inner", "last", "nested", "whole"]);
  });

  it("is nowhere in a subflow whose definition is missing or odd", () => {
    assert.deepEqual(reach("a", wired("a", "one"), instance), ["after", "one"]);
    for (const port of [null, "x", [null], [{}], [{ wires: "x" }], [{ wires: [null, {}, { id: 5 }] }]])
      assert.deepEqual(reach("a", wired("a", "one"), instance, { ...definition, in: port, out: port }), [
        "after",
        "one",
      ]);
  });
});

describe("where a message can be: nodes that observe others", () => {
  for (const type of ["catch", "status", "complete"]) {
    it(`is in a ${type} node of the flow, or of what it lists`, () => {
      const observer = (scope: unknown): Node => ({ ...wired("watch", "x"), type, scope });
      for (const scope of [null, undefined, "group", ["b"], ["other", "b"]])
        assert.deepEqual(reach("a", wired("a", "b"), { id: "b" }, observer(scope)), ["b", "watch", "x"], String(scope));
      assert.deepEqual(reach("a", wired("a", "b"), { id: "b" }, observer(["c"])), ["b"]);
      assert.deepEqual(reach("a", wired("a", "b"), { id: "b" }, { ...observer(null), z: "flow 2" }), ["b"]);
    });
  }
});

describe("where a stop loses nothing", () => {
  it("is in this package's nodes, which end what they have, and in those that hold nothing", () => {
    const graphs = new Graphs();
    assert.equal(graphs.losesNothing("a"), false);
    const types = ["bitrix24-send", "bitrix24-event", "link in", "link out", "junction", "debug", "catch", "complete"];
    graphs.add(new Graph(types.map((type) => node({ id: type, type }))));
    for (const type of types) assert.equal(graphs.losesNothing(type), true, type);
    const holding = ["function", "delay", "link call", "subflow:bitrix24-x", "trigger", "batch", "my-bitrix24-node"];
    graphs.add(new Graph(holding.map((type) => node({ id: type, type }))));
    for (const type of [...holding, "unknown"]) assert.equal(graphs.losesNothing(type), false, type);
  });
});

describe("where a message can be: deploys meanwhile", () => {
  it("is wherever any graph since it left says, also by a way through several of them", () => {
    const graphs = new Graphs();
    assert.equal(graphs.reach("a", graphs.epoch), null, "no graph is known yet");
    graphs.add(new Graph([node(wired("a", "b"))]));
    const first = graphs.epoch;
    graphs.add(new Graph([node(wired("a", "x")), node(wired("b", "c"))]));
    assert.deepEqual([...(graphs.reach("a", first) ?? [])].sort(), ["b", "c", "x"]);
    assert.deepEqual([...(graphs.reach("a", graphs.epoch) ?? [])], ["x"]);
  });

  it("is unknown when more deploys have passed than are remembered, or the process is another one", () => {
    const graphs = new Graphs();
    for (let deploy = 0; deploy < 20; deploy++) graphs.add(new Graph([node(wired("a", `b${deploy}`))]));
    assert.equal(graphs.reach("a", 0)?.size, 20);
    graphs.add(new Graph([]));
    assert.equal(graphs.reach("a", 0), null);
    assert.equal(graphs.reach("a", 1)?.size, 19);
    assert.equal(graphs.reach("a", graphs.epoch)?.size, 0);
    assert.equal(graphs.reach("a", -1), null);
  });

  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 });
  const graphOf = (list: readonly (readonly [number, number])[]): Graph =>
    new Graph(
      [...new Set(list.map(([from]) => from))].map((from) =>
        node(wired(`n${from}`, ...list.filter(([one]) => one === from).map(([, to]) => `n${to}`))),
      ),
    );
  const reached = (...lists: (readonly (readonly [number, number])[])[]): Set<string> => {
    const graphs = new Graphs();
    for (const list of lists) graphs.add(graphOf(list));
    return graphs.reach("n0", 0) ?? new Set(["?"]);
  };

  it("never becomes less when a way is added", () => {
    fc.assert(
      fc.property(edges, edges, (some, more) => {
        const all = reached([...some, ...more]);
        for (const id of reached(some)) assert.ok(all.has(id), id);
      }),
    );
  });

  it("is over several graphs what it is in one that has all their ways", () => {
    fc.assert(
      fc.property(edges, edges, edges, (one, two, three) => {
        assert.deepEqual([...reached(one, two, three)].sort(), [...reached([...one, ...two, ...three])].sort());
      }),
    );
  });
});
