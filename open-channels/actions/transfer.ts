import { HELD_BACK } from "../engine/held-back";
import { chatId, choice, flag, pair } from "./fields";
import { method } from "./methods/method";
import { ownerAfterTransfer } from "./methods/transfer-owner";
import { chatKey, operation } from "./operation";
import { readTarget } from "./target";

/** Parameter names are in upper case only, as the portal wants them. [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-transfer.md] */
const TRANSFER = method({
  name: "imopenlines.bot.session.transfer",
  params: { CHAT_ID: "num*", USER_ID: "num", QUEUE_ID: "num", TRANSFER_ID: "str", LEAVE: "yn" },
  errors: [
    "WRONG_AUTH_TYPE",
    "CHAT_ID_EMPTY",
    "USER_ID_EMPTY",
    "QUEUE_ID_EMPTY",
    "TRANSFER_ID_EMPTY",
    "ACCESS_DENIED",
    "BOT_ID_ERROR",
    "OPERATOR_WRONG",
  ],
  identity: "CLIENT_ID",
  owner: ownerAfterTransfer,
});

/** Hands a dialog to one operator or to another line. */
export const transferOperation = operation({
  type: "bitrix24-transfer",
  methods: [TRANSFER],
  fields: {
    chatId: chatId(),
    targetKind: choice(["auto", "user", "line"]),
    target: pair({
      names: ["USER_ID", "QUEUE_ID", "TRANSFER_ID"],
      codes: ["TRANSFER_ID_EMPTY", "USER_ID_EMPTY", "QUEUE_ID_EMPTY"],
      ruledOut: [
        { code: "USER_ID_EMPTY", when: { targetKind: "line" } },
        { code: "QUEUE_ID_EMPTY", when: { targetKind: "user" } },
      ],
      sample: 12,
      parse: readTarget,
    }),
    leave: flag("LEAVE", false),
  },
  errors: { ACCESS_DENIED: "not-sent", ...HELD_BACK },
  impossible: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY", "USER_ID_EMPTY", "QUEUE_ID_EMPTY", "TRANSFER_ID_EMPTY"],
  result: true,
  help: [
    "CHAT_ID_EMPTY",
    "USER_ID_EMPTY",
    "QUEUE_ID_EMPTY",
    "TRANSFER_ID_EMPTY",
    "OPERATOR_WRONG",
    "ACCESS_DENIED",
    "BOT_ID_ERROR",
    "CONNECTION_LOST",
    "WAITED_TOO_LONG",
  ],
  run({ portal, bot, signal, refuse }, { chatId: chat, target, leave }) {
    if (bot.token === "") throw refuse("ACCESS_DENIED");
    const params = { CHAT_ID: chat, ...target, LEAVE: leave, CLIENT_ID: bot.token };
    return portal.call(TRANSFER.name, params, {
      chat: chatKey(chat),
      chatId: chat,
      lane: "conversation",
      kind: "other",
      yieldsTo: "people",
      signal,
    });
  },
});

declare module "./operation" {
  interface Actions {
    readonly transfer: typeof transferOperation;
  }
}
