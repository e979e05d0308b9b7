import { createRedactor } from "../../../../rest/redact";
import type { JsonObject } from "../../../../rest/envelope";
import { CallError, forMethod, notSent, outcomeUnknown } from "../../../../rest/errors";
import type { Command } from "../../../../rest/pending";
import type { CallOptions, Portal, Success } from "../../../../rest/portal";
import type { VirtualClock } from "../../support/virtual-clock";

/** A request that the portal got. */
export interface Request {
  readonly method: string;
  readonly params: JsonObject;
  readonly attempt: number;
}

/** The request has arrived, its answer has not. */
export const LOST = Symbol("lost");

/** A door to a portal that asks `admit` as the real one does, and answers as a test says. */
export class FakePortal implements Portal {
  /** What the portal got, in order. */
  readonly requests: Request[] = [];
  /** Methods of all calls, those that never went out included. */
  readonly calls: string[] = [];
  /** What a request brings: a result, {@link LOST}, or a thrown CallError. */
  answer: (request: Request) => unknown = () => true;
  /** Asks `admit` a second time before it has answered, as for a call that leaves a batch which cannot wait. */
  asksTwice = false;
  readonly limits = { maxWaiting: 10_000, maxWait: 600_000 };
  readonly redactor = createRedactor([]);
  #gate: Promise<void> = Promise.resolve();

  readonly clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  async call(method: string, params: JsonObject, options: CallOptions = {}): Promise<Success> {
    this.calls.push(method);
    await this.#gate;
    if (options.signal?.aborted === true) throw notSent("CANCELLED", { method });
    const newest: Command = { method, params, ...(options.otherwise && { otherwise: options.otherwise }) };
    return this.#send(newest, options, 1, false);
  }

  async #send(command: Command, options: CallOptions, attempt: number, inDoubt: boolean): Promise<Success> {
    const { method, params, otherwise } = command;
    const ahead = { method, params, attempt, inDoubt };
    if (this.asksTwice) void options.admit?.(ahead);
    const refusal = (await options.admit?.(ahead)) ?? null;
    if (refusal) throw inDoubt ? outcomeUnknown("INTERRUPTED", { method }) : refusal;
    const request = { method, params, attempt };
    this.requests.push(request);
    try {
      const result = this.answer(request);
      if (result !== LOST)
        return { result, next: null, total: null, time: null, method, attempts: attempt, batched: false };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.is("ERROR_METHOD_NOT_FOUND") && otherwise) return this.#send(otherwise, options, attempt, inDoubt);
      throw forMethod(error, method);
    }
    if (options.safe === true && attempt < 3) return this.#send(command, options, attempt + 1, true);
    throw outcomeUnknown("CONNECTION_LOST", { method });
  }

  /** Lets all calls wait before their requests until the result is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  activity = (): { waiting: number; away: boolean } => ({ waiting: 0, away: false });
  waiting = (): number => 0;
  pausedFor = (): number => 0;
  metrics = (): object => ({});
  close = (): Promise<void> => Promise.resolve();
}
