import type { JournalStorage } from "../../../../open-channels/engine/storage";

/** A disk in memory that counts what is done with it, and that can fail or take its time. */
export class Disk implements JournalStorage {
  durable = true;
  snapshot: string | null = null;
  log = "";
  /** What was asked for, in order. */
  readonly done: ("append" | "sync" | "replace")[] = [];
  /** Each write that succeeded. */
  readonly appends: string[] = [];
  /** Whether an operation fails. */
  fails: (what: "append" | "sync" | "replace") => boolean = () => false;
  /** What of an append that fails is on the disk all the same, characters. */
  partly = 0;
  asides = 0;
  isOpen = true;
  #gate: Promise<void> = Promise.resolve();

  load(): { snapshot: string | null; log: string } {
    return { snapshot: this.snapshot, log: this.log };
  }

  async append(text: string): Promise<void> {
    try {
      await this.#begin("append");
    } catch (error) {
      this.log += text.slice(0, this.partly);
      throw error;
    }
    this.appends.push(text);
    this.log += text;
  }

  async sync(): Promise<void> {
    await this.#begin("sync");
  }

  async replace(snapshot: string): Promise<void> {
    this.done.push("replace");
    // What is appended from the call on comes after the snapshot.
    const before = this.log.length;
    await this.#gate;
    if (this.fails("replace")) throw new Error("replace failed");
    this.snapshot = snapshot;
    this.log = this.log.slice(before);
  }

  setAside(): void {
    this.asides++;
    this.snapshot = null;
  }

  close(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }

  /** Lets every operation wait until the result is called. */
  hold(): () => void {
    let open = (): void => undefined;
    this.#gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  count(what: "append" | "sync" | "replace"): number {
    return this.done.filter((one) => one === what).length;
  }

  async #begin(what: "append" | "sync"): Promise<void> {
    this.done.push(what);
    await this.#gate;
    if (this.fails(what)) throw new Error(`${what} failed`);
  }
}
