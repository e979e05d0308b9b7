import type { ServerResponse } from "node:http";
import type { Acceptance, Delivery } from "../../open-channels/events/delivery";
import { id, part, text } from "../../open-channels/events/parts";
import { splitDelivery } from "../../open-channels/events/split";
import { withoutSecrets } from "../../open-channels/events/strip-secrets";
import { systemClock, type Clock } from "../../rest/clock";
import { isObject, type JsonObject } from "../../rest/envelope";
import { bytesInMemory, readBody, type PostRequest, type Unread } from "./post-body";
import { Room, type Place, type RoomLimits } from "../../open-channels/bot/room";
import { addressToken, isFromPortal } from "../../open-channels/bot/delivery-token";

/** Why a delivery did not become an event of the flow. */
export type TurnedAway = "token" | "foreign-bot" | "repeated" | "unwanted" | Unread;

/** A bot that takes posted events. */
export interface Receiver {
  readonly token: string;
  readonly botId: number | null;
  /** Times the answers; by default the system's, with timers that do not keep the process alive. */
  readonly clock?: Clock;
  /** Takes the verified events of one post into safety. */
  accept(deliveries: readonly Delivery[]): Promise<Acceptance>;
  /** Lets the flow begin with what was accepted. */
  deliver(): void;
  /** Called for each delivery that was turned away or came twice. */
  onTurnedAway(reason: TurnedAway): void;
  /** Called when taking or delivering events failed by a fault of this process. */
  onFailed(error: Error): void;
}

/** The portal does not wait long, and a slow disk is no reason to be throttled by it, ms. */
const ANSWER_WITHIN = 30;

/** How long a delivery waits for an address that is closed in the middle of a deploy, ms. */
const REOPENS_WITHIN = 10_000;

/** What all posted requests of a process may keep in memory at once. */
const LIMITS: RoomLimits = { requests: 1_000, bytes: 64 * 1024 * 1024 };

const STATUS: Readonly<Record<Unread, number>> = { "too-large": 413, malformed: 400, busy: 503 };

/** An address that is about to be opened again: what waits for that, and the end of waiting. */
interface Reopening {
  /** The bot that was there; most often it is the same again. */
  readonly last: Receiver;
  readonly waiting: Set<() => void>;
  readonly stopTimer: () => void;
}

type Answer = (status: number) => void;

/** Timers of a server that waits for others are no reason to go on running. */
const patientClock: Clock = {
  ...systemClock,
  after: (delay, task) => {
    const timer = setTimeout(task, delay).unref();
    return () => clearTimeout(timer);
  },
};

/** The addresses of all config nodes of a process. */
export class Receivers {
  readonly #open = new Map<string, Receiver>();
  readonly #reopening = new Map<string, Reopening>();
  readonly #room: Room;

  constructor(limits: RoomLimits = LIMITS) {
    this.#room = new Room(limits);
  }

  /** What requests take up now. */
  get taken(): RoomLimits {
    return this.#room.taken;
  }

  /**
   * Opens the address of a config node. The result closes it: for good, or for the moment of a deploy, in which the
   * portal's deliveries wait because it does not repeat them.
   */
  open(nodeId: string, receiver: Receiver): (forGood: boolean) => void {
    this.#open.set(nodeId, receiver);
    this.#stopWaiting(nodeId);
    return (forGood) => {
      if (this.#open.get(nodeId) !== receiver) return;
      this.#open.delete(nodeId);
      if (forGood) return;
      const stopTimer = clockOf(receiver).after(REOPENS_WITHIN, () => this.#stopWaiting(nodeId));
      this.#reopening.set(nodeId, { last: receiver, waiting: new Set(), stopTimer });
    };
  }

  /**
   * Answers a delivery: 200 accepted, 403 wrong or missing token or only other bots, 413 too large, 400 malformed,
   * 404 nobody here, 503 nobody takes events or too many at once. The flow begins only after the answer.
   * @returns when the request needs nothing any more; it never rejects
   */
  async answer(request: PostRequest, response: ServerResponse): Promise<void> {
    const nodeId = request.params?.["id"] ?? "";
    const known = this.#open.get(nodeId) ?? this.#reopening.get(nodeId)?.last;
    const answer = (status: number): void => end(request, response, status);
    if (!known) return answer(404);
    const place = this.#room.enter(addressToken(request, known.token) !== "right");
    try {
      if (place?.grow(bytesInMemory(request))) await this.#answerInside(nodeId, request, place, answer);
      else turnAway(known, answer, "busy");
    } catch (error) {
      known.onFailed(asError(error));
      answer(503);
    } finally {
      place?.leave();
    }
  }

  async #answerInside(nodeId: string, request: PostRequest, place: Place, answer: Answer): Promise<void> {
    // Until then the body stays where it is, on the wire.
    const first = await this.#reopened(nodeId);
    if (!first) return answer(404);
    if (addressToken(request, first.token) === "wrong") return turnAway(first, answer, "token");
    const body = await readBody(request, place);
    // A deploy may have begun meanwhile.
    const receiver = await this.#reopened(nodeId);
    if (!receiver) return answer(404);
    const checked = typeof body === "string" ? body : check(body, receiver);
    if (typeof checked === "string") return turnAway(receiver, answer, checked);
    await take(checked, receiver, answer);
  }

  async #reopened(nodeId: string): Promise<Receiver | undefined> {
    const waiting = this.#reopening.get(nodeId)?.waiting;
    if (waiting) await new Promise<void>((resolve) => waiting.add(resolve));
    return this.#open.get(nodeId);
  }

  #stopWaiting(nodeId: string): void {
    const reopening = this.#reopening.get(nodeId);
    this.#reopening.delete(nodeId);
    // Left running it would end the waiting of a later deploy.
    reopening?.stopTimer();
    for (const wake of reopening?.waiting ?? []) wake();
  }
}

/** Those of this process. */
const receivers = new Receivers();

/** Opens the address of a config node in this process: see `Receivers.open`. */
export const openReceiver = (nodeId: string, receiver: Receiver): ((forGood: boolean) => void) =>
  receivers.open(nodeId, receiver);

/** Answers a delivery to this process: see `Receivers.answer`. */
export const answerDelivery = (request: PostRequest, response: ServerResponse): Promise<void> =>
  receivers.answer(request, response);

const clockOf = ({ clock = patientClock }: Receiver): Clock => clock;

function turnAway(receiver: Receiver, answer: Answer, reason: TurnedAway): void {
  answer(isUnread(reason) ? STATUS[reason] : 403);
  receiver.onTurnedAway(reason);
}

const isUnread = (reason: TurnedAway): reason is Unread => Object.hasOwn(STATUS, reason);

/** The events in a body, or why it is turned away. */
function check(body: JsonObject, receiver: Receiver): readonly Delivery[] | TurnedAway {
  if (!isFromPortal(body, receiver.token)) return "token";
  const name = text(body["event"]);
  if (name === null) return "malformed";
  const data = isObject(body["data"]) ? body["data"] : {};
  if (namesOther(data, receiver.botId)) return "foreign-bot";
  const delivery = { name, id: null, date: body["ts"], data: withoutSecrets(data) };
  const own = splitDelivery(delivery, receiver.botId);
  return own.length > 0 ? own : "foreign-bot";
}

/** Whether it is for another bot, where it names exactly one. */
function namesOther(data: JsonObject, botId: number | null): boolean {
  const named = id(part(data["bot"], "id")) ?? id(data["BOT_ID"]);
  return botId !== null && named !== null && named !== botId;
}

/** Takes events, answers as soon as it is clear whether they are safe, or when the portal has waited long enough. */
async function take(deliveries: readonly Delivery[], receiver: Receiver, answer: Answer): Promise<void> {
  const clock = clockOf(receiver);
  const accepted = receiver.accept(deliveries);
  answer((await within(accepted, ANSWER_WITHIN, clock)) === "full" ? 503 : 200);
  const acceptance = await accepted;
  if (acceptance === "new") clock.soon(() => deliver(receiver));
  else receiver.onTurnedAway(acceptance === "full" ? "unwanted" : "repeated");
}

function deliver(receiver: Receiver): void {
  try {
    receiver.deliver();
  } catch (error) {
    // Nobody waits for this turn of the event loop, so that it would end the process.
    receiver.onFailed(asError(error));
  }
}

/** What `task` gives, or null after `duration` ms. */
async function within<Value>(task: Promise<Value>, duration: number, clock: Clock): Promise<Value | null> {
  let takeBack = (): void => undefined;
  const late = new Promise<null>((resolve) => {
    takeBack = clock.after(duration, () => resolve(null));
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    takeBack();
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function end(request: PostRequest, response: ServerResponse, status: number): void {
  if (response.writableEnded || response.headersSent) return;
  if (status >= 400) {
    // What is left of a body that was turned away is not waited for, and not kept.
    response.setHeader("Connection", "close");
    request.resume();
  }
  response.statusCode = status;
  response.end();
}
