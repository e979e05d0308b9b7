/** Many messages at once: how long until the last one has been carried out, and what got lost on the way. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median, type Section } from "../report";
import { theoreticalLimit } from "./limit";
import { plot, type Bar } from "./plot";
import { DURATIONS, endStorms, runStorms, type Result } from "./run";
import { delayed, ours, sdkBatch, sdkSingle, unthrottled, type Way } from "./ways";

const FEW = 150;
const MANY = 1_000;
/** More than the burst can carry even in full batches, so that the counter's steady rate decides. */
const FLOOD = 10_000;
const ROUNDS = 5;

/** What one way took for so many messages. */
interface Figure {
  readonly ms: number;
  readonly lost: number;
  readonly requests: number;
  /** Computed from a smaller number. */
  readonly extrapolated: boolean;
}

type Figures = Map<Way, Map<number, Figure>>;

const measured = ({ ms, executed, requests }: Result, calls: number): Figure => ({
  ms,
  lost: calls - executed,
  requests,
  extrapolated: false,
});

/** Short storms one after the other and several times, so that none disturbs another. */
async function short(way: Way, calls: number): Promise<Figure> {
  const results: Result[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) results.push(...(await runStorms([{ way, calls }])));
  const ms = median(results.map((result) => result.ms));
  const typical = results.find((result) => result.ms === ms);
  if (!typical) throw new Error("nothing was measured");
  return measured(typical, calls);
}

/** Continues a measurement at the pace of its second half, when the burst has been used up. */
function extrapolate({ ms, ends, requests }: Result, from: number, to: number): Figure {
  const half = Math.floor(ends.length / 2);
  const pace = ((ends.at(-1) ?? NaN) - (ends[half] ?? NaN)) / (ends.length - 1 - half);
  return { ms: ms + (to - from) * pace, lost: 0, requests: requests + to - from, extrapolated: true };
}

async function measure(isFull: boolean): Promise<Figures> {
  const figures: Figures = new Map();
  const note = (way: Way, calls: number, figure: Figure): void => {
    figures.set(way, (figures.get(way) ?? new Map<number, Figure>()).set(calls, figure));
  };
  for (const way of [ours, unthrottled]) for (const calls of [FEW, MANY]) note(way, calls, await short(way, calls));

  // These wait for the portal nearly all the time, and can do that together.
  const storms = [
    { way: delayed, calls: FEW },
    { way: sdkSingle, calls: FEW },
    { way: sdkBatch, calls: FEW },
    { way: sdkBatch, calls: MANY },
    { way: ours, calls: FLOOD },
    ...(isFull ? [delayed, sdkSingle].map((way) => ({ way, calls: MANY })) : []),
  ];
  const results = await runStorms(storms);
  for (const [at, { way, calls }] of storms.entries()) {
    const result = results[at];
    if (!result) continue;
    note(way, calls, measured(result, calls));
    if (!isFull && (way === delayed || way === sdkSingle)) note(way, MANY, extrapolate(result, calls, MANY));
  }
  await endStorms();
  return figures;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 2 : 0);

/** @param isFull whether also to wait the eight minutes that the slow ways take for a thousand messages */
export async function storm(isFull: boolean): Promise<Section> {
  const figures = await measure(isFull);
  const columns = [FEW, MANY, FLOOD];
  const cells = (way: Way): string[] =>
    columns.flatMap((calls) => {
      const figure = figures.get(way)?.get(calls);
      if (!figure) return ["–", "–"];
      const { ms, lost, extrapolated } = figure;
      const ratio = lost > 0 ? `${lost} lost` : (ms / theoreticalLimit(calls, DURATIONS)).toFixed(2);
      return [`${extrapolated ? "≈ " : ""}${seconds(ms)}`, ratio];
    });
  const limits = columns.flatMap((calls) => [seconds(theoreticalLimit(calls, DURATIONS)), "1.00"]);
  draw(figures);
  return {
    title: "Many messages at once",
    method:
      "Seconds from the first message to the last answer, with all messages given at once, against the practice portal with strict limits (50 requests at once, then 2 per second); " +
      `each request takes ${DURATIONS.request} ms and each call in it ${DURATIONS.call} ms. Short runs are medians of ${ROUNDS}. ≈: extrapolated from the pace of ${FEW}${isFull ? "" : "; `npm run bench -- storm --full` waits for it"}. ` +
      "Ratios are to the limit, computed from the rate limit; where messages were lost, the table shows their number instead.",
    columns: ["", ...columns.flatMap((calls) => [`${calls.toLocaleString("en-US")} messages, s`, "ratio"])],
    rows: [
      ...[ours, sdkBatch, sdkSingle, delayed, unthrottled].map((way) => [way.name, ...cells(way)]),
      ["theoretical limit", ...limits],
    ],
  };
}

/** The picture for the README: a thousand messages. */
function draw(figures: Figures): void {
  const folder = join(__dirname, "../../docs/images");
  mkdirSync(folder, { recursive: true });
  const bars = [ours, sdkBatch, sdkSingle, delayed, unthrottled].map((way): Bar => {
    const { ms = NaN, lost = 0, extrapolated = false } = figures.get(way)?.get(MANY) ?? {};
    return { key: keys.get(way) ?? "limit", ms, lost, extrapolated };
  });
  const limit: Bar = { key: "limit", ms: theoreticalLimit(MANY, DURATIONS), lost: 0, extrapolated: false };
  writeFileSync(join(folder, "storm.svg"), plot([limit, ...bars], MANY, "en"));
  writeFileSync(join(folder, "storm-ru.svg"), plot([limit, ...bars], MANY, "ru"));
}

const keys = new Map<Way, Bar["key"]>([
  [ours, "ours"],
  [sdkBatch, "sdkBatch"],
  [sdkSingle, "sdkSingle"],
  [delayed, "delayed"],
  [unthrottled, "unthrottled"],
]);
