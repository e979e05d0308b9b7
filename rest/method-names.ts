import { BoundedMap } from "./bounded";
import type { Command, PendingCall } from "./pending";

/** How long an older method name is used before the newer one is tried again, ms. */
const MEMORY = 3_600_000;

/** Which of the newer method names a portal does not know yet. */
export class MethodNames {
  readonly #unknown = new BoundedMap<string, number>();

  /** Puts the older name in place of each that the portal is known not to know. */
  choose(call: PendingCall, now: number): void {
    while (call.otherwise && (this.#unknown.get(call.method) ?? 0) > now) replace(call, call.otherwise);
  }

  /** The portal did not know the call's method, which has an older name. */
  fallBack(call: PendingCall, otherwise: Command): void {
    call.unknownMethods = [...call.unknownMethods, call.method];
    replace(call, otherwise);
  }

  /** An older name of the call was answered: the newer ones are not tried for a while. */
  remember({ unknownMethods }: PendingCall, now: number): void {
    for (const method of unknownMethods) this.#unknown.set(method, now + MEMORY);
  }
}

function replace(call: PendingCall, otherwise: Command): void {
  call.method = otherwise.method;
  call.params = otherwise.params;
  call.safe = otherwise.safe ?? call.safe;
  call.otherwise = otherwise.otherwise;
  call.command = undefined;
}
