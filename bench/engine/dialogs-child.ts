/**
 * Lets people take many dialogs and tells what it takes to remember them. Needs --expose-gc. Argument: how many.
 */
import { BOT_MESSAGE, AnsweringBot } from "./bot";
import { PassingClock } from "./clock";
import { CountingStorage } from "./counting-storage";
import { messageEvent } from "./messages";

export interface DialogMemory {
  /** Heap for each dialog, bytes. */
  readonly heap: number;
  /** Its part of the snapshot, bytes. */
  readonly onDisk: number;
}

const DATE = "2026-09-21T00:00:00+00:00";
const PAGE = 100;
/** Enough to have everything compiled. */
const WARM_UP = 1_000;
/** Records of calls are kept for an hour after an event; they are not what is measured. */
const LATER = 2 * 3_600_000;

const heap = (): number => {
  global.gc?.();
  global.gc?.();
  return process.memoryUsage().heapUsed;
};

async function main(count: number): Promise<void> {
  const clock = new PassingClock();
  const storage = new CountingStorage();
  const bot = new AnsweringBot(clock, storage, BOT_MESSAGE);
  let eventId = 0;
  const takeOver = async (first: number, dialogs: number): Promise<void> => {
    for (let chatId = first; chatId < first + dialogs; chatId += PAGE) {
      const { offset } = await bot.engine.nextPoll(2_000);
      const deliveries = Array.from({ length: PAGE }, (_, index) => {
        const where = { chatId: chatId + index, sessionId: 50_000 + chatId + index };
        return [false, true].map((byOperator) => messageEvent({ ...where, eventId: ++eventId, byOperator }, DATE));
      }).flat();
      bot.engine.receivePage({ deliveries, asked: offset, more: true });
      await clock.pass(2_000);
    }
    await clock.pass(LATER);
    await bot.engine.nextPoll(2_000);
  };
  await takeOver(1, WARM_UP);
  await bot.engine.saved();
  const before = heap();
  await takeOver(WARM_UP + 1, count);
  await bot.engine.saved();
  const after = heap();
  const { owners } = bot.engine;
  if (owners.of(WARM_UP + 1) !== "human" || owners.of(WARM_UP + count) !== "human" || bot.answered > 0)
    throw new Error("People do not have the dialogs.");
  bot.check();
  bot.engine.forgetWords();
  await bot.engine.saved();
  await clock.pass(0);
  const told: DialogMemory = { heap: (after - before) / count, onDisk: storage.snapshots.last / (count + WARM_UP) };
  process.send?.(told);
}

void main(Number(process.argv[2]));
process.on("disconnect", () => process.exit());
