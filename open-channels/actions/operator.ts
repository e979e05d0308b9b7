import { HELD_BACK } from "../engine/held-back";
import { chatId } from "./fields";
import { method } from "./methods/method";
import { chatKey, operation } from "./operation";

/** [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-operator.md] */
const OPERATOR = method({
  name: "imopenlines.bot.session.operator",
  params: { CHAT_ID: "num*" },
  errors: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY", "WRONG_CHAT"],
  owner: "waiting",
});

/** Hands a dialog over to a free operator. */
export const operatorOperation = operation({
  type: "bitrix24-operator",
  methods: [OPERATOR],
  fields: { chatId: chatId() },
  errors: HELD_BACK,
  impossible: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY"],
  result: true,
  help: ["CHAT_ID_EMPTY", "WRONG_CHAT", "insufficient_scope", "CONNECTION_LOST", "WAITED_TOO_LONG"],
  run({ portal, signal }, { chatId: chat }) {
    return portal.call(
      OPERATOR.name,
      { CHAT_ID: chat },
      {
        chat: chatKey(chat),
        chatId: chat,
        lane: "conversation",
        kind: "operator",
        yieldsTo: "people",
        signal,
      },
    );
  },
});

declare module "./operation" {
  interface Actions {
    readonly operator: typeof operatorOperation;
  }
}
