import { method } from "./method";
import { OF_A_BOT } from "./shared-errors";

/** [D api-reference/chat-bots/chat-bots-v2/imbot.v2/messages/chat-message-send.md] */
export const BOT_MESSAGE = method({
  name: "imbot.v2.Chat.Message.send",
  params: { botId: "num*", dialogId: "str*", fields: "json" },
  errors: [
    ...OF_A_BOT,
    "ACCESS_DENIED",
    "CHAT_NOT_FOUND",
    "EMPTY_MESSAGE",
    "PARAM_ATTACH_ERROR",
    "PARAM_KEYBOARD_ERROR",
    "REPLY_ERROR",
    "TOO_MANY_MESSAGES",
    "WRONG_UUID",
    "MESSAGE_DUPLICATED_BY_UUID",
    "SENDING_FAILED",
  ],
  identity: "botToken",
});

/** For portals without bot platform 2.0. [D api-reference/chat-bots/outdated] */
export const OLD_BOT_MESSAGE = method({
  name: "imbot.message.add",
  params: {
    BOT_ID: "num",
    DIALOG_ID: "str",
    FROM_USER_ID: "num",
    TO_USER_ID: "num",
    MESSAGE: "str*",
    ATTACH: "json",
    KEYBOARD: "json",
    MENU: "json",
    SYSTEM: "yn",
    URL_PREVIEW: "yn",
    SKIP_CONNECTOR: "yn",
  },
  errors: [
    "ACCESS_DENIED",
    "BOT_ID_ERROR",
    "APP_ID_ERROR",
    "DIALOG_ID_EMPTY",
    "MESSAGE_EMPTY",
    "ATTACH_ERROR",
    "ATTACH_OVERSIZE",
    "KEYBOARD_ERROR",
    "KEYBOARD_OVERSIZE",
    "MENU_ERROR",
    "MENU_OVERSIZE",
    "WRONG_REQUEST",
  ],
  identity: "CLIENT_ID",
});

/** [D api-reference/imopenlines/openlines/chat-bots/imopenlines-bot-session-message-send.md] */
export const AUTOMATIC_MESSAGE = method({
  name: "imopenlines.bot.session.message.send",
  params: { CHAT_ID: "num*", NAME: "str", MESSAGE: "str" },
  errors: ["WRONG_AUTH_TYPE", "CHAT_ID_EMPTY"],
});

/** [D api-reference/imopenlines/openlines/imopenlines-network-message-add.md] */
export const NETWORK_MESSAGE = method({
  name: "imopenlines.network.message.add",
  params: { CODE: "str*", USER_ID: "num*", MESSAGE: "str*", ATTACH: "json", KEYBOARD: "json", URL_PREVIEW: "yn" },
  errors: [
    "WRONG_AUTH_TYPE",
    "CODE",
    "IMBOT_ERROR",
    "NOT_FOUND",
    "USER_ID_EMPTY",
    "USER_MESSAGE_LIMIT",
    "MESSAGE_EMPTY",
    "ATTACH_ERROR",
    "ATTACH_OVERSIZE",
    "KEYBOARD_ERROR",
    "WRONG_REQUEST",
  ],
});
