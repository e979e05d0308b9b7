/** Whoever is to hear of an abort without a function of its own. */
export interface Abortable {
  onAbort(): void;
}

/** Who is to hear of a signal's abort, in order. */
const listenersOf = new WeakMap<AbortSignal, Set<Abortable | (() => void)>>();

/**
 * Does `task` once when `signal` aborts; the result takes it back. All tasks of a signal share one listener: with one
 * each, ten thousand waiting calls would search each other's listeners, and Node.js would take them for a leak.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  const listeners = allOf(signal);
  listeners.add(task);
  return () => listeners.delete(task);
}

/** Calls `listener.onAbort` once when `signal` aborts, in one order with the tasks of {@link onAbort}. */
export function listen(signal: AbortSignal, listener: Abortable): void {
  allOf(signal).add(listener);
}

/** Takes {@link listen} back. */
export function unlisten(signal: AbortSignal, listener: Abortable): void {
  listenersOf.get(signal)?.delete(listener);
}

function allOf(signal: AbortSignal): Set<Abortable | (() => void)> {
  const known = listenersOf.get(signal);
  if (known) return known;
  const listeners = new Set<Abortable | (() => void)>();
  listenersOf.set(signal, listeners);
  const abort = (): void => {
    for (const listener of [...listeners]) {
      if (!listeners.delete(listener)) continue;
      if (typeof listener === "function") listener();
      else listener.onAbort();
    }
  };
  signal.addEventListener("abort", abort, { once: true });
  return listeners;
}
