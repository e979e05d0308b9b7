import type { Clock } from "../../rest/clock";
import { asCallError, outcomeUnknown, type CallError } from "../../rest/errors";
import type { Portal } from "../../rest/portal";
import type { FetchedPage } from "../engine/engine";
import { readDeliveries } from "../events/fetched";
import { flag, part } from "../events/parts";

export interface PollerParts {
  readonly portal: Portal;
  readonly clock: Clock;
  readonly botId: number;
  readonly token: string;
  /** Pause between polls while dialogs are alive, ms. */
  readonly interval: number;
  /** What to ask for: everything below `offset` is confirmed with it, 0 confirms nothing; `limit` leaves room for news. */
  readonly nextPoll: () => Promise<{ readonly offset: number; readonly limit: number }>;
  /** Told once when an answer could not be read, so that smaller ones are asked for. */
  readonly onSmallerPage: () => void;
  /** Takes what came. @returns how much of it was new */
  readonly receive: (page: FetchedPage) => number;
  /** Told after each poll; null after a good one. */
  readonly onPolled: (error: CallError | null) => void;
  readonly signal: AbortSignal;
}

const METHOD = "imbot.v2.Event.get";
/** An idle bot is asked this often at least, ms. */
const SLOWEST = 10_000;
/** How long after the last event a bot counts as being in conversation, ms. */
const LIVELY = 300_000;
/** By how much a page becomes smaller when it could not be read, and larger again. */
const SHRINK = 4;
/** A poll that hangs, its repeats included, must not outlast the portal's absence by much, ms. */
const ANSWER_WITHIN = 10_000;
/** A deploy waits for it, ms. */
const CONFIRM_WITHIN = 3_000;

/**
 * Fetches the bot's events until `signal` ends it: at once while there are more, quickly while dialogs are alive, more
 * slowly when nothing happens or the portal is away. [D api-reference/chat-bots/chat-bots-v2/imbot.v2/events/event-get.md]
 */
export async function pollEvents(parts: PollerParts): Promise<void> {
  const { clock, interval, signal } = parts;
  let pause = 0;
  let lastNews = clock.now();
  let largest = Infinity;
  while (!signal.aborted) {
    const { news, more, error, limit } = await pollOnce(parts, largest);
    if (signal.aborted) return;
    parts.onPolled(error);
    // What is too large to be read today is too large tomorrow: a smaller page gets past it.
    const isUnreadable = error?.is("BAD_RESPONSE") === true && error.status === 200;
    if (isUnreadable && largest === Infinity) parts.onSmallerPage();
    if (isUnreadable) largest = Math.max(1, Math.floor(limit / SHRINK));
    else if (error === null) largest = limit < largest ? Infinity : largest * SHRINK;
    const now = clock.now();
    if (news > 0) lastNews = now;
    if (news > 0 && more) continue;
    const slower = Math.min(Math.max(SLOWEST, interval), Math.max(interval, pause * 1.5));
    pause = error === null && now - lastNews < LIVELY ? interval : slower;
    await sleep(clock, pause, signal);
  }
}

/**
 * Confirms everything below `offset`, for whoever reads the bot's events next.
 * @throws CallError
 */
export async function confirmEvents(portal: Portal, botId: number, token: string, offset: number): Promise<void> {
  const params = { botId, botToken: token, limit: 1, offset };
  await portal.call(METHOD, params, { lane: "polling", total: CONFIRM_WITHIN });
}

interface Polled {
  readonly news: number;
  readonly more: boolean;
  readonly error: CallError | null;
  /** How many events were asked for. */
  readonly limit: number;
}

async function pollOnce(parts: PollerParts, largest: number): Promise<Polled> {
  const { portal, botId, token, signal } = parts;
  const { offset, limit: wanted } = await parts.nextPoll();
  const limit = Math.min(wanted, largest);
  const params = { botId, botToken: token, limit, ...(offset > 0 && { offset }) };
  const nothing = { news: 0, more: false, error: null, limit };
  try {
    const { result } = await portal.call(METHOD, params, {
      lane: "polling",
      safe: true,
      total: ANSWER_WITHIN,
      signal,
    });
    // Nobody listens any more: it comes again.
    if (signal.aborted) return nothing;
    const deliveries = readDeliveries(result);
    // An answer of unknown shape is not "no news".
    if (deliveries === null)
      return {
        ...nothing,
        error: outcomeUnknown("BAD_RESPONSE", { method: METHOD, description: "no list of events" }),
      };
    const more = flag(part(result, "hasMore"));
    return { ...nothing, news: parts.receive({ deliveries, asked: offset, more }), more };
  } catch (error) {
    return { ...nothing, error: asCallError(error, METHOD) };
  }
}

/** Waits `duration` ms, or until `signal` says that nobody waits any more. */
export function sleep(clock: Clock, duration: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      takeBack();
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const takeBack = clock.after(duration, wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
