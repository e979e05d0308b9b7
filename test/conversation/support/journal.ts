import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The lines of a config node's journal on disk, those of its snapshot first. */
export function journalOf(userDir: string, portal: string): unknown[][] {
  const folder = join(userDir, "bitrix24");
  const files = readdirSync(folder).filter((file) => file.startsWith(`${portal}.`));
  const contents = files.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")] as const);
  const snapshots = contents.filter(([file]) => file.endsWith(".json"));
  const logs = contents.filter(([file]) => file.endsWith(".log"));
  return [
    ...snapshots.flatMap(([, text]) => (JSON.parse(text.slice(text.indexOf("\n"))) as { lines: unknown[][] }).lines),
    ...logs.flatMap(([, text]) =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line.slice(6)) as unknown[]),
    ),
  ];
}

/** The bot's token that a config node has made for itself. */
export function tokenIn(userDir: string, portal: string): string {
  const tokens = journalOf(userDir, portal).flatMap(([kind, meta]) =>
    kind === "m" && typeof (meta as { token?: unknown }).token === "string" ? [(meta as { token: string }).token] : [],
  );
  return tokens.findLast((token) => token !== "") ?? "";
}

/** Whether nobody will do anything with any event any more. */
export function isAllHandled(userDir: string, portal: string): boolean {
  const open = new Set<unknown>();
  for (const [kind, key] of journalOf(userDir, portal)) {
    if (kind === "e") open.add(key);
    if (kind === "d") open.delete(key);
    // The cursor says that everything below is done.
    if (kind === "c") for (const one of open) if (typeof one === "number" && one < Number(key)) open.delete(one);
  }
  return open.size === 0;
}
