/** What is to be done when a signal aborts, in order. */
const tasksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Does `task` once when `signal` aborts; the result takes it back. All tasks of a signal share one listener: with one
 * each, ten thousand waiting calls would search each other's listeners, and Node.js would take them for a leak.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const tasks = tasksOf.get(signal) ?? listenTo(signal);
  tasks.add(task);
  return () => tasks.delete(task);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const tasks = new Set<() => void>();
  tasksOf.set(signal, tasks);
  const abort = (): void => {
    for (const task of [...tasks]) if (tasks.delete(task)) task();
  };
  signal.addEventListener("abort", abort, { once: true });
  return tasks;
}
