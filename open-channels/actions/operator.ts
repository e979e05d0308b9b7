import { chatKey, operation } from "./operation";
import { requireChatId } from "./values";

const METHOD = "imopenlines.bot.session.operator";

/** Hands a dialog over to a free operator. [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-operator.md] */
export const operatorOperation = operation({
  type: "bitrix24-operator",
  pairs: { chatId: { names: ["CHAT_ID"], fallback: "chatId" } },
  options: {},
  run({ portal, signal }, { pairs }) {
    const chatId = requireChatId(pairs.chatId, METHOD);
    return portal.call(
      METHOD,
      { CHAT_ID: chatId },
      {
        chat: chatKey(chatId),
        chatId,
        lane: "conversation",
        kind: "operator",
        yieldsTo: "people",
        signal,
      },
    );
  },
});
