import { listen } from "./abort";
import type { WebhookAddress } from "./address";
import { plans } from "./budget";
import { systemClock, type Clock } from "./clock";
import { webhookCredentials } from "./credentials";
import type { JsonObject } from "./envelope";
import { notSent, queueFull, type CallError } from "./errors";
import { createTransport, standardTiming, type Transport, type TransportTiming } from "./http";
import type { Admit, AttemptAhead, CallOptions, Success } from "./pending";
import { PortalCall, type Door } from "./portal-call";
import { createRedactor, type Redactor } from "./redact";
import { processDispatchers, type DispatcherRegistry } from "./registry";
import { conversationPolicy, type RepeatPolicy } from "./repeat";
import { createRequester, withoutSecrets } from "./request";

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
  const { clock, redactor, limits, policy, requester, transport, dispatcher, leave } = partsOf(settings);
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

export type { Admit, AttemptAhead, CallOptions, Success };
