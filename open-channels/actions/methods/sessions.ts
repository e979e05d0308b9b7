import { method } from "./method";
import { ownerAfterTransfer } from "./transfer-owner";
import { OF_A_CHAT } from "./shared-errors";

/** Conversations, as the webhook's owner sees them. [D api-reference/imopenlines/openlines] */
export const METHODS = [
  method({ name: "imopenlines.operator.answer", params: { CHAT_ID: "num*" }, errors: [...OF_A_CHAT], owner: "human" }),
  method({
    name: "imopenlines.operator.skip",
    params: { CHAT_ID: "num*" },
    errors: [...OF_A_CHAT, "ACCESS_DENIED_KICK"],
    owner: "waiting",
  }),
  method({ name: "imopenlines.operator.spam", params: { CHAT_ID: "num*" }, errors: [...OF_A_CHAT], owner: "closed" }),
  method({
    name: "imopenlines.operator.finish",
    params: { CHAT_ID: "num*" },
    errors: [...OF_A_CHAT, "ERROR_USER_NOT_OPERATOR", "NOT_LOAD_SESSION_OR_CHAT", "IMOL_CHAT_ERROR_NOT_LOAD_DATA"],
    owner: "closed",
  }),
  method({
    name: "imopenlines.operator.another.finish",
    params: { CHAT_ID: "num*" },
    errors: [...OF_A_CHAT],
    owner: "closed",
  }),
  method({
    name: "imopenlines.operator.transfer",
    params: { CHAT_ID: "num*", TRANSFER_ID: "str", USER_ID: "num", QUEUE_ID: "num" },
    errors: ["CHAT_ID_EMPTY", "USER_ID_EMPTY", "QUEUE_ID_EMPTY", "TRANSFER_ID_EMPTY", "OPERATOR_WRONG"],
    owner: ownerAfterTransfer,
  }),
  method({
    name: "imopenlines.dialog.get",
    params: { CHAT_ID: "num", DIALOG_ID: "str", SESSION_ID: "num", USER_CODE: "str" },
    errors: ["IM_NOT_INSTALLED", "ACCESS_ERROR"],
    reads: true,
  }),
  method({ name: "imopenlines.session.open", params: { USER_CODE: "str*" }, errors: ["ACCESS_DENIED"] }),
  method({ name: "imopenlines.session.start", params: { CHAT_ID: "num*" }, errors: [...OF_A_CHAT] }),
  method({ name: "imopenlines.session.join", params: { CHAT_ID: "num*" }, errors: [...OF_A_CHAT] }),
  method({
    name: "imopenlines.message.session.start",
    params: { CHAT_ID: "num*", MESSAGE_ID: "num*" },
    errors: [...OF_A_CHAT],
  }),
  method({
    name: "imopenlines.session.intercept",
    params: { CHAT_ID: "num*" },
    errors: ["CHAT_ID_EMPTY", "OPERATOR_WRONG"],
    owner: "human",
  }),
  method({
    name: "imopenlines.session.mode.pin",
    params: { CHAT_ID: "num*", ACTIVATE: "yn" },
    errors: [...OF_A_CHAT, "CHAT_ID_EMPTY"],
  }),
  method({
    name: "imopenlines.session.mode.unpin",
    params: { CHAT_ID: "num*" },
    errors: [...OF_A_CHAT, "CHAT_ID_EMPTY"],
  }),
  method({ name: "imopenlines.session.mode.pinAll", params: {}, errors: [] }),
  method({ name: "imopenlines.session.mode.unpinAll", params: {}, errors: [] }),
  method({
    name: "imopenlines.session.mode.silent",
    params: { CHAT_ID: "num*", ACTIVATE: "yn" },
    errors: [...OF_A_CHAT],
  }),
  method({
    name: "imopenlines.session.head.vote",
    params: { SESSION_ID: "num*", RATING: "num", COMMENT: "str" },
    errors: ["EMPTY_SESSION_ID", "EMPTY_VOTE_PARAMS", "ACCESS_DENIED"],
  }),
  method({
    name: "imopenlines.session.history.get",
    params: { SESSION_ID: "num", CHAT_ID: "num" },
    errors: ["MISSING_REQUIRED_PARAM", "INVALID_SESSION_ID", "ACCESS_DENIED"],
    reads: true,
  }),
  method({
    name: "imopenlines.crm.lead.create",
    params: { CHAT_ID: "num*" },
    errors: [...OF_A_CHAT, "ERROR_USER_NOT_OPERATOR"],
  }),
  method({
    name: "imopenlines.message.quick.save",
    params: { CHAT_ID: "num*", MESSAGE_ID: "num*" },
    errors: [...OF_A_CHAT, "CANT_SAVE_QUICK_ANSWER"],
  }),
] as const;
