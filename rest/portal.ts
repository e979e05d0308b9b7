import { listen, unlisten, type Abortable } from "./abort";
import type { WebhookAddress } from "./address";
import { plans } from "./budget";
import { systemClock, type Clock } from "./clock";
import { webhookCredentials } from "./credentials";
import type { JsonObject } from "./envelope";
import { notSent, queueFull, type CallError } from "./errors";
import { createTransport, standardTiming, type Transport, type TransportTiming } from "./http";
import type { Admit, AttemptAhead, Command, Lane, OpenRequest, PendingCall, Success } from "./pending";
import { createRedactor, type Redactor } from "./redact";
import { processDispatchers, type DispatcherRegistry } from "./registry";
import { conversationPolicy, type RepeatPolicy } from "./repeat";
import { createRequester, withoutSecrets, type Requester } from "./request";

export interface CallOptions {
  /** Calls with the same key reach the portal in the order in which they are made. */
  readonly chat?: string;
  /** Default `bulk`; calls of a chat are always `conversation`. */
  readonly lane?: Lane;
  /** A second run certainly has no effect: a read, or a bot message with a templateId. Default false. */
  readonly safe?: boolean;
  /** An older name of the method, used where the portal does not know the newer one. */
  readonly otherwise?: Command;
  /**
   * Longest time for request and whole answer of each attempt, ms, when it travels alone; shorter than usual for calls
   * that come again anyway.
   */
  readonly timeout?: number;
  /** Longest time for the call with all its waiting and attempts, ms. */
  readonly total?: number;
  /**
   * The same as an instant on the portal's clock, ms. A call that still waits then is `WAITED_TOO_LONG`; one that may
   * have run is `unknown`.
   */
  readonly deadline?: number;
  /** Until when the call may wait, ms on the portal's clock, where it has already waited elsewhere; at most `maxWait`. */
  readonly waitUntil?: number;
  /** Takes the call back while it waits; a running one gets `grace` to end, then its request is broken off. */
  readonly signal?: AbortSignal;
  /**
   * Asked immediately before each request that carries the call, with its chat's order kept: null lets it go, an error
   * ends the call with exactly that error, or as `unknown` when an earlier attempt may have run. In a batch the others
   * go without it, after two seconds also when the answer is not there yet: then it is asked again for a request of its
   * own. One that throws ends the call as `not-sent`.
   */
  readonly admit?: Admit;
}

/** What a person may know about a portal's traffic at a moment. */
export interface Activity {
  readonly waiting: number;
  readonly away: boolean;
}

export interface QueueLimits {
  /** How many calls may wait. */
  readonly maxWaiting: number;
  /** How long one may wait, ms. */
  readonly maxWait: number;
}

/** The one door to a portal. */
export interface Portal {
  /**
   * Calls a REST method. It goes at once when the portal's request budget allows it, else together with others.
   * @param params values that JSON can carry
   * @throws CallError with `code`, `outcome`, `method`, `status`; nothing else is ever thrown
   */
  call(method: string, params: JsonObject, options?: CallOptions): Promise<Success>;
  activity(): Activity;
  /** How many calls wait before this portal's address, those of other config nodes included. */
  waiting(): number;
  /** What a queue in front of this door has to keep as well. */
  readonly limits: QueueLimits;
  /** What `deadline` and `waitUntil` are measured on. */
  readonly clock: Clock;
  /** How long the portal has paused `method`, ms; 0 when it has not. */
  pausedFor(method: string): number;
  /** Budget, queue and counts of the portal's address; free of secrets. */
  metrics(): object;
  readonly redactor: Redactor;
  /** Takes back what waits; running calls get their grace. Ends when nothing is under way any more. */
  close(): Promise<void>;
}

export interface PortalSettings {
  readonly webhook: WebhookAddress;
  readonly plan?: keyof typeof plans;
  /** How many calls may wait. */
  readonly maxWaiting?: number;
  /** How long one may wait, ms. */
  readonly maxWait?: number;
  /** Further secrets that must not leave, such as the bot's token. */
  readonly secrets?: readonly string[];
  /** What a running call gets at the end, ms: a little less than Node-RED gives its nodes. */
  readonly grace?: number;
  readonly timing?: TransportTiming;
  readonly policy?: RepeatPolicy;
  /** Numbers from 0 up to, and without, 1, for the pauses of the usual policy. */
  readonly random?: () => number;
  readonly clock?: Clock;
  /** Where the dispatcher of the address is found; default one for the whole process. */
  readonly dispatchers?: DispatcherRegistry;
  /** It only asks something meanwhile: its plan counts only where no other config node has one. */
  readonly guest?: true;
  readonly transport?: Transport;
  /** Called once when the portal turns out to live under another host. */
  readonly onMoved?: (host: string) => void;
}

const DEFAULT_MAX_WAITING = 10_000;
const DEFAULT_MAX_WAIT = 600_000;
const DEFAULT_GRACE = 14_000;

/** Opens the door to a portal through an inbound webhook. Nothing is sent yet. */
export function openPortal(settings: PortalSettings): Portal {
  const clock = settings.clock ?? systemClock;
  const credentials = webhookCredentials(settings.webhook);
  const timing = settings.timing ?? standardTiming;
  const transport = settings.transport ?? createTransport(timing);
  const redactor = createRedactor([...credentials.secrets, ...(settings.secrets ?? [])]);
  const requester = createRequester({
    credentials,
    transport,
    redactor,
    clock,
    timeout: timing.answer,
    onMoved: settings.onMoved ?? (() => undefined),
  });
  const policy = settings.policy ?? conversationPolicy(settings.random ?? Math.random);
  const { dispatcher, leave } = (settings.dispatchers ?? processDispatchers).join(credentials.base, clock, {
    plan: plans[settings.plan ?? "standard"],
    guest: settings.guest ?? false,
  });
  const limits: QueueLimits = {
    maxWaiting: settings.maxWaiting ?? DEFAULT_MAX_WAITING,
    maxWait: settings.maxWait ?? DEFAULT_MAX_WAIT,
  };
  const grace = settings.grace ?? DEFAULT_GRACE;
  const underWay = new Set<PortalCall>();
  const door: Door = {
    requester,
    policy,
    maxWait: limits.maxWait,
    redactor,
    cancel: (pending) => dispatcher.cancel(pending, grace),
    ended: (pending) => {
      underWay.delete(pending);
      if (underWay.size === 0) idle?.();
    },
  };
  let idle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  function call(method: string, params: JsonObject, options: CallOptions = {}): Promise<Success> {
    const refusal = refuseAtOnce(method, options.signal);
    if (refusal) return Promise.reject(withoutSecrets(refusal, redactor));
    return new Promise<Success>((resolve, reject) => {
      const pending = new PortalCall(door, { method, params, options }, clock.now(), { resolve, reject });
      underWay.add(pending);
      if (options.signal) listen(options.signal, pending);
      dispatcher.enqueue(pending);
    });
  }

  function refuseAtOnce(method: string, signal: AbortSignal | undefined): CallError | null {
    if (closing || signal?.aborted) return notSent("CANCELLED", { method });
    if (dispatcher.waitingCount < limits.maxWaiting) return null;
    return queueFull(method, dispatcher.waitingCount);
  }

  return {
    call,
    redactor,
    limits,
    clock,
    waiting: () => dispatcher.waitingCount,
    activity: () => ({ waiting: dispatcher.waitingCount, away: dispatcher.away }),
    pausedFor: (method) => dispatcher.pausedFor(requester.identity, method),
    metrics: () => dispatcher.snapshot(),
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    for (const pending of [...underWay]) dispatcher.cancel(pending, grace);
    if (underWay.size > 0) await new Promise<void>((resolve) => (idle = resolve));
    leave();
    transport.close();
  }
}

/** What all calls of a portal have in common. */
interface Door {
  readonly requester: Requester;
  readonly policy: RepeatPolicy;
  /** How long a call may wait, ms. */
  readonly maxWait: number;
  readonly redactor: Redactor;
  cancel(call: PendingCall): void;
  ended(call: PortalCall): void;
}

interface Promised {
  readonly resolve: (success: Success) => void;
  readonly reject: (error: CallError) => void;
}

interface Wanted {
  readonly method: string;
  readonly params: JsonObject;
  readonly options: CallOptions;
}

let lastOrdinal = 0;

/** A call on its way. What it does at its end are methods: thousands can wait, and each function of its own takes memory. */
class PortalCall implements PendingCall, Abortable {
  readonly ordinal = ++lastOrdinal;
  readonly requester: Requester;
  readonly policy: RepeatPolicy;
  readonly lane: Lane;
  readonly chat: string | null;
  safe: boolean;
  readonly timeout: number | undefined;
  readonly madeAt: number;
  readonly waitUntil: number;
  readonly endBy: number;
  readonly admit: Admit | undefined;
  method: string;
  params: JsonObject;
  otherwise: Command | undefined;
  command: string | undefined = undefined;
  unknownMethods: readonly string[] = NONE;
  attempts = 0;
  notBefore = 0;
  doubt: CallError | null = null;
  request: OpenRequest | null = null;
  cancelled = false;
  settled = false;
  forget?: () => void;
  onSettled?: (() => void) | undefined;
  readonly #door: Door;
  readonly #promised: Promised;
  readonly #signal: AbortSignal | undefined;

  constructor(door: Door, { method, params, options }: Wanted, madeAt: number, promised: Promised) {
    this.#door = door;
    this.#promised = promised;
    this.#signal = options.signal;
    this.requester = door.requester;
    this.policy = door.policy;
    this.lane = options.lane ?? "bulk";
    this.chat = options.chat ?? null;
    this.safe = options.safe ?? false;
    this.timeout = options.timeout;
    this.madeAt = madeAt;
    this.waitUntil = Math.min(options.waitUntil ?? Infinity, madeAt + door.maxWait);
    this.endBy = Math.min(options.deadline ?? Infinity, madeAt + (options.total ?? Infinity));
    this.admit = options.admit;
    this.method = method;
    this.params = params;
    this.otherwise = options.otherwise;
  }

  succeed(success: Success): void {
    this.#promised.resolve(success);
  }

  fail(error: CallError): void {
    this.#promised.reject(withoutSecrets(error, this.#door.redactor));
  }

  ended(): void {
    if (this.#signal) unlisten(this.#signal, this);
    this.#door.ended(this);
  }

  /** Whoever made it does not want it any more. */
  onAbort(): void {
    this.#door.cancel(this);
  }
}

const NONE: readonly string[] = [];

export type { Admit, AttemptAhead, Success };
