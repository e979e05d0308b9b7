/** Brings events to bots: into their queue, or by one POST to their handler. [S 8.5, 10.1] */
import { setMaxListeners } from "node:events";
import type { Bot, BotEvent, Handlers } from "../portal/entities";
import { Recent } from "../portal/journal";
import type { Portal } from "../portal/memory";
import type { Params } from "../portal/php";
import type { DeliveryView, EventsView } from "../portal/view-types";
import { v1EventData, v2EventData } from "./event-shapes";
import { buildQuery } from "./forms";

const MAX_DELIVERIES = 5000;
const FORM = "application/x-www-form-urlencoded";
const MEMBER_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

interface Delivery extends DeliveryView {
  handler: string;
  body: string;
}

/** What goes to a handler's address. */
export interface PostedEvent {
  deliveryId: number;
  botId: number;
  /** `ONIMBOTV2MESSAGEADD`, … */
  event: string;
  /** With its query string. */
  url: string;
  contentType: string;
  /** Form-encoded. */
  body: string;
}

type Planned = Pick<Delivery, "botId" | "event" | "url" | "handler" | "body">;

/** Brings one event to a handler's address and gives the status of the answer. */
export type Post = (event: PostedEvent, signal: AbortSignal) => number | Promise<number>;

/** One end for any number of deliveries; listeners without a bound are what is meant here. */
function stopForAll(): AbortController {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return stop;
}

export class BotEvents {
  readonly #access: () => { portal: Portal; base: string };
  readonly #post: Post;
  readonly #deliveries = new Recent<Delivery>(MAX_DELIVERIES);
  readonly #running = new Set<Promise<void>>();
  #stop = stopForAll();
  #lastId = 0;

  constructor(access: () => { portal: Portal; base: string }, post: Post) {
    this.#access = access;
    this.#post = post;
  }

  add(event: BotEvent): void {
    const { portal } = this.#access();
    const { bot } = event;
    if (bot.api === 1) {
      const handler = handlerFor(portal.handlers.get(bot.identity), event.name);
      if (handler)
        this.#send(bot, v1Name(event.name), withClientId(handler, clientId(bot)), v1EventData(portal, event));
    } else if (bot.eventMode === "fetch") {
      const data = v2EventData(portal, event, true);
      portal.queue.add(bot.id, `ONIMBOTV2${event.name}`, data, portal.now(), portal.random);
      portal.changed("event");
    } else if (bot.webhookUrl !== null) {
      this.#send(bot, `ONIMBOTV2${event.name}`, bot.webhookUrl, v2EventData(portal, event, false));
    }
  }

  view(): EventsView {
    const deliveries = this.#deliveries.list().map(({ handler: _handler, body: _body, ...view }) => view);
    const { portal } = this.#access();
    return { queued: portal.queue.list(portal.now()), deliveries };
  }

  /** The same body once more, as duplicates arrive on real portals. */
  resend(id: number): void {
    const known = this.#deliveries.find((delivery) => delivery.id === id);
    if (known === undefined) throw new Error(`There is no delivery ${id}`);
    this.#deliver(known);
  }

  clear(): void {
    this.#stop.abort();
    this.#stop = stopForAll();
    this.#deliveries.clear();
    this.#access().portal.queue.clear();
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #send(bot: Bot, event: string, handler: string, data: Params): void {
    const { portal, base } = this.#access();
    const host = new URL(base).host;
    const body = buildQuery({
      event,
      event_handler_id: bot.id,
      data,
      ts: Math.floor(portal.now() / 1000),
      auth: {
        domain: host,
        client_endpoint: `${base}/rest/`,
        server_endpoint: `${base}/rest/`,
        member_id: MEMBER_ID,
        application_token: bot.api === 1 ? clientId(bot) : bot.identity,
      },
    });
    this.#dispatch({ botId: bot.id, event, url: handler.split("?", 1)[0] ?? "", handler, body });
  }

  /** At once, or as the settings `postTwice` and `postDelayMs` leave it to chance; then the order is not kept either. */
  #dispatch(planned: Planned): void {
    const { portal } = this.#access();
    const { postTwice, postDelayMs } = portal.settings;
    const copies = postTwice > 0 && portal.random.next() < postTwice ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = postDelayMs > 0 ? portal.random.int(postDelayMs + 1) : 0;
      if (delay === 0) this.#deliver(planned);
      else portal.schedule.add(portal.now() + delay, () => this.#deliver(planned));
    }
  }

  /** One attempt: an event that is not taken is lost. */
  #deliver({ botId, event, url, handler, body }: Planned): void {
    const { portal } = this.#access();
    const started = { id: ++this.#lastId, at: portal.now(), status: null, error: null, ms: null };
    const delivery: Delivery = { ...started, botId, event, url, handler, body };
    this.#deliveries.push(delivery);
    if (portal.settings.handlerNeedsClientId && !/[?&]CLIENT_ID=/.test(handler)) {
      delivery.error = "no CLIENT_ID in the handler's address";
      return;
    }
    const ended = (end: { status: number } | { error: string }): void => {
      Object.assign(delivery, end, { ms: portal.now() - delivery.at });
      portal.changed("delivery");
    };
    const posted = { deliveryId: delivery.id, botId, event, url: handler, contentType: FORM, body };
    const status = this.#post(posted, this.#stop.signal);
    if (typeof status === "number") return ended({ status });
    const run = status
      .then((answered) => ended({ status: answered }))
      .catch((error: unknown) => ended({ error: error instanceof Error ? error.message : String(error) }))
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }
}

function v1Name(name: BotEvent["name"]): string {
  return name === "COMMANDADD" ? "ONIMCOMMANDADD" : `ONIMBOT${name}`;
}

/** The CLIENT_ID behind an identity. */
function clientId(bot: Bot): string {
  return bot.identity.slice("custom".length);
}

/** Appended as it is, not encoded. [S 7.1] */
function withClientId(handler: string, id: string): string {
  return `${handler}${handler.includes("?") ? "&" : "?"}CLIENT_ID=${id}`;
}

function handlerFor(handlers: Handlers | undefined, name: BotEvent["name"]): string {
  if (handlers === undefined) return "";
  switch (name) {
    case "MESSAGEADD":
      return handlers.messageAdd;
    case "MESSAGEUPDATE":
      return handlers.messageUpdate;
    case "MESSAGEDELETE":
      return handlers.messageDelete;
    case "JOINCHAT":
      return handlers.welcome;
    case "DELETE":
      return handlers.botDelete;
    case "COMMANDADD":
      return handlers.commandAdd;
    case "REACTIONCHANGE":
      // 1.0 knows none.
      return "";
  }
}
