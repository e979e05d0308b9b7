/** What a journal is written to: a file, memory, or a disk of a simulation. One writer at a time. */
export interface JournalStorage {
  /** Whether what is written survives the process. */
  readonly durable: boolean;
  /** What is there: the last snapshot, and everything that was appended since, broken lines included. */
  load(): { readonly snapshot: string | null; readonly log: string };
  /** Resolves when the operating system has it, so that it survives the process. Calls are made one after the other. */
  append(text: string): Promise<void>;
  /** Resolves when all that was appended before survives a power cut. */
  sync(): Promise<void>;
  /**
   * Puts `snapshot` in the place of everything written so far, as a whole or not at all. What is appended from this
   * call on comes after it.
   */
  replace(snapshot: string): Promise<void>;
  /** Keeps a snapshot that nobody can read under another name, so that nothing of it is overwritten unseen. */
  setAside(): void;
  close(): Promise<void>;
}

/** What the memory storages of one process hold: a deploy makes new nodes, but not a new process. */
export type Memory = Map<string, { snapshot: string | null; log: string }>;

/** A storage that forgets with the process. */
export function memoryStorage(memory: Memory, name: string): JournalStorage {
  const held = (): { snapshot: string | null; log: string } => memory.get(name) ?? { snapshot: null, log: "" };
  return {
    durable: false,
    load: held,
    append(text) {
      const { snapshot, log } = held();
      memory.set(name, { snapshot, log: log + text });
      return Promise.resolve();
    },
    sync: () => Promise.resolve(),
    replace(snapshot) {
      memory.set(name, { snapshot, log: "" });
      return Promise.resolve();
    },
    setAside: () => void memory.delete(name),
    close: () => Promise.resolve(),
  };
}
