/** One part of the report: a table with a sentence on how it was measured. */
export interface Section {
  readonly title: string;
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The middle value: one slow round, when the machine was busy elsewhere, does not move it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

/** A section as Markdown. */
export function markdown({ title, method, columns, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(columns), line(columns.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)];
  return `## ${title}\n\n${method}\n\n${table.join("\n")}\n`;
}
