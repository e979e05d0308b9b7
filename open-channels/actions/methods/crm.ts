import { method } from "./method";

/** Chats of CRM items. [D api-reference/imopenlines/openlines] */
export const METHODS = [
  method({
    name: "imopenlines.crm.chat.get",
    params: { CRM_ENTITY_TYPE: "str*", CRM_ENTITY: "num*", ACTIVE_ONLY: "yn" },
    errors: ["ERROR_ARGUMENT", "ACCESS_DENIED"],
    reads: true,
  }),
  method({
    name: "imopenlines.crm.chat.getLastId",
    params: { CRM_ENTITY_TYPE: "str*", CRM_ENTITY: "num*" },
    errors: ["CRM_CHAT_EMPTY_CRM_DATA", "ERROR_ARGUMENT"],
    reads: true,
  }),
  method({
    name: "imopenlines.crm.chat.user.add",
    params: { CRM_ENTITY_TYPE: "str*", CRM_ENTITY: "num*", USER_ID: "num*", CHAT_ID: "num" },
    errors: [
      "ERROR_ARGUMENT",
      "ACCESS_DENIED",
      "IM_NOT_INSTALLED",
      "CHAT_NOT_IN_CRM",
      "CRM_CHAT_USER_NOT_ACTIVE",
      "WRONG_REQUEST",
    ],
  }),
  method({
    name: "imopenlines.crm.chat.user.delete",
    params: { CRM_ENTITY_TYPE: "str*", CRM_ENTITY: "num*", USER_ID: "num*", CHAT_ID: "num" },
    errors: [
      "CRM_CHAT_EMPTY_USER",
      "CRM_CHAT_EMPTY_CRM_DATA",
      "ERROR_ARGUMENT",
      "ACCESS_DENIED",
      "IM_NOT_INSTALLED",
      "CHAT_NOT_IN_CRM",
      "CHAT_DELETE_USER_PERMISSION_DENIED",
      "CRM_CHAT_USER_NOT_ACTIVE",
      "WRONG_REQUEST",
    ],
  }),
  method({
    name: "imopenlines.crm.message.add",
    params: { CRM_ENTITY_TYPE: "str*", CRM_ENTITY: "num*", USER_ID: "num*", CHAT_ID: "num*", MESSAGE: "str*" },
    errors: ["ERROR_ARGUMENT", "ACCESS_DENIED", "CHAT_NOT_IN_CRM", "MESSAGE_ADD_ERROR", "CANCELED"],
  }),
] as const;
