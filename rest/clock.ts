/** Time as it is passed in, so that tests need no waiting. All durations and instants are milliseconds. */
export interface Clock {
  now(): number;
  /** Runs `task` when the current turn of the event loop has ended. */
  soon(task: () => void): void;
  /** Runs `task` after `delay`; the result takes it back. */
  after(delay: number, task: () => void): () => void;
}

/** Never jumps: a computer that sets its clock only after the start would else let every deadline pass at once. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  soon: (task) => {
    setImmediate(task);
  },
  after: (delay, task) => {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};
