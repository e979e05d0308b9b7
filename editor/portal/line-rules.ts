import type { LookUp, Result } from "./results";

/** An open channel, and how a bot answers there. */
export interface Line {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
  /** The bot that answers there now; null: none. */
  readonly bot: { readonly id: number; readonly name: string | null } | null;
  readonly join: string;
  /** Seconds until people get the conversation by themselves; 0: never. */
  readonly time: number;
  readonly left: string;
}

/** What a row of the table holds. */
export interface LineRow {
  readonly line: Line;
  readonly isTicked: boolean;
  readonly join: string;
  readonly time: string;
  readonly left: string;
}

/** What is wanted of an open channel. A time that is not a number is refused by Node-RED, which says so. */
export interface LineWish {
  readonly id: number;
  readonly on: boolean;
  readonly join: string;
  readonly time: number | string;
  readonly left: string;
}

/** What would change in one open channel. */
export interface LineChange {
  readonly name: string;
  readonly changes: readonly {
    readonly what: "bot" | "join" | "time" | "left";
    readonly from: string | number | null;
    readonly to: string | number | null;
  }[];
}

/** Whether our bot answers there now. */
export const isOurs = ({ bot }: Line, ownBot: number | null): boolean => bot !== null && bot.id === ownBot;

/** What is wanted of the open channels that our bot has or should get; the others stay as they are. */
export function wishesIn(rows: readonly LineRow[], ownBot: number | null): LineWish[] {
  return rows
    .filter(({ line, isTicked }) => isTicked || isOurs(line, ownBot))
    .map(({ line, isTicked, join, time, left }) => {
      const typed = time.trim();
      return { id: line.id, on: isTicked, join, time: /^\d+$/.test(typed) ? Number(typed) : typed, left };
    });
}

/** Says what would change in one open channel. */
export function changeResult({ name, changes }: LineChange, text: LookUp): Result {
  const parts = changes.map(({ what, from, to }) => {
    const nameOf = (value: string | number | null): string => {
      if (what === "bot") return value === null ? text("portal.lines.nobody") : String(value);
      if (what === "time") return text("portal.lines.seconds", { count: value });
      return text(`portal.lines.${what}.${value}`);
    };
    return text(`portal.lines.change.${what}`, { from: nameOf(from), to: nameOf(to) });
  });
  return { kind: "plain", text: `${name} — ${parts.join("; ")}`, wide: true };
}

/** Who answers in an open channel now, and whether it is switched off. */
export function aboutLine({ bot, active }: Line, text: LookUp): string {
  const now = bot === null ? text("portal.lines.nobody") : bot.name || `#${bot.id}`;
  return [text("portal.lines.now", { bot: now }), ...(active ? [] : [text("portal.lines.off")])].join(", ");
}
