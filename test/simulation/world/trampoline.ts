import type { Globals, Life } from "./globals";

/** What a process takes from Node.js. */
export interface Inside {
  readonly globals: Globals;
  readonly fs: { readonly fs: object; readonly promises: object };
  readonly life: Life;
}

/** Globals that lead to those of whichever process is at work, so that all processes can run the same warm code. */
export interface Trampoline {
  readonly globals: Globals;
  readonly fs: object;
  readonly promises: object;
  /** From now on this process is at work. */
  enter(inside: Inside): void;
}

export function trampoline(first: Inside): Trampoline {
  let current = first;
  const led = <Target extends object>(of: (inside: Inside) => Target): Target => {
    const sample = of(first);
    const entries = Object.keys(sample).map((key) => {
      const value = (sample as Record<string, unknown>)[key];
      const lead = (...args: unknown[]): unknown =>
        ((of(current) as Record<string, unknown>)[key] as (...given: unknown[]) => unknown)(...args);
      return [key, typeof value === "function" && !isClass(value) ? lead : value] as const;
    });
    return Object.fromEntries(entries) as Target;
  };
  class NowDate extends Date {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [current.globals.Date.now()] : args) as [number]));
    }
    static override now(): number {
      return current.globals.Date.now();
    }
  }
  const { globals } = first;
  const math = Object.create(Math, { random: { value: () => current.globals.Math.random() } }) as Math;
  return {
    globals: {
      ...led(({ globals: own }) => own),
      Date: NowDate as unknown as DateConstructor,
      performance: {
        get timeOrigin() {
          return current.globals.performance.timeOrigin;
        },
        now: () => current.globals.performance.now(),
      },
      crypto: led((inside) => inside.globals.crypto),
      timersPromises: led((inside) => inside.globals.timersPromises),
      process: globals.process,
      Math: math,
    },
    fs: led((inside) => inside.fs.fs),
    promises: led((inside) => inside.fs.promises),
    enter: (inside) => void (current = inside),
  };
}

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));
