import type { Params } from "../php";
import type { CrmItem, CrmType, FileInfo, LineSettings } from "../types";

/** Session statuses. [S 4.1] */
export const STATUS = {
  new: 0,
  skipped: 5,
  answered: 10,
  client: 20,
  clientAfter: 25,
  operator: 40,
  closing: 50,
  closed: 60,
};

export interface User {
  id: number;
  name: string;
  lastName: string;
  kind: "employee" | "bot" | "client" | "network";
  online: boolean;
  active: boolean;
  admin: boolean;
  position: string;
  gender: "M" | "F" | "";
}

/** First and last name; nothing for nobody. */
export function fullName(user: User | undefined): string {
  return user === undefined ? "" : `${user.name} ${user.lastName}`.trim();
}

/** Where the events of a v1 identity go. */
export interface Handlers {
  messageAdd: string;
  messageUpdate: string;
  messageDelete: string;
  welcome: string;
  botDelete: string;
}

export interface Bot {
  /** Also its user id. */
  id: number;
  code: string;
  /** `custom` and the CLIENT_ID or botToken. */
  identity: string;
  api: 1 | 2;
  type: string;
  openline: boolean;
  hidden: boolean;
  reactions: boolean;
  backgroundId: string | null;
  color: string;
  eventMode: "fetch" | "webhook";
  webhookUrl: string | null;
  countMessage: number;
  /** Chats it ever joined. */
  countChat: number;
}

export interface Line extends LineSettings {
  id: number;
  /** Where the round of an evenly distributing queue stands. */
  turn: number;
}

export interface Message {
  id: number;
  chatId: number;
  authorId: number;
  text: string;
  system: boolean;
  attach: unknown;
  keyboard: unknown;
  files: (FileInfo & { id: number })[];
  at: number;
  toClient: boolean;
  templateId: string | null;
  edited: boolean;
  deleted: boolean;
}

export interface Session {
  id: number;
  lineId: number;
  status: number;
  /** The bot while it talks, an employee afterwards, 0 when nobody. */
  operatorId: number;
  startedAt: number;
  /** Waits for an operator to become free. */
  waiting: boolean;
}

export interface Chat {
  id: number;
  type: "lines" | "private";
  title: string;
  userCode: string;
  connector: string;
  lineId: number;
  clientId: number;
  clientName: string;
  members: Set<number>;
  ownerId: number;
  messages: Message[];
  sessionCount: number;
  session: Session | null;
  lastLineId: number;
  locked: boolean;
  typing: { userId: number; until: number; code: string } | null;
  /** What it belongs to in the CRM, the main item first. */
  crm: CrmItem[];
}

/** A CRM item with its fields, all of them texts as the portal shows them. */
export interface CrmRecord {
  id: number;
  type: CrmType;
  fields: Params;
}

export interface NetworkLine {
  code: string;
  state: "active" | "inactive";
  botId: number | null;
}

/** What a bot is to be told. */
export interface BotEvent {
  name: "MESSAGEADD" | "MESSAGEUPDATE" | "MESSAGEDELETE" | "JOINCHAT" | "DELETE";
  bot: Bot;
  chat: Chat | null;
  message: Message | null;
  user: User | null;
}
