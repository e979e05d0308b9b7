import { HELD_BACK } from "../engine/held-back";
import { chatId } from "./fields";
import { method } from "./methods/method";
import { chatKey, operation } from "./operation";

/** [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-finish.md] */
const FINISH = method({
  name: "imopenlines.bot.session.finish",
  params: { CHAT_ID: "num*" },
  errors: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY", "ACCESS_DENIED", "BOT_ID_ERROR"],
  identity: "CLIENT_ID",
  owner: "closed",
});

/** Closes a dialog. */
export const finishOperation = operation({
  type: "bitrix24-finish",
  methods: [FINISH],
  fields: { chatId: chatId() },
  errors: { ACCESS_DENIED: "not-sent", ...HELD_BACK },
  impossible: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY"],
  result: true,
  help: ["CHAT_ID_EMPTY", "ACCESS_DENIED", "BOT_ID_ERROR", "CONNECTION_LOST", "WAITED_TOO_LONG"],
  run({ portal, bot, signal, refuse }, { chatId: chat }) {
    if (bot.token === "") throw refuse("ACCESS_DENIED");
    const params = { CHAT_ID: chat, CLIENT_ID: bot.token };
    return portal.call(FINISH.name, params, {
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
    readonly finish: typeof finishOperation;
  }
}
