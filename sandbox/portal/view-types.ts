/** How the portal's memory looks from outside. */
import type { Params } from "./php";
import type { PortalSettings } from "./settings";

export type CrmType = "LEAD" | "COMPANY" | "CONTACT" | "DEAL";

/** A CRM item that a conversation belongs to. */
export interface CrmItem {
  type: CrmType;
  id: number;
}

export interface MessageView {
  id: number;
  authorId: number;
  text: string;
  system: boolean;
  attach: unknown;
  keyboard: unknown;
  files: FileInfo[];
  date: string;
  /** Goes out to the client's channel. */
  toClient: boolean;
  edited: boolean;
  deleted: boolean;
  reactions: ReactionView[];
}

export interface ReactionView {
  userId: number;
  /** `like`, `redHeart`, … */
  reaction: string;
}

/** A message as it is in the client's messenger. */
export interface TranscriptEntry {
  /** The portal's message. */
  messageId: number;
  /** `line`: what the portal sends for nobody in particular, such as greetings. */
  from: "client" | "bot" | "operator" | "line";
  /** Empty for `line`. */
  name: string;
  /** Markup resolved, attachments below as text and addresses; empty when it was deleted. */
  text: string;
  /** Live chat draws markup and attachment cards itself; null in every other messenger. */
  rich: { text: string; attach: unknown } | null;
  files: FileInfo[];
  date: string;
  edited: boolean;
  deleted: boolean;
  /** Live chat only: other messengers do not get them. */
  reactions: ReactionView[];
}

/** What came of pressing a button. */
export interface Pressed {
  kind: "command" | "send" | "put" | "copy" | "call" | "dialog" | "link" | "app" | "other";
  /** The command with its parameters, the value of the action, or the address. */
  value: string;
  /** `send`: the message that was written. */
  messageId: number | null;
  /** `command`: how many bots heard of it; 0 where none has registered it or is there to hear it. */
  heard: number;
}

export type Owner = "bot" | "waiting" | "human" | "closed";

export interface ChatView {
  id: number;
  title: string;
  type: "lines" | "private";
  userCode: string;
  connector: string;
  client: string;
  clientId: number;
  members: number[];
  owner: Owner;
  operatorId: number;
  /** The current open channel. */
  line: number;
  originalLine: number;
  session: { id: number; status: number } | null;
  messages: MessageView[];
  /** The main item first. */
  crm: CrmItem[];
  /** The bot that shows "typing", until when. */
  typing: { userId: number; until: number; leftMs: number; code: string } | null;
}

export interface FileInfo {
  name: string;
  size?: number;
  type?: "image" | "video" | "audio" | "file";
}

export interface LineSettings {
  name: string;
  active: boolean;
  queue: number[];
  /** The open channel's welcome bot. */
  bot: number | null;
  botEnabled: boolean;
  botJoin: "first" | "always";
  /** Seconds until the conversation goes to the queue by itself; 0 = never. */
  botTime: number;
  welcomeBotLeft: "queue" | "close";
  welcomeText: string | null;
  noAnswerText: string | null;
  noAnswerTime: number;
  closeText: string | null;
  voteText: string | null;
  /** Seconds a conversation waits in status 50 before it closes by itself. */
  closeTime: number;
  queueType: "evenly" | "strictly" | "all";
  /** Conversations an operator has at once; 0 = any number. */
  maxChat: number;
}

export interface LineView extends LineSettings {
  id: number;
}

export interface OperatorView {
  id: number;
  name: string;
  lastName: string;
  online: boolean;
  active: boolean;
}

export interface BotView {
  id: number;
  code: string;
  name: string;
  api: 1 | 2;
  type: string;
  openline: boolean;
  eventMode: "fetch" | "webhook";
  webhookUrl: string | null;
}

/** An event in a bot's queue. */
export interface EventView {
  eventId: number;
  botId: number;
  type: string;
  date: string;
  data: Params;
}

/** One attempt to bring an event to a handler. */
export interface DeliveryView {
  id: number;
  at: number;
  botId: number;
  event: string;
  /** Without its query string. */
  url: string;
  status: number | null;
  error: string | null;
  ms: number | null;
}

export interface EventsView {
  queued: EventView[];
  deliveries: DeliveryView[];
}

export interface ClientMessage {
  line: number;
  client: string;
  text: string;
  /** `livechat` (default) or `telegrambot`; any other word is a custom connector. */
  connector?: string;
  files?: FileInfo[];
  /** CRM items that the conversation belongs to from now on, the main one first. */
  crm?: CrmItem[];
}

export interface Change {
  kind: "chat" | "log" | "request" | "fault" | "event" | "delivery" | "line" | "user" | "bot" | "settings" | "reset";
  chatId?: number;
}

export interface StateView {
  settings: PortalSettings;
  lines: LineView[];
  operators: OperatorView[];
  bots: BotView[];
  networkLines: { code: string; state: "active" | "inactive"; botId: number | null }[];
  counters: { executed: number; requests: number; refused: number; level: number };
}
