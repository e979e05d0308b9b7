import { onAbort } from "./abort";
import type { WebhookAddress } from "./address";
import { plans } from "./budget";
import { systemClock, type Clock } from "./clock";
import { webhookCredentials } from "./credentials";
import type { JsonObject } from "./envelope";
import { notSent, queueFull, type CallError } from "./errors";
import { createTransport, standardTiming, type Transport, type TransportTiming } from "./http";
import type { Admit, AttemptAhead, Command, Lane, PendingCall, Success } from "./pending";
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

let lastOrdinal = 0;

/** Opens the door to a portal through an inbound webhook. Nothing is sent yet. */
export function openPortal(settings: PortalSettings): Portal {
  const { clock, redactor, limits, policy, requester, transport, dispatcher, leave } = partsOf(settings);
  const grace = settings.grace ?? DEFAULT_GRACE;
  const underWay = new Set<PendingCall>();
  let idle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  function call(method: string, params: JsonObject, options: CallOptions = {}): Promise<Success> {
    const refusal = refuseAtOnce(method, options.signal);
    if (refusal) return Promise.reject(withoutSecrets(refusal, redactor));
    return new Promise<Success>((resolve, reject) => {
      const caller = { requester, policy, maxWait: limits.maxWait };
      const pending = newCall(caller, { method, params, options }, clock.now(), {
        succeed: resolve,
        fail: (error) => reject(withoutSecrets(error, redactor)),
        ended: () => {
          underWay.delete(pending);
          forgetSignal?.();
          if (underWay.size === 0) idle?.();
        },
      });
      const forgetSignal = options.signal && onAbort(options.signal, () => dispatcher.cancel(pending, grace));
      underWay.add(pending);
      dispatcher.enqueue(pending);
    });
  }

  function refuseAtOnce(method: string, signal: AbortSignal | undefined): CallError | null {
    if (closing || signal?.aborted) return notSent("CANCELLED", { method });
    if (dispatcher.waitingCount < limits.maxWaiting) return null;
    return queueFull(method, dispatcher.waitingCount);
  }

  async function close(): Promise<void> {
    for (const pending of [...underWay]) dispatcher.cancel(pending, grace);
    if (underWay.size > 0) await new Promise<void>((resolve) => (idle = resolve));
    leave();
    transport.close();
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
}

/** What a door is made of, with the usual parts in place of those that the settings do not name. */
function partsOf(settings: PortalSettings) {
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
  return { clock, redactor, limits, policy, requester, transport, dispatcher, leave };
}

interface Endings {
  readonly succeed: (success: Success) => void;
  readonly fail: (error: CallError) => void;
  readonly ended: () => void;
}

interface Caller {
  readonly requester: Requester;
  readonly policy: RepeatPolicy;
  readonly maxWait: number;
}

function newCall(
  { requester, policy, maxWait }: Caller,
  { method, params, options }: { method: string; params: JsonObject; options: CallOptions },
  madeAt: number,
  endings: Endings,
): PendingCall {
  return {
    ordinal: ++lastOrdinal,
    requester,
    policy,
    lane: options.lane ?? "bulk",
    chat: options.chat ?? null,
    safe: options.safe ?? false,
    timeout: options.timeout,
    madeAt,
    waitUntil: Math.min(options.waitUntil ?? Infinity, madeAt + maxWait),
    endBy: Math.min(options.deadline ?? Infinity, madeAt + (options.total ?? Infinity)),
    admit: options.admit,
    method,
    params,
    otherwise: options.otherwise,
    command: undefined,
    unknownMethods: [],
    attempts: 0,
    notBefore: 0,
    doubt: null,
    request: null,
    cancelled: false,
    settled: false,
    ...endings,
  };
}

export type { Admit, AttemptAhead, Success };
