import type { Kept, Origin } from "./flow/nodes";
import type { FlowSpec, Plan } from "./flow/spec";
import type { Script, Step } from "./script";
import type { Subject } from "./subject";
import { Disk } from "./world/disk";
import { Network } from "./world/network";
import { NodeRed, type Saved } from "./world/nodered";
import { SimulatedPortal } from "./world/portal";
import { Random } from "./world/random";
import { VirtualTime } from "./world/time";
import { emptyTranscript, type FlowNote, type Transcript } from "./world/transcript";
import type { DeliveryCounts } from "./world/watch";

/** When simulated worlds begin. */
const START = Date.UTC(2026, 10, 2, 9);
/** How long a world goes on after its script, so that everything can come to its end, ms. */
const SETTLE = 150_000;
/** How much longer when messages are still under way, ms. */
const SETTLE_MORE = 700_000;
const USER_DIR = "/data";
const PUBLIC_URL = "https://nodered.example";

/** Lives one script through. The same script and subject give the same transcript. */
export async function run(script: Script, subject: Subject): Promise<Transcript> {
  const world = new World(script, subject);
  return world.live();
}

class World {
  readonly #script: Script;
  readonly #subject: Subject;
  readonly #time = new VirtualTime(START);
  readonly #transcript = emptyTranscript(START);
  readonly #random: Random;
  readonly #portal: SimulatedPortal;
  readonly #network: Network;
  readonly #disk: Disk;
  readonly #deliveries: DeliveryCounts = new Map();
  readonly #kept: Kept[] = [];
  readonly #plans = new Map<string, Plan>();
  #saved: Saved;
  #process: NodeRed | null = null;
  #boots = 0;
  #clockAhead = 0;
  #edit = 0;

  constructor(script: Script, subject: Subject) {
    this.#script = script;
    this.#subject = subject;
    this.#random = new Random(script.seed);
    const seeds = new Random(`${script.seed} world`);
    const stream = (): Random => new Random(seeds.int(0, 2 ** 32 - 1));
    const welcomeBotLeft = script.botStays ? "close" : "queue";
    this.#portal = new SimulatedPortal(this.#time, stream(), this.#transcript, { welcomeBotLeft });
    this.#network = new Network(this.#time, stream(), this.#portal, this.#transcript);
    this.#disk = new Disk(this.#time, stream());
    this.#disk.makeFolder(USER_DIR);
    this.#saved = {
      spec: script.flow,
      address: {
        botId: this.#portal.botId,
        botCode: this.#portal.botCode,
        operatorId: this.#portal.operators[0] ?? 0,
        lineId: 2,
        publicUrl: PUBLIC_URL,
        codeBesideId: false,
      },
      edits: {},
      extra: [],
      turns: 0,
      credentials: this.#credentials(),
    };
  }

  async live(): Promise<Transcript> {
    const { steps, length } = this.#script;
    const rejected = (reason: unknown): void => this.#crashed("unhandled rejection", reason);
    process.on("unhandledRejection", rejected);
    try {
      this.#begin();
      for (const step of steps) this.#time.after(step.at, () => this.#do(step));
      this.#time.after(length, () => this.#calmDown());
      this.#tick();
      await this.#time.run(START + length + SETTLE);
      if (this.#isBusy()) await this.#time.run(START + length + SETTLE + SETTLE_MORE);
    } catch (error) {
      this.#crashed("uncaught", error);
    } finally {
      process.off("unhandledRejection", rejected);
    }
    this.#transcript.end = this.#time.now;
    return this.#transcript;
  }

  #crashed(how: string, reason: unknown): void {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    this.#transcript.crashes.push(`${how}: ${text}`);
  }

  /** The portal does what is due by itself. */
  #tick(): void {
    this.#portal.advance();
    this.#time.after(5_000, () => this.#tick());
  }

  #isBusy(): boolean {
    return this.#transcript.visits.some(({ boot, exits }) => exits.length === 0 && boot === this.#process?.boot);
  }

  #calmDown(): void {
    this.#network.clearFaults();
    this.#disk.full = false;
    for (const operator of this.#portal.operators) this.#portal.setOnline(operator, true);
  }

  #credentials(): object {
    return { webhookUrl: this.#portal.webhookUrl, botToken: this.#portal.botToken };
  }

  #begin(): void {
    if (this.#process?.life.alive) return;
    const node = new NodeRed({
      subject: this.#subject,
      time: this.#time,
      random: new Random(this.#random.int(0, 2 ** 32 - 1)),
      transcript: this.#transcript,
      network: this.#network,
      disk: this.#disk,
      userDir: this.#script.memoryOnly ? undefined : USER_DIR,
      boot: ++this.#boots,
      deliveries: this.#deliveries,
      clockAhead: this.#clockAhead,
      world: {
        planOf: ({ tag }: Origin) => this.#plans.get(tag),
        record: (kind, { id }, { sim, delivery }) => this.#note(kind, id, sim, delivery),
        kept: this.#kept,
        botId: this.#portal.botId,
        operatorId: this.#saved.address.operatorId,
      },
    });
    this.#process = node;
    this.#network.target = node;
    this.#watched(node.start(this.#saved));
  }

  /** In the quiet time at the end it has to be there. */
  #beginAfter(down: number): void {
    const left = START + this.#script.length - this.#time.now;
    this.#time.after(Math.min(down, Math.max(left, 1_000)), () => this.#begin());
  }

  #note(kind: FlowNote["kind"], node: string, sim: number, delivery: number): void {
    this.#transcript.notes.push({ at: this.#time.now, boot: this.#boots, kind, node, sim, delivery });
  }

  #watched(work: Promise<void>): void {
    work.catch((error: unknown) => this.#crashed("flows", error));
  }

  #trouble(what: string, duration: number): void {
    this.#transcript.trouble.push({ from: this.#time.now, to: this.#time.now + duration, what });
  }

  #do(step: Step): void {
    const portal = this.#portal;
    switch (step.do) {
      case "client":
        if (step.plan) this.#plans.set(step.tag, step.plan);
        return portal.clientWrites(step.who, step.text, step.tag);
      case "edit":
        if (step.plan) this.#plans.set(step.tag, step.plan);
        return portal.edit(step.who, step.text, step.tag);
      case "commands":
        for (const tag of step.tags) if (step.plan) this.#plans.set(tag, step.plan);
        return portal.commands(step.who, step.commands, step.tags);
      case "react":
        if (step.plan) this.#plans.set(step.tag, step.plan);
        return portal.react(step.who, step.reaction, step.action, step.tag);
      case "crowd":
        return this.#crowd(step, 0);
      case "operator":
        return this.#operator(step);
      case "online":
        return portal.setOnline(portal.operators[step.operator] ?? 0, step.online);
      case "deploy":
        return this.#deploy(step);
      case "kill":
        this.#process?.kill(step.power === true);
        this.#trouble("away", step.down);
        return this.#beginAfter(step.down);
      case "stop":
        return this.#stop(step);
      case "fault":
        this.#network.addFault(step.fault);
        return this.#trouble(step.fault.what, step.fault.for ?? 60_000);
      case "disk-full":
        this.#disk.full = true;
        this.#trouble("disk", step.for);
        this.#time.after(step.for, () => (this.#disk.full = false));
        return;
      case "rename":
        portal.host = step.host;
        return;
      case "paste":
        this.#saved = { ...this.#saved, credentials: this.#credentials() };
        return this.#redeploy(step.type, ["portal"]);
      case "code-beside-id":
        this.#saved = { ...this.#saved, address: { ...this.#saved.address, codeBesideId: true } };
        return this.#redeploy(step.type, []);
      case "clock":
        this.#clockAhead = step.ahead;
        if (this.#process) this.#process.life.clockAhead = step.ahead;
        return;
      case "reader":
        this.#trouble("reader", step.for + 2_000);
        return this.#readElsewhere(this.#time.now + step.for, step.every);
      case "busy-address":
        portal.useRequests(step.requests);
        return this.#trouble("busy", 60_000);
      case "other-dialogs":
        for (let at = 0; at < step.count; at++)
          this.#process?.inject(step.node, { payload: { CHAT_ID: 1_000_000 + at } });
        return this.#trouble("busy", step.count * 30);
    }
  }

  #readElsewhere(until: number, every: number): void {
    if (this.#time.now > until) return;
    this.#portal.readElsewhere();
    this.#time.after(every, () => this.#readElsewhere(until, every));
  }

  #crowd(step: Extract<Step, { do: "crowd" }>, at: number): void {
    if (at >= step.count) return;
    const tag = `${step.tag}.${at}`;
    if (step.plan) this.#plans.set(tag, step.plan);
    this.#portal.clientWrites(`${step.who}${at}`, `hello ${tag}`, tag);
    this.#time.after(step.gap, () => this.#crowd(step, at + 1));
  }

  #operator({ who, operator, act }: Extract<Step, { do: "operator" }>): void {
    const id = this.#portal.operators[operator % this.#portal.operators.length] ?? 0;
    if (act === "take") this.#portal.operatorAnswers(who, id);
    else if (act === "finish") this.#portal.operatorFinishes(who, id);
    else if (this.#portal.hasSession(who)) this.#portal.operatorWrites(who, id, "I am here");
  }

  #deploy({ type, change, resend, add, rewire, second }: Extract<Step, { do: "deploy" }>): void {
    const edits = { ...this.#saved.edits };
    this.#edit++;
    for (const id of change) edits[id] = this.#edit;
    const extra = add === undefined ? this.#saved.extra : [...this.#saved.extra, add];
    const turns = this.#saved.turns + (rewire ? 1 : 0);
    const spec = second === undefined ? this.#saved.spec : withSecond(this.#saved.spec, second);
    this.#saved = { ...this.#saved, spec, edits, extra, turns };
    this.#redeploy(type, resend ? ["portal"] : []);
  }

  #redeploy(type: Parameters<NodeRed["deploy"]>[1], resend: readonly string[]): void {
    this.#trouble("deploy", 3_000);
    if (this.#process?.life.alive) this.#watched(this.#process.deploy(this.#saved, type, resend));
  }

  #stop({ down, wipe, patience }: Extract<Step, { do: "stop" }>): void {
    const node = this.#process;
    if (!node?.life.alive) return;
    this.#trouble("away", 20_000 + down);
    const again = (): void => {
      if (wipe) {
        this.#disk.wipe(`${USER_DIR}/bitrix24`);
        this.#transcript.lifecycle.push({ at: this.#time.now, kind: "wiped", boot: node.boot });
      }
      this.#beginAfter(down);
    };
    let isOver = false;
    const over = (): void => {
      if (!isOver) again();
      isOver = true;
    };
    this.#watched(node.stop().then(over));
    this.#time.after(patience ?? 20_000, () => {
      if (isOver) return;
      node.kill(false);
      over();
    });
  }
}

function withSecond(spec: FlowSpec, isThere: boolean): FlowSpec {
  const { second, ...rest } = spec;
  return isThere ? { ...rest, second: second ?? [{ el: "db" }] } : rest;
}
