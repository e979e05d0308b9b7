/** What a call takes while it waits for its turn. */
import { startChild } from "./child";
import type { Memory } from "./memory-child";
import { median, type Section } from "./report";

const CALLS = 10_000;
const PROCESSES = 3;

export async function memory(): Promise<Section> {
  const runs: Memory[] = [];
  for (let turn = 0; turn < PROCESSES; turn++) {
    const child = await startChild<Memory>("memory-child.ts", [String(CALLS)], ["--expose-gc"]);
    runs.push(child.ready);
    child.stop();
  }
  const bytes = (key: keyof Memory) => `${median(runs.map((run) => run[key])).toFixed(0)} bytes`;
  return {
    title: "Memory of a waiting call",
    method: `Heap after garbage collection, ${CALLS.toLocaleString("en-US")} messages of 50 letters waiting in a send node; median of ${PROCESSES} processes.`,
    columns: ["", "for each"],
    rows: [
      ["the message itself", bytes("message")],
      ["its waiting, beside the message", bytes("waiting")],
    ],
  };
}
