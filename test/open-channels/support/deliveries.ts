import type { Delivery } from "../../../open-channels/events/decode";
import { decodeForm } from "../../../open-channels/events/form";
import type { JsonObject } from "../../../rest/envelope";
import { phpForm } from "./php-form";

/** What a client, or an operator, wrote in a dialog of an open channel. */
export interface Written {
  readonly eventId?: number;
  readonly chatId?: number;
  readonly messageId?: number;
  readonly sessionId?: number;
  readonly text?: string;
  readonly userId?: number;
  readonly isClient?: boolean;
  readonly botId?: number;
  readonly firstName?: string;
  readonly lastName?: string;
}

const complete = (written: Written): Required<Written> => ({
  eventId: 5001,
  chatId: 101,
  messageId: 9001,
  sessionId: 343,
  text: "Hello & welcome: 100 % [b]ä[/b] 🙂\nsecond line",
  userId: 599,
  isClient: true,
  botId: 7,
  firstName: "Olga",
  lastName: "Sommer",
  ...written,
});

const entityId = "livechat|22|1775|599";
const data1 = ({ sessionId }: Required<Written>): string => `Y|LEAD|1209|N|N|${sessionId}|1773682918|23|0|0`;
const DATA_2 = "COMPANY|0|LEAD|1209|CONTACT|17|DEAL|0";
const nameOf = ({ firstName, lastName }: Required<Written>): string => `${firstName} ${lastName}`;
const seconds = 1_790_000_000;

function newData(written: Required<Written>): JsonObject {
  const { botId, chatId, messageId, text, userId, isClient, firstName, lastName } = written;
  return {
    bot: { id: botId, code: "support_bot", auth: { access_token: "bot-secret" } },
    message: { id: messageId, chatId, authorId: userId, date: "2026-09-21T13:46:40+00:00", text, isSystem: false },
    chat: {
      id: chatId,
      dialogId: `chat${chatId}`,
      type: "lines",
      messageType: "L",
      entityType: "LINES",
      entityId,
      entityData1: data1(written),
      entityData2: DATA_2,
      entityData3: "N",
      parentChatId: null,
    },
    user: {
      id: userId,
      name: nameOf(written),
      firstName,
      lastName,
      connector: isClient,
      extranet: isClient,
      phones: [],
    },
    language: "de",
  };
}

/** As the portal's queue gives it out. */
export function fetched(written: Written = {}): Delivery {
  const all = complete(written);
  const data = newData(all);
  return { name: "ONIMBOTV2MESSAGEADD", id: all.eventId, date: "2026-09-21T16:46:40+03:00", data };
}

/** As bot platform 2.0 posts it. */
export const postedNew = (written: Written = {}): Delivery => posted("ONIMBOTV2MESSAGEADD", newData(complete(written)));

/** As the older bot API posts it. */
export function postedOld(written: Written = {}): Delivery {
  const all = complete(written);
  const { botId, chatId, messageId, text, userId, isClient, firstName, lastName } = all;
  const yes = (value: boolean): string => (value ? "Y" : "N");
  return posted("ONIMBOTMESSAGEADD", {
    BOT: { [botId]: { BOT_ID: botId, BOT_CODE: "support_bot", AUTH: { access_token: "bot-secret" } } },
    PARAMS: {
      MESSAGE: text,
      MESSAGE_ID: messageId,
      CHAT_ID: chatId,
      TO_CHAT_ID: chatId,
      DIALOG_ID: `chat${chatId}`,
      FROM_USER_ID: userId,
      AUTHOR_ID: userId,
      TO_USER_ID: 0,
      MESSAGE_TYPE: "L",
      SYSTEM: "N",
      CHAT_ENTITY_TYPE: "LINES",
      CHAT_ENTITY_ID: entityId,
      CHAT_ENTITY_DATA_1: data1(all),
      CHAT_ENTITY_DATA_2: DATA_2,
      LANGUAGE: "de",
    },
    USER: {
      ID: userId,
      NAME: nameOf(all),
      FIRST_NAME: firstName,
      LAST_NAME: lastName,
      IS_CONNECTOR: yes(isClient),
      IS_EXTRANET: yes(isClient),
    },
  });
}

/** Through a form body and back. */
export function posted(name: string, data: JsonObject): Delivery {
  const body = decodeForm(phpForm({ event: name, data, ts: seconds }));
  if (body === null) throw new Error("the body is no form");
  return { name: body["event"] as string, id: null, date: body["ts"], data: body["data"] as JsonObject };
}
