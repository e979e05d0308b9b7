/** The storm as a picture: bars on a scale where each step is ten times the one before. */

export interface Bar {
  readonly key: "limit" | "ours" | "sdkBatch" | "sdkSingle" | "delayed" | "unthrottled";
  readonly ms: number;
  /** Messages that never arrived. */
  readonly lost: number;
  /** Computed from a smaller number of messages. */
  readonly extrapolated: boolean;
}

interface Words {
  readonly title: (calls: number) => string;
  readonly names: Readonly<Record<Bar["key"], string>>;
  readonly lost: (count: number, calls: number) => string;
  readonly time: (ms: number) => string;
  readonly number: (value: number) => string;
}

const time = (ms: number, minute: string, second: string, number: (value: number) => string): string => {
  if (ms < 60_000) return `${number(ms / 1000)} ${second}`;
  const whole = Math.round(ms / 1000);
  const rest = whole % 60;
  return `${Math.floor(whole / 60)} ${minute}${rest > 0 ? ` ${rest} ${second}` : ""}`;
};

const WORDS: Record<"en" | "ru", Words> = {
  en: {
    title: (calls) => `${calls.toLocaleString("en-US")} messages at once: time until the last one is sent`,
    names: {
      limit: "the portal's own limit",
      ours: "this package",
      sdkBatch: "official SDK, batches",
      sdkSingle: "official SDK, single calls",
      delayed: "delay 2 a second + http request",
      unthrottled: "http request alone",
    },
    lost: (count, calls) => `${count.toLocaleString("en-US")} of ${calls.toLocaleString("en-US")} lost`,
    time(ms) {
      return time(ms, "min", "s", this.number);
    },
    number: (value) => value.toLocaleString("en-US", { maximumSignificantDigits: value < 10 ? 2 : 3 }),
  },
  ru: {
    title: (calls) => `${calls.toLocaleString("ru")} сообщений разом: время до отправки последнего`,
    names: {
      limit: "предел самого портала",
      ours: "этот пакет",
      sdkBatch: "официальный SDK, пакетами",
      sdkSingle: "официальный SDK, по одному",
      delayed: "delay 2 в секунду + http request",
      unthrottled: "только http request",
    },
    lost: (count, calls) => `потеряно ${count.toLocaleString("ru")} из ${calls.toLocaleString("ru")}`,
    time(ms) {
      return time(ms, "мин", "с", this.number);
    },
    number: (value) => value.toLocaleString("ru", { maximumSignificantDigits: value < 10 ? 2 : 3 }),
  },
};

const WIDTH = 820;
const LEFT = 268;
const RIGHT = 150;
const TOP = 58;
const ROW = 38;
const BAR = 22;

/** Steps of the scale, s. */
const TICKS = [0.1, 1, 10, 60, 600];
const lowest = Math.log10(TICKS[0] ?? 0.1);
const span = Math.log10(TICKS.at(-1) ?? 600) - lowest;
const x = (ms: number): number => LEFT + ((Math.log10(ms / 1000) - lowest) / span) * (WIDTH - LEFT - RIGHT);

/** An SVG that reads well on light and on dark pages. */
export function plot(bars: readonly Bar[], calls: number, language: "en" | "ru"): string {
  const words = WORDS[language];
  const bottom = TOP + bars.length * ROW + 4;
  const lines = TICKS.map((tick) => {
    const at = x(tick * 1000).toFixed(1);
    return `<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}"/><text class="tick" x="${at}" y="${bottom + 18}">${words.time(tick * 1000)}</text>`;
  });
  const rows = bars.map(({ key, ms, lost, extrapolated }, row) => {
    const y = TOP + row * ROW;
    const middle = y + BAR / 2 + 5;
    const end = x(ms);
    const told = lost > 0 ? words.lost(lost, calls) : `${extrapolated ? "≈ " : ""}${words.time(ms)}`;
    const style = lost > 0 ? "lost" : key === "ours" || key === "limit" ? key : "other";
    return `<text class="name" x="${LEFT - 12}" y="${middle}">${words.names[key]}</text><rect class="${style}" x="${LEFT}" y="${y}" width="${(end - LEFT).toFixed(1)}" height="${BAR}" rx="3"/><text class="told ${style}-told" x="${(end + 8).toFixed(1)}" y="${middle}">${told}</text>`;
  });
  const height = bottom + 32;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${words.title(calls)}</title>
<style>
svg { background: #fff; --ink: #24292f; --soft: #57606a; --grid: #d8dee4; }
text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
.head { font-size: 16px; font-weight: 600; }
.name { text-anchor: end; }
.tick { text-anchor: middle; font-size: 12px; fill: var(--soft); }
.grid { stroke: var(--grid); }
.ours { fill: #1f7a8c; } .limit { fill: #9fb8bf; } .other { fill: #c2a878; } .lost { fill: #c8553d; }
.told { font-weight: 600; } .lost-told { fill: #b0412a; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; --ink: #e6edf3; --soft: #9198a1; --grid: #30363d; }
  .ours { fill: #3fa7bd; } .limit { fill: #5d747b; } .other { fill: #9a8357; } .lost { fill: #d9694f; } .lost-told { fill: #ef8f78; }
}
</style>
<rect width="${WIDTH}" height="${height}" fill="none"/>
<text class="head" x="16" y="28">${words.title(calls)}</text>
${lines.join("\n")}
${rows.join("\n")}
</svg>
`;
}
