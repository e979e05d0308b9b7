/** How many messages a second go through the engine, with its journal on disk, beside the first version's way. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStorage } from "../../open-channels/engine/file-storage";
import { memoryStorage, type JournalStorage } from "../../open-channels/engine/storage";
import { systemClock } from "../../rest/clock";
import { median, type Section } from "../report";
import { answeringPortal } from "./answering-portal";
import { AnsweringBot, AUTOMATIC_MESSAGE, BOT_MESSAGE, type Answer } from "./bot";
import { PassingClock } from "./clock";
import { Rewriting } from "./first-version";
import { messageEvent } from "./messages";

const PEOPLE = 1_000;
const ROUNDS = 5;
/** How many messages come with one poll, and how many there are in all. */
const PAGES = [
  { size: 1, count: 1_000 },
  { size: 100, count: 10_000 },
] as const;
const DATE = "2026-09-21T00:00:00+00:00";
const FIRST_CHAT = PEOPLE + 1;

const clientMessage = (eventId: number) =>
  messageEvent({ eventId, chatId: FIRST_CHAT + (eventId % 5_000), sessionId: 90_000 + (eventId % 5_000) }, DATE);

const SETUP_PAGE = 100;
const peopleTake = (chatId: number) =>
  messageEvent({ eventId: chatId, chatId, sessionId: 50_000 + chatId, byOperator: true }, DATE);

/** Messages a second; `folder` is empty and is removed afterwards. */
type Way = (folder: string, size: number, count: number) => Promise<number>;

const throughEngine =
  (answer: Answer, open: (folder: string) => JournalStorage): Way =>
  async (folder, size, count) => {
    const clock = new PassingClock();
    const bot = new AnsweringBot(clock, open(folder), answer);
    const { engine } = bot;
    for (let first = 1; first <= PEOPLE; first += SETUP_PAGE) {
      const { offset } = await engine.nextPoll(2_000);
      const page = Array.from({ length: SETUP_PAGE }, (_, index) => peopleTake(first + index));
      engine.receivePage({ deliveries: page, asked: offset, more: true });
      await clock.pass(1_500);
    }
    await engine.saved();

    const started = performance.now();
    for (let first = PEOPLE + 1; first <= PEOPLE + count; first += size) {
      const { offset } = await engine.nextPoll(2_000);
      const deliveries = Array.from({ length: size }, (_, index) => clientMessage(first + index));
      const before = bot.answered;
      engine.receivePage({ deliveries, asked: offset, more: true });
      while (bot.answered < before + size) await new Promise((resolve) => setImmediate(resolve));
      // Each is done a quiet second after its answer; that second is not waited for.
      await clock.pass(1_500);
    }
    await engine.saved();
    const seconds = (performance.now() - started) / 1000;
    bot.check();
    if (bot.answered !== count || engine.openEvents > 0) throw new Error(`Only ${bot.answered} were answered.`);
    await engine.close();
    return count / seconds;
  };

const rewriting =
  (isAwaited: boolean): Way =>
  async (folder, size, count) => {
    const state = new Rewriting(folder, PEOPLE, isAwaited);
    const portal = answeringPortal(systemClock);
    const { method, params } = BOT_MESSAGE;
    const started = performance.now();
    for (let first = PEOPLE + 1; first <= PEOPLE + count; first += size) {
      const page = Array.from({ length: size }, (_, index) => clientMessage(first + index));
      await Promise.all(page.map((message) => state.handle(message, () => portal.call(method, params(1)))));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await state.flush();
    return count / ((performance.now() - started) / 1000);
  };

const onDisk = (folder: string): JournalStorage => fileStorage(folder, "journal");
const inMemory = (): JournalStorage => memoryStorage(new Map(), "journal");

/** What takes 50 ms for each page is measured with fewer of them. */
const FEWER = 20;

const WAYS: readonly [name: string, way: Way, share?: number][] = [
  ["engine, journal on disk, bot messages", throughEngine(BOT_MESSAGE, onDisk)],
  ["engine, journal on disk, automatic messages", throughEngine(AUTOMATIC_MESSAGE, onDisk)],
  ["engine, journal in memory, bot messages", throughEngine(BOT_MESSAGE, inMemory)],
  ["the first version's way, had it waited for its file", rewriting(true), FEWER],
  ["the first version's way: the whole state as a file", rewriting(false)],
];

async function inFolder(way: Way, size: number, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-engine-"));
  try {
    return await way(folder, size, count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function throughput(): Promise<Section> {
  const rates = WAYS.map(() => PAGES.map((): number[] => []));
  for (let turn = 0; turn <= ROUNDS; turn++)
    for (const [place, [, way, share = 1]] of WAYS.entries())
      for (const [column, { size, count }] of PAGES.entries()) {
        const rate = await inFolder(way, size, count / share);
        if (turn > 0) rates[place]?.[column]?.push(rate);
      }
  const base = WAYS.length - 1;
  const cells = (place: number, column: number): string[] => {
    const own = rates[place]?.[column] ?? [];
    const first = rates[base]?.[column] ?? [];
    const ratio = median(own.map((rate, turn) => rate / (first[turn] ?? NaN)));
    return [Math.round(median(own)).toLocaleString("en-US"), ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2)];
  };
  return {
    title: "Messages through the engine",
    method:
      `Client messages per second, from the poll to the answer and until the event is done, with ${PEOPLE.toLocaleString("en-US")} conversations that operators have; the portal answers at once. ` +
      `${PAGES.map(({ size, count }) => `${count.toLocaleString("en-US")} messages, ${size} per poll`).join("; ")}; median of ${ROUNDS} rounds. ` +
      "Ratios are to the first version's way in the same round; higher is better. " +
      "That way is reduced to reading, noting, and writing. It protected less: answers did not wait for the file, which was written at most every 50 ms, and results were not kept. The row above it shows the same way with answers that wait, as the engine's do.",
    columns: ["", ...PAGES.flatMap(({ size }) => [`${size} per poll`, "ratio"])],
    rows: WAYS.map(([name], place) => [name, ...PAGES.flatMap((_, column) => cells(place, column))]),
  };
}
