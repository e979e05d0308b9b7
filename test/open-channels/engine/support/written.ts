import { Journal, type Line, type Loaded } from "../../../../open-channels/engine/journal";
import { VirtualClock } from "../../support/virtual-clock";
import { Disk } from "./disk";
import { pass } from "./turns";

/** A journal on a disk whose snapshot is the list of all lines that it knows. */
export class Written {
  readonly clock = new VirtualClock();
  readonly failures: string[] = [];
  readonly known: Line[] = [];
  readonly journal: Journal;
  readonly loaded: Loaded;
  readonly disk: Disk;

  constructor(disk = new Disk()) {
    this.disk = disk;
    this.journal = new Journal({
      storage: disk,
      clock: this.clock,
      snapshot: () => [...this.known],
      onFailure: ({ message }) => this.failures.push(message),
    });
    this.loaded = this.journal.open();
    this.known.push(...contentOf(this.loaded));
  }

  readonly record = (...lines: Line[]): this => {
    for (const line of lines) {
      this.known.push(line);
      this.journal.record(line);
    }
    return this;
  };

  /** Records each line with a write of its own. */
  readonly recordEach = async (lines: readonly Line[]): Promise<this> => {
    for (const line of lines) await this.record(line).journal.synced();
    return this;
  };

  /** Lets time pass, and what it wakes end. */
  readonly pass = (duration: number): Promise<void> => pass(this.clock, duration);
}

const contentOf = ({ snapshot, lines }: Loaded): Line[] => [...((snapshot ?? []) as Line[]), ...lines];

/** What a start finds on the disk. */
export const found = (disk: Disk): Line[] => contentOf(new Written(disk).loaded);

export const numbered = (from: number, to: number): Line[] =>
  Array.from({ length: to - from }, (_, index): Line => ["x", from + index]);
