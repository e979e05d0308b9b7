import assert from "node:assert/strict";
import { SAMPLE_NETWORK_CODE } from "../../sandbox/index";
import { assertTold, type Expected } from "../support/catalogue";
import { ANNA, ask, endScenes, executed, startScene, type Message, type Scene } from "../support/nodes";

const OPERATOR = "imopenlines.bot.session.operator";
const TRANSFER = "imopenlines.bot.session.transfer";
const FINISH = "imopenlines.bot.session.finish";
const AUTOMATIC = "imopenlines.bot.session.message.send";
const JOIN = "imopenlines.network.join";
const NETWORK = "imopenlines.network.message.add";
const BOT = "imbot.v2.Chat.Message.send";
const OLD_BOT = "imbot.message.add";
const CHAT_ID = 101;
const CODE = SAMPLE_NETWORK_CODE;
const HUGE = "x".repeat(60_000);

interface Case {
  type: string;
  props?: Message;
  payload?: unknown;
  code: string;
  method: string;
  variant: string;
  /** What makes the portal refuse; absent: the package does it, and nothing is sent. */
  portal?: (scene: Scene) => unknown;
  status?: number;
  outcome?: Expected["outcome"];
  credentials?: (url: string) => Record<string, string>;
  config?: Message;
}

const use = (
  type: string,
  method: string,
  variant: string,
  props: Message = {},
): Pick<Case, "type" | "method" | "variant" | "props"> => ({
  type: `bitrix24-${type}`,
  method,
  variant,
  props,
});
const operator = use("operator", OPERATOR, "operator");
const transfer = use("transfer", TRANSFER, "transfer");
const finish = use("finish", FINISH, "finish");
const automatic = use("send", AUTOMATIC, "send_automatic", { mode: "automatic" });
const network = use("send", NETWORK, "send_network", { mode: "network" });
const bot = use("send", BOT, "send");
const oldBot = use("send", OLD_BOT, "send");
const join = use("join", JOIN, "join");

const joined = (scene: Scene): Promise<unknown> => ask(scene, JOIN, { CODE });
const platform1 = (scene: Scene): void => scene.control.configure({ botPlatform: 1 });
/** The practice portal has no way to get there by itself, so it is told what to answer. */
const saying =
  (method: string, code: string, status = 400) =>
  (scene: Scene): unknown =>
    scene.control.addFault({ kind: "error", method, code, status, description: `The portal's words for ${code}` });
const all =
  (...steps: ((scene: Scene) => unknown)[]) =>
  async (scene: Scene): Promise<void> => {
    for (const step of steps) await step(scene);
  };

const NO_CHAT_IDS = [
  undefined,
  null,
  "",
  "12abc",
  {},
  [5],
  true,
  "1e3",
  "12.5",
  12.5,
  "-1",
  -1,
  0,
  "0",
  "chat12",
  2 ** 53,
  "9007199254740993",
  "١٢",
  "0x10",
];
const chatIds: Case[] = [operator, transfer, finish, automatic, bot].flatMap((node) =>
  NO_CHAT_IDS.map((id): Case => ({
    ...node,
    payload: { CHAT_ID: id, MESSAGE: "x", USER_ID: 11 },
    code: "CHAT_ID_EMPTY",
  })),
);
const texts: Case[] = [automatic, network, bot].flatMap((node) =>
  [undefined, null, "", " \n\t", {}, ["text"]].map((MESSAGE): Case => ({
    ...node,
    payload: { CHAT_ID, MESSAGE, CODE, USER_ID: ANNA },
    code: "MESSAGE_EMPTY",
  })),
);
const attachments: Case[] = [bot, network].flatMap((node): Case[] => {
  const base = { CHAT_ID, MESSAGE: "x", CODE, USER_ID: ANNA };
  const button = { TEXT: "t", LINK: "https://example.com" };
  return [
    { ...node, payload: { ...base, ATTACH: { BLOCKS: [] } }, code: "ATTACH_ERROR" },
    { ...node, payload: { ...base, ATTACH: "no json" }, code: "ATTACH_ERROR" },
    { ...node, payload: { ...base, ATTACH: [{ MESSAGE: { NAME: "no text" } }] }, code: "ATTACH_ERROR" },
    { ...node, payload: { ...base, ATTACH: [{ UNKNOWN: 1 }] }, code: "ATTACH_ERROR" },
    { ...node, payload: { ...base, ATTACH: [{ MESSAGE: HUGE }] }, code: "ATTACH_OVERSIZE" },
    { ...node, payload: { ...base, KEYBOARD: [{ TEXT: "no action" }] }, code: "KEYBOARD_ERROR" },
    { ...node, payload: { ...base, KEYBOARD: 5 }, code: "KEYBOARD_ERROR" },
    { ...node, payload: { ...base, KEYBOARD: [{ ...button, TEXT: HUGE }] }, code: "KEYBOARD_OVERSIZE" },
    { ...node, payload: { ...base, URL_PREVIEW: "maybe" }, code: "ERROR_ARGUMENT" },
  ];
});
const channelCodes: Case[] = [join, network].flatMap((node) =>
  [undefined, "", "short", `${CODE} `, 12345678901234567890, {}, [CODE]].map((value): Case => ({
    ...node,
    payload: { CODE: value, USER_ID: ANNA, MESSAGE: "x" },
    code: "CODE",
  })),
);
const targets: Case[] = (
  [
    [{}, "TRANSFER_ID_EMPTY"],
    [{ USER_ID: "", QUEUE_ID: null }, "TRANSFER_ID_EMPTY"],
    [{ USER_ID: ANNA, QUEUE_ID: 1 }, "TRANSFER_ID_EMPTY"],
    [{ USER_ID: ANNA, TRANSFER_ID: "queue1" }, "TRANSFER_ID_EMPTY"],
    [{ USER_ID: "12abc" }, "USER_ID_EMPTY"],
    [{ USER_ID: 0 }, "USER_ID_EMPTY"],
    [{ TRANSFER_ID: "Queue5" }, "USER_ID_EMPTY"],
    [{ TRANSFER_ID: "abc" }, "USER_ID_EMPTY"],
    [{ TRANSFER_ID: "queue" }, "QUEUE_ID_EMPTY"],
    [{ TRANSFER_ID: "queueabc" }, "QUEUE_ID_EMPTY"],
    [{ TRANSFER_ID: "queue0" }, "QUEUE_ID_EMPTY"],
    [{ QUEUE_ID: {} }, "QUEUE_ID_EMPTY"],
    [{ QUEUE_ID: 1.5 }, "QUEUE_ID_EMPTY"],
  ] as const
).map(([target, code]): Case => ({ ...transfer, payload: { CHAT_ID, ...target }, code }));

const withoutToken = (webhookUrl: string): Record<string, string> => ({ webhookUrl });
const otherToken = (webhookUrl: string): Record<string, string> => ({ webhookUrl, botToken: "another-token" });
const say = { CHAT_ID, MESSAGE: "x" };
const write = { CODE, USER_ID: ANNA, MESSAGE: "x" };

const LOCAL: Case[] = [
  ...chatIds,
  ...texts,
  ...attachments,
  ...channelCodes,
  ...targets,
  { ...automatic, payload: { CHAT_ID, MESSAGE: "0" }, code: "MESSAGE_EMPTY" },
  { ...automatic, payload: { CHAT_ID, MESSAGE: 0 }, code: "MESSAGE_EMPTY" },
  { ...automatic, payload: { CHAT_ID, MESSAGE: "x", NAME: "default" }, code: "ERROR_ARGUMENT" },
  { ...network, payload: { CODE, MESSAGE: "x" }, code: "USER_ID_EMPTY" },
  { ...network, payload: { ...write, USER_ID: -5 }, code: "USER_ID_EMPTY" },
  { ...network, payload: { ...write, KEYBOARD: [{ TEXT: "t", COMMAND: "go" }] }, code: "KEYBOARD_ERROR" },
  { ...transfer, payload: { CHAT_ID, USER_ID: ANNA, LEAVE: "perhaps" }, code: "ERROR_ARGUMENT" },
  { ...transfer, payload: { CHAT_ID, USER_ID: ANNA }, credentials: withoutToken, code: "ACCESS_DENIED" },
  { ...finish, payload: { CHAT_ID }, credentials: withoutToken, code: "ACCESS_DENIED" },
  { ...bot, payload: say, credentials: withoutToken, code: "BOT_TOKEN_NOT_SPECIFIED" },
  { ...bot, payload: say, config: { botId: "" }, code: "BOT_ID_REQUIRED" },
];

const FROM_PORTAL: Case[] = [
  { ...operator, payload: { CHAT_ID: 999 }, portal: () => 0, code: "WRONG_CHAT" },
  {
    ...operator,
    payload: { CHAT_ID },
    portal: ({ control }) => control.operatorAnswers(ANNA, CHAT_ID),
    code: "WRONG_CHAT",
  },
  { ...transfer, payload: { CHAT_ID, USER_ID: 999 }, portal: () => 0, code: "OPERATOR_WRONG" },
  { ...transfer, payload: { CHAT_ID, QUEUE_ID: 99 }, portal: () => 0, code: "OPERATOR_WRONG" },
  { ...transfer, payload: { CHAT_ID: 999, USER_ID: ANNA }, portal: () => 0, code: "OPERATOR_WRONG" },
  {
    ...transfer,
    payload: { CHAT_ID, USER_ID: ANNA },
    portal: ({ control }) => control.setActive(ANNA, false),
    code: "OPERATOR_WRONG",
  },
  {
    ...transfer,
    payload: { CHAT_ID, USER_ID: ANNA },
    portal: ({ control }) => control.lockChat(CHAT_ID, true),
    code: "OPERATOR_WRONG",
  },
  { ...transfer, payload: { CHAT_ID, USER_ID: ANNA }, portal: () => 0, credentials: otherToken, code: "BOT_ID_ERROR" },
  { ...finish, payload: { CHAT_ID }, portal: () => 0, credentials: otherToken, code: "BOT_ID_ERROR" },
  { ...join, payload: { CODE: "f".repeat(32) }, portal: () => 0, code: "NOT_FOUND" },
  { ...join, payload: { CODE: "a588e1a88baf601b9d0b0b33b1eefc2b" }, portal: () => 0, code: "NOT_FOUND" },
  {
    ...join,
    payload: { CODE: "é".repeat(32) },
    portal: ({ control }) => control.addNetworkLine("é".repeat(32), "inactive"),
    code: "INACTIVE",
  },
  { ...network, payload: write, portal: () => 0, code: "NOT_FOUND" },
  { ...network, payload: { ...write, USER_ID: 999 }, portal: joined, code: "WRONG_REQUEST" },
  {
    ...network,
    payload: write,
    portal: all(joined, (scene) => ask(scene, NETWORK, write)),
    code: "USER_MESSAGE_LIMIT",
  },
  { ...bot, payload: { ...say, CHAT_ID: 999 }, portal: () => 0, code: "CHAT_NOT_FOUND" },
  { ...bot, payload: say, portal: (scene) => ask(scene, OPERATOR, { CHAT_ID }), code: "ACCESS_DENIED" },
  { ...bot, payload: say, portal: () => 0, config: { botId: "999" }, code: "BOT_NOT_FOUND" },
  { ...bot, payload: say, portal: () => 0, credentials: otherToken, code: "BOT_OWNERSHIP_ERROR" },
  { ...oldBot, payload: say, portal: platform1, config: { botId: "999" }, code: "BOT_ID_ERROR" },
  { ...oldBot, payload: say, portal: platform1, credentials: otherToken, code: "APP_ID_ERROR" },
  { ...oldBot, payload: { ...say, CHAT_ID: 999 }, portal: platform1, code: "WRONG_REQUEST" },
  {
    ...oldBot,
    payload: { ...say, CHAT_ID: 999 },
    portal: ({ control }) => control.configure({ botPlatform: 1, maskErrors: true }),
    code: "CANCELED",
  },
  ...["IMBOT_ERROR", "NOT_FOUND"].flatMap((code) => [
    { ...join, payload: { CODE }, portal: saying(JOIN, code), code },
    { ...network, payload: write, portal: saying(NETWORK, code), code },
  ]),
  ...(
    [
      [operator, { CHAT_ID }],
      [transfer, { CHAT_ID, USER_ID: ANNA }],
      [finish, { CHAT_ID }],
      [automatic, say],
      [network, write],
    ] as const
  ).map(([node, payload]): Case => ({
    ...node,
    payload,
    portal: saying(node.method, "WRONG_AUTH_TYPE", 403),
    status: 403,
    code: "WRONG_AUTH_TYPE",
  })),
  ...[
    "EMPTY_MESSAGE",
    "PARAM_ATTACH_ERROR",
    "PARAM_KEYBOARD_ERROR",
    "REPLY_ERROR",
    "TOO_MANY_MESSAGES",
    "WRONG_UUID",
    "SENDING_FAILED",
    "MESSAGE_DUPLICATED_BY_UUID",
    "BOT_ID_REQUIRED",
    "BOT_TOKEN_NOT_SPECIFIED",
  ].map((code): Case => ({ ...bot, payload: say, portal: saying(BOT, code), code })),
  ...[
    "DIALOG_ID_EMPTY",
    "MESSAGE_EMPTY",
    "ATTACH_ERROR",
    "ATTACH_OVERSIZE",
    "KEYBOARD_ERROR",
    "KEYBOARD_OVERSIZE",
    "MENU_ERROR",
    "MENU_OVERSIZE",
  ].map((code): Case => ({ ...oldBot, payload: say, portal: all(platform1, saying(OLD_BOT, code)), code })),
  {
    ...oldBot,
    payload: say,
    portal: all(platform1, saying(OLD_BOT, "ACCESS_DENIED", 403)),
    status: 403,
    code: "ACCESS_DENIED",
  },
  ...(
    [
      ["NO_AUTH_FOUND", 401],
      ["INVALID_CREDENTIALS", 401],
      ["invalid_token", 401],
      ["expired_token", 401],
      ["insufficient_scope", 403],
      ["insufficient_scope", 401],
      ["ACCESS_DENIED", 403],
      ["INVALID_REQUEST", 400],
      ["ERROR_METHOD_NOT_FOUND", 404],
      ["ERROR_ARGUMENT", 400],
      ["OVERLOAD_LIMIT", 503],
      ["CANCELED", 400],
      ["INTERNAL_SERVER_ERROR", 500],
      ["ERROR_UNEXPECTED_ANSWER", 500],
      ["PORTAL_DELETED", 403],
      ["ERROR_CORE", 400],
    ] as const
  ).map(([code, status]): Case => ({
    ...operator,
    payload: { CHAT_ID },
    portal: saying(OPERATOR, code, status),
    status,
    code,
    outcome: status === 500 ? "unknown" : "refused",
  })),
];

async function run(one: Case): Promise<void> {
  const { type, props = {}, payload, code, method, variant, config = {}, credentials } = one;
  const { portal: prepare, status = 400, outcome = "refused" } = one;
  const scene = await startScene({ type, props, portal: config, ...(credentials && { credentials }) });
  await prepare?.(scene);
  const requests = scene.control.requests().length;
  const before = executed(scene).length;
  const { way, msg } = await scene.send({ payload, keep: 1 });
  assert.equal(way, "error", JSON.stringify(msg["payload"]));
  const told = { code, method, variant };
  assertTold(msg["error"], prepare ? { ...told, status, outcome } : { ...told, status: null, outcome: "not-sent" });
  assert.equal(msg["payload"], payload);
  assert.equal(msg["keep"], 1);
  assert.deepEqual(scene.statuses().at(-1), { fill: "red", shape: "ring", text: code });
  if (prepare) assert.ok(executed(scene).length - before <= 1);
  else assert.equal(scene.control.requests().length, requests);
}

const short = (value: unknown): string => {
  const text = JSON.stringify(value, (_key, item: unknown) => (item === undefined ? "(undefined)" : item)) ?? "";
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
};

describe("mistakes that are refused before anything is sent", () => {
  afterEach(endScenes);
  for (const one of LOCAL) it(`${one.variant}: ${one.code} for ${short(one.payload)}`, () => run(one));
});

describe("refusals of the portal", () => {
  afterEach(endScenes);
  for (const one of FROM_PORTAL)
    it(`${one.variant} (${one.method}): ${one.code}${one.status === undefined ? "" : ` under ${one.status}`} for ${short(one.payload)}`, () =>
      run(one));

  it("are told in Russian where the server speaks Russian", async () => {
    const { send } = await startScene({ type: "bitrix24-operator", language: "ru" });
    const { msg } = await send({ payload: { CHAT_ID: 999 } });
    assertTold(msg["error"], { code: "WRONG_CHAT", outcome: "refused", variant: "operator", language: "ru" });
    assert.match((msg["error"] as { message: string }).message, /[а-я]{3}/);
  });

  it("with a code that nobody knows are told in the portal's own words", async () => {
    const scene = await startScene({ type: "bitrix24-operator" });
    saying(OPERATOR, "NEWS_FROM_2031")(scene);
    const { msg } = await scene.send({ payload: { CHAT_ID } });
    const told = msg["error"] as { code: string; message: string; hint: string };
    assert.equal(told.code, "NEWS_FROM_2031");
    assert.match(told.message, /The portal's words for NEWS_FROM_2031/);
    assert.notEqual(told.hint, "");
  });
});
