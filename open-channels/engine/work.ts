import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../rest/envelope";
import { CallError, notSent, outcomeUnknown } from "../../rest/errors";
import type { CallOptions, Portal, Success } from "../../rest/portal";
import type { HoldBack } from "./held-back";
import { contentOf, keyOf, type EventIntents, type Live, type Match, type Wanted } from "./intents";
import type { Ledger } from "./ledger";
import {
  MOST_INTENTS,
  type EventEntry,
  type EventFacts,
  type Handover,
  type IntentKind,
  type Recorded,
} from "./records";
import { meaningOf, meaningOfAnswered } from "./meaning";
import type { Owners } from "./owners";

/** How an action's call is made. */
export interface ActionCallOptions extends CallOptions {
  /** What protects it when its event comes again. Absent: `read` for a safe call, else `other`. */
  readonly kind?: IntentKind | "read";
  /** The conversation it goes to. */
  readonly chatId?: number;
  /** Stays back when the session is over or people have the conversation; `session`: only in the first case. */
  readonly yieldsTo?: "people" | "session";
  /** The parameters with the call's key in them, by which the portal knows a repeat. */
  readonly keyed?: (key: string) => JsonObject;
}

/** What an action's call brought; `repeated` when it was not made now because an earlier delivery had made it. */
export interface ActionSuccess extends Success {
  readonly repeated?: true;
}

export interface WorkParts {
  readonly ledger: Ledger;
  readonly owners: Owners;
  readonly now: () => number;
  /** Resolves when all that was recorded so far survives the process. */
  readonly written: () => Promise<void>;
  /** Resolves when all that was recorded so far survives a power cut. */
  readonly synced: () => Promise<void>;
}

/** An event's message in the hands of an action. */
export interface Held {
  readonly event: EventEntry;
  readonly handover: Handover;
  readonly intents: EventIntents;
}

/** The portal remembers a templateId for an hour. A bot message is sent again only well within it, ms. [S im/lib/V2/Message] */
const REPEATABLE = 50 * 60_000;

const NOTHING_SENT = { next: null, total: null, time: null, attempts: 0, batched: false };

interface Call {
  readonly method: string;
  readonly params: JsonObject;
  readonly options: ActionCallOptions;
  readonly kind: IntentKind;
}

type Request = Wanted & { readonly call: Call };

/** The calls of one action on one message. Each runs once, whatever is delivered again. */
export class Work {
  readonly #parts: WorkParts;
  readonly #portal: Portal;
  readonly #node: string;
  readonly #held: Held | null;
  readonly #facts: EventFacts | null;

  /**
   * @param held the event that the message belongs to, or null when it belongs to none whose calls are recorded
   * @param facts what is known of the event; it outlives the records
   */
  constructor(parts: WorkParts, portal: Portal, node: string, held: Held | null, facts: EventFacts | null) {
    this.#parts = parts;
    this.#portal = portal;
    this.#node = node;
    this.#held = held;
    this.#facts = facts;
  }

  /**
   * Makes a call, or gives the result that an earlier delivery of the event has got for it.
   * @throws CallError as {@link Portal.call}; PEOPLE_HAVE_THE_DIALOG, SESSION_OVER, INTERRUPTED
   */
  call(method: string, params: JsonObject, options: ActionCallOptions = {}): Promise<ActionSuccess> {
    const kind = options.kind ?? (options.safe ? "read" : "other");
    // Not async: thousands can wait here, and what an async function keeps meanwhile takes more than the call.
    if (kind === "read") return this.#portal.call(method, params, options);
    const call: Call = { method, params, options, kind };
    if (this.#held === null || this.#held.event.intents.length >= MOST_INTENTS) return this.#callFreely(call);
    const request: Request = {
      node: this.#node,
      method,
      content: contentOf(method, params),
      kind,
      chatId: options.chatId ?? null,
      call,
    };
    const found = this.#held.intents.claim(this.#held.handover, request);
    if (found === null && this.#held.event.isDoubtful && kind === "other")
      return Promise.reject(outcomeUnknown("INTERRUPTED", { method }));
    if (found === null) return this.#callOnce(this.#held, request);
    const owed = found.owed as Request | null;
    return owed === null
      ? this.#takeOver(this.#held, request, found.match)
      : this.#payFirst(this.#held, owed, request, found.match);
  }

  /** Sends the text that another wording has counted as sent, then gives that one's result to the wording that it is of. */
  async #payFirst(held: Held, owed: Request, request: Request, match: Match): Promise<ActionSuccess> {
    try {
      await this.#callOnce(held, owed);
    } catch (error) {
      // Whoever tries again finds everything as it was: nothing is sent twice, and what is owed is still owed.
      held.intents.giveBack(held.handover, match, owed);
      throw error;
    }
    return this.#takeOver(held, request, match);
  }

  /** A call that belongs to no event, or to one that is long done: nobody will repeat it. */
  #callFreely(call: Call): Promise<ActionSuccess> {
    const { method, params, options } = call;
    const key = this.#facts?.key ?? null;
    const admit = (): CallError | null => this.#heldBack(call);
    const sent = this.#portal.call(method, options.keyed?.(randomUUID()) ?? params, {
      ...options,
      ...(key !== null && { admit }),
    });
    return sent.then(
      (success) => {
        this.#learn(call, success.result, key);
        return success;
      },
      (error: unknown) => {
        this.#learnInDoubt(call, error, key);
        throw error;
      },
    );
  }

  /** A call that nobody has made for this event yet. */
  #callOnce(held: Held, request: Request): Promise<ActionSuccess> {
    const { event, handover, intents } = held;
    const { node, method, content, kind, chatId } = request;
    const identity = { delivery: handover.number, eventNode: handover.eventNode, node, method, content };
    const nth = intents.countEqual(handover, request);
    return this.#run(
      held,
      request,
      { ...identity, nth, kind, chatId, key: keyOf(event.key, { ...identity, nth }) },
      null,
    );
  }

  /** @param index of the intent in the ledger when an earlier process began it */
  #run(
    held: Held,
    { call }: Request,
    identity: Omit<Live, "index" | "ended" | "onDisk">,
    index: number | null,
  ): Promise<ActionSuccess> {
    const { event, intents } = held;
    let end = (_how: { notSent: boolean }): void => undefined;
    const ended = new Promise<{ notSent: boolean }>((resolve) => (end = resolve));
    const live: Live = { ...identity, index, onDisk: null, ended };
    intents.add(live);
    const { method, params, options } = call;
    const sent = this.#portal.call(method, options.keyed?.(live.key) ?? params, {
      ...options,
      admit: (attempt) => this.#admit(held, call, live, attempt),
    });
    const answered = index === null ? sent : sent.catch((error: unknown) => doneBefore(live, error));
    return answered.then(
      (success) => {
        this.#record(event, live, { method: success.method, result: success.result });
        this.#learn(call, success.result, event.key);
        intents.remove(live);
        end({ notSent: false });
        return success;
      },
      (error: unknown) => {
        const isCertainlyNotSent = !(error instanceof CallError) || error.outcome === "not-sent";
        if (isCertainlyNotSent) this.#forget(event, live);
        else this.#record(event, live, recordedError(error));
        this.#learnInDoubt(call, error, event.key);
        intents.remove(live);
        end({ notSent: isCertainlyNotSent });
        throw error;
      },
    );
  }

  /** The last look before a request goes out, and what has to be on disk by then. */
  #admit(
    held: Held,
    call: Call,
    live: Live,
    attempt: { method: string; inDoubt: boolean },
  ): CallError | null | Promise<CallError | null> {
    const { event } = held;
    const refusal = this.#heldBack(call) ?? this.#tooLate(event, live, attempt.inDoubt);
    if (refusal) return refusal;
    const isRepeatable = live.kind === "message" && attempt.method === call.method;
    const begun = live.index === null ? undefined : event.intents[live.index];
    // The older method knows no key, so it is protected as any other call.
    const kind = live.kind === "message" && !isRepeatable ? "other" : live.kind;
    if (begun && begun.kind === kind) {
      // It may be asked a second time while the disk is still at work.
      return live.onDisk === null ? null : live.onDisk.then(() => this.#heldBack(call));
    }
    if (live.index !== null) this.#parts.ledger.drop(event.key, live.index);
    live.index = this.#parts.ledger.begin(event.key, { ...live, kind });
    const onDisk = isRepeatable ? this.#parts.written() : this.#parts.synced();
    live.onDisk = onDisk.then(() => {
      live.onDisk = null;
    });
    return live.onDisk.then(() => this.#heldBack(call));
  }

  #heldBack({ method, options }: Call): CallError | null {
    const { yieldsTo, chatId } = options;
    if (this.#facts === null || yieldsTo === undefined || chatId === undefined) return null;
    const reason = this.#parts.owners.heldBack(this.#facts, chatId, yieldsTo === "session");
    return reason === null ? null : notSent<HoldBack>(reason, { method });
  }

  #tooLate(event: EventEntry, live: Live, inDoubt: boolean): CallError | null {
    const begun = live.index === null ? undefined : event.intents[live.index];
    const isRepeat = begun !== undefined && begun !== null && (inDoubt || begun.isCutOff);
    return isRepeat && live.kind === "message" && this.#parts.now() - begun.begunAt > REPEATABLE
      ? outcomeUnknown("INTERRUPTED", { method: live.method })
      : null;
  }

  /** An earlier delivery has made this call, or is about to. */
  async #takeOver(held: Held | null, request: Request, match: Match): Promise<ActionSuccess> {
    if (held === null) return this.#callFreely(request.call);
    if (match.kind === "live") {
      const { notSent: mustRun } = await match.live.ended;
      const { method, params, options } = request.call;
      // Asked anew: another delivery that waited as well may have made it by now.
      if (mustRun) return this.call(method, params, options);
      const intent = match.live.index === null ? null : held.event.intents[match.live.index];
      return intent?.recorded ? replay(intent.recorded, request.call) : this.#callOnce(held, request);
    }
    const { intent, index } = match;
    if (intent.recorded) return replay(intent.recorded, request.call);
    // A call of another bot's version, or one whose kind is not known to be harmless, is left in doubt.
    if (intent.kind === "other") return this.#interrupt(held.event, index, request.call);
    if (this.#heldBack(request.call)) return this.#interrupt(held.event, index, request.call);
    const key = keyOf(held.event.key, intent);
    const { delivery, eventNode, node, method, content, nth, kind, chatId } = intent;
    const identity = { delivery, eventNode, node, method, content, nth, kind, chatId, key };
    return { ...(await this.#run(held, request, identity, index)), repeated: true };
  }

  /** It was cut off and must not be made twice: nobody will know how it ended. */
  #interrupt(event: EventEntry, index: number, { method, params, options }: Call): Promise<never> {
    const error = outcomeUnknown("INTERRUPTED", { method });
    if (event.intents[index]) this.#parts.ledger.end(event.key, index, recordedError(error));
    this.#learnInDoubt({ method, params, options, kind: "other" }, error, event.key);
    return Promise.reject(error);
  }

  #record(event: EventEntry, { index }: Live, recorded: Recorded): void {
    if (index !== null && event.intents[index]) this.#parts.ledger.end(event.key, index, recorded);
  }

  #forget(event: EventEntry, live: Live): void {
    if (live.index !== null && event.intents[live.index]) this.#parts.ledger.drop(event.key, live.index);
    live.index = null;
  }

  #learn({ method, params }: Call, result: unknown, eventKey: string | null): void {
    this.#parts.owners.afterCall(meaningOfAnswered(method, params, result), true, eventKey);
  }

  #learnInDoubt({ method, params }: Call, error: unknown, eventKey: string | null): void {
    if (error instanceof CallError && error.outcome === "unknown")
      this.#parts.owners.afterCall(meaningOf(method, params), false, eventKey);
  }
}

/** A hand-over that was cut off and is asked for again: if the dialog is not the bot's any more, the first one has run. */
function doneBefore({ kind, method }: Live, error: unknown): Success {
  if (kind !== "operator" || !(error instanceof CallError) || !error.is("WRONG_CHAT")) throw error;
  return { ...NOTHING_SENT, result: true, method };
}

function recordedError({ code, outcome, status, description, method }: CallError): Recorded {
  return {
    method: method ?? "",
    error: { code, outcome: outcome === "refused" ? "refused" : "unknown", status, description },
  };
}

/** The recorded end of a call, given again. */
function replay({ error, result, method }: Recorded, call: Call): Promise<ActionSuccess> {
  if (error) return Promise.reject(new CallError({ ...error, method: method || call.method }));
  return Promise.resolve({ ...NOTHING_SENT, result, method: method || call.method, repeated: true });
}
