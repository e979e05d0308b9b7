import type { JournalStorage } from "../../open-channels/engine/storage";

/** A disk that keeps nothing and counts what it is given. */
export class CountingStorage implements JournalStorage {
  readonly durable = true;
  readonly appended = { count: 0, bytes: 0 };
  readonly snapshots = { count: 0, bytes: 0, last: 0 };
  syncs = 0;

  /** As after an earlier start, so that open events may be taken over from the portal. */
  load(): { snapshot: string; log: string } {
    return { snapshot: JSON.stringify({ version: 2, lines: [] }), log: "" };
  }

  append(text: string): Promise<void> {
    this.appended.count++;
    this.appended.bytes += Buffer.byteLength(text);
    return Promise.resolve();
  }

  sync(): Promise<void> {
    this.syncs++;
    return Promise.resolve();
  }

  replace(snapshot: string): Promise<void> {
    const bytes = Buffer.byteLength(snapshot);
    this.snapshots.count++;
    this.snapshots.bytes += bytes;
    this.snapshots.last = bytes;
    return Promise.resolve();
  }

  setAside(): void {
    throw new Error("There was nothing that could not be read.");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get bytes(): number {
    return this.appended.bytes + this.snapshots.bytes;
  }
}
