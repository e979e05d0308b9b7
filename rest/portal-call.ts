import { unlisten, type Abortable } from "./abort";
import type { JsonObject } from "./envelope";
import type { CallError } from "./errors";
import type { Admit, CallOptions, Command, Lane, OpenRequest, PendingCall, Success } from "./pending";
import type { Redactor } from "./redact";
import type { RepeatPolicy } from "./repeat";
import { withoutSecrets, type Requester } from "./request";

/** What all calls of a portal have in common. */
export interface Door {
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
export class PortalCall implements PendingCall, Abortable {
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
