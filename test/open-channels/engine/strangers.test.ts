import assert from "node:assert/strict";
import type { Delivery } from "../../../open-channels/events/decode";
import { fetched } from "../support/deliveries";
import { Bot } from "./support/bot";

const spoke = (eventId: number, chatId: number): Delivery => fetched({ eventId, chatId, messageId: eventId });
const asked = (eventId: number, chatId: number): Delivery => ({ ...spoke(eventId, chatId), name: "ONIMBOTV2JOINCHAT" });

/** By which outputs messages leave that were on the portal before a start without memory. */
async function outputsWithoutMemory(...deliveries: readonly Delivery[]): Promise<number[]> {
  const bot = new Bot().node("event", { topics: new Set(["message"]) });
  bot.engine.treatAsStrangers(Date.parse("2026-09-21T16:46:41+03:00"));
  for (const delivery of deliveries) bot.queue.events.set(Number(delivery.id), delivery);
  await bot.poll();
  return bot.emitted.map(({ output }) => output);
}

describe("a bot without memory that finds old events", () => {
  it("answers as usual where the bot was asked in and nobody has confirmed anything", async () => {
    assert.deepEqual(await outputsWithoutMemory(asked(1, 101), spoke(2, 101), asked(3, 102), spoke(4, 102)), [0, 0]);
    assert.deepEqual(await outputsWithoutMemory(asked(1, 101), spoke(2, 101), spoke(3, 101)), [0, 0]);
  });

  it("answers nothing old once a conversation lacks its beginning: what is left may be answered too", async () => {
    assert.deepEqual(await outputsWithoutMemory(spoke(2, 101), asked(3, 102), spoke(4, 102)), [1, 1]);
    assert.deepEqual(await outputsWithoutMemory(asked(3, 102), spoke(4, 102), spoke(5, 101)), [1, 1]);
  });
});
