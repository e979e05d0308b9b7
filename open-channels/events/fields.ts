import type { Owner } from "../owner";
import type { Conversation } from "./event";

type Fields = Conversation & { readonly owner: Owner };

/** What a field of `msg.bitrix24` means, and what can be in it. */
export interface EventField<Value = unknown> {
  readonly meaning: string;
  readonly sample: Value;
}

/** Every field that the event node writes, for the reference. */
export const EVENT_FIELDS: { readonly [Name in keyof Fields]: EventField<Fields[Name]> } = {
  event: {
    meaning: "Which event it is: its id, the portal's name for it, its time, and which handover to the flow this is",
    sample: { id: 1807, name: "ONIMBOTV2MESSAGEADD", date: "2026-11-30T09:15:00.000Z", delivery: 1 },
  },
  bot: { meaning: "The bot that the event is for", sample: { id: 7, code: "support_bot" } },
  chatId: { meaning: "The chat of the conversation; the action nodes find it here", sample: 12 },
  dialogId: { meaning: "The same chat as newer methods name it", sample: "chat12" },
  messageId: { meaning: "The message that the event is about", sample: 4711 },
  isOpenChannel: { meaning: "Whether the chat belongs to an open channel", sample: true },
  line: {
    meaning: "The open channel, the client's channel, the session, and the CRM items of the conversation",
    sample: { id: 1, originalId: 1, connector: "livechat", sessionId: 343, crm: [{ type: "LEAD", id: 5 }] },
  },
  user: {
    meaning: "Who acted; `isClient` is true for people who write from outside",
    sample: { id: 45, name: "Olga Smirnova", firstName: "Olga", lastName: "Smirnova", isClient: true },
  },
  language: { meaning: "The portal's language", sample: "en" },
  owner: { meaning: "Whose turn it is: `bot`, `waiting`, `human` or `closed`", sample: "bot" },
  raw: { meaning: "What the portal delivered, without secrets", sample: {} },
};
