import { Readable } from "node:stream";
import type { HttpOutcome, HttpRequest, Transport } from "../../../rest/http";
import type { PostedEvent } from "../../../sandbox/rest/events";
import type { SimulatedPortal } from "./portal";
import type { Random } from "./random";
import type { Life } from "./globals";
import type { VirtualTime } from "./time";
import type { PortalEvent, Transcript, Wire } from "./transcript";
import type { NetworkFault } from "../script";

type FaultKind = NetworkFault["what"];

/** How long a transport waits when it is not told, ms. */
const USUAL_TIMEOUT = 65_000;
/** How long a request stays in the process before the operating system has it, ms. */
const LEAVES_WITHIN = 1;

/** Who takes posts at the moment. */
export interface PostTarget {
  readonly boot: number;
  readonly life: Life;
  route(path: string): { readonly handler: (request: object, response: object) => void; readonly id: string } | null;
}

/** The way between Node-RED and the portal, with everything that can happen on it. */
export class Network {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #portal: SimulatedPortal;
  readonly #transcript: Transcript;
  readonly #faults: (NetworkFault & { left: number })[] = [];
  target: PostTarget | null = null;

  constructor(time: VirtualTime, random: Random, portal: SimulatedPortal, transcript: Transcript) {
    this.#time = time;
    this.#random = random;
    this.#portal = portal;
    this.#transcript = transcript;
    portal.onPost = (event, of) => this.#post(event, of);
  }

  addFault(fault: NetworkFault): void {
    const until = this.#time.now + (fault.for ?? Infinity);
    const entry = { ...fault, left: fault.count ?? Infinity };
    this.#faults.push(entry);
    if (Number.isFinite(until))
      this.#time.after(until - this.#time.now, () => {
        this.#faults.splice(this.#faults.indexOf(entry), 1);
      });
  }

  clearFaults(): void {
    this.#faults.length = 0;
  }

  /** The connections of one process. */
  transportFor(boot: number, life: Life): Transport {
    return {
      send: (request) => this.#send(request, boot, life),
      close: () => undefined,
    };
  }

  #send({ url, body, timeout = USUAL_TIMEOUT, signal }: HttpRequest, boot: number, life: Life): Promise<HttpOutcome> {
    const address = new URL(url);
    const method = address.pathname.slice(address.pathname.lastIndexOf("/") + 1);
    const fault = this.#faults.length === 0 ? null : this.#strike(method, body);
    // Polls are too many to be kept, and say nothing that is not known otherwise.
    const isKept = fault !== null || !method.endsWith(".Event.get");
    const wire: Wire = {
      id: isKept ? this.#transcript.wires.length + 1 : 0,
      boot,
      method,
      leftAt: this.#time.now,
      arrivedAt: Infinity,
      answeredAt: Infinity,
      fault,
    };
    if (isKept) this.#transcript.wires.push(wire);
    return new Promise((resolve) => {
      let told: readonly number[] = [];
      const end = (outcome: HttpOutcome): void => {
        if (wire.answeredAt !== Infinity || !life.alive) return;
        life.enter();
        wire.answeredAt = this.#time.now;
        if (outcome.kind === "answer") for (const sim of told) this.#known(sim, boot);
        resolve(outcome);
      };
      if (fault !== null) {
        this.#time.after(timeout, () => end(failed(true, true, "timeout")));
        signal?.addEventListener("abort", () => end(failed(true, false, "aborted")));
      }
      if (fault === "down") {
        this.#time.after(this.#random.int(2, 60), () => end(failed(false, false, "ECONNREFUSED")));
        return;
      }
      this.#time.after(this.#latency(fault), () => {
        // What the process had not given to the operating system before it died never leaves.
        if (life.diedAt <= wire.leftAt + LEAVES_WITHIN) return;
        if (fault === "lose-request") return end(failed(true, false, "ECONNRESET"));
        if (fault === "swallow-request") return;
        wire.arrivedAt = this.#time.now;
        const { outcome, sims } = this.#atPortal(address, body, wire, fault);
        told = sims;
        if (fault === "swallow-answer") return;
        const sent = fault === "lose-answer" ? failed(true, false, "ECONNRESET") : outcome;
        this.#time.after(this.#latency(fault), () => end(sent));
      });
    });
  }

  #atPortal(address: URL, body: string, wire: Wire, fault: FaultKind | null): Arrived {
    if (fault === "busy")
      return answer(503, '{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}');
    if (fault === "page") return answer(502, "<html><body>Bad Gateway</body></html>");
    if (address.host !== this.#portal.host) return answer(302, "", `https://${this.#portal.host}${address.pathname}`);
    const { status, text, location, sims } = this.#portal.handle(address.pathname, body, wire.id);
    if (fault === "page-after") return answer(500, "<html><body>Error</body></html>");
    return answer(status, text, location, sims);
  }

  #latency(fault: FaultKind | null): number {
    const usual = this.#random.int(8, 90);
    return fault === "slow" ? usual + this.#random.spread(500, 20_000) : usual;
  }

  #strike(method: string, body: string): FaultKind | null {
    for (const fault of this.#faults) {
      if (fault.left <= 0 || fault.what.startsWith("post-")) continue;
      if (fault.method !== undefined && !new RegExp(fault.method, "i").test(method === "batch" ? body : method))
        continue;
      if (!this.#random.chance(fault.chance ?? 1)) continue;
      fault.left--;
      return fault.what;
    }
    return null;
  }

  #known(sim: number, boot: number): void {
    const event = this.#transcript.events[sim - 1];
    if (event && !event.knownTo.has(boot)) event.knownTo.set(boot, this.#time.now);
  }

  #post(event: PostedEvent, of: PortalEvent): void {
    const struck = this.#faults.filter(
      ({ what, chance, left }) => what.startsWith("post-") && left > 0 && this.#random.chance(chance ?? 1),
    );
    for (const fault of struck) fault.left--;
    const has = (what: FaultKind): boolean => struck.some((fault) => fault.what === what);
    if (has("post-lost")) return;
    const copies = has("post-twice") ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const late = has("post-late") || copy > 0 ? this.#random.spread(20, 8_000) : 0;
      this.#time.after(this.#random.int(3, 30) + late, () => this.#deliver(event, of));
    }
  }

  #deliver(event: PostedEvent, of: PortalEvent): void {
    const { target } = this;
    const route = target?.life.alive ? target.route(new URL(event.url).pathname) : null;
    if (!target || !route) return;
    const body = Buffer.from(event.body);
    const headers = { "content-type": event.contentType, "content-length": String(body.length) };
    const request = Object.assign(Readable.from([body]), {
      headers,
      params: { id: route.id },
      query: Object.fromEntries(new URL(event.url).searchParams),
      method: "POST",
      url: event.url,
    });
    const answered = (status: number): void => {
      if (status !== 200 || !target.life.alive) return;
      of.taken = true;
      this.#known(of.sim, target.boot);
    };
    target.life.enter();
    route.handler(request, responseFor(answered));
  }
}

const failed = (sent: boolean, timedOut: boolean, reason: string): HttpOutcome => ({
  kind: "failed",
  sent,
  timedOut,
  reason,
});

interface Arrived {
  readonly outcome: HttpOutcome;
  /** Events that the answer tells of. */
  readonly sims: readonly number[];
}

const answer = (
  status: number,
  text: string,
  location: string | null = null,
  sims: readonly number[] = [],
): Arrived => ({
  outcome: { kind: "answer", status, location, text },
  sims,
});

function responseFor(answered: (status: number) => void): object {
  const response = {
    statusCode: 200,
    headersSent: false,
    setHeader: () => response,
    writeHead(status: number) {
      response.statusCode = status;
      return response;
    },
    status(status: number) {
      response.statusCode = status;
      return response;
    },
    on: () => response,
    once: () => response,
    end() {
      response.headersSent = true;
      answered(response.statusCode);
    },
    send: () => response.end(),
    json: () => response.end(),
    sendStatus(status: number) {
      response.statusCode = status;
      response.end();
    },
  };
  return response;
}
