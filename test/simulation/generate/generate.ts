import type { Plan } from "../flow/spec";
import { buildFlow } from "../flow/build";
import type { Script, Step } from "../script";
import { Random } from "../world/random";
import { busyPortal, someFault } from "./faults";
import { randomFlow, type ChainName, type Theme } from "./flow";
import { THEMES, TURNS, USUAL } from "./turns";

const MINUTE = 60_000;

/** A script made of nothing but its seed. */
export function generate(seed: number): Script {
  return new Author(seed).write();
}

class Author {
  readonly #seed: number;
  readonly #random: Random;
  readonly #theme: Theme;
  readonly #steps: Step[] = [];
  readonly #names: readonly ChainName[];
  readonly #flow: Script["flow"];
  readonly #nodes: readonly string[];
  readonly #actions: readonly string[];
  readonly #length: number;
  #tags = 0;
  #renames = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(`script ${seed}`);
    this.#theme = this.#random.weighted(THEMES);
    const { flow, names } = randomFlow(this.#random, this.#theme);
    this.#flow = flow;
    this.#names = names;
    this.#length = this.#random.int(30, 150) * MINUTE;
    const address = { botId: 1, botCode: "b", operatorId: 1, lineId: 1, publicUrl: "", codeBesideId: false };
    const nodes = buildFlow(flow, address, {}).filter(({ type }) => type !== "tab");
    this.#nodes = nodes.map(({ id }) => id);
    const actions = nodes.filter(({ type, z }) => type.startsWith("bitrix24-") && type !== "bitrix24-event" && z);
    this.#actions = actions.length > 0 ? actions.map(({ id }) => id) : this.#nodes;
  }

  write(): Script {
    const random = this.#random;
    const episodes = Math.round((this.#length / MINUTE / 60) * random.spread(5, 40));
    for (let at = 0; at < episodes; at++) this.#episode(random.int(5_000, this.#length - MINUTE));
    if (this.#theme === "crowd") this.#crowd();
    if (random.chance(0.15)) this.#people();
    const steps = this.#steps.filter(({ at }) => at < this.#length).sort((one, other) => one.at - other.at);
    return {
      seed: this.#seed,
      length: this.#length,
      flow: this.#flow,
      botStays: random.chance(0.6),
      ...(random.chance(0.03) && { memoryOnly: true }),
      steps,
    };
  }

  #tag(): string {
    return `m${++this.#tags}`;
  }

  #chain(...wanted: ChainName[]): number {
    const found = wanted.map((name) => this.#names.indexOf(name)).filter((at) => at >= 0);
    return found.length > 0 ? this.#random.pick(found) : this.#random.int(0, this.#names.length - 1);
  }

  #plan(chain = this.#chain()): Plan {
    const random = this.#random;
    const keeps = this.#names[chain] === "keep";
    return {
      chain,
      wait: random.spread(200, 45_000),
      // Other words in another order would be other texts.
      ...random.pick([{}, {}, { reword: true }, { swap: true }]),
      ...(keeps && {
        reminders: Array.from({ length: random.int(1, 4) }, (_, at) => (at + 1) * random.spread(20_000, 25 * MINUTE)),
      }),
    };
  }

  #client(at: number, who: string, plan = this.#plan()): void {
    const tag = this.#tag();
    this.#steps.push({ at, do: "client", who, text: `hello ${tag}`, tag, plan });
  }

  /** One client writes, and something happens about then. */
  #episode(at: number): void {
    const random = this.#random;
    const who = `client ${random.int(1, 5)}`;
    const turn = random.weighted({ ...USUAL, ...TURNS[this.#theme] });
    if (turn === "fault") this.#steps.push(someFault(random, at - random.int(0, 2_000)));
    if (/^(kill|power|stop|wipe|deploy)$/.test(turn) && random.chance(0.25))
      this.#steps.push(someFault(random, at - random.int(0, 2_000)));
    if (turn === "busy") this.#steps.push({ at: at - 500, do: "busy-address", requests: random.int(40, 80) });
    this.#client(at, who);
    const soon = at + random.spread(100, 20_000);
    switch (turn) {
      case "more":
        for (let more = random.int(1, 4), when = at; more > 0; more--)
          this.#client((when += random.spread(50, 30_000)), random.chance(0.8) ? who : `client ${random.int(1, 5)}`);
        return;
      case "zero":
        this.#steps.push({
          at: soon,
          do: "client",
          who,
          text: random.pick(["0", " 0 "]),
          tag: this.#tag(),
          plan: this.#plan(),
        });
        return this.#client(soon + random.spread(500, 60_000), who);
      case "operator":
        return this.#operator(soon, who, "write");
      case "take":
        return this.#operator(soon, who, "take");
      case "finish":
        this.#operator(soon, who, "write");
        return this.#operator(soon + random.spread(1_000, 120_000), who, "finish");
      case "client-operator-client":
        this.#operator(at + random.spread(100, 3_000), who, "write");
        return this.#client(at + random.spread(3_000, 9_000), who);
      case "deploy":
        if (random.chance(0.3)) this.#steps.push(busyPortal(random, at - 200));
        return this.#deploy(soon);
      case "kill":
      case "power":
        this.#steps.push({
          at: soon,
          do: "kill",
          down: random.spread(500, 90 * MINUTE),
          ...(turn === "power" && { power: true }),
        });
        return this.#meanwhile(soon, who);
      case "stop":
      case "wipe": {
        const patience = random.chance(0.3) ? { patience: random.int(500, 12_000) } : {};
        const wipe = turn === "wipe" ? { wipe: true } : {};
        this.#steps.push({ at: soon, do: "stop", down: random.spread(500, 90 * MINUTE), ...wipe, ...patience });
        return this.#meanwhile(soon, who);
      }
      case "edit":
        this.#steps.push({ at: soon, do: "edit", who, text: `changed ${who}`, tag: this.#tag(), plan: this.#plan() });
        if (random.chance(0.5))
          this.#steps.push({
            at: soon + random.int(50, 900),
            do: "edit",
            who,
            text: "changed again",
            tag: this.#tag(),
            plan: this.#plan(),
          });
        return;
      case "press":
        return this.#press(soon, who);
      case "others":
        this.#operator(soon, who, "write");
        if (!this.#names.includes("finish")) return;
        this.#steps.push({ at: soon + 5_000, do: "other-dialogs", count: 5_005, node: this.#finishNode() });
        return this.#client(soon + random.int(100_000, 400_000), who);
      case "paste":
        return this.#paste(soon, who);
      case "clock":
        // What a machine takes for the time shows at the next start.
        this.#steps.push({
          at: soon,
          do: "clock",
          ahead: random.pick([-1, 1]) * random.spread(1_000, 3 * 24 * 60 * MINUTE),
        });
        this.#steps.push({ at: soon + 10, do: random.chance(0.5) ? "kill" : "stop", down: random.spread(500, 60_000) });
        return this.#meanwhile(soon, who);
      case "disk":
        this.#steps.push({ at: at - 1_000, do: "disk-full", for: random.spread(2_000, 10 * MINUTE) });
        return;
      case "reader":
        this.#steps.push({
          at: at - 1_000,
          do: "reader",
          for: random.spread(2_000, 5 * MINUTE),
          every: random.spread(500, 10_000),
        });
        return;
      case "nothing":
      case "fault":
      case "busy":
        return;
    }
  }

  /** While Node-RED is down people go on talking. */
  #meanwhile(at: number, who: string): void {
    const random = this.#random;
    if (random.chance(0.4)) this.#client(at + random.spread(100, 20_000), who);
    if (random.chance(0.3)) this.#operator(at + random.spread(100, 40_000), who, "write");
    // One that dies again while it starts.
    if (random.chance(0.15))
      this.#steps.push({ at: at + random.spread(1_000, 60_000), do: "kill", down: random.spread(500, 5_000) });
  }

  #operator(at: number, who: string, act: "write" | "take" | "finish"): void {
    this.#steps.push({ at, do: "operator", who, operator: this.#random.int(0, 1), act });
  }

  #deploy(at: number): void {
    const random = this.#random;
    const kinds = random.weighted({ one: 5, action: 3, event: 3, config: 3, some: 2, none: 0.5, added: 0.5 });
    const type = random.weighted({ nodes: 5, flows: 3, full: 1 });
    const change =
      kinds === "event"
        ? ["event"]
        : kinds === "config"
          ? ["portal"]
          : kinds === "one" || kinds === "action"
            ? [random.pick(kinds === "one" ? this.#nodes : this.#actions)]
            : kinds === "some"
              ? [random.pick(this.#nodes), random.pick(this.#nodes), random.pick(this.#nodes)]
              : [];
    this.#steps.push({
      at,
      do: "deploy",
      type,
      change,
      ...(random.chance(0.1) && { resend: true }),
      ...(kinds === "added" && { add: `added${at}` }),
      ...(random.chance(0.07) && { rewire: true }),
      ...(random.chance(0.05) && { second: random.chance(0.5) }),
    });
  }

  #press(at: number, who: string): void {
    const random = this.#random;
    const command = (params: string): { command: string; params: string } => ({ command: "/pick", params });
    const common = { do: "commands" as const, who, plan: this.#plan() };
    if (random.chance(0.3)) {
      this.#steps.push({
        at,
        ...common,
        commands: [command("12"), { command: "/price", params: "7" }],
        tags: [this.#tag(), this.#tag()],
      });
      return;
    }
    if (random.chance(0.5)) {
      this.#steps.push({ at, ...common, commands: [command("yes")], tags: [this.#tag()] });
      this.#steps.push({
        at: at + random.spread(300, 60_000),
        ...common,
        commands: [command("no")],
        tags: [this.#tag()],
      });
      return;
    }
    const react = (when: number, reaction: string, action: "add" | "delete"): void =>
      void this.#steps.push({ at: when, do: "react", who, reaction, action, tag: this.#tag() });
    react(at, "like", "add");
    react(at + 300, "like", "delete");
    react(at + 600, "kiss", "add");
  }

  #finishNode(): string {
    return `c${this.#names.indexOf("finish")}-2`;
  }

  #paste(at: number, who: string): void {
    this.#operator(at, who, "write");
    const when = at + this.#random.int(10_000, 60_000);
    if (this.#flow.bot === "id" && this.#random.chance(0.5))
      this.#steps.push({ at: when, do: "code-beside-id", type: this.#random.pick(["full", "nodes"]) });
    else {
      this.#steps.push({ at: when, do: "rename", host: `renamed${++this.#renames}.bitrix24.com` });
      this.#steps.push({
        at: when + this.#random.int(5_000, 300_000),
        do: "paste",
        type: this.#random.pick(["full", "nodes"]),
      });
    }
    this.#client(when + this.#random.int(310_000, 400_000), who);
  }

  /** Many clients within minutes, with one message among them that nobody answers. */
  #crowd(): void {
    const random = this.#random;
    const at = random.int(60_000, Math.max(61_000, this.#length - 10 * MINUTE));
    this.#client(at, "ignored", { chain: this.#chain("ignore"), wait: 1_000 });
    const count = random.spread(100, 1_200);
    const gap = random.int(60, 300);
    const plan = { chain: this.#chain("answer"), wait: 300 };
    this.#steps.push({ at: at + 500, do: "crowd", who: "crowd ", count, gap, tag: this.#tag(), plan });
    for (let late = random.int(2, 6); late > 0; late--)
      this.#client(at + random.int(1_000, count * gap + 30_000), `newcomer ${late}`, plan);
  }

  /** People come and go. */
  #people(): void {
    const random = this.#random;
    for (let times = random.int(1, 6); times > 0; times--)
      this.#steps.push({
        at: random.int(0, this.#length),
        do: "online",
        operator: random.int(0, 1),
        online: random.chance(0.5),
      });
  }
}
