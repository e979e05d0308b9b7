import assert from "node:assert/strict";
import { assertTold } from "../support/catalogue";
import { ANNA, ask, endScenes, startScene, type Scene } from "../support/nodes";
import {
  OPERATOR,
  JOIN,
  NETWORK,
  BOT,
  OLD_BOT,
  CHAT_ID,
  CODE,
  operator,
  transfer,
  finish,
  automatic,
  network,
  bot,
  oldBot,
  join,
  say,
  write,
  run,
  short,
  type Case,
} from "../support/mistakes";

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

const otherToken = (webhookUrl: string): Record<string, string> => ({ webhookUrl, botToken: "another-token" });

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
