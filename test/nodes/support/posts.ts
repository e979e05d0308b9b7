import { createServer, request as post, type ClientRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "qs";
import type { Acceptance, Delivery } from "../../../open-channels/events/delivery";
import { Receivers, type Receiver } from "../../../nodes/runtime/receiver";
import type { JsonObject } from "../../../rest/envelope";
import { phpForm } from "../../open-channels/support/php-form";
import { VirtualClock } from "../../open-channels/support/virtual-clock";

export const TOKEN = "a-token-of-the-tests";
export const RIGHT = `/?CLIENT_ID=${TOKEN}`;
export const FORM = "application/x-www-form-urlencoded";

/** A body as the portal posts it. */
export const body = (event: string, data: JsonObject = {}, token = TOKEN): string =>
  phpForm({ event, data, ts: 1_790_000_000, auth: { application_token: token } });
export const DELIVERY = body("ONIMBOTV2MESSAGEADD", { bot: { id: 7 }, message: { id: 5, text: "hi" } });

/** Lets requests go their way, which no clock of the tests can hurry. */
export const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

/** A server with the addresses of one process, and what happens at them. */
export class Scene {
  readonly clock = new VirtualClock();
  readonly receivers: Receivers;
  readonly taken: [name: string, deliveries: readonly Delivery[]][] = [];
  readonly turnedAway: string[] = [];
  readonly failed: string[] = [];
  readonly requests: IncomingMessage[] = [];
  delivered = 0;
  ended = 0;
  acceptance: () => Promise<Acceptance> = () => Promise.resolve("new");
  readonly #server: Server;

  /** @param parsed whether another parser has read the body before */
  constructor(limits?: { requests: number; bytes: number }, parsed = false) {
    this.receivers = new Receivers(limits);
    this.#server = createServer((request, response) => {
      this.requests.push(request);
      const answer = (more: object): void => {
        const extended = Object.assign(request, { params: { id: "node" } }, more);
        void this.receivers.answer(extended, response).then(() => this.ended++);
      };
      if (parsed) void readAll(request).then((form) => answer({ body: parse(form, { allowPrototypes: true }) }));
      else answer({});
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  receiver(name: string, more: Partial<Receiver> = {}): Receiver {
    return {
      token: TOKEN,
      botId: null,
      clock: this.clock,
      accept: (deliveries) => {
        this.taken.push([name, deliveries]);
        return this.acceptance();
      },
      deliver: () => void this.delivered++,
      onTurnedAway: (reason) => void this.turnedAway.push(reason),
      onFailed: ({ message }) => void this.failed.push(message),
      ...more,
    };
  }

  open(name = "receiver", more: Partial<Receiver> = {}): (forGood: boolean) => void {
    return this.receivers.open("node", this.receiver(name, more));
  }

  /** Begins a post, its body still to be written. */
  begin(path: string, headers: Record<string, string | number> = {}): ClientRequest {
    const { port } = this.#server.address() as AddressInfo;
    return post({ host: "127.0.0.1", port, path, method: "POST", headers: { "Content-Type": FORM, ...headers } });
  }

  /** Posts an event; resolves when it has arrived, with its status to come. */
  async deliver(form = DELIVERY, path = "/"): Promise<{ status: Promise<number>; settled: () => boolean }> {
    const before = this.requests.length;
    let settled = false;
    const request = this.begin(path, { "Content-Length": Buffer.byteLength(form) });
    const status = statusOf(request).finally(() => (settled = true));
    request.end(form);
    await eventually(() => this.requests.length > before);
    await turns();
    return { status, settled: () => settled };
  }

  async status(form = DELIVERY, path = "/"): Promise<number> {
    return (await this.deliver(form, path)).status;
  }

  /** What the flow was given, by its receiver. */
  get names(): string[] {
    return this.taken.map(([name]) => name);
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The status of the answer; 0 when the connection broke before. */
export const statusOf = (request: ClientRequest): Promise<number> =>
  new Promise((resolve) => {
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on("error", () => resolve(0));
  });
