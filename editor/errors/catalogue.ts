/**
 * The codes of each action, with how they can leave: `n` found before anything was sent, `r` the portal's answer, `u` its
 * answer left open whether it ran. [D api-reference/imopenlines/openlines] [D api-reference/chat-bots]
 */
export const OWN_CODES = {
  send: "CHAT_ID_EMPTY:n MESSAGE_EMPTY:n ATTACH_ERROR:nr ATTACH_OVERSIZE:nr KEYBOARD_ERROR:nr KEYBOARD_OVERSIZE:nr BOT_TOKEN_NOT_SPECIFIED:n BOT_ID_REQUIRED:n BOT_NOT_READY:n BOT_NOT_FOUND:r BOT_OWNERSHIP_ERROR:r ACCESS_DENIED:r CHAT_NOT_FOUND:r PARAM_ATTACH_ERROR:r PARAM_KEYBOARD_ERROR:r SENDING_FAILED:r MESSAGE_DUPLICATED_BY_UUID:ru BOT_ID_ERROR:r APP_ID_ERROR:r WRONG_REQUEST:r CANCELED:r ERROR_NO_ACCESS:r ERROR_METHOD_NOT_FOUND:r PEOPLE_HAVE_THE_DIALOG:n SESSION_OVER:n",
  send_automatic: "CHAT_ID_EMPTY:n MESSAGE_EMPTY:n PEOPLE_HAVE_THE_DIALOG:n SESSION_OVER:n",
  send_network:
    "CODE:n USER_ID_EMPTY:n MESSAGE_EMPTY:n ATTACH_ERROR:nr ATTACH_OVERSIZE:nr KEYBOARD_ERROR:nr KEYBOARD_OVERSIZE:n IMBOT_ERROR:r NOT_FOUND:r USER_MESSAGE_LIMIT:r WRONG_REQUEST:r CANCELED:r ERROR_NO_ACCESS:r ERROR_METHOD_NOT_FOUND:r",
  operator: "CHAT_ID_EMPTY:n WRONG_CHAT:r PEOPLE_HAVE_THE_DIALOG:n SESSION_OVER:n",
  transfer:
    "CHAT_ID_EMPTY:n TRANSFER_ID_EMPTY:n USER_ID_EMPTY:n QUEUE_ID_EMPTY:n ACCESS_DENIED:nr BOT_ID_ERROR:r OPERATOR_WRONG:r PEOPLE_HAVE_THE_DIALOG:n SESSION_OVER:n",
  finish: "CHAT_ID_EMPTY:n ACCESS_DENIED:nr BOT_ID_ERROR:r PEOPLE_HAVE_THE_DIALOG:n SESSION_OVER:n",
  join: "CODE:n IMBOT_ERROR:r NOT_FOUND:r INACTIVE:r",
  call: "ERROR_METHOD_NOT_FOUND:nr WRONG_AUTH_TYPE:r",
} as const satisfies Record<string, string>;

/** The name under which the texts of a use of a node are filed, as in the running node. */
export type Variant = keyof typeof OWN_CODES;

/**
 * The codes that any action can leave with. Of the portal's system errors those that a webhook can meet; what is waited
 * out (QUERY_LIMIT_EXCEEDED, OPERATION_TIME_LIMIT) leaves as WAITED_TOO_LONG. [D error-codes.md] [D limits.md]
 */
export const EVERY_CODE =
  "NOT_CONFIGURED:n ERROR_ARGUMENT:nr CONNECTION_FAILED:n CONNECTION_LOST:u TIMEOUT:u BAD_RESPONSE:u INTERRUPTED:u QUEUE_FULL:n WAITED_TOO_LONG:n CANCELLED:n PORTAL_MOVED:n LICENSE_EXPIRED:n INVALID_CREDENTIALS:r NO_AUTH_FOUND:r INVALID_REQUEST:r insufficient_scope:r ACCESS_DENIED:r authorization_error:r PAYMENT_REQUIRED:r WRONG_LICENSE:r METHOD_CONFIRM_WAITING:r METHOD_CONFIRM_DENIED:r ERROR_METHOD_NOT_FOUND:r ERROR_CORE:ru INTERNAL_SERVER_ERROR:u OVERLOAD_LIMIT:r PORTAL_DELETED:ru UNKNOWN_ERROR:nru";

/** The method that an action calls first; `call` has the one that it was given. */
export const METHOD_OF: Record<Exclude<Variant, "call">, string> = {
  send: "imbot.v2.Chat.Message.send",
  send_automatic: "imopenlines.bot.session.message.send",
  send_network: "imopenlines.network.message.add",
  operator: "imopenlines.bot.session.operator",
  transfer: "imopenlines.bot.session.transfer",
  finish: "imopenlines.bot.session.finish",
  join: "imopenlines.network.join",
};
