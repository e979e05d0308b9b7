import { chatKey, invalid, operation } from "./operation";
import { requireChatId } from "./values";

const METHOD = "imopenlines.bot.session.finish";

/** Closes a dialog. [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-finish.md] */
export const finishOperation = operation({
  type: "bitrix24-finish",
  pairs: { chatId: { names: ["CHAT_ID"], fallback: "chatId" } },
  options: {},
  run({ portal, bot, signal }, { pairs }) {
    const chatId = requireChatId(pairs.chatId, METHOD);
    if (bot.token === "") throw invalid("ACCESS_DENIED", METHOD);
    const params = { CHAT_ID: chatId, CLIENT_ID: bot.token };
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
