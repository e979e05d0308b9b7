import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { ANNA, ask, endScenes, startScene, UNDER_TEST, type Message, type Scene } from "../support/nodes";

const ATTACH = { BLOCKS: [{ MESSAGE: "block" }] };
const LINKS = [{ TEXT: "open", LINK: "https://example.com/" }];
const CODE = SAMPLE_NETWORK_CODE;
const CHAT = 101;

interface Case {
  type: string;
  pair: string;
  /** What the pair is to give. */
  value: unknown;
  props?: Message & { mode?: string };
  /** What else the message carries. */
  payload?: Message;
  /** What the portal received. */
  seen: (params: Record<string, unknown>, method: string) => unknown;
  expected?: unknown;
  /** Types that cannot hold such a value. */
  without?: string[];
}

const TYPED = ["str", "num", "json", "msg", "flow", "global", "env", "jsonata"];
const NO_NUMBER = ["num"];

const network = { mode: "network", code: CODE, codeType: "str", userId: String(ANNA), userIdType: "num" };
const text = { message: "hello", messageType: "str" };
const chat = { chatId: String(CHAT), chatIdType: "num" };
const fields = (params: Record<string, unknown>): Record<string, unknown> =>
  params["fields"] as Record<string, unknown>;

const CASES: Case[] = [
  { type: "bitrix24-operator", pair: "chatId", value: CHAT, seen: (params) => params["CHAT_ID"] },
  { type: "bitrix24-finish", pair: "chatId", value: CHAT, seen: (params) => params["CHAT_ID"] },
  {
    type: "bitrix24-transfer",
    pair: "chatId",
    value: CHAT,
    props: { target: String(ANNA), targetType: "str" },
    seen: (params) => params["CHAT_ID"],
  },
  { type: "bitrix24-transfer", pair: "target", value: ANNA, props: chat, seen: (params) => params["USER_ID"] },
  {
    type: "bitrix24-transfer",
    pair: "target",
    value: "queue2",
    props: chat,
    seen: (params) => params["QUEUE_ID"],
    expected: 2,
    without: NO_NUMBER,
  },
  {
    type: "bitrix24-send",
    pair: "chatId",
    value: CHAT,
    props: text,
    seen: (params) => params["dialogId"],
    expected: `chat${CHAT}`,
  },
  {
    type: "bitrix24-send",
    pair: "chatId",
    value: CHAT,
    props: { ...text, mode: "automatic" },
    seen: (params) => params["CHAT_ID"],
  },
  { type: "bitrix24-send", pair: "message", value: 42, props: chat, seen: (p) => fields(p)["message"], expected: "42" },
  {
    type: "bitrix24-send",
    pair: "message",
    value: " Привет 👋\nline 2 ",
    props: { ...chat, mode: "automatic" },
    seen: (params) => params["MESSAGE"],
    without: NO_NUMBER,
  },
  {
    type: "bitrix24-send",
    pair: "message",
    value: 7,
    props: network,
    seen: (params) => params["MESSAGE"],
    expected: "7",
  },
  {
    type: "bitrix24-send",
    pair: "code",
    value: CODE,
    props: { ...network, ...text },
    seen: (params) => params["CODE"],
    without: NO_NUMBER,
  },
  {
    type: "bitrix24-send",
    pair: "userId",
    value: ANNA,
    props: { ...network, ...text },
    seen: (params) => params["USER_ID"],
  },
  ...(["attach", "keyboard"] as const).flatMap((pair): Case[] => [
    {
      type: "bitrix24-send",
      pair,
      value: pair === "attach" ? ATTACH : LINKS,
      props: { ...chat, ...text },
      seen: (params) => fields(params)[pair],
      without: NO_NUMBER,
    },
    {
      type: "bitrix24-send",
      pair,
      value: pair === "attach" ? ATTACH : { BUTTONS: LINKS },
      props: { ...network, ...text },
      seen: (params) => params[pair.toUpperCase()],
      without: NO_NUMBER,
    },
  ]),
  { type: "bitrix24-join", pair: "code", value: CODE, seen: (params) => params["CODE"], without: NO_NUMBER },
  {
    type: "bitrix24-call",
    pair: "method",
    value: "imopenlines.revision.get",
    seen: (_params, method) => method,
    without: NO_NUMBER,
  },
  {
    type: "bitrix24-call",
    pair: "params",
    value: { FILTER: { ID: String(ANNA) } },
    props: { method: "user.get", methodType: "str" },
    seen: (params) => params,
    without: ["str", "num", "env"],
  },
];

const restName = (pair: string): string => pair.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const VARIABLE = "B24_TEST_VALUE";

/** How a pair is saved that gives `value`, and what the flow has to hold for it. */
function saved(value: unknown, type: string): { raw: string; msg: Message } {
  const asText = typeof value === "string" ? value : JSON.stringify(value);
  switch (type) {
    case "json":
      return { raw: JSON.stringify(value), msg: {} };
    case "msg":
      return { raw: "from.here", msg: { from: { here: value } } };
    case "jsonata":
      return { raw: "from[1].here", msg: { from: [{ here: "not this" }, { here: value }] } };
    case "flow":
    case "global":
      return { raw: "kept.value", msg: {} };
    case "env":
      process.env[VARIABLE] = asText;
      return { raw: VARIABLE, msg: {} };
    default:
      return { raw: asText, msg: {} };
  }
}

async function seenBy(scene: Scene, { seen }: Case, msg: Message): Promise<unknown> {
  const before = scene.control.log().length;
  const { way, msg: left } = await scene.send(msg);
  assert.equal(way, "success", JSON.stringify(left["error"]));
  const calls = scene.control.log().slice(before);
  assert.equal(calls.length, 1);
  const { params = {}, method = "" } = calls[0] ?? {};
  return seen(params, method);
}

/** A network channel must be joined before it can be written from. */
async function prepared(one: Case, pairProps: Message): Promise<Scene> {
  const scene = await startScene({ type: one.type, props: { ...one.props, ...pairProps } });
  assert.equal(scene.chatId, CHAT);
  if (one.props?.mode === "network") await ask(scene, "imopenlines.network.join", { CODE });
  return scene;
}

describe("value pairs", () => {
  afterEach(async () => {
    delete process.env[VARIABLE];
    await endScenes();
  });

  for (const one of CASES) {
    const { type, pair, value, props, expected = value, without = [] } = one;
    const where = `${type}${props?.mode === undefined ? "" : ` (${props.mode})`} ${pair}`;
    for (const kind of TYPED.filter((typed) => !without.includes(typed)))
      it(`${where} takes ${kind}: ${JSON.stringify(value)}`, async () => {
        const { raw, msg } = saved(value, kind);
        const scene = await prepared(one, { [pair]: raw, [`${pair}Type`]: kind });
        if (kind === "flow" || kind === "global")
          scene
            .node(UNDER_TEST)
            .context()
            [kind].set("kept", { value: structuredClone(value) });
        // What the payload carries never wins over a typed value.
        const payload = { [pair === "target" ? "USER_ID" : restName(pair)]: 999, [pair]: 999 };
        assert.deepEqual(await seenBy(scene, one, { ...msg, payload }), expected);
      });
  }
});

describe("values from the message", () => {
  afterEach(endScenes);

  const spellings = (name: string): string[] => [
    name,
    name.toLowerCase(),
    name[0] + name.slice(1).toLowerCase(),
    name.toLowerCase().replace(/_(.)/g, (_all, letter: string) => `_${letter.toUpperCase()}`),
  ];

  for (const one of CASES.filter(({ type }) => type !== "bitrix24-call")) {
    const { type, pair, value, props, expected = value } = one;
    const names =
      pair === "target"
        ? typeof value === "number"
          ? ["USER_ID", "TRANSFER_ID"]
          : ["QUEUE_ID", "TRANSFER_ID"]
        : [restName(pair)];
    const mode = props?.mode;
    it(`${type}${mode === undefined ? "" : ` (${mode})`} ${pair}: ${names.join(", ")} in any letter case`, async () => {
      for (const name of names.flatMap(spellings)) {
        const scene = await prepared(one, { [pair]: "ignored", [`${pair}Type`]: "auto" });
        const msg = { payload: { [name]: value, foreign: 1 }, bitrix24: { chatId: 999 } };
        assert.deepEqual(await seenBy(scene, one, msg), expected, name);
        await endScenes();
      }
    });
  }

  it("call takes method and params of the payload", async () => {
    for (const payload of [
      { method: "user.get", params: { FILTER: { ID: ANNA } } },
      { METHOD: "user.get", Params: { FILTER: { ID: ANNA } } },
    ]) {
      const { send, control } = await startScene({ type: "bitrix24-call" });
      const { msg } = await send({ payload });
      assert.equal((msg["payload"] as unknown[]).length, 1);
      assert.deepEqual(control.log()[0]?.params, { FILTER: { ID: ANNA } });
      await endScenes();
    }
  });

  it("a pair that was never saved is taken from the message", async () => {
    const { send, control, chatId } = await startScene({ type: "bitrix24-send" });
    const { way } = await send({ payload: "hi", bitrix24: { chatId } });
    assert.equal(way, "success");
    assert.equal(control.chat(chatId).messages.at(-1)?.text, "hi");
  });

  it("the payload itself is the text when it is text, number or truth value", async () => {
    const { send, control, chatId } = await startScene({ type: "bitrix24-send" });
    for (const payload of ["text", 0, 12.5, -3, 1e21, true, false]) {
      await send({ payload, bitrix24: { chatId } });
      assert.equal(control.chat(chatId).messages.at(-1)?.text, String(payload));
    }
  });

  it("null and the empty text count as missing, so the conversation's chat is used", async () => {
    const { send, chatId } = await startScene({ type: "bitrix24-operator" });
    for (const CHAT_ID of [null, "", undefined]) {
      const { way, msg } = await send({ payload: { CHAT_ID }, bitrix24: { chatId } });
      // The first one handed the dialog over, which the others are told.
      assert.equal(way === "success" || (msg["error"] as Message)["code"] === "WRONG_CHAT", true);
    }
  });

  it("a plain property gives way to the payload's REST name, not to an empty one", async () => {
    const auto = { type: "bitrix24-send", props: { mode: "automatic", template: "WELCOME" } };
    const first = await startScene(auto);
    first.control.updateLine(1, { welcomeText: "Welcome!" });
    await first.send({ payload: { CHAT_ID: CHAT, name: "DEFAULT", MESSAGE: "own" } });
    await first.send({ payload: { CHAT_ID: CHAT, NAME: "", MESSAGE: "own" } });
    assert.deepEqual(
      first.control.log().map(({ params }) => params),
      [
        { CHAT_ID: CHAT, NAME: "DEFAULT", MESSAGE: "own" },
        { CHAT_ID: CHAT, NAME: "WELCOME" },
      ],
    );
    await endScenes();
    const second = await startScene({ type: "bitrix24-send", props: { urlPreview: false } });
    for (const URL_PREVIEW of [undefined, "Y", true, "n", 0])
      await second.send({
        payload: { CHAT_ID: CHAT, MESSAGE: "x", ...(URL_PREVIEW !== undefined && { URL_PREVIEW }) },
      });
    assert.deepEqual(
      second.control.log().map(({ params }) => fields(params)["urlPreview"]),
      ["N", undefined, undefined, "N", "N"],
    );
  });
});
