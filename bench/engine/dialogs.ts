/** What it takes to remember whose turn it is. */
import { startChild } from "../child";
import { median, type Section } from "../report";
import type { DialogMemory } from "./dialogs-child";

const DIALOGS = 10_000;
const PROCESSES = 3;

export async function dialogs(): Promise<Section> {
  const runs: DialogMemory[] = [];
  for (let turn = 0; turn < PROCESSES; turn++) {
    const child = await startChild<DialogMemory>("engine/dialogs-child.ts", [String(DIALOGS)], ["--expose-gc"]);
    runs.push(child.ready);
    child.stop();
  }
  const row = (name: string, key: keyof DialogMemory): string[] => {
    const bytes = median(runs.map((run) => run[key]));
    return [name, `${bytes.toFixed(0)} bytes`, `${((bytes * DIALOGS) / 1_000_000).toFixed(1)} MB`];
  };
  return {
    title: "Memory of conversations that operators have",
    method: `${DIALOGS.toLocaleString("en-US")} conversations that operators have, two hours after their last message; heap after garbage collection, and the snapshot on disk. Median of ${PROCESSES} processes.`,
    columns: ["", "for each", "together"],
    rows: [row("in memory", "heap"), row("on disk", "onDisk")],
  };
}
