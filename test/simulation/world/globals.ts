import * as realCrypto from "node:crypto";
import type { Random } from "./random";
import type { VirtualTime } from "./time";

/** Node.js turns longer pauses into none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What a simulated process takes for Node.js' own: everything in which time or chance shows. */
export interface Globals {
  readonly setTimeout: (task: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => VirtualTimer;
  readonly setInterval: (task: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => VirtualTimer;
  readonly setImmediate: (task: (...args: unknown[]) => void, ...args: unknown[]) => VirtualTimer;
  readonly clearTimeout: (timer: unknown) => void;
  readonly clearInterval: (timer: unknown) => void;
  readonly clearImmediate: (timer: unknown) => void;
  readonly Date: DateConstructor;
  readonly performance: { readonly timeOrigin: number; now(): number };
  readonly crypto: object;
  readonly timersPromises: object;
  readonly process: object;
  readonly Math: Math;
}

export class VirtualTimer {
  entry: { run: (() => void) | null };

  constructor(entry: VirtualTimer["entry"]) {
    this.entry = entry;
  }

  takeBack(): void {
    this.entry.run = null;
  }

  unref(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

export interface Life {
  /** Nothing of a dead process runs any more. */
  alive: boolean;
  /** Infinity as long as it lives, ms. */
  diedAt: number;
  /** How far this machine's clock is ahead of the world's, ms. */
  clockAhead: number;
  /** This process is at work from now on. */
  enter: () => void;
}

/** The globals of one process in one world. */
export function globalsOf(time: VirtualTime, random: Random, life: Life, pid: number): Globals {
  const bornAt = time.now;
  const timeOrigin = time.now + life.clockAhead;
  const start = (delay: number, task: () => void): VirtualTimer["entry"] =>
    time.add(delay, () => {
      if (!life.alive) return;
      life.enter();
      task();
    });
  const pauseOf = (delay: unknown): number => {
    const pause = Number(delay);
    return pause >= 1 && pause <= LONGEST_TIMER ? pause : 1;
  };
  const setTimeout: Globals["setTimeout"] = (task, delay, ...args) =>
    new VirtualTimer(start(pauseOf(delay), args.length === 0 ? task : () => task(...args)));
  const setInterval: Globals["setInterval"] = (task, delay, ...args) => {
    const again = (): void => {
      timer.entry = start(pauseOf(delay), again);
      task(...args);
    };
    const timer = new VirtualTimer(start(pauseOf(delay), again));
    return timer;
  };
  const setImmediate: Globals["setImmediate"] = (task, ...args) => {
    const entry: VirtualTimer["entry"] = { run: () => task(...args) };
    time.soon(() => {
      if (entry.run === null || !life.alive) return;
      life.enter();
      entry.run();
    });
    return new VirtualTimer(entry);
  };
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.takeBack();
  };
  const wall = (): number => Math.floor(time.now + life.clockAhead);
  const performance = { timeOrigin, now: () => time.now - bornAt };
  return {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    Date: dateOf(wall),
    performance,
    crypto: cryptoOf(random),
    timersPromises: {
      setTimeout: (delay?: number, value?: unknown) =>
        new Promise((resolve) => setTimeout(() => resolve(value), delay)),
      setImmediate: (value?: unknown) => new Promise((resolve) => setImmediate(() => resolve(value))),
    },
    process: Object.create(process, { pid: { value: pid } }) as object,
    Math: Object.create(Math, { random: { value: () => random.next() } }) as Math,
  };
}

function dateOf(wall: () => number): DateConstructor {
  return class extends Date {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [wall()] : args) as [number]));
    }
    static override now(): number {
      return wall();
    }
  } as DateConstructor;
}

function cryptoOf(random: Random): object {
  const randomBytes = (size: number): Buffer => random.bytes(size);
  const randomUUID = (): string => {
    const bytes = random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const randomInt = (low: number, high?: number): number =>
    high === undefined ? random.int(0, low - 1) : random.int(low, high - 1);
  return { ...realCrypto, randomBytes, randomUUID, randomInt };
}
