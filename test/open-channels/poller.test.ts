import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { FetchedPage } from "../../open-channels/engine/engine";
import { pollEvents } from "../../open-channels/bot/poller";
import type { JsonObject } from "../../rest/envelope";
import { notSent, outcomeUnknown, refused, type CallError } from "../../rest/errors";
import type { CallOptions, Portal, Success } from "../../rest/portal";
import { VirtualClock } from "./support/virtual-clock";

type Answer = { readonly events?: readonly object[]; readonly hasMore?: boolean } | CallError;

interface Poll {
  readonly params: JsonObject;
  readonly options: CallOptions;
}

/** A poller at work on a portal that answers as the test says. */
function startPolling(answers: Answer[], { interval = 2_000, offset = 0, limit = 100 } = {}) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const polls: Poll[] = [];
  const pages: FetchedPage[] = [];
  const told: (string | null)[] = [];
  const smaller: true[] = [];
  const call = (_method: string, params: JsonObject, options: CallOptions = {}): Promise<Success> => {
    polls.push({ params, options });
    const answer = answers.shift() ?? {};
    if (answer instanceof Error) return Promise.reject(answer);
    const result = { events: [], hasMore: false, ...answer };
    return Promise.resolve({ result, next: null, total: null, time: null, method: "", attempts: 1, batched: false });
  };
  const ended = pollEvents({
    portal: { call } as unknown as Portal,
    clock,
    botId: 7,
    token: "bot-token",
    interval,
    nextPoll: () => Promise.resolve({ offset, limit }),
    onSmallerPage: () => void smaller.push(true),
    receive: (page) => {
      pages.push(page);
      return page.deliveries.length;
    },
    onPolled: (error) => void told.push(error?.code ?? null),
    signal: stop.signal,
  });
  /** The pause that the poller takes now, and its end. */
  async function nextPause(): Promise<number | null> {
    for (let turns = 0; turns < 4; turns++) await turn();
    const pause = clock.nextIn;
    if (pause !== null) clock.pass(pause);
    for (let turns = 0; turns < 4; turns++) await turn();
    return pause;
  }
  return { clock, stop, polls, pages, told, smaller, ended, nextPause, answers };
}

const event = (eventId: unknown, more: object = {}): object => ({
  eventId,
  type: "ONIMBOTV2MESSAGEADD",
  date: "2026-09-21T13:46:40+00:00",
  data: { bot: { id: 7 } },
  ...more,
});

describe("fetching events", () => {
  it("asks for the bot's events, confirming what is done, as a read that may be repeated", async () => {
    const { polls, stop, ended } = startPolling([], { offset: 41, limit: 105 });
    await turn();
    stop.abort();
    await ended;
    const [poll] = polls;
    assert.deepEqual(poll?.params, { botId: 7, botToken: "bot-token", limit: 105, offset: 41 });
    assert.deepEqual([poll.options.safe, poll.options.lane], [true, "polling"]);
  });

  it("confirms nothing before anything is done", async () => {
    const { polls, stop, ended } = startPolling([]);
    await turn();
    stop.abort();
    await ended;
    assert.deepEqual(polls[0]?.params, { botId: 7, botToken: "bot-token", limit: 100 });
  });

  it("asks for smaller pages after one that cannot be read, says so once, and goes back", async () => {
    const unreadable = outcomeUnknown("BAD_RESPONSE", { status: 200 });
    const page = { events: [event(1)] };
    const { polls, smaller, nextPause, stop, ended } = startPolling([
      unreadable,
      unreadable,
      unreadable,
      page,
      page,
      page,
    ]);
    for (let poll = 0; poll < 6; poll++) await nextPause();
    stop.abort();
    await ended;
    assert.deepEqual(
      polls.slice(0, 7).map(({ params }) => params["limit"]),
      [100, 25, 6, 1, 4, 16, 64],
    );
    assert.equal(smaller.length, 1);
  });

  it("does not take an answer of unknown shape for no news", async () => {
    const { told, nextPause, stop, ended } = startPolling([{ events: "none" as unknown as object[] }]);
    await nextPause();
    stop.abort();
    await ended;
    assert.equal(told[0], "BAD_RESPONSE");
  });

  it("goes on at once while there is more", async () => {
    const more = { events: [event(1)], hasMore: true };
    const { polls, pages, nextPause, stop, ended } = startPolling([more, more, { events: [event(2)] }]);
    assert.equal(await nextPause(), 2_000);
    assert.deepEqual([polls.length, pages.length], [4, 4]);
    stop.abort();
    await ended;
  });

  it("pauses although there is more when nothing of it was new", async () => {
    const { nextPause, stop, ended } = startPolling([{ hasMore: true }]);
    assert.equal(await nextPause(), 2_000);
    stop.abort();
    await ended;
  });

  it("asks at the set interval while dialogs are alive, then more and more seldom, and at once quickly again", async () => {
    const { nextPause, answers, stop, ended } = startPolling([{ events: [event(1)] }]);
    const pauses: (number | null)[] = [];
    for (let poll = 0; poll < 160; poll++) pauses.push(await nextPause());
    assert.deepEqual(new Set(pauses.slice(0, 150)), new Set([2_000]));
    assert.deepEqual(pauses.slice(150, 156), [3_000, 4_500, 6_750, 10_000, 10_000, 10_000]);
    answers.push({ events: [event(2)] });
    await nextPause();
    assert.equal(await nextPause(), 2_000);
    stop.abort();
    await ended;
  });

  it("an interval above ten seconds is kept", async () => {
    const { nextPause, stop, ended } = startPolling([notSent("CONNECTION_FAILED")], { interval: 30_000 });
    assert.deepEqual([await nextPause(), await nextPause()], [30_000, 30_000]);
    stop.abort();
    await ended;
  });

  it("waits longer and longer for a portal that is away, and is quick again when it is back", async () => {
    const away = notSent("CONNECTION_FAILED");
    const { nextPause, told, stop, ended } = startPolling([away, away, away, away, away, away, { events: [event(3)] }]);
    const pauses: (number | null)[] = [];
    for (let poll = 0; poll < 8; poll++) pauses.push(await nextPause());
    assert.deepEqual(pauses, [2_000, 3_000, 4_500, 6_750, 10_000, 10_000, 2_000, 2_000]);
    assert.deepEqual(told.slice(0, 8), [...Array<string>(6).fill("CONNECTION_FAILED"), null, null]);
    stop.abort();
    await ended;
  });

  it("goes on after refusals and after answers that make no sense", async () => {
    const odd = [
      refused("BOT_NOT_FOUND"),
      { events: "none" as unknown as object[] },
      {
        events: [null as unknown as object, 5 as unknown as object, { eventId: 4 }, event("7"), event(8, { data: [] })],
      },
    ];
    const { nextPause, pages, stop, ended } = startPolling(odd);
    for (let poll = 0; poll < 4; poll++) await nextPause();
    stop.abort();
    await ended;
    const found = pages.flatMap(({ deliveries }) => deliveries);
    assert.deepEqual(
      found.map(({ id, data }) => [id, data]),
      [
        [4, {}],
        [7, { bot: { id: 7 } }],
        [8, {}],
      ],
    );
  });

  it("tells with which offset a page was asked for", async () => {
    const { pages, stop, ended } = startPolling([{ events: [event(50)], hasMore: false }], { offset: 41 });
    await turn();
    stop.abort();
    await ended;
    assert.deepEqual([pages[0]?.asked, pages[0]?.more], [41, false]);
  });

  it("ends at once, also in the middle of a pause, and hands over nothing more", async () => {
    const { clock, nextPause, stop, ended, pages, polls } = startPolling([]);
    await nextPause();
    stop.abort();
    await ended;
    assert.equal(clock.nextIn, null);
    assert.equal(pages.length, polls.length);
    const late = startPolling([{ events: [event(1)] }]);
    late.stop.abort();
    await late.ended;
    assert.deepEqual([late.polls.length, late.pages.length], [1, 0]);
  });
});
