import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { AxiosInstance, AxiosStatic, CreateAxiosDefaults } from "axios";
import { isLoopback } from "./address";
import { systemClock, type Clock } from "./clock";
import { Stop, type StopSignal } from "./stop";

export interface HttpRequest {
  readonly url: string;
  readonly body: string;
  /** Longest time for request and whole answer, ms; undefined: the transport's own. */
  readonly timeout?: number | undefined;
  /** Ends it at once: nobody waits for the answer any more. */
  readonly signal?: StopSignal | undefined;
}

/** What became of a request. `sent` is false only when not a byte of it can have reached the portal. */
export type HttpOutcome =
  | { readonly kind: "answer"; readonly status: number; readonly location: string | null; readonly text: string }
  | { readonly kind: "failed"; readonly sent: boolean; readonly timedOut: boolean; readonly reason: string };

/** Sends one request; never rejects. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpOutcome>;
  /** Closes idle connections; running requests end by themselves. */
  close(): void;
}

export interface TransportTiming {
  /** Longest time until a connection stands, ms. */
  readonly connect: number;
  /** Longest time for request and answer, however slowly it drips, ms: the portal itself cuts after 60 s. [D limits.md] */
  readonly answer: number;
  /** How long an unused connection stays open, ms: shorter than the portal keeps it, so that none dies under a request. */
  readonly idle: number;
}

export const standardTiming: TransportTiming = { connect: 10_000, answer: 65_000, idle: 4_000 };

const LARGEST_ANSWER = 64 * 1024 * 1024;

let library: AxiosStatic | undefined;

/** A client without the defaults that are of no use here: with each request the library copies and checks all of them. */
function createClient(agents: { httpAgent: HttpAgent; httpsAgent: HttpsAgent }): AxiosInstance {
  const client = loadAxios().create({ ...COMMON, ...agents });
  // Not replaced: the client keeps to the object that it was made with.
  const { defaults } = client;
  delete defaults.transitional;
  delete defaults.env;
  defaults.headers = { ...HEADERS } as unknown as typeof defaults.headers;
  return client;
}

/** Loaded with the first request: most Node-RED installations start more often than they call. */
function loadAxios(): AxiosStatic {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would load the slower ES modules
  return (library ??= require("axios") as AxiosStatic);
}

/** What all requests have in common. */
const COMMON: CreateAxiosDefaults<string> = {
  method: "post",
  // A redirect followed by the library would become an empty GET, or carry the secret to a stranger.
  maxRedirects: 0,
  validateStatus: () => true,
  responseType: "text",
  // Text in, text out: what it means is read elsewhere.
  transformRequest: [],
  transformResponse: [],
  maxContentLength: LARGEST_ANSWER,
  maxBodyLength: Infinity,
};

const HEADERS = {
  "Content-Type": "application/json",
  Accept: "application/json",
  "User-Agent": "node-red-open-channels",
};

/**
 * The connections of one portal: kept alive while there is work, closed by us before the portal does it.
 * @param clock measures the times of `timing`
 */
export function createTransport(timing: TransportTiming = standardTiming, clock: Clock = systemClock): Transport {
  const agentOptions = { keepAlive: true, timeout: timing.idle, scheduling: "lifo" as const };
  const httpAgent = new HttpAgent(agentOptions);
  const httpsAgent = new HttpsAgent(agentOptions);
  let client: AxiosInstance | undefined;
  const isLocal = loopbackMemory();

  return {
    async send({ url, body, timeout = timing.answer, signal }) {
      const connection = new Connection(clock, timing.connect);
      // One end for everything that takes too long: the library counts silence, and a dripping answer is never silent.
      const end = new Stop();
      let timedOut = false;
      const stopTimer = clock.after(timeout, () => {
        timedOut = true;
        end.abort();
      });
      const stop = (): void => end.abort();
      signal?.addEventListener("abort", stop);
      if (signal?.aborted) end.abort();
      try {
        client ??= createClient({ httpAgent, httpsAgent });
        const answer = await client.request<unknown>({
          url,
          data: body,
          signal: end,
          transport: connection,
          // A proxy would look for this machine's portal on its own machine, and read the secret.
          ...(isLocal(url) && { proxy: false as const }),
        });
        if (connection.endedAtProxy)
          return { kind: "failed", sent: false, timedOut: false, reason: `the proxy answered with ${answer.status}` };
        const location: unknown = answer.headers["location"];
        return {
          kind: "answer",
          status: answer.status,
          location: typeof location === "string" ? location : null,
          text: typeof answer.data === "string" ? answer.data : "",
        };
      } catch (error) {
        const sent = connection.established;
        const reason = timedOut ? `no answer within ${timeout} ms` : oneLine(error);
        return { kind: "failed", sent, timedOut: timedOut && sent, reason };
      } finally {
        stopTimer();
        signal?.removeEventListener("abort", stop);
        connection.release();
      }
    },
    close() {
      for (const agent of [httpAgent, httpsAgent]) closeIdle(agent);
    },
  };
}

/** Says whether an address is this machine's. All requests of a transport go to one portal, or to two when it moves. */
function loopbackMemory(): (url: string) => boolean {
  let lastHost = "";
  let lastIsLocal = false;
  return (url) => {
    const path = url.indexOf("/", url.indexOf("//") + 2);
    const host = path < 0 ? url : url.slice(0, path);
    if (host !== lastHost) [lastHost, lastIsLocal] = [host, isLoopback(new URL(url).hostname)];
    return lastIsLocal;
  };
}

/** Closes what is unused now, and what is in use when its answer has come: calls of others may travel there. */
function closeIdle(agent: HttpAgent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

/**
 * Makes one request, and knows whether its connection stood (with TLS: was agreed), which decides whether the request can
 * have arrived; gives up on one that does not come about. A class, because the library copies plain objects.
 */
class Connection {
  established = false;
  /** Whether the answer is that of a proxy which did not let the request through. */
  endedAtProxy = false;
  readonly #clock: Clock;
  readonly #connectTime: number;
  #stopTimer: (() => void) | undefined;

  /** @param connectTime longest time until the connection stands, ms on `clock` */
  constructor(clock: Clock, connectTime: number) {
    this.#clock = clock;
    this.#connectTime = connectTime;
  }

  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    const secure = options.protocol === "https:";
    const request = (secure ? httpsRequest : httpRequest)(options, onAnswer);
    this.#stopTimer = this.#clock.after(this.#connectTime, () => {
      if (!this.established) request.destroy(new Error("no connection in time"));
    });
    // What a portal says over TLS comes encrypted; a proxy refuses the tunnel before there is any.
    if (secure)
      request.once("response", ({ socket }) => (this.endedAtProxy = !(socket as Partial<TLSSocket>).encrypted));
    request.once("socket", (socket: Socket) => {
      const ready = (): void => {
        this.established = true;
        this.release();
      };
      // A kept-alive connection is ready at once; on a new one both events can still come.
      if (request.reusedSocket || (!socket.connecting && !secure)) ready();
      else socket.once(secure ? "secureConnect" : "connect", ready);
    });
    return request;
  }

  release(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}

/** The deepest reason in one line, without the address that HTTP libraries put into their errors. */
function oneLine(error: unknown): string {
  let current: unknown = error;
  let text = "";
  for (let depth = 0; depth < 5 && current instanceof Error; depth++) {
    const { code } = current as { code?: unknown };
    text = typeof code === "string" && !code.startsWith("ERR_") ? code : current.message || text;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return text.replace(/\s+/g, " ");
}
