import assert from "node:assert/strict";
import fc from "fast-check";
import { Bot, logged, type Emitted } from "./support/bot";

const NODES = [
  { id: "event", type: "bitrix24-event", wires: [["hold"]] },
  { id: "hold", type: "delay", wires: [["send"]] },
  { id: "send", type: "bitrix24-send", wires: [] },
];

type Step =
  | { readonly kind: "write" | "poll" | "handle" | "lose" | "restart" | "close" | "disk" }
  | { readonly kind: "pass"; readonly duration: number }
  | { readonly kind: "deploy"; readonly stopped: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<Step>({ kind: "write" }, { kind: "poll" }, { kind: "handle" }, { kind: "poll" }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Step>({ kind: "lose" }, { kind: "restart" }, { kind: "close" }, { kind: "disk" }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("pass" as const), duration: fc.constantFrom(30, 1_000, 5_000, 70_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("deploy" as const), stopped: fc.constantFrom("event", "hold", "send") }),
  },
);

/** A bot through several processes, with everything that was emitted and done. */
class Life {
  bot = this.#begin(new Bot());
  readonly emitted: string[] = [];
  readonly requests = new Map<unknown, string>();
  readonly faults: string[] = [];
  #written = 0;

  #begin(bot: Bot): Bot {
    bot.node();
    bot.flows(...NODES);
    return bot;
  }

  async take(step: Step): Promise<void> {
    const { bot } = this;
    if (step.kind === "write") bot.queue.write(++this.#written);
    if (step.kind === "poll") await bot.poll();
    if (step.kind === "handle") await this.#handle(bot.emitted[this.#written % Math.max(1, bot.emitted.length)]);
    if (step.kind === "lose" && bot.emitted.length > 0) bot.engine.end(bot.begin(bot.last).held, true);
    if (step.kind === "pass") await bot.pass(step.duration);
    if (step.kind === "deploy") await bot.deploy([step.stopped], ...NODES);
    if (step.kind === "disk") bot.disk.fails = bot.disk.fails("append") ? () => false : () => true;
    if (step.kind === "restart" || step.kind === "close") await this.#restart(step.kind === "close");
  }

  async #handle(emitted: Emitted | undefined): Promise<void> {
    if (emitted) await this.bot.handle(emitted);
  }

  async #restart(isClosed: boolean): Promise<void> {
    // What a failing disk loses is another subject.
    this.bot.disk.fails = () => false;
    await this.bot.pass(5_000);
    if (isClosed) await this.bot.engine.close();
    this.#remember();
    this.bot = this.#begin(await this.bot.restart());
  }

  #remember(): void {
    this.emitted.push(...this.bot.emitted.map(({ event }) => logged(event)));
    this.faults.push(...this.bot.faults);
    for (const { params } of this.bot.portal.requests) this.requests.set(params["key"], JSON.stringify(params));
  }

  /** Everything comes to rest. */
  async end(): Promise<{ readonly written: number; readonly left: number; readonly open: number }> {
    this.bot.disk.fails = () => false;
    await this.bot.polls(150_000);
    this.#remember();
    return { written: this.#written, left: this.bot.queue.events.size, open: this.bot.engine.openEvents };
  }
}

describe("whatever happens to a bot", () => {
  it("each event is delivered, no delivery twice, and nothing stays open or on the portal", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const life = new Life();
        for (const one of steps) await life.take(one);
        const { written, left, open } = await life.end();
        const events = new Set(life.emitted.map((one) => one.split("/")[0]));
        assert.equal(events.size, written);
        assert.equal(new Set(life.emitted).size, life.emitted.length, life.emitted.join());
        assert.deepEqual({ left, open, faults: life.faults }, { left: 0, open: 0, faults: [] });
      }),
      { numRuns: 40 },
    );
  });
});
