import assert from "node:assert/strict";
import { assertReadable, type Told } from "../support/catalogue";
import { endScenes, executed, startScene, type Left, type Message } from "../support/nodes";

const circle: Message = { MESSAGE: "round" };
circle["self"] = circle;

/** An own key of that name, as JSON.parse makes it. */
const proto = JSON.parse('{"__proto__":{"CHAT_ID":101,"MESSAGE":"from the prototype"},"constructor":1}') as Message;

const hostile: ProxyHandler<object> = Object.fromEntries(
  ["get", "set", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf"].map((trap) => [
    trap,
    () => {
      throw new Error(`trap ${trap}`);
    },
  ]),
);

const throwing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error("this getter throws");
    },
  });

/** Payloads that flows come with although nobody meant them for these nodes. */
const FOREIGN: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  NaN: Number.NaN,
  "a big integer": 12n,
  "a symbol": Symbol("s"),
  "a function": () => 1,
  "a Buffer": Buffer.from("MESSAGE"),
  "a typed array": new Uint16Array([1, 2]),
  "an empty array": [],
  "an array": [{ CHAT_ID: 101, MESSAGE: "hi" }],
  "a Map": new Map([["CHAT_ID", 101]]),
  "a Date": new Date(0),
  "a circle": circle,
  "an object without prototype": Object.create(null) as object,
  "__proto__ as a key": proto,
  "inherited REST names": Object.create({ CHAT_ID: 101, MESSAGE: "inherited" }) as object,
  "a getter that throws": throwing("CHAT_ID"),
  "a Proxy that throws": new Proxy({}, hostile),
  "a revoked Proxy": (() => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  })(),
};

const TYPES = ["send", "operator", "transfer", "finish", "join", "call"].map((name) => `bitrix24-${name}`);

const NOT_MEANT = new Set(["CHAT_ID_EMPTY", "MESSAGE_EMPTY", "CODE", "ERROR_METHOD_NOT_FOUND", "ERROR_ARGUMENT"]);

function assertRefused({ way, msg }: Left, what: string): void {
  assert.equal(way, "error", what);
  const told = msg["error"] as Told;
  assert.equal(told.outcome, "not-sent", `${what}: ${told.message}`);
  assert.ok(NOT_MEANT.has(told.code), `${what}: ${told.code}`);
  assertReadable(told);
}

describe("a foreign payload", () => {
  afterEach(endScenes);

  for (const type of TYPES)
    it(`is survived by ${type}, left as it came, and nothing is sent`, async () => {
      const scene = await startScene({ type });
      for (const [what, payload] of Object.entries(FOREIGN)) {
        const left = await scene.send({ payload, topic: what });
        assertRefused(left, what);
        assert.equal(left.msg["payload"], payload, what);
      }
      assert.deepEqual(scene.control.requests(), []);
    });

  it("stops no message that needs nothing of it", async () => {
    const props = { chatId: "101", chatIdType: "num", message: "fixed", messageType: "str" };
    for (const [what, payload] of Object.entries(FOREIGN)) {
      if (/throws|revoked/.test(what)) continue;
      const scene = await startScene({ type: "bitrix24-send", props });
      const { way, msg } = await scene.send({ payload });
      assert.equal(way, "success", `${what}: ${JSON.stringify(msg["error"])}`);
      assert.equal(executed(scene).length, 1);
      await endScenes();
    }
  });

  it("with values that JSON cannot carry is refused by the attachment, the keyboard and the parameters", async () => {
    const deep = JSON.parse("[".repeat(20_000) + "]".repeat(20_000)) as unknown;
    const values = { circle, deep, bigint: [12n], getter: throwing("BLOCKS"), proxy: new Proxy({}, hostile) };
    const text = JSON.stringify("[".repeat(20_000) + "]".repeat(20_000));
    const scene = await startScene({
      type: "bitrix24-send",
      more: [{ id: "n2", type: "bitrix24-call", portal: "p1" }],
    });
    for (const [what, value] of Object.entries({ ...values, text: JSON.parse(text) as string })) {
      for (const name of ["ATTACH", "KEYBOARD"]) {
        const { msg } = await scene.send({ payload: { CHAT_ID: 101, MESSAGE: "x", [name]: value } });
        const told = msg["error"] as Told;
        assert.deepEqual([told.code, told.outcome], [`${name}_ERROR`, "not-sent"], what);
      }
      if (what === "text") continue;
      const { msg } = await scene.send({ payload: { method: "profile", params: value } }, "n2");
      const told = msg["error"] as Told;
      assert.deepEqual([told.code, told.outcome], ["ERROR_ARGUMENT", "not-sent"], what);
    }
    assert.deepEqual(scene.control.requests(), []);
  });
});

describe("a message that cannot be changed", () => {
  afterEach(endScenes);

  const sealed: Record<string, (msg: Message) => Message> = {
    frozen: (msg) => Object.freeze(msg),
    sealed: (msg) => Object.seal(msg),
    "closed for new properties": (msg) => Object.preventExtensions(msg),
    "with a payload that cannot be written": (msg) =>
      Object.defineProperty(msg, "payload", { value: msg["payload"], writable: false, enumerable: true }),
    "with an error that cannot be removed": (msg) =>
      Object.defineProperty(msg, "error", { value: { code: "OLD" }, enumerable: true }),
    "with a conversation that cannot be written": (msg) =>
      Object.defineProperty(msg, "bitrix24", { value: Object.freeze(msg["bitrix24"]), enumerable: true }),
  };

  for (const [how, seal] of Object.entries(sealed))
    it(`leaves all the same: ${how}`, async () => {
      const scene = await startScene({ type: "bitrix24-send" });
      const fresh = (payload: unknown): Message =>
        seal({ _msgid: "m1", payload, topic: "t", bitrix24: { chatId: scene.chatId } });
      const success = await scene.send(fresh("hi"));
      assert.equal(success.way, "success", JSON.stringify(success.msg));
      assert.equal(typeof (success.msg["payload"] as Message)["id"], "number");
      assert.equal("error" in success.msg, false);
      assert.equal(success.msg["topic"], "t");
      assert.equal(((success.msg["bitrix24"] as Message)["call"] as Message)["attempts"], 1);
      const failure = await scene.send(fresh(""));
      assert.equal(failure.way, "error");
      assert.equal((failure.msg["error"] as Told).code, "MESSAGE_EMPTY");
      assert.equal(failure.msg["payload"], "");
    });
});

describe("a message that fights back", () => {
  afterEach(endScenes);

  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(() => {
    process.removeListener("unhandledRejection", note);
    assert.deepEqual(unhandled.splice(0), []);
  });

  it("with a getter that throws leaves by output 2, and what was sent is not sent again", async () => {
    for (const [name, sent] of Object.entries({ payload: 0, bitrix24: 0, topic: 1, req: 1 })) {
      const scene = await startScene({ type: "bitrix24-send", props: { message: "x", messageType: "str" } });
      const msg = Object.assign(throwing(name), { _msgid: "m1", ...(sent === 1 && { bitrix24: { chatId: 101 } }) });
      const { way } = await scene.send(msg);
      assert.equal(way, sent === 1 ? "success" : "error", name);
      assert.equal(executed(scene).length, sent, name);
      await endScenes();
    }
  });

  it("with a getter that throws is logged when Node-RED cannot copy it for a Catch node", async () => {
    const scene = await startScene({ type: "bitrix24-operator", errorWired: false, catching: true });
    const { way, msg } = await scene.send(Object.assign(throwing("topic"), { _msgid: "m1", payload: 1 }));
    assert.equal(way, "log");
    assert.match(String(msg["text"]), /chat ID/);
  });

  it("with a getter that throws is logged when Node-RED cannot copy it for two wires", async () => {
    const scene = await startScene({ type: "bitrix24-operator", more: [{ id: "two", type: "helper" }] });
    const flow = scene.flow.map((node) =>
      node.id === "n1"
        ? {
            ...node,
            wires: [
              ["out1", "two"],
              ["out2", "two"],
            ],
          }
        : node,
    );
    await scene.deploy(flow, "nodes");
    const left = await scene.sendAll(Object.assign(throwing("topic"), { _msgid: "m1", payload: 1 }));
    assert.deepEqual(left.map(({ way }) => way).at(-1), "log");
  });
});
