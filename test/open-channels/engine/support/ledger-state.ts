import { Journal } from "../../../../open-channels/engine/journal";
import { Ledger } from "../../../../open-channels/engine/ledger";
import { type EventEntry } from "../../../../open-channels/engine/records";
import { isOpen } from "../../../../open-channels/engine/transitions";
import type { Delivery } from "../../../../open-channels/events/delivery";
import { VirtualClock } from "../../support/virtual-clock";
import { Disk } from "./disk";

/** A ledger on a journal on a disk, as a start makes it. */
export interface Kept {
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly disk: Disk;
  readonly clock: VirtualClock;
  readonly isReadable: boolean;
}

export function start(disk = new Disk(), clock = new VirtualClock()): Kept {
  const journal: Journal = new Journal({
    storage: disk,
    clock,
    snapshot: (): unknown => ledger.snapshot(),
    onFailure: (error) => {
      throw error;
    },
  });
  const ledger: Ledger = new Ledger(journal, () => clock.now());
  return { ledger, journal, disk, clock, isReadable: ledger.restore(journal.open()) };
}

/** What a start would find, the disk itself left as it is. */
export async function restarted({ journal, disk, clock }: Kept): Promise<Kept> {
  await journal.written();
  const copy = new Disk();
  copy.snapshot = disk.snapshot;
  copy.log = disk.log;
  return start(copy, clock);
}

/** Everything that a ledger knows and a start has to know too: all but what only a process has. */
export function stateOf(ledger: Ledger): unknown {
  return {
    meta: ledger.meta,
    cursor: ledger.cursor,
    dialogs: [...ledger.dialogs.entries()],
    events: [...ledger.events.values()].map(eventState),
    open: [...ledger.open.keys()].sort(),
  };
}

function eventState(event: EventEntry): unknown {
  const { notedAt: _notedAt, content, handovers, intents, ...facts } = event;
  return {
    ...facts,
    content: event.inCustody ? content : null,
    handovers: handovers.map(({ number, eventNode, output, state }) => ({
      ...{ number, eventNode, output },
      state: isOpen(state) ? "adrift" : state,
    })),
    intents: intents.map((intent) => intent && { ...intent, isCutOff: intent.recorded === null }),
  };
}

export const delivery = (id: number | null, words: string): Delivery => ({
  name: "ONIMBOTV2MESSAGEADD",
  id,
  date: "2026-09-21T16:46:40+03:00",
  data: { message: { text: words } },
});
