/** Brings events to bots: into their queue, or by one POST to their handler. [S 8.5, 10.1] */
import { setMaxListeners } from "node:events";
import { v1EventData, v2EventData } from "./event-shapes";
import { Recent } from "./journal";
import type { Bot, BotEvent, Handlers } from "./model/entities";
import type { Portal } from "./model/portal";
import { buildQuery, type Params } from "./php";
import { post } from "./post";
import type { DeliveryView, EventsView } from "./types";

const MAX_DELIVERIES = 5000;
const MEMBER_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

interface Delivery extends DeliveryView {
  handler: string;
  body: string;
}

/** One end for any number of deliveries; listeners without a bound are what is meant here. */
function stopForAll(): AbortController {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return stop;
}

export class BotEvents {
  readonly #access: () => { portal: Portal; base: string };
  readonly #deliveries = new Recent<Delivery>(MAX_DELIVERIES);
  readonly #running = new Set<Promise<void>>();
  #stop = stopForAll();
  #lastId = 0;

  constructor(access: () => { portal: Portal; base: string }) {
    this.#access = access;
  }

  add(event: BotEvent): void {
    const { portal } = this.#access();
    const { bot } = event;
    if (bot.api === 1) {
      const handler = handlerFor(portal.handlers.get(bot.identity), event.name);
      if (handler)
        this.#send(bot, `ONIMBOT${event.name}`, withClientId(handler, clientId(bot)), v1EventData(portal, event));
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
    return { queued: this.#access().portal.queue.list(), deliveries };
  }

  /** The same body once more, as duplicates arrive on real portals. */
  resend(id: number): void {
    const known = this.#deliveries.find((delivery) => delivery.id === id);
    if (known === undefined) throw new Error(`There is no delivery ${id}`);
    this.#deliver({
      ...known,
      id: ++this.#lastId,
      at: this.#access().portal.now(),
      status: null,
      error: null,
      ms: null,
    });
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
    this.#deliver({
      id: ++this.#lastId,
      at: portal.now(),
      botId: bot.id,
      event,
      url: handler.split("?", 1)[0] ?? "",
      status: null,
      error: null,
      ms: null,
      handler,
      body,
    });
  }

  /** One attempt: an event that is not taken is lost. */
  #deliver(delivery: Delivery): void {
    const { portal } = this.#access();
    this.#deliveries.push(delivery);
    if (portal.settings.handlerNeedsClientId && !/[?&]CLIENT_ID=/.test(delivery.handler)) {
      delivery.error = "no CLIENT_ID in the handler's address";
      return;
    }
    const run = post(delivery.handler, delivery.body, this.#stop.signal)
      .then((status) => void (delivery.status = status))
      .catch((error: unknown) => void (delivery.error = error instanceof Error ? error.message : String(error)))
      .then(() => {
        delivery.ms = portal.now() - delivery.at;
        this.#running.delete(run);
        portal.changed("delivery");
      });
    this.#running.add(run);
  }
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
  }
}
