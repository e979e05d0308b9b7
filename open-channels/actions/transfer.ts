import { chatKey, invalid, operation } from "./operation";
import { readTarget } from "./target";
import { requireChatId, requireFlag } from "./values";

const METHOD = "imopenlines.bot.session.transfer";

/**
 * Hands a dialog to one operator or to another line. Parameter names are in upper case only, as the portal wants them.
 * [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-transfer.md]
 */
export const transferOperation = operation({
  type: "bitrix24-transfer",
  pairs: {
    chatId: { names: ["CHAT_ID"], fallback: "chatId" },
    target: { names: ["USER_ID", "QUEUE_ID", "TRANSFER_ID"] },
  },
  options: { targetKind: { default: "auto" }, leave: { default: false, name: "LEAVE" } },
  run({ portal, bot, signal }, { pairs, options }) {
    const chatId = requireChatId(pairs.chatId, METHOD);
    const target = readTarget(pairs.target, options.targetKind, METHOD);
    const leave = requireFlag(options.leave, "LEAVE", METHOD);
    if (bot.token === "") throw invalid("ACCESS_DENIED", METHOD);
    const params = { CHAT_ID: chatId, ...target, LEAVE: leave, CLIENT_ID: bot.token };
    return portal.call(METHOD, params, {
      chat: chatKey(chatId),
      chatId,
      lane: "conversation",
      kind: "other",
      yieldsTo: "people",
      signal,
    });
  },
});
