import type { Delivery } from "../../open-channels/events/delivery";

export interface Written {
  readonly eventId: number;
  readonly chatId: number;
  readonly sessionId: number;
  /** By an operator of the line instead of the client. */
  readonly byOperator?: boolean;
}

export const BOT_ID = 16;
const OPERATOR_ID = 5;
const TEXT = "Hello, are you open on Saturday? I would like to pick up my order.";

/** A message in a dialog of an open channel, as the portal's queue gives it out; the moment is ISO text. */
export function messageEvent({ eventId, chatId, sessionId, byOperator = false }: Written, date: string): Delivery {
  const userId = byOperator ? OPERATOR_ID : 100_000 + chatId;
  return {
    name: "ONIMBOTV2MESSAGEADD",
    id: eventId,
    date,
    data: {
      bot: { id: BOT_ID, code: "support_bot" },
      message: {
        id: 1_000_000 + eventId,
        chatId,
        authorId: userId,
        date,
        text: TEXT,
        isSystem: false,
        uuid: null,
        forward: null,
        params: {},
        viewedByOthers: false,
      },
      chat: {
        id: chatId,
        dialogId: `chat${chatId}`,
        type: "lines",
        messageType: "L",
        name: "Anna Becker - Support",
        owner: OPERATOR_ID,
        entityType: "LINES",
        entityId: `livechat|1|${chatId}|${userId}`,
        entityData1: `Y|CONTACT|${chatId}|N|N|${sessionId}|1773682918|0|0|0`,
        entityData2: `LEAD|0|COMPANY|0|CONTACT|${chatId}|DEAL|0`,
        entityData3: "N",
        parentChatId: null,
      },
      user: {
        id: userId,
        active: true,
        name: "Anna Becker",
        firstName: "Anna",
        lastName: "Becker",
        workPosition: "",
        color: "#df532d",
        avatar: "",
        gender: "F",
        extranet: !byOperator,
        bot: false,
        connector: !byOperator,
        externalAuthId: byOperator ? "default" : "imconnector",
        status: "online",
        idle: false,
        lastActivityDate: date,
        phones: [],
      },
      language: "en",
    },
  };
}

/** The same, posted: the portal does not keep it, so the journal has to. */
export const posted = (delivery: Delivery): Delivery => ({ ...delivery, id: null });
