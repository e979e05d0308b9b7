import type { Clock } from "./clock";
import { notSent, type CallError } from "./errors";
import type { PendingCall } from "./pending";

/** How long a slow answer about one call holds up the others of its request, ms. */
const PATIENCE = 2_000;

export interface Admission {
  readonly clock: Clock;
  /** Ends a call that may not go. */
  readonly refuse: (call: PendingCall, error: CallError) => void;
  /** Takes back a call that has to wait for a slow one of its chat, which stays closed. */
  readonly putBack: (call: PendingCall) => void;
  /** Takes back calls of one chat about which the answers came late, and opens the chat. */
  readonly comeAgain: (calls: readonly PendingCall[]) => void;
}

/**
 * Asks each call's `admit` about the attempt ahead. Calls that may not go have ended afterwards.
 * @returns null when all is known at once; else who goes, as soon as it is known of all, or of all but the slow ones:
 * those come back by `comeAgain`, and are asked again
 */
export function askAdmission(
  calls: readonly PendingCall[],
  admission: Admission,
): Promise<readonly PendingCall[]> | null {
  const open = new Map<PendingCall, Promise<void>>();
  for (const call of calls) {
    if (!call.admit || call.settled) continue;
    const answer = ask(call);
    if (isPromise(answer)) open.set(call, decided(call, answer, admission));
    else if (answer) admission.refuse(call, answer);
  }
  if (open.size === 0) return null;
  return calls.length === 1 ? all(open).then(() => calls) : withoutTheSlow(calls, open, admission);
}

const isPromise = (answer: CallError | null | Promise<CallError | null>): answer is Promise<CallError | null> =>
  answer !== null && "then" in answer;

function ask(call: PendingCall): CallError | null | Promise<CallError | null> {
  const { method, params, attempts, doubt } = call;
  try {
    return call.admit?.({ method, params, attempt: attempts + 1, inDoubt: doubt !== null }) ?? null;
  } catch (error) {
    return faulty(error, method);
  }
}

const faulty = (error: unknown, method: string): CallError =>
  notSent("UNKNOWN_ERROR", { method, description: error instanceof Error ? error.message.slice(0, 200) : "" });

/** Ends when the answer is there, or when nobody waits for it any more. */
function decided(call: PendingCall, answer: Promise<CallError | null>, { refuse }: Admission): Promise<void> {
  return new Promise<void>((resolve) => {
    call.onSettled = resolve;
    answer.then(
      (error) => {
        if (error) refuse(call, error);
        resolve();
      },
      (error: unknown) => {
        refuse(call, faulty(error, call.method));
        resolve();
      },
    );
  }).finally(() => {
    call.onSettled = undefined;
  });
}

const all = (open: ReadonlyMap<PendingCall, Promise<void>>): Promise<unknown> => Promise.all(open.values());

function withoutTheSlow(
  calls: readonly PendingCall[],
  open: ReadonlyMap<PendingCall, Promise<void>>,
  admission: Admission,
): Promise<readonly PendingCall[]> {
  const undecided = new Set(open.keys());
  for (const [call, decision] of open) void decision.then(() => undecided.delete(call));
  return new Promise((resolve) => {
    const stopTimer = admission.clock.after(PATIENCE, () => resolve(leaveBehind(calls, open, undecided, admission)));
    void all(open).then(() => {
      stopTimer();
      resolve(calls);
    });
  });
}

/** Those that go. A chat of which one call is slow stays behind as a whole, so that its order is kept. */
function leaveBehind(
  calls: readonly PendingCall[],
  open: ReadonlyMap<PendingCall, Promise<void>>,
  undecided: ReadonlySet<PendingCall>,
  admission: Admission,
): readonly PendingCall[] {
  const slow = [...undecided];
  const groups = new Map<string | PendingCall, PendingCall[]>();
  for (const call of slow) groups.set(call.chat ?? call, [...(groups.get(call.chat ?? call) ?? []), call]);
  for (const group of groups.values())
    void Promise.all(group.map((call) => open.get(call) ?? Promise.resolve())).then(() => admission.comeAgain(group));
  const staying = calls.filter((call) => groups.has(call.chat ?? call));
  for (const call of staying) if (!slow.includes(call)) admission.putBack(call);
  return calls.filter((call) => !staying.includes(call));
}
