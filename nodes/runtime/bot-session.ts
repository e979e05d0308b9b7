import type { Bot } from "../../open-channels/actions/operation";
import type { Delivery } from "../../open-channels/events/decode";
import { Inbox, type Acceptance } from "../../open-channels/events/inbox";
import { type Subscriber } from "../../open-channels/events/inbox-parts";
import { confirmEvents, pollEvents, sleep } from "../../open-channels/bot/poller";
import { ensureBot, type EventRoute } from "../../open-channels/bot/registration";
import { systemClock, type Clock } from "../../rest/clock";
import { asCallError, CallError, notSent } from "../../rest/errors";
import type { Portal } from "../../rest/portal";
import type { BotState, StateStore } from "./state-store";

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

export interface BotSessionParts {
  readonly portal: Portal;
  /** The portal's address, without anything secret. */
  readonly portalBase: string;
  readonly settings: BotSettings;
  readonly store: StateStore;
  readonly state: BotState;
  readonly token: string;
  readonly clock?: Clock;
  /** Told once for each new reason why the bot does not work. */
  readonly onProblem: (error: CallError) => void;
  /** Told when somebody else reads this bot's events too. */
  readonly onShared: () => void;
}

/** Which session reads which bot's events in this process: two would take them from each other. */
const readers = new Map<string, BotSession>();
/** How often a session looks whether another one has stopped reading, ms. */
const LOOK_AGAIN = 5_000;

/** How long nothing must have gone missing until a bot's events count as its own again, ms. */
const ALONE_AGAIN = 600_000;

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** One bot at work: registered, listening, remembering. */
export class BotSession implements Bot {
  readonly token: string;
  readonly inbox: Inbox;
  readonly #parts: BotSessionParts;
  readonly #clock: Clock;
  readonly #state: BotState;
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
    this.#state = parts.state;
    this.token = parts.token;
    this.inbox = new Inbox({
      clock: this.#clock,
      state: this.#state,
      onChange: () => this.#save(),
      leaveMarker: parts.store.durable,
    });
    this.#id = parts.settings.code === "" ? parts.settings.botId : null;
    this.#status = this.hasBot ? "connecting" : "off";
    this.#currentAttempt = new Promise((resolve) => (this.#endFirstAttempt = resolve));
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
    throw notSent("BOT_NOT_READY", { description: description || code });
  }

  /** Registers the bot, if there is one to register. Trying goes on until it succeeds or the session is closed. */
  start(): void {
    if (this.#parts.settings.code !== "") void this.#register();
  }

  subscribe(subscriber: Subscriber, onStatus: () => void): () => void {
    const unsubscribe = this.inbox.subscribe(subscriber);
    this.#listeners.add(onStatus);
    this.#clock.soon(() => {
      this.deliver();
      this.#listen();
    });
    return () => {
      unsubscribe();
      this.#listeners.delete(onStatus);
    };
  }

  /** Takes events that were posted to us and verified. Resolves when they are safe with us. */
  async accept(deliveries: readonly Delivery[]): Promise<Acceptance> {
    const acceptances = deliveries.map((delivery) => this.inbox.accept(delivery));
    await this.#parts.store.flush();
    return (["new", "full"] as const).find((one) => acceptances.includes(one)) ?? "known";
  }

  /** Lets the flow begin with what was posted, as soon as there is a bot that can answer. */
  deliver(): void {
    if (this.#id !== null && !this.#stop.signal.aborted) this.inbox.redeliver();
  }

  /** A call succeeded: who has the dialog may have changed. */
  observe(method: string, params: Readonly<Record<string, unknown>>): void {
    const chatId = Number(params["CHAT_ID"]);
    if (Number.isSafeInteger(chatId) && chatId > 0) this.inbox.afterCall(chatId, method, params);
  }

  /** Stops listening, keeps what is known. Call after the portal's calls have ended. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.inbox.close();
    this.#save();
    await this.#parts.store.flush();
  }

  /** Ends listening at once; what is at work may still finish. */
  stop(): void {
    this.#stop.abort();
    this.#endFirstAttempt();
  }

  /** Leaves nothing on the portal that a later reader would take for new. Call before the portal is closed. */
  async confirmAll(): Promise<void> {
    const { portal, store } = this.#parts;
    if (this.#id === null || !this.#polling || !store.durable || this.inbox.cursor === 0) return;
    try {
      await confirmEvents(portal, this.#id, this.token, this.inbox.cursor);
    } catch (error) {
      // The next reader answers one message again; there is nobody left to tell.
      if (!(error instanceof CallError)) throw error;
    }
  }

  #save(): void {
    this.#parts.store.save(() => ({ ...this.#state, ...this.inbox.state }));
  }

  async #register(): Promise<void> {
    let pause = FIRST_PAUSE;
    this.#setStatus("connecting");
    // A token that the portal knows and nobody else does would lock the bot away.
    await this.#parts.store.flush();
    while (this.#id === null && !this.#stop.signal.aborted) {
      this.#currentAttempt = this.#registerOnce();
      await this.#currentAttempt;
      this.#endFirstAttempt();
      if (this.#id !== null) break;
      await sleep(this.#clock, pause, this.#stop.signal);
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    this.deliver();
    this.#listen();
  }

  async #registerOnce(): Promise<void> {
    const { portal, settings, onProblem } = this.#parts;
    try {
      const events = this.#route();
      const { id } = await ensureBot(
        portal,
        {
          code: settings.code,
          id: settings.botId,
          name: settings.name || settings.code,
          token: this.token,
          events,
          knownUrl: this.#state.handlerUrl || null,
        },
        this.#stop.signal,
      );
      this.#id = id;
      this.#problem = null;
      if (events.mode === "webhook") this.#state.handlerUrl = events.url;
      this.#save();
      this.#setStatus(settings.mode === "webhook" ? "connected" : "connecting");
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const problem = asCallError(error, null);
      if (this.#problem?.code !== problem.code) onProblem(problem);
      this.#problem = problem;
      this.#showProblem(problem);
    }
  }

  #route(): EventRoute {
    const { mode, handlerUrl } = this.#parts.settings;
    if (mode === "fetch") return { mode };
    if (handlerUrl === null) throw notSent("PUBLIC_URL_MISSING");
    return { mode, url: this.#fullHandlerUrl(handlerUrl) };
  }

  /** The portal finds a bot with a token by this parameter. [S imbot/lib/V2] */
  #fullHandlerUrl(handlerUrl: string): string {
    return `${handlerUrl}?CLIENT_ID=${encodeURIComponent(this.token)}`;
  }

  /** Starts fetching once there is a bot and somebody who wants its events. */
  #listen(): void {
    const { settings } = this.#parts;
    if (this.#id === null || !this.inbox.hasSubscribers || this.#stop.signal.aborted) return;
    if (settings.mode === "webhook") this.#setStatus("connected");
    else if (!this.#polling) void this.#readAlone(this.#id);
  }

  async #readAlone(botId: number): Promise<void> {
    this.#polling = true;
    const key = `${this.#parts.portalBase} ${botId}`;
    while (readers.has(key) && !this.#stop.signal.aborted) {
      this.#noticeOtherReader();
      await sleep(this.#clock, LOOK_AGAIN, this.#stop.signal);
    }
    if (this.#stop.signal.aborted) return;
    readers.set(key, this);
    this.#setStatus("connecting");
    await this.#poll(botId);
    readers.delete(key);
    this.#polling = false;
    if (this.#id === null && !this.#stop.signal.aborted) await this.#register();
  }

  async #poll(botId: number): Promise<void> {
    const reading = new AbortController();
    const stopReading = (): void => reading.abort();
    this.#stop.signal.addEventListener("abort", stopReading, { once: true });
    await pollEvents({
      portal: this.#parts.portal,
      clock: this.#clock,
      botId,
      token: this.token,
      interval: this.#parts.settings.pollInterval,
      offset: () => this.inbox.offset,
      openEvents: () => this.inbox.openEvents,
      receive: (page) => {
        const { news, isShared } = this.inbox.receivePage(page);
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
      error.code === "ERROR_METHOD_NOT_FOUND" ? notSent("BOT_PLATFORM_OLD", { method: error.method }) : error;
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
    this.#sharedAt = this.#clock.now();
    if (this.#status === "shared") return;
    this.#setStatus("shared");
    this.#parts.onShared();
  }

  #setStatus(status: BotStatus, code: string | null = null): void {
    if (this.#status === status && this.#statusCode === code) return;
    this.#status = status;
    this.#statusCode = code;
    for (const listener of this.#listeners) listener();
  }
}
