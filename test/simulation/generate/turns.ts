import type { Theme } from "./flow";

/** How often a life has which theme. */
export const THEMES: Readonly<Record<Theme, number>> = {
  mixed: 4,
  crowd: 1,
  deploys: 3,
  kept: 2,
  people: 3,
  handovers: 3,
  memory: 1,
  webhook: 2,
  restarts: 3,
};

/** Everything that goes wrong or changes while a dialog is under way. */
export type Turn =
  | "nothing"
  | "more"
  | "zero"
  | "operator"
  | "client-operator-client"
  | "deploy"
  | "kill"
  | "power"
  | "stop"
  | "wipe"
  | "fault"
  | "edit"
  | "press"
  | "finish"
  | "take"
  | "others"
  | "paste"
  | "busy"
  | "clock"
  | "disk"
  | "reader";

/** What a theme changes about them. */
export const TURNS: Readonly<Record<Theme, Partial<Record<Turn, number>>>> = {
  mixed: {},
  crowd: { nothing: 10 },
  deploys: { deploy: 25 },
  kept: { deploy: 5, kill: 5, stop: 5, fault: 5 },
  people: { operator: 10, "client-operator-client": 10, kill: 4, take: 3, finish: 3 },
  handovers: { fault: 12, more: 10, kill: 4 },
  memory: { operator: 10, others: 0.5, paste: 5 },
  webhook: { press: 12, edit: 5, fault: 5, deploy: 5 },
  restarts: { kill: 15, stop: 8, wipe: 4, power: 5 },
};

/** How often each happens. */
export const USUAL: Readonly<Record<Turn, number>> = {
  nothing: 6,
  more: 5,
  zero: 1,
  operator: 3,
  "client-operator-client": 2,
  deploy: 4,
  kill: 2,
  power: 0.5,
  stop: 1.5,
  wipe: 0.4,
  fault: 4,
  edit: 1,
  press: 1,
  finish: 1,
  take: 1,
  others: 0,
  paste: 0.3,
  busy: 1,
  clock: 0.3,
  disk: 0.2,
  reader: 0.1,
};
