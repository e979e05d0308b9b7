import { ANNA, endScenes } from "../support/nodes";
import {
  CHAT_ID,
  CODE,
  operator,
  transfer,
  finish,
  automatic,
  network,
  bot,
  join,
  say,
  write,
  run,
  short,
  type Case,
} from "../support/mistakes";

const HUGE = "x".repeat(60_000);

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
  [undefined, "", "short", `${CODE}0`, 12345678901234567890, {}, [CODE]].map((value): Case => ({
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

describe("mistakes that are refused before anything is sent", () => {
  afterEach(endScenes);
  for (const one of LOCAL) it(`${one.variant}: ${one.code} for ${short(one.payload)}`, () => run(one));
});
