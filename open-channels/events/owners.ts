import type { BotEvent } from "./event";

/** Who has a dialog: the bot, nobody yet after a hand-over, people, or nobody any more. */
export type Owner = "bot" | "waiting" | "human" | "closed";

export interface Ownership {
  readonly owner: Owner;
  /** The session for which this holds; null when it was not known. */
  readonly sessionId: number | null;
  /** When it began, ms; old entries are forgotten first. */
  readonly since: number;
}

/** Dialogs that are remembered; the oldest go first. */
const MOST_DIALOGS = 5_000;

/** What a successful call makes of a dialog. [D api-reference/imopenlines/openlines/chat-bots] */
function ownerAfterCall(method: string, params: Readonly<Record<string, unknown>>): Owner | null {
  switch (method.toLowerCase()) {
    case "imopenlines.bot.session.operator":
      return "waiting";
    // A person becomes responsible at once; a line has to find somebody first.
    case "imopenlines.bot.session.transfer":
      return params["USER_ID"] !== undefined || /^\d+$/.test(String(params["TRANSFER_ID"])) ? "human" : "waiting";
    case "imopenlines.bot.session.finish":
      return "closed";
    default:
      return null;
  }
}

/** Knows who has which dialog, from what was done and what was seen. Dialogs not named here are the bot's. */
export class Owners {
  readonly #known: Map<number, Ownership>;
  /** The session seen last in each chat, so that a hand-over knows which one it ended. */
  readonly #sessions = new Map<number, number>();

  constructor(known: Iterable<readonly [number, Ownership]> = []) {
    this.#known = new Map(known);
  }

  of(chatId: number): Owner {
    return this.#known.get(chatId)?.owner ?? "bot";
  }

  /** What has to survive a restart. */
  entries(): [number, Ownership][] {
    return [...this.#known];
  }

  /** A call for `chatId` succeeded. @returns whether something changed */
  afterCall(chatId: number, method: string, params: Readonly<Record<string, unknown>>, now: number): boolean {
    const owner = ownerAfterCall(method, params);
    if (owner === null) return false;
    this.#set(chatId, owner, this.#sessions.get(chatId) ?? null, now);
    return true;
  }

  /** An event arrived. Changes what it shows and tells whose turn it is. */
  afterEvent({ topic, payload, conversation }: BotEvent, now: number): { owner: Owner; changed: boolean } {
    const { chatId, line, user, isOpenChannel } = conversation;
    if (chatId === null || !isOpenChannel) return { owner: "bot", changed: false };
    const before = this.#known.get(chatId);
    const sessionId = line?.sessionId ?? null;
    // What comes again after a crash, or late, says nothing about the session that runs now.
    if (sessionId !== null && sessionId < this.#latestSession(chatId))
      return { owner: this.of(chatId), changed: false };
    if (this.#isNewSession(topic, sessionId, before)) this.#known.delete(chatId);
    if (sessionId !== null) this.#remember(chatId, sessionId, now);

    if (topic === "session-finish") this.#set(chatId, "closed", sessionId, now);
    else if (topic === "message" && user?.id && !user.isClient && user.id !== conversation.bot.id)
      this.#set(chatId, "human", sessionId, now);
    // The portal itself hands over when somebody writes just this. [S im/lib/bot.php]
    else if (topic === "message" && user?.isClient && isZero(payload) && this.of(chatId) !== "human")
      this.#set(chatId, "waiting", sessionId, now);
    return { owner: this.of(chatId), changed: this.#known.get(chatId) !== before };
  }

  /** Sessions are numbered in the order in which they begin; 0 when none is known. */
  #latestSession(chatId: number): number {
    return Math.max(this.#sessions.get(chatId) ?? 0, this.#known.get(chatId)?.sessionId ?? 0);
  }

  #isNewSession(topic: string, sessionId: number | null, before: Ownership | undefined): boolean {
    if (!before) return false;
    if (topic === "session-start") return true;
    if (sessionId !== null && before.sessionId !== null) return before.sessionId !== sessionId;
    // The bot is asked in at the beginning of a session; the older API does not say which.
    return topic === "join";
  }

  #remember(chatId: number, sessionId: number, now: number): void {
    this.#sessions.delete(chatId);
    this.#sessions.set(chatId, sessionId);
    forgetOldest(this.#sessions);
    const known = this.#known.get(chatId);
    if (known && known.sessionId === null) this.#known.set(chatId, { ...known, sessionId, since: now });
  }

  #set(chatId: number, owner: Owner, sessionId: number | null, now: number): void {
    const known = this.#known.get(chatId);
    if (known?.owner === owner && known.sessionId === (sessionId ?? known.sessionId)) return;
    const session = sessionId ?? (this.#latestSession(chatId) || null);
    this.#known.delete(chatId);
    this.#known.set(chatId, { owner, sessionId: session, since: now });
    forgetOldest(this.#known);
  }
}

/** The portal looks at it without the white space around it. */
const isZero = (payload: unknown): boolean => typeof payload === "string" && payload.trim() === "0";

function forgetOldest(map: Map<number, unknown>): void {
  for (const chatId of map.keys()) {
    if (map.size <= MOST_DIALOGS) return;
    map.delete(chatId);
  }
}
