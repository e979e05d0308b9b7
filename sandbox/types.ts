/** The public face of the sandbox: options, control and views. */
import type { Params } from "./php";
import type { Fault, FaultView, LogEntry, RequestEntry } from "./records";
import type { PortalSettings } from "./settings";
import type { Language } from "./words";

export * from "./records";
export type { Language } from "./words";
export type { PortalSettings } from "./settings";

export interface SandboxOptions extends PortalOptions {
  /** 0 (default) takes a free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
}

export interface PortalOptions {
  /** No sample lines, operators, bot or dialog. */
  blank?: boolean;
  /** Of the sample's people, lines and texts, and of the portal's remarks in dialogs; default `en`. */
  language?: Language;
  /** The bot of the sample lines; default `SAMPLE_BOT`, named in the portal's language. A flow that registers this code with this token finds it there. */
  sampleBot?: SampleBot;
  /** Clock in milliseconds; default `Date.now`. */
  now?: () => number;
  /** Default off. */
  requestLimit?: PortalSettings["requestLimit"];
  /** Seed of everything random: event id gaps, fault probabilities, late deliveries. */
  seed?: number;
  /** At least 0, below 1; instead of `seed`. It goes on over a reset. */
  random?: () => number;
  /** The webhook's secret; default a random one. */
  secret?: string;
}

/** What goes to a handler's address. */
export interface PostedEvent {
  deliveryId: number;
  botId: number;
  /** `ONIMBOTV2MESSAGEADD`, … */
  event: string;
  /** With its query string. */
  url: string;
  contentType: string;
  /** Form-encoded. */
  body: string;
}

export interface SampleBot {
  code: string;
  name: string;
  token: string;
}

export type CrmType = "LEAD" | "COMPANY" | "CONTACT" | "DEAL";

/** A CRM item that a dialog belongs to. */
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
  /** The current line. */
  line: number;
  originalLine: number;
  session: { id: number; status: number } | null;
  messages: MessageView[];
  /** The main item first. */
  crm: CrmItem[];
  /** The bot that shows "typing", until when. */
  typing: { userId: number; until: number; code: string } | null;
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
  /** The line's welcome bot. */
  bot: number | null;
  botEnabled: boolean;
  botJoin: "first" | "always";
  /** Seconds until the dialog goes to the queue by itself; 0 = never. */
  botTime: number;
  welcomeBotLeft: "queue" | "close";
  welcomeText: string | null;
  noAnswerText: string | null;
  noAnswerTime: number;
  closeText: string | null;
  voteText: string | null;
  /** Seconds a dialog waits in status 50 before it closes by itself. */
  closeTime: number;
  queueType: "evenly" | "strictly" | "all";
  /** Dialogs an operator has at once; 0 = any number. */
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

/** A handler's answer to an event: its status, 200 if it gives nothing. */
export type PostListener = (event: PostedEvent) => number | void | Promise<number | void>;

/** Who calls, where it is not the owner of the webhook from this machine. */
export interface Caller {
  userId?: string;
  secret?: string;
  /** Whom the request limit counts. */
  address?: string;
}

/** What became of a call without HTTP. */
export interface Handled {
  /** `broken`: the connection ended before the answer was complete; `hanging`: it never will be. */
  end: "answered" | "broken" | "hanging";
  /** Null where no byte of an answer came. */
  status: number | null;
  headers: Record<string, string>;
  /** As it would travel; cut off where the answer is. */
  text: string;
  /** The answer's JSON, a copy of its own; null for everything else. */
  body: Params | null;
  /** Milliseconds from the call to its end: latency, time of the calls, `slow`. Always 0 from `request`, where they have passed. */
  afterMs: number;
}

/** A practice portal without a server: nothing in it waits, and time and randomness come from outside. */
export interface PracticePortal {
  /** As its events and handlers name it; nothing listens there. */
  readonly url: string;
  readonly webhookUrl: string;
  readonly secret: string;
  readonly control: Control;
  /** A call, carried out at once at the clock's present time. `params`: JSON text, or an object that is copied. */
  handle(method: string, params?: string | object, caller?: Caller): Handled;
  /** The same, but latency and the time of calls pass by `pause`, so that the calls of a batch run one after the other. */
  request(
    method: string,
    params: string | object,
    pause: (ms: number) => Promise<void>,
    caller?: Caller,
  ): Promise<Handled>;
  /**
   * Posted events, of 1.0 bots and 2.0 bots in webhook mode. The listener is called in the middle of the portal's work:
   * it may note the event and answer, but must call the portal later. The last one set is the one called.
   */
  onPost(listener: PostListener): void;
  /** Does what has become due by the clock. Calls and the control do so before they look; needed only where nobody does. */
  advance(): void;
  /** When `advance` will have something to do, in milliseconds of the clock; null: never. */
  nextDue(): number | null;
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
  /** CRM items that the dialog belongs to from now on, the main one first. */
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

/** Everything a test or the page does with the portal beside REST; also over HTTP under /sandbox/api/. */
export interface Control {
  /** Sample data again; log, faults, counters and settings as at the start. Server and webhook stay. */
  reset(): void;
  configure(settings: Partial<PortalSettings>): void;
  settings(): PortalSettings;
  state(): StateView;
  addOperator(operator: { name: string; lastName?: string; online?: boolean; lines?: number[] }): number;
  setOnline(userId: number, online: boolean): void;
  /** A dismissed employee is no transfer target. */
  setActive(userId: number, active: boolean): void;
  addLine(line: { name: string } & Partial<LineSettings>): number;
  updateLine(id: number, line: Partial<LineSettings>): void;
  /** What `imopenlines.network.join` can find. */
  addNetworkLine(code: string, state?: "active" | "inactive"): void;
  clientWrites(message: ClientMessage): { chatId: number; messageId: number; sessionId: number };
  /** What `crm.<type>.get` and `.list` find; all fields are texts. The webhook needs the permission `crm`. */
  addCrmItem(item: { type: CrmType; fields: Record<string, string> }): number;
  /** A client changes or deletes a message; the bots of the chat get the event. */
  editMessage(chatId: number, messageId: number, text: string): void;
  deleteMessage(chatId: number, messageId: number): void;
  operatorWrites(userId: number, chatId: number, text: string): number;
  operatorAnswers(userId: number, chatId: number): void;
  operatorFinishes(userId: number, chatId: number): void;
  /** Another operation holds the chat: transfers are refused. */
  lockChat(chatId: number, locked: boolean): void;
  chat(chatId: number): ChatView;
  chats(): ChatView[];
  log(): LogEntry[];
  requests(): RequestEntry[];
  addFault(fault: Fault): number;
  removeFault(id: number): void;
  clearFaults(): void;
  faults(): FaultView[];
  events(): EventsView;
  /** Delivers a webhook event once more, as a duplicate. */
  resend(deliveryId: number): void;
  /** Charges seconds of execution to a method. */
  spendOperating(method: string, seconds: number): void;
  /** Sets the request counters back to zero. */
  resetCounter(): void;
  on(listener: (change: Change) => void): () => void;
}

export interface Sandbox {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** http://127.0.0.1:PORT/rest/1/SECRET/ */
  readonly webhookUrl: string;
  readonly secret: string;
  readonly control: Control;
  /** Resolves when all sockets are closed. */
  close(): Promise<void>;
}
