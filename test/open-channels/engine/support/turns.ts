import type { VirtualClock } from "../../support/virtual-clock";

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Lets time pass step by step, and what it wakes run. */
export async function pass(clock: VirtualClock, duration: number, step = duration): Promise<void> {
  for (let passed = 0; passed < duration; passed += step) {
    clock.pass(Math.min(step, duration - passed));
    await settle();
  }
  clock.pass(0);
  await settle();
}
