import type { Clock } from "../../rest/clock";
import { isObject, wholeNumber } from "../../rest/envelope";
import { asCallError, type CallError } from "../../rest/errors";
import type { Portal } from "../../rest/portal";
import type { Delivery } from "../events/decode";
import { part, text } from "../events/parts";
import type { FetchedPage } from "../events/inbox-parts";

export interface PollerParts {
  readonly portal: Portal;
  readonly clock: Clock;
  readonly botId: number;
  readonly token: string;
  /** Pause between polls while dialogs are alive, ms. */
  readonly interval: number;
  /** Everything below is confirmed with the next poll; 0 confirms nothing. */
  readonly offset: () => number;
  /** How many events are still at work; they come again with every poll. */
  readonly openEvents: () => number;
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
const PAGE = 100;
const LARGEST_PAGE = 1_000;
/** A poll that hangs must not outlast the portal's absence by much, ms. */
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
  while (!signal.aborted) {
    const { news, more, error } = await pollOnce(parts);
    if (signal.aborted) return;
    parts.onPolled(error);
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
  await portal.call(METHOD, params, { lane: "polling", timeout: CONFIRM_WITHIN });
}

interface Polled {
  readonly news: number;
  readonly more: boolean;
  readonly error: CallError | null;
}

async function pollOnce(parts: PollerParts): Promise<Polled> {
  const { portal, botId, token, signal } = parts;
  const offset = parts.offset();
  const limit = Math.min(LARGEST_PAGE, PAGE + parts.openEvents());
  const params = { botId, botToken: token, limit, ...(offset > 0 && { offset }) };
  try {
    const { result } = await portal.call(METHOD, params, {
      lane: "polling",
      safe: true,
      timeout: ANSWER_WITHIN,
      signal,
    });
    // Nobody listens any more: it comes again.
    if (signal.aborted) return { news: 0, more: false, error: null };
    const events: unknown = part(result, "events");
    const deliveries = Array.isArray(events) ? events.flatMap(readDelivery) : [];
    const more = part(result, "hasMore") === true;
    return { news: parts.receive({ deliveries, asked: offset, more }), more, error: null };
  } catch (error) {
    return { news: 0, more: false, error: asCallError(error, METHOD) };
  }
}

function readDelivery(event: unknown): Delivery[] {
  const name = text(part(event, "type"));
  const id = wholeNumber(part(event, "eventId")) ?? text(part(event, "eventId"));
  const data = part(event, "data");
  return name === null ? [] : [{ name, id, date: part(event, "date"), data: isObject(data) ? data : {} }];
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
