/** Time as it is passed in, so that tests need no waiting. All durations and instants are milliseconds. */
export interface Clock {
  now(): number;
  /** Runs `task` when the current turn of the event loop has ended. */
  soon(task: () => void): void;
  /** Runs `task` after `delay`; the result takes it back. `Infinity` is never. */
  after(delay: number, task: () => void): () => void;
}

/** The longest delay of a timer, ms: Node.js keeps it in 32 bits and fires a longer one at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The part of `setTimeout` that long delays are made of. */
type StartTimer = (delay: number, task: () => void) => () => void;

const startTimer: StartTimer = (delay, task) => {
  const timer = setTimeout(task, delay);
  return () => clearTimeout(timer);
};

/**
 * Runs `task` after `delay` ms, however long that is: a delay beyond the timer's range is waited for in parts.
 * @param start starts a timer of at most 2,147,483,647 ms
 * @returns takes the task back
 */
export function afterDelay(delay: number, task: () => void, start: StartTimer = startTimer): () => void {
  if (delay === Infinity) return () => undefined;
  if (!(delay > LONGEST_TIMER)) return start(delay, task);
  let stop = start(LONGEST_TIMER, () => {
    stop = afterDelay(delay - LONGEST_TIMER, task, start);
  });
  return () => stop();
}

/** Never jumps: a computer that sets its clock only after the start would else let every deadline pass at once. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  soon: (task) => {
    setImmediate(task);
  },
  after: (delay, task) => afterDelay(delay, task),
};
