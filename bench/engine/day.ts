/** What a day of a busy bot writes to the disk. */
import type { Delivery } from "../../open-channels/events/delivery";
import type { Section } from "../report";
import { AnsweringBot, AUTOMATIC_MESSAGE, BOT_MESSAGE, type Answer } from "./bot";
import { PassingClock } from "./clock";
import { CountingStorage } from "./counting-storage";
import { Rewriting } from "./first-version";
import { messageEvent, posted } from "./messages";

const HOUR = 3_600_000;
const PER_HOUR = 1_000;
const HOURS = 24;
/** Dialogs that run side by side, and the messages of the client in each. */
const AT_ONCE = 20;
const PER_DIALOG = 6;
const POLL_EVERY = 2_000;

interface Day {
  readonly messages: number;
  readonly storage: CountingStorage;
}

/** The messages of a day: the clients of the dialogs that run take turns, and each dialog ends after a few. */
function* messages(clock: PassingClock): Generator<Delivery> {
  for (let eventId = 1; eventId <= PER_HOUR * HOURS; eventId++) {
    const round = Math.floor((eventId - 1) / AT_ONCE);
    const chatId = 1_000 + ((eventId - 1) % AT_ONCE) + AT_ONCE * Math.floor(round / PER_DIALOG);
    yield messageEvent({ eventId, chatId, sessionId: 50_000 + chatId }, new Date(clock.now()).toISOString());
  }
}

async function fetchedDay(answer: Answer): Promise<Day> {
  const clock = new PassingClock();
  const storage = new CountingStorage();
  const bot = new AnsweringBot(clock, storage, answer);
  let queue: Delivery[] = [];
  const poll = async (): Promise<void> => {
    const { offset, limit } = await bot.engine.nextPoll(POLL_EVERY);
    queue = queue.filter(({ id }) => Number(id) >= offset);
    bot.engine.receivePage({ deliveries: queue.slice(0, limit), asked: offset, more: queue.length > limit });
    clock.after(POLL_EVERY, () => void poll());
  };
  await poll();
  for (const message of messages(clock)) {
    queue.push(message);
    await clock.pass(HOUR / PER_HOUR);
  }
  return ended(bot, clock, storage);
}

async function postedDay(answer: Answer): Promise<Day> {
  const clock = new PassingClock();
  const storage = new CountingStorage();
  const bot = new AnsweringBot(clock, storage, answer);
  for (const message of messages(clock)) {
    await bot.engine.accept([posted(message)]);
    bot.engine.deliverAccepted();
    await clock.pass(HOUR / PER_HOUR);
  }
  return ended(bot, clock, storage);
}

async function ended(bot: AnsweringBot, clock: PassingClock, storage: CountingStorage): Promise<Day> {
  await clock.pass(10_000);
  bot.check();
  if (bot.answered !== PER_HOUR * HOURS || bot.engine.openEvents > 0)
    throw new Error(`Only ${bot.answered} messages were answered.`);
  return { messages: bot.answered, storage };
}

const MB = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

export async function day(): Promise<Section> {
  const days: [string, Day][] = [
    ["fetched, answered as the bot", await fetchedDay(BOT_MESSAGE)],
    ["fetched, answered as automatic messages", await fetchedDay(AUTOMATIC_MESSAGE)],
    ["posted (webhook mode), answered as the bot", await postedDay(BOT_MESSAGE)],
  ];
  const rewritten = Rewriting.bytesOfDay(PER_HOUR * HOURS);
  return {
    title: "Bytes written in a day",
    method:
      `${PER_HOUR.toLocaleString("en-US")} client messages per hour for a day, ${PER_DIALOG} per conversation, each answered once, on a virtual clock and a disk that counts. ` +
      "A snapshot is written when the log is longer than 1 MB and longer than eight times the last snapshot. In webhook mode the portal does not keep events, so each one is on disk before it is accepted. " +
      "The first version wrote its whole state twice per message; the last row shows that with 1,000 conversations that operators have.",
    columns: ["", "log", "snapshots", "together", "log for each message, bytes", "writes", "syncs"],
    rows: [
      ...days.map(([name, { messages: count, storage }]) => [
        name,
        MB(storage.appended.bytes),
        `${storage.snapshots.count} × ${MB(storage.snapshots.bytes / Math.max(1, storage.snapshots.count))}`,
        MB(storage.bytes),
        (storage.appended.bytes / count).toFixed(0),
        storage.appended.count.toLocaleString("en-US"),
        storage.syncs.toLocaleString("en-US"),
      ]),
      [
        "the first version's way: the whole state as a file",
        "–",
        "–",
        MB(rewritten.bytes),
        "–",
        rewritten.writes.toLocaleString("en-US"),
        rewritten.writes.toLocaleString("en-US"),
      ],
    ],
  };
}
