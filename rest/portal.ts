import { onAbort } from "./abort";
import type { WebhookAddress } from "./address";
import { plans } from "./budget";
import { systemClock, type Clock } from "./clock";
import { webhookCredentials } from "./credentials";
import { dispatcherFor } from "./dispatcher";
import type { JsonObject } from "./envelope";
import { CallError, notSent } from "./errors";
import { createTransport, standardTiming, type Transport, type TransportTiming } from "./http";
import type { Command, Lane, PendingCall, Success } from "./pending";
import { createRedactor, type Redactor } from "./redact";
import { conversationPolicy, type RepeatPolicy } from "./repeat";
import { createRequester, type Requester } from "./request";

export interface CallOptions {
  /** Calls with the same key reach the portal in the order in which they are made. */
  readonly chat?: string;
  /** Default `bulk`; calls of a chat are always `conversation`. */
  readonly lane?: Lane;
  /** A second run certainly has no effect: a read, or a bot message with a templateId. Default false. */
  readonly safe?: boolean;
  /** An older name of the method, used where the portal does not know the newer one. */
  readonly otherwise?: Command;
  /** Longest time for request and answer, ms, when it travels alone; shorter than usual for calls that come again anyway. */
  readonly timeout?: number;
  /** Takes the call back while it waits; a running one gets `grace` to end. */
  readonly signal?: AbortSignal;
}

/** What a person may know about a portal's traffic at a moment. */
export interface Activity {
  readonly waiting: number;
  readonly away: boolean;
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
  readonly clock?: Clock;
  readonly transport?: Transport;
  /** Told once when the portal turns out to live under another host. */
  readonly onMoved?: (host: string) => void;
}

const DEFAULT_MAX_WAITING = 10_000;
const DEFAULT_MAX_WAIT = 600_000;
const DEFAULT_GRACE = 14_000;

let lastOrdinal = 0;

/** Opens the door to a portal through an inbound webhook. Nothing is sent yet. */
export function openPortal(settings: PortalSettings): Portal {
  const clock = settings.clock ?? systemClock;
  const credentials = webhookCredentials(settings.webhook);
  const transport = settings.transport ?? createTransport(settings.timing ?? standardTiming);
  const redactor = createRedactor([...credentials.secrets, ...(settings.secrets ?? [])]);
  const onMoved = settings.onMoved ?? (() => undefined);
  const requester = createRequester({ credentials, transport, redactor, onMoved });
  const plan = plans[settings.plan ?? "standard"];
  const dispatcher = dispatcherFor(credentials.base, clock, settings.policy ?? conversationPolicy);
  const leave = dispatcher.join(plan);
  const limits = {
    maxWaiting: settings.maxWaiting ?? DEFAULT_MAX_WAITING,
    maxWait: settings.maxWait ?? DEFAULT_MAX_WAIT,
    grace: settings.grace ?? DEFAULT_GRACE,
  };
  const underWay = new Set<PendingCall>();
  let idle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  function call(method: string, params: JsonObject, options: CallOptions = {}): Promise<Success> {
    const refusal = refuseAtOnce(method, options.signal);
    if (refusal) return Promise.reject(refusal);
    return new Promise<Success>((resolve, reject) => {
      const pending = newCall(requester, { method, params, options }, clock.now(), limits.maxWait, {
        succeed: resolve,
        fail: reject,
        ended: () => {
          underWay.delete(pending);
          forgetSignal?.();
          if (underWay.size === 0) idle?.();
        },
      });
      const forgetSignal = options.signal && onAbort(options.signal, () => dispatcher.cancel(pending, limits.grace));
      underWay.add(pending);
      dispatcher.enqueue(pending);
    });
  }

  function refuseAtOnce(method: string, signal: AbortSignal | undefined): CallError | null {
    if (closing || signal?.aborted) return notSent("CANCELLED", { method });
    if (dispatcher.waitingCount < limits.maxWaiting) return null;
    return notSent("QUEUE_FULL", { method, details: { waiting: dispatcher.waitingCount } });
  }

  return {
    call,
    redactor,
    activity: () => ({ waiting: dispatcher.waitingCount, away: dispatcher.away }),
    pausedFor: (method) => dispatcher.pausedFor(requester.identity, method),
    metrics: () => dispatcher.snapshot(),
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    for (const pending of [...underWay]) dispatcher.cancel(pending, limits.grace);
    if (underWay.size > 0) await new Promise<void>((resolve) => (idle = resolve));
    leave();
    transport.close();
  }
}

interface Endings {
  readonly succeed: (success: Success) => void;
  readonly fail: (error: CallError) => void;
  readonly ended: () => void;
}

function newCall(
  requester: Requester,
  { method, params, options }: { method: string; params: JsonObject; options: CallOptions },
  madeAt: number,
  maxWait: number,
  endings: Endings,
): PendingCall {
  return {
    ordinal: ++lastOrdinal,
    requester,
    lane: options.lane ?? "bulk",
    chat: options.chat ?? null,
    safe: options.safe ?? false,
    timeout: options.timeout,
    madeAt,
    deadline: madeAt + maxWait,
    method,
    params,
    otherwise: options.otherwise,
    command: undefined,
    unknownMethods: [],
    attempts: 0,
    notBefore: 0,
    leftInDoubt: false,
    running: false,
    cancelled: false,
    settled: false,
    ...endings,
  };
}

export type { Success };
