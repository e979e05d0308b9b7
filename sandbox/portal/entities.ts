import type { Params } from "./php";
import type { CrmItem, CrmType, FileInfo, LineSettings, ReactionView, TranscriptEntry } from "./view-types";

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
  commandAdd: string;
}

/** A slash command that a bot has registered. [S 7.2, 8.4] */
export interface Command {
  id: number;
  botId: number;
  /** Of the application that registered it. */
  identity: string;
  /** Without the slash. */
  name: string;
  /** In all chats, not only where the bot is. */
  common: boolean;
  hidden: boolean;
  /** Clients count as extranet: only with this they can call it. */
  extranet: boolean;
  /** Title and hint by language code in small letters. */
  titles: Map<string, { title: string; params: string }>;
}

/** A command that somebody has just called. */
export interface CalledCommand {
  command: Command;
  params: string;
  context: "TEXTAREA" | "KEYBOARD";
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
  countCommand: number;
  /** Chats it ever joined. */
  countChat: number;
}

export interface Line extends LineSettings {
  id: number;
  /** Where the round of an evenly distributing queue is. */
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
  /** One for each user. */
  reactions: ReactionView[];
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
  /** What has reached the client's messenger, and what the client wrote there. */
  transcript: TranscriptEntry[];
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

/** What a bot is to hear of. */
export interface BotEvent {
  name: "MESSAGEADD" | "MESSAGEUPDATE" | "MESSAGEDELETE" | "JOINCHAT" | "DELETE" | "COMMANDADD" | "REACTIONCHANGE";
  bot: Bot;
  chat: Chat | null;
  message: Message | null;
  /** Who acted. */
  user: User | null;
  /** COMMANDADD: what was called; for 2.0 bots exactly one. */
  called?: CalledCommand[];
  /** REACTIONCHANGE */
  reaction?: { code: string; action: "add" | "delete" };
}
