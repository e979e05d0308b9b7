/** The portal's memory: who and what there is. What happens in conversations is in sessions.ts. */
import type { Bot, BotEvent, Chat, Command, CrmRecord, Handlers, Line, Message, NetworkLine, User } from "./entities";
import { EventQueue } from "./event-queue";
import type { Random } from "./random";
import { Schedule } from "./schedule";
import type { PortalSettings } from "./settings";
import { Templates } from "./templates";
import type { Change, LineSettings } from "./view-types";

const DEFAULT_LINE: LineSettings = {
  name: "",
  active: true,
  queue: [],
  bot: null,
  botEnabled: false,
  botJoin: "always",
  botTime: 0,
  welcomeBotLeft: "queue",
  welcomeText: null,
  noAnswerText: null,
  noAnswerTime: 60,
  closeText: null,
  voteText: null,
  closeTime: 600,
  queueType: "evenly",
  maxChat: 0,
};

const IDS_SINCE = Date.UTC(2026, 9, 1);

export interface PortalHooks {
  botEvent(event: BotEvent): void;
  changed(change: Change): void;
}

export class Portal {
  readonly now: () => number;
  readonly hooks: PortalHooks;
  readonly schedule = new Schedule();
  readonly queue: EventQueue;
  settings: PortalSettings;
  random: Random;
  users = new Map<number, User>();
  lines = new Map<number, Line>();
  bots = new Map<number, Bot>();
  chats = new Map<number, Chat>();
  messages = new Map<number, Message>();
  commands = new Map<number, Command>();
  /** Until when a bot may answer a command in a chat, by bot and chat. */
  answerUntil = new Map<string, number>();
  /** v1: one set of handlers for each identity. [S 7.1] */
  handlers = new Map<string, Handlers>();
  networkLines = new Map<string, NetworkLine>();
  /** When a network bot last wrote to a user. */
  networkSent = new Map<string, number>();
  /** Bot messages by bot and templateId, oldest first. */
  readonly templates = new Templates();
  /** Chats by user code, for both "connector|line|chat|user" and the client's own key. */
  chatByCode = new Map<string, Chat>();
  clientIds = new Map<string, number>();
  chatBySession = new Map<number, Chat>();
  crm: CrmRecord[] = [];
  #ids = new Map<string, number>();
  readonly #lastingIds = new Map<string, number>();

  constructor(now: () => number, hooks: PortalHooks, settings: PortalSettings, random: Random) {
    this.now = now;
    this.hooks = hooks;
    this.settings = settings;
    this.random = random;
    this.queue = new EventQueue(this.#firstLastingId());
  }

  /** Forgets everybody and everything. */
  clear(settings: PortalSettings, random: Random): void {
    this.settings = settings;
    this.random = random;
    this.schedule.clear();
    for (const map of [this.users, this.lines, this.bots, this.chats, this.handlers, this.networkLines]) map.clear();
    for (const map of [this.networkSent, this.chatByCode, this.clientIds]) map.clear();
    for (const map of [this.messages, this.commands, this.answerUntil]) map.clear();
    this.templates.clear();
    this.chatBySession.clear();
    this.crm = [];
    this.#ids.clear();
  }

  /** The next id of a kind; the first one is `first`. */
  nextId(kind: string, first: number): number {
    const id = this.#ids.get(kind) ?? first;
    this.#ids.set(kind, id + 1);
    return id;
  }

  /**
   * The next id of a kind that a receiver may remember: never one that an earlier run or a reset portal has given,
   * or a flow with its state on disk would take new messages for old ones.
   */
  lastingId(kind: "message" | "session"): number {
    const id = this.#lastingIds.get(kind) ?? this.#firstLastingId();
    this.#lastingIds.set(kind, id + 1);
    return id;
  }

  /** Grows by ten a second, faster than a portal to practise on gives ids. */
  #firstLastingId(): number {
    return Math.max(1001, Math.floor((this.now() - IDS_SINCE) / 100));
  }

  addUser(user: Partial<User> & { name: string }, id?: number): User {
    const entry: User = {
      id: id ?? this.nextId("user", 11),
      lastName: "",
      kind: "employee",
      online: true,
      active: true,
      admin: false,
      position: "",
      gender: "",
      ...user,
    };
    this.users.set(entry.id, entry);
    return entry;
  }

  addLine(settings: Partial<LineSettings>): Line {
    const line: Line = { ...DEFAULT_LINE, queue: [], ...settings, id: this.nextId("line", 1), turn: 0 };
    if (settings.botEnabled === undefined) line.botEnabled = line.bot !== null;
    this.lines.set(line.id, line);
    return line;
  }

  /** A message with the chat it is in. */
  messageAt(id: number): { chat: Chat; message: Message } | undefined {
    const message = this.messages.get(id);
    const chat = message && this.chats.get(message.chatId);
    return message === undefined || chat === undefined ? undefined : { chat, message };
  }

  /** The open channel that a conversation belongs to now; one that is closed, to the open channel of its chat. */
  lineOf(chat: Chat): Line | undefined {
    return this.lines.get(chat.session?.lineId ?? chat.lineId);
  }

  /** The bots of an identity, oldest first. */
  botsOf(identity: string): Bot[] {
    return [...this.bots.values()].filter((bot) => bot.identity === identity);
  }

  /** The first bot of an identity: the one that `transfer` and `finish` act as. [S 3] */
  firstBot(identity: string): Bot | undefined {
    for (const bot of this.bots.values()) if (bot.identity === identity) return bot;
    return undefined;
  }

  changed(kind: Change["kind"], chatId?: number): void {
    this.hooks.changed(chatId === undefined ? { kind } : { kind, chatId });
  }
}
