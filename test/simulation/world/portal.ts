import { assemble, type Assembled } from "../../../sandbox/control/assemble";
import { arrive, serve } from "../../../sandbox/rest/edge";
import type { BotEvent, Chat, Message, User } from "../../../sandbox/portal/entities";
import { phpJson } from "../../../sandbox/rest/json";
import type { Params } from "../../../sandbox/portal/php";
import { jsonRequest } from "../../../sandbox/rest/request";
import type { LineSettings } from "../../../sandbox/portal/view-types";
import type { PostedEvent } from "../../../sandbox/rest/events";
import type { Random } from "./random";
import type { VirtualTime } from "./time";
import type { PortalEvent, Transcript } from "./transcript";

const SECRET = "practice-secret";
const POLL = "imbot.v2.Event.get";
const NO_BOT = '{"error":"BOT_NOT_FOUND","error_description":"Bot not found"}';
const REFUSED = '{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}';
const OLD_LOG = 2_000;

export interface Replied {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
  /** The events that it tells of. */
  readonly sims: readonly number[];
}

const NO_EVENTS: readonly number[] = [];

/** The practice portal in the simulated world, with everything that it does written down. */
export class SimulatedPortal {
  /** Its name changes when it is renamed. */
  host = "first.bitrix24.com";
  /** Takes posted events. */
  onPost: (event: PostedEvent, of: PortalEvent) => void = () => undefined;
  readonly botId: number;
  readonly botCode: string;
  readonly botToken = "sandbox-bot-token";
  readonly operators: readonly number[];
  readonly lineId: number;
  readonly #parts: Assembled;
  readonly #time: VirtualTime;
  readonly #transcript: Transcript;
  readonly #counted = new Map<number, number>();
  readonly #before = new Map<number, number>();
  readonly #written = new WeakMap<object, string>();
  #wire = 0;
  #tag = "";
  #current: PortalEvent | undefined;

  constructor(time: VirtualTime, random: Random, transcript: Transcript, line: Partial<LineSettings>) {
    this.#time = time;
    this.#transcript = transcript;
    this.#parts = assemble(
      { now: () => Math.floor(time.now), secret: SECRET, random: () => random.next(), requestLimit: "standard" },
      (event) => this.#posted(event),
    );
    const { control, edge } = this.#parts;
    control.reset();
    const { portal, journal } = edge.world;
    const bot = [...portal.bots.values()][0];
    if (!bot) throw new Error("the practice portal has no bot");
    this.botId = bot.id;
    this.botCode = bot.code;
    this.lineId = 1;
    control.updateLine(1, line);
    this.operators = portal.lines.get(1)?.queue ?? [];
    // The sample's own dialog is nobody's here.
    portal.queue.drop(bot.id);
    const { hooks, queue } = portal;
    const tellBot = hooks.botEvent.bind(hooks);
    hooks.botEvent = (event) => {
      this.#current = this.#event(
        event.name,
        event.chat,
        event.message?.id ?? 0,
        event.message?.text ?? "",
        event.user,
      );
      tellBot(event);
    };
    hooks.changed = ({ kind, chatId }) => {
      if (kind === "chat" && chatId !== undefined) this.#newMessages(chatId);
    };
    const add = queue.add.bind(queue);
    queue.add = (botId, type, data, now, chance) =>
      add(botId, type, { ...data, simId: this.#current?.sim ?? 0 }, now, chance);
    const addCall = journal.addCall.bind(journal);
    journal.addCall = (entry) => {
      this.#called(entry);
      addCall(entry);
      if (journal.executed % OLD_LOG === 0) journal.calls.clear();
    };
    for (const chat of portal.chats.values()) this.#counted.set(chat.id, chat.messages.length);
  }

  get webhookUrl(): string {
    return `https://${this.host}/rest/1/${SECRET}/`;
  }

  /** Carries a request out; `wire` is its number on the wire. */
  handle(path: string, body: string, wire: number): Replied {
    const { edge } = this.#parts;
    if (path.endsWith(`/${SECRET}/${POLL}`)) return this.#poll(path, body);
    const rest = jsonRequest(path, body);
    this.#wire = wire;
    if (rest.method === "sim.record") return this.#record(rest.params);
    this.#lookBefore(body);
    const entry = arrive(edge, path, rest.method, "nodered");
    const steps = serve(edge, entry, rest, path);
    for (let step = steps.next(); ; step = steps.next())
      if (step.done === true) {
        this.#wire = 0;
        const { status, headers, text } = step.value;
        return { status, location: headers["Location"] ?? null, text, sims: NO_EVENTS };
      }
  }

  /**
   * What the portal answers to a poll, without its detours: nine of ten requests are polls, and an event that is told
   * again and again is written as JSON only once.
   */
  #poll(path: string, body: string): Replied {
    const { edge } = this.#parts;
    const { portal } = edge.world;
    const params = JSON.parse(body) as { botId?: number; botToken?: string; offset?: number; limit?: number };
    const bot = portal.bots.get(params.botId ?? 0);
    if (!bot || bot.identity !== `custom${params.botToken}`)
      return { status: 400, location: null, text: NO_BOT, sims: NO_EVENTS };
    portal.schedule.advance(portal.now());
    if (arrive(edge, path, POLL, "nodered").refused)
      return { status: 503, location: null, text: REFUSED, sims: NO_EVENTS };
    if (edge.world.journal.received % OLD_LOG === 0) edge.world.journal.requests.clear();
    const limit = Math.min(1000, Math.max(1, params.limit ?? 100));
    const { events, nextOffset, hasMore } = portal.queue.fetch(bot.id, params.offset ?? 0, limit, portal.now());
    const texts = events.map(({ eventId, type, date, data }) => {
      let text = this.#written.get(data);
      if (text === undefined) this.#written.set(data, (text = phpJson({ eventId, type, date, data })));
      return text;
    });
    const text = `{"result":{"events":[${texts.join()}],"nextOffset":${nextOffset},"hasMore":${hasMore}},"time":{"operating":0}}`;
    return { status: 200, location: null, text, sims: events.map(({ data }) => Number(data["simId"])) };
  }

  /** Uses up requests of this address, as other programs there do. */
  useRequests(count: number): void {
    const { edge } = this.#parts;
    for (let at = 0; at < count; at++) arrive(edge, "/rest/1/other/profile", "profile", "nodered");
  }

  chatOf(client: string): Chat | undefined {
    return this.#parts.edge.world.portal.chatByCode.get(`client|livechat|${this.lineId}|${client}`);
  }

  hasSession(client: string): boolean {
    return Boolean(this.chatOf(client)?.session);
  }

  clientWrites(client: string, text: string, tag: string): void {
    this.#doing(tag, () => this.#parts.control.clientWrites({ line: this.lineId, client, text }));
  }

  operatorWrites(client: string, operator: number, text: string): void {
    const chat = this.chatOf(client);
    if (chat) this.#doing("", () => this.#parts.control.operatorWrites(operator, chat.id, text));
  }

  operatorAnswers(client: string, operator: number): void {
    const chat = this.chatOf(client);
    if (chat?.session) this.#doing("", () => this.#parts.control.operatorAnswers(operator, chat.id));
  }

  operatorFinishes(client: string, operator: number): void {
    const chat = this.chatOf(client);
    if (chat) this.#doing("", () => this.#parts.control.operatorFinishes(operator, chat.id));
  }

  setOnline(operator: number, online: boolean): void {
    this.#doing("", () => this.#parts.control.setOnline(operator, online));
  }

  edit(client: string, text: string, tag: string): void {
    const chat = this.chatOf(client);
    const message = chat?.messages.findLast(({ authorId }) => authorId === chat.clientId);
    if (chat && message) this.#doing(tag, () => this.#parts.control.editMessage(chat.id, message.id, text));
  }

  /** A button under the bot's last message is pressed, or commands are written in one message. */
  commands(client: string, commands: readonly { command: string; params: string }[], tags: readonly string[]): void {
    const chat = this.chatOf(client);
    const message = chat?.messages.findLast(({ authorId }) => authorId === this.botId) ?? chat?.messages.at(-1);
    for (const [at, { command: name, params }] of commands.entries()) {
      const command = {
        id: 5 + at,
        botId: this.botId,
        identity: "",
        name: name.slice(1),
        common: false,
        hidden: false,
      };
      const called = [
        { command: { ...command, extranet: true, titles: new Map() }, params, context: "KEYBOARD" as const },
      ];
      this.#tell("COMMANDADD", chat, message, tags[at] ?? "", { called });
    }
  }

  react(client: string, code: string, action: "add" | "delete", tag: string): void {
    const chat = this.chatOf(client);
    this.#tell("REACTIONCHANGE", chat, chat?.messages.at(-1), tag, { reaction: { code, action } });
  }

  /** Somebody else reads the bot's events, and confirms them. */
  readElsewhere(): void {
    const { portal } = this.#parts.edge.world;
    const { nextOffset } = portal.queue.fetch(this.botId, 0, 1000, portal.now());
    portal.queue.fetch(this.botId, nextOffset, 1, portal.now());
  }

  /** What has to happen by now happens. */
  advance(): void {
    const { portal } = this.#parts.edge.world;
    portal.schedule.advance(portal.now());
  }

  get nextDue(): number {
    return this.#parts.edge.world.portal.schedule.next ?? Infinity;
  }

  #doing(tag: string, task: () => void): void {
    this.#tag = tag;
    task();
    this.#tag = "";
  }

  #tell(
    name: BotEvent["name"],
    chat: Chat | undefined,
    message: Message | undefined,
    tag: string,
    more: Partial<BotEvent>,
  ): void {
    const { portal } = this.#parts.edge.world;
    const bot = portal.bots.get(this.botId);
    if (!bot || !chat?.members.has(bot.id) || !message) return;
    const user = portal.users.get(chat.clientId) ?? null;
    this.#doing(tag, () => portal.hooks.botEvent({ name, bot, chat, message, user, ...more }));
  }

  #posted(event: PostedEvent): number {
    const of = this.#current;
    if (of) this.onPost({ ...event, body: `${event.body}&data%5BsimId%5D=${of.sim}` }, of);
    return 200;
  }

  #event(name: string, chat: Chat | null, messageId: number, text: string, user: User | null): PortalEvent {
    const { events } = this.#transcript;
    const bot = this.#parts.edge.world.portal.bots.get(this.botId);
    const event: PortalEvent = {
      sim: events.length + 1,
      at: this.#time.now,
      name,
      kind: user?.kind === "client" ? "client" : user?.kind === "employee" ? "person" : "other",
      chatId: chat?.id ?? 0,
      sessionId: chat?.session?.id ?? 0,
      messageId,
      text,
      tag: this.#tag || `e${events.length + 1}`,
      taken: false,
      posted: bot?.eventMode === "webhook",
      knownTo: new Map(),
    };
    events.push(event);
    return event;
  }

  #newMessages(chatId: number): void {
    const { portal } = this.#parts.edge.world;
    const chat = portal.chats.get(chatId);
    if (!chat) return;
    const known = this.#counted.get(chatId) ?? 0;
    for (const message of chat.messages.slice(known)) {
      const kind = portal.users.get(message.authorId)?.kind;
      this.#transcript.messages.push({
        id: message.id,
        at: this.#time.now,
        chatId,
        sessionId: chat.session?.id ?? 0,
        author: kind === "client" ? "client" : kind === "employee" ? "person" : kind === "bot" ? "bot" : "system",
        text: message.text,
        wire: this.#wire,
      });
    }
    this.#counted.set(chatId, chat.messages.length);
  }

  #sessionOf(chatId: number): number {
    return this.#parts.edge.world.portal.chats.get(chatId)?.session?.id ?? 0;
  }

  #lookBefore(body: string): void {
    this.#before.clear();
    for (const [, id] of body.matchAll(/(?:chat_?id"?[:=]|"chat|dialog_?id=chat)"?(\d+)/gi))
      this.#before.set(Number(id), this.#sessionOf(Number(id)));
  }

  #called(entry: { method: string; params: Params; ok: boolean; error: string | null; chatId: number | null }): void {
    const { chatId } = entry;
    const after = chatId === null ? 0 : this.#sessionOf(chatId);
    this.#transcript.calls.push({
      at: this.#time.now,
      method: entry.method,
      params: entry.params,
      ok: entry.ok,
      error: entry.error,
      wire: this.#wire,
      chatId,
      before: chatId === null ? 0 : (this.#before.get(chatId) ?? after),
      after,
    });
    if (chatId !== null) this.#before.set(chatId, after);
  }

  #record(params: Params): Replied {
    this.#called({ method: "sim.record", params, ok: true, error: null, chatId: Number(params["CHAT_ID"]) });
    this.#wire = 0;
    return { status: 200, location: null, text: '{"result":true}', sims: NO_EVENTS };
  }
}
