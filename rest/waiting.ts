import { BATCH_CHARACTERS, batchCommand } from "./batch";
import type { Lane, PendingCall } from "./pending";

/** Head start of the lanes before it, ms: the longest a call of this lane is passed over. */
const HANDICAP: Record<Lane, number> = { conversation: 0, polling: 1_000, bulk: 3_000 };
const LANES = Object.keys(HANDICAP) as Lane[];

/** Calls that go out in one request: one alone, or several as a batch. */
export interface PlannedRequest {
  readonly calls: PendingCall[];
  /** Whether more may join. */
  open: boolean;
  characters: number;
}

export interface PlanLimits {
  /** Requests that may start now. */
  readonly requests: number;
  /** Most calls in one batch. */
  readonly batchSize: number;
  /** Whether a call has to stay behind for a reason of its own. */
  readonly isHeld: (call: PendingCall) => boolean;
}

/** The calls of one portal that have not been sent yet, in order. */
export class WaitingCalls {
  readonly #lanes: Record<Lane, PendingCall[]> = { conversation: [], polling: [], bulk: [] };
  readonly #busyChats = new Set<string>();

  get size(): number {
    return LANES.reduce((sum, lane) => sum + this.#lanes[lane].length, 0);
  }

  /** Puts a call at its place: behind those made before it, also when it comes back for another attempt. */
  add(call: PendingCall): void {
    const lane = this.#lanes[laneOf(call)];
    let at = lane.length;
    while (at > 0 && (lane[at - 1]?.ordinal ?? 0) > call.ordinal) at--;
    lane.splice(at, 0, call);
  }

  remove(call: PendingCall): void {
    const lane = this.#lanes[laneOf(call)];
    const at = lane.indexOf(call);
    if (at >= 0) lane.splice(at, 1);
  }

  /** Takes all calls out for which `test` holds. */
  removeWhere(test: (call: PendingCall) => boolean): PendingCall[] {
    const removed: PendingCall[] = [];
    for (const lane of LANES)
      this.#lanes[lane] = this.#lanes[lane].filter((call) => {
        const goes = test(call);
        if (goes) removed.push(call);
        return !goes;
      });
    return removed;
  }

  /** The earliest moment at which a call that pauses may go, or one has to have ended, ms; Infinity when there is none. */
  nextChange(now: number): number {
    let next = Infinity;
    for (const lane of LANES)
      for (const { notBefore, endBy } of this.#lanes[lane]) {
        if (notBefore > now && notBefore < next) next = notBefore;
        if (endBy < next) next = endBy;
      }
    return next;
  }

  /** Calls of this chat may go again. */
  release(chat: string): void {
    this.#busyChats.delete(chat);
  }

  /**
   * Takes out what may be sent now. As long as the budget suffices every call goes alone; when requests are scarce
   * the calls are spread evenly over them. A chat's calls keep their order: they share a request or wait for each other.
   */
  take(limits: PlanLimits): PlannedRequest[] {
    const ready = this.#ready(limits.isHeld);
    const scarce = ready.length > limits.requests;
    const planned = scarce ? spread(ready, limits) : alone(ready);
    const taken = new Set(planned.flatMap((request) => request.calls));
    for (const lane of LANES) this.#lanes[lane] = this.#lanes[lane].filter((call) => !taken.has(call));
    for (const { chat } of taken) if (chat !== null) this.#busyChats.add(chat);
    return planned;
  }

  /** All calls in the order in which they deserve to go, without those whose chat has one ahead of them. */
  #ready(isHeld: (call: PendingCall) => boolean): PendingCall[] {
    const blocked = new Set<string>();
    const ready: PendingCall[] = [];
    for (const call of this.#inOrder()) {
      if (call.chat !== null && (this.#busyChats.has(call.chat) || blocked.has(call.chat))) continue;
      if (!isHeld(call)) ready.push(call);
      else if (call.chat !== null) blocked.add(call.chat);
    }
    return ready;
  }

  *#inOrder(): Generator<PendingCall> {
    const next: Record<Lane, number> = { conversation: 0, polling: 0, bulk: 0 };
    for (;;) {
      let best: PendingCall | undefined;
      for (const lane of LANES) {
        const head = this.#lanes[lane][next[lane]];
        if (head && (!best || rank(head) < rank(best))) best = head;
      }
      if (!best) return;
      next[laneOf(best)]++;
      yield best;
    }
  }
}

/** Calls of one chat keep their order only when they stand in one lane. */
const laneOf = (call: PendingCall): Lane => (call.chat === null ? call.lane : "conversation");

const rank = (call: PendingCall): number => call.madeAt + HANDICAP[laneOf(call)];

function alone(ready: PendingCall[]): PlannedRequest[] {
  const chats = new Set<string>();
  const planned: PlannedRequest[] = [];
  for (const call of ready) {
    if (call.chat !== null && chats.has(call.chat)) continue;
    if (call.chat !== null) chats.add(call.chat);
    planned.push({ calls: [call], open: false, characters: 0 });
  }
  return planned;
}

function spread(ready: PendingCall[], { requests, batchSize }: PlanLimits): PlannedRequest[] {
  const planned: PlannedRequest[] = Array.from({ length: requests }, () => ({ calls: [], open: true, characters: 0 }));
  const byChat = new Map<string, { request: PlannedRequest; method: string }>();
  const closedChats = new Set<string>();
  let open = requests;

  const join = (request: PlannedRequest, call: PendingCall, length: number): void => {
    request.calls.push(call);
    request.characters += length;
    if (request.calls.length >= batchSize) close(request);
  };
  const close = (request: PlannedRequest): void => {
    if (request.open) open--;
    request.open = false;
  };

  for (const call of ready) {
    if (open === 0) break;
    if (call.chat !== null && closedChats.has(call.chat)) continue;
    call.command ??= batchCommand(call.method, call.params) ?? "";
    const fits = (request: PlannedRequest): boolean =>
      request.open &&
      (request.calls.length === 0 ||
        (call.command !== "" &&
          request.calls[0]?.requester.identity === call.requester.identity &&
          request.characters + (call.command ?? "").length <= BATCH_CHARACTERS));
    const assigned = call.chat === null ? undefined : byChat.get(call.chat);
    const request = assigned?.request ?? leastLoaded(planned, fits);
    // A batch goes on after an error: had another method to be repeated, this one would have overtaken it.
    const mayOvertake = assigned !== undefined && assigned.method !== call.method;
    if (!request || mayOvertake || !fits(request)) {
      if (call.chat !== null) closedChats.add(call.chat);
      continue;
    }
    join(request, call, call.command.length);
    if (call.command === "") close(request);
    if (call.chat !== null) byChat.set(call.chat, { request, method: call.method });
  }
  return planned.filter((request) => request.calls.length > 0);
}

function leastLoaded(
  planned: PlannedRequest[],
  fits: (request: PlannedRequest) => boolean,
): PlannedRequest | undefined {
  let best: PlannedRequest | undefined;
  for (const request of planned) {
    if (best && request.calls.length >= best.calls.length) continue;
    if (fits(request)) best = request;
    if (best?.calls.length === 0) break;
  }
  return best;
}
