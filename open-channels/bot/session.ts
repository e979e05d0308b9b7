import { createHash } from "node:crypto";
import { systemClock, type Clock } from "../../rest/clock";
import { asCallError, CallError, notSent } from "../../rest/errors";
import type { BotCode } from "./errors";
import type { Portal } from "../../rest/portal";
import type { Bot } from "../actions/operation";
import type { Engine } from "../engine/engine";
import type { Listener } from "../engine/handovers";
import { confirmEvents, pollEvents, sleep } from "./poller";
import { ensureBot, isRegistered, type EventRoute } from "./registration";

/** What people see of a bot: in the status of event nodes. */
export type BotStatus = "off" | "connecting" | "connected" | "unreachable" | "refused" | "shared";

export interface BotSettings {
  /** Use this bot and register nothing, unless a code is given too. */
  readonly botId: number | null;
  readonly code: string;
  readonly name: string;
  readonly mode: "fetch" | "webhook";
  /** Address of this config node's receiver, without the token; null when it cannot be known. */
  readonly handlerUrl: string | null;
  /** Pause between polls while dialogs are alive, ms. */
  readonly pollInterval: number;
}

/** Which session reads which bot's events in this process: two would take them from each other. */
export type Readers = Map<string, BotSession>;

export interface BotSessionParts {
  readonly portal: Portal;
  /** The portal's address, without anything secret. */
  readonly portalBase: string;
  readonly settings: BotSettings;
  readonly engine: Engine;
  readonly token: string;
  readonly readers: Readers;
  readonly clock?: Clock;
  /** Told once for each new reason why the bot does not work. */
  readonly onProblem: (error: CallError) => void;
  /** Told when somebody else reads this bot's events too. */
  readonly onShared: () => void;
  /** Told when the portal's answer was too much to be read. */
  readonly onSmallerPage: () => void;
}

/** How often a session looks whether another one has stopped reading, ms. */
const LOOK_AGAIN = 5_000;
/** How long nothing must have gone missing until a bot's events count as its own again, ms. */
const ALONE_AGAIN = 600_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** One bot at work: registered, listening. What it knows is the engine's. */
export class BotSession implements Bot {
  readonly token: string;
  readonly engine: Engine;
  readonly #parts: BotSessionParts;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #id: number | null = null;
  #currentAttempt: Promise<void>;
  #endFirstAttempt: () => void = () => undefined;
  #problem: CallError | null = null;
  #polling = false;
  #sharedAt = 0;
  #status: BotStatus;
  #statusCode: string | null = null;

  constructor(parts: BotSessionParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#startedAt = this.#clock.now();
    this.token = parts.token;
    this.engine = parts.engine;
    this.#status = this.hasBot ? "connecting" : "off";
    this.#currentAttempt = new Promise((resolve) => (this.#endFirstAttempt = resolve));
    const { code, botId } = parts.settings;
    if (code === "" && botId !== null) this.#use(botId, !this.engine.hasMemory);
  }

  get status(): { readonly kind: BotStatus; readonly code: string | null } {
    return { kind: this.#status, code: this.#statusCode };
  }

  /** The bot's number as far as it is known now. */
  get knownId(): number | null {
    return this.#id;
  }

  /** Whether the config node names a bot at all. */
  get hasBot(): boolean {
    return this.#parts.settings.code !== "" || this.#parts.settings.botId !== null;
  }

  /** The bot's number. While it is not known yet the attempt under way is waited for. */
  async id(): Promise<number | null> {
    if (this.#id === null && this.#parts.settings.code !== "") await this.#currentAttempt;
    if (this.#id !== null || this.#parts.settings.code === "") return this.#id;
    if (this.#stop.signal.aborted) throw notSent("CANCELLED");
    const { description = "", code = "" } = this.#problem ?? {};
    throw notSent<BotCode>("BOT_NOT_READY", { description: description || code });
  }

  /** Registers the bot, if there is one to register. Trying goes on until it succeeds or the session is closed. */
  start(): void {
    if (this.#parts.settings.code !== "") void this.#register();
  }

  subscribe(listener: Listener, onStatus: () => void): () => void {
    const unsubscribe = this.engine.subscribe(listener);
    this.#listeners.add(onStatus);
    this.#clock.soon(() => this.#listen());
    return () => {
      unsubscribe();
      this.#listeners.delete(onStatus);
    };
  }

  /** Ends listening at once; what is at work may still finish. */
  stop(): void {
    this.#stop.abort();
    this.#endFirstAttempt();
  }

  /**
   * Leaves nothing that is done on the portal, so that a later reader does not take it for new. Call before the portal is
   * closed, and when no partial deploy goes on with the same memory.
   */
  async confirmDone(): Promise<void> {
    const offset = this.engine.lastOffset();
    if (this.#id === null || !this.#polling || offset === 0) return;
    try {
      await confirmEvents(this.#parts.portal, this.#id, this.token, offset);
    } catch (error) {
      // The events come again and are known then; there is nobody left to hear of it.
      if (!(error instanceof CallError)) throw error;
    }
  }

  /** The bot's number is known. @param isStranger its events may have been read by somebody whose memory is not here */
  #use(botId: number, isStranger: boolean): void {
    const { portalBase, settings, engine } = this.#parts;
    this.#id = botId;
    engine.useBot(botId, portalBase, createHash("sha256").update(this.token).digest("base64url").slice(0, 12));
    if (isStranger && settings.mode === "fetch") engine.treatAsStrangers(this.#startedAt);
    // From here on a start without memory means that somebody lost it.
    void engine.saved();
  }

  async #register(): Promise<void> {
    let pause = FIRST_PAUSE;
    this.#setStatus("connecting");
    // A token that the portal knows and nobody else does would lock the bot away.
    await this.engine.saved();
    while (this.#id === null && !this.#stop.signal.aborted) {
      this.#currentAttempt = this.#registerOnce();
      await this.#currentAttempt;
      this.#endFirstAttempt();
      if (this.#id !== null) break;
      await sleep(this.#clock, pause, this.#stop.signal);
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    this.#listen();
  }

  async #registerOnce(): Promise<void> {
    const { portal, settings, onProblem, engine } = this.#parts;
    const { signal } = this.#stop;
    const hadMemory = engine.hasMemory;
    try {
      const events = this.#route();
      const isKnown = settings.botId !== null || (await isRegistered(portal, settings.code, this.token, signal));
      // A bot that is made now has no past, whatever is remembered under its name.
      if (isKnown === false) engine.forgetBot();
      const wanted = {
        code: settings.code,
        id: settings.botId,
        name: settings.name || settings.code,
        token: this.token,
        events,
        knownUrl: engine.meta.handlerUrl || null,
      };
      const { id } = await ensureBot(portal, wanted, signal);
      this.#use(id, isKnown === true && !hadMemory);
      this.#problem = null;
      if (events.mode === "webhook" && engine.meta.handlerUrl !== events.url)
        engine.setMeta({ handlerUrl: events.url });
      this.#setStatus(settings.mode === "webhook" ? "connected" : "connecting");
    } catch (error) {
      if (signal.aborted) return;
      const problem = asCallError(error, null);
      if (this.#problem?.code !== problem.code) onProblem(problem);
      this.#problem = problem;
      this.#showProblem(problem);
    }
  }

  #route(): EventRoute {
    const { mode, handlerUrl } = this.#parts.settings;
    if (mode === "fetch") return { mode };
    if (handlerUrl === null) throw notSent<BotCode>("PUBLIC_URL_MISSING");
    return { mode, url: this.#fullHandlerUrl(handlerUrl) };
  }

  /** The portal finds a bot with a token by this parameter. [S imbot/lib/V2] */
  #fullHandlerUrl(handlerUrl: string): string {
    return `${handlerUrl}?CLIENT_ID=${encodeURIComponent(this.token)}`;
  }

  /** Starts fetching once there is a bot and somebody who wants its events. */
  #listen(): void {
    const { settings } = this.#parts;
    if (this.#id === null || !this.engine.hasListeners || this.#stop.signal.aborted) return;
    if (settings.mode === "webhook") this.#setStatus("connected");
    else if (!this.#polling) void this.#readAlone(this.#id);
  }

  async #readAlone(botId: number): Promise<void> {
    const { readers, portalBase } = this.#parts;
    this.#polling = true;
    const key = `${portalBase} ${botId}`;
    while (readers.has(key) && !this.#stop.signal.aborted) {
      this.#noticeOtherReader();
      await sleep(this.#clock, LOOK_AGAIN, this.#stop.signal);
    }
    if (this.#stop.signal.aborted) return;
    readers.set(key, this);
    try {
      this.#setStatus("connecting");
      await this.#poll(botId);
    } finally {
      readers.delete(key);
    }
    if (this.#stop.signal.aborted) return;
    this.#polling = false;
    if (this.#id === null) await this.#register();
  }

  async #poll(botId: number): Promise<void> {
    const { portal, settings, onSmallerPage } = this.#parts;
    const reading = new AbortController();
    const stopReading = (): void => reading.abort();
    this.#stop.signal.addEventListener("abort", stopReading, { once: true });
    await pollEvents({
      portal,
      clock: this.#clock,
      botId,
      token: this.token,
      interval: settings.pollInterval,
      nextPoll: () => this.engine.nextPoll(settings.pollInterval),
      onSmallerPage,
      receive: (page) => {
        const { news, isShared } = this.engine.receivePage(page);
        if (isShared) this.#noticeOtherReader();
        return news;
      },
      onPolled: (error) => {
        this.#polled(error);
        if (error?.is("BOT_NOT_FOUND") && this.#mayRegister) {
          // Somebody deleted it on the portal: it is made anew, as at the start.
          this.#id = null;
          stopReading();
        }
      },
      signal: reading.signal,
    });
    this.#stop.signal.removeEventListener("abort", stopReading);
  }

  /** Whether the bot is this config node's to make: it names a code and no existing bot. */
  get #mayRegister(): boolean {
    return this.#parts.settings.code !== "" && this.#parts.settings.botId === null;
  }

  #polled(error: CallError | null): void {
    if (error === null) {
      this.#problem = null;
      const isShared = this.#status === "shared" && this.#clock.now() - this.#sharedAt < ALONE_AGAIN;
      if (!isShared) this.#setStatus("connected");
      return;
    }
    const known =
      error.code === "ERROR_METHOD_NOT_FOUND" ? notSent<BotCode>("BOT_PLATFORM_OLD", { method: error.method }) : error;
    if (this.#problem?.code !== known.code) this.#parts.onProblem(known);
    this.#problem = known;
    this.#showProblem(known);
  }

  #showProblem(error: CallError): void {
    if (error.outcome === "refused" || error.code.startsWith("BOT_") || error.code === "PUBLIC_URL_MISSING")
      this.#setStatus("refused", error.code);
    else this.#setStatus("unreachable");
  }

  #noticeOtherReader(): void {
    const isNew =
      this.#status !== "shared" && (this.#sharedAt === 0 || this.#clock.now() - this.#sharedAt > ALONE_AGAIN);
    this.#sharedAt = this.#clock.now();
    this.#setStatus("shared");
    if (isNew) this.#parts.onShared();
  }

  #setStatus(status: BotStatus, code: string | null = null): void {
    if (this.#status === status && this.#statusCode === code) return;
    this.#status = status;
    this.#statusCode = code;
    for (const listener of this.#listeners) listener();
  }
}
