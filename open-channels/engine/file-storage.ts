import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { JournalStorage } from "./storage";

/**
 * A journal on disk: `<name>.json` holds the snapshot, `<name>.<generation>.log` what was appended since. The snapshot's
 * first line names the generation of the log that belongs to it, so that whatever is cut off between the two steps of a
 * compaction, the snapshot and the logs from its generation on are the whole story.
 *
 * Readable for the owner only. Nothing is written before the first append or snapshot.
 * @param folder made when it is not there
 * @param name of the journal; signs that files may not have are replaced
 * @throws the file system's error, at `load`, when nothing can be read there
 */
export function fileStorage(folder: string, name: string): JournalStorage {
  return new FileStorage(folder, name);
}

class FileStorage implements JournalStorage {
  readonly durable = true;
  readonly #folder: string;
  /** The journal's name as files may have it. */
  readonly #name: string;
  readonly #path: string;
  #generation = 0;
  #log: Promise<FileHandle> | null = null;
  /** A new log's name is in the folder, which has to be synced as well. */
  #isNameSynced = false;
  /** What a sync has to wait for besides its own: the log before, which is closed while a snapshot takes its place. */
  #closing: Promise<void> = Promise.resolve();

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name.replace(/[^\w.-]/g, "_");
    this.#path = join(folder, `${this.#name}.json`);
  }

  #logPath(generation: number): string {
    return join(this.#folder, `${this.#name}.${generation}.log`);
  }

  load(): { snapshot: string | null; log: string } {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const files = filesOf(this.#folder, this.#name);
    for (const draft of files.drafts) rmSync(join(this.#folder, draft), { force: true });
    const { first, snapshot } = readSnapshot(this.#path);
    this.#generation = Math.max(first, ...files.generations);
    const later = files.generations.filter((one) => one >= first).sort((one, other) => one - other);
    for (const old of files.generations) if (old < first) rmSync(this.#logPath(old), { force: true });
    return { snapshot, log: later.map((one) => readFileSync(this.#logPath(one), "utf8")).join("") };
  }

  async append(text: string): Promise<void> {
    if (this.#log === null) this.#isNameSynced = false;
    this.#log ??= open(this.#logPath(this.#generation), "a", 0o600);
    try {
      await (await this.#log).appendFile(text);
    } catch (error) {
      const failed = this.#log;
      this.#log = null;
      // Nothing of it is used any more, and the first error says what is wrong.
      await syncAndClose(failed).catch(() => undefined);
      throw error;
    }
  }

  async sync(): Promise<void> {
    const own = this.#log;
    await this.#closing;
    await (await own)?.datasync();
    if (own !== null && !this.#isNameSynced) await syncFolder(this.#folder).catch(() => undefined);
    this.#isNameSynced = true;
  }

  async replace(snapshot: string): Promise<void> {
    const before = this.#generation++;
    await this.close();
    await replaceFile(this.#path, `${this.#generation}\n${snapshot}`);
    // It has been replaced, so nothing may fail any more; the next start ignores the old log, and removes it.
    await rm(this.#logPath(before), { force: true }).catch(() => undefined);
  }

  setAside(): void {
    renameSync(this.#path, `${this.#path}.broken`);
  }

  async close(): Promise<void> {
    this.#closing = syncAndClose(this.#log);
    this.#log = null;
    try {
      await this.#closing;
    } finally {
      this.#closing = Promise.resolve();
    }
  }
}

async function syncAndClose(log: Promise<FileHandle> | null): Promise<void> {
  const handle = await log;
  try {
    await handle?.datasync();
  } finally {
    await handle?.close();
  }
}

function filesOf(folder: string, name: string): { drafts: string[]; generations: number[] } {
  const drafts: string[] = [];
  const generations: number[] = [];
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(`${name}.`)) continue;
    const rest = file.slice(name.length + 1);
    if (/^json\.[\da-f]+\.draft$/.test(rest)) drafts.push(file);
    const number = /^(\d{1,15})\.log$/.exec(rest)?.[1];
    if (number !== undefined) generations.push(Number(number));
  }
  return { drafts, generations };
}

/** Version 0.1.0 wrote one JSON object and no generation. */
function readSnapshot(path: string): { first: number; snapshot: string | null } {
  if (!existsSync(path)) return { first: 0, snapshot: null };
  const content = readFileSync(path, "utf8");
  const end = content.indexOf("\n");
  const head = content.slice(0, Math.max(0, end));
  return /^\d{1,15}$/.test(head)
    ? { first: Number(head), snapshot: content.slice(end + 1) }
    : { first: 0, snapshot: content };
}

/**
 * Replaces a file as a whole: whenever the process dies or the power fails, the old content or the new one is there,
 * never a part. The draft's name is random, because two processes on one volume can have the same number.
 * @throws the file system's error; the old content is untouched then
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  try {
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // The new content is there; an error would say that the old one is.
  await syncFolder(dirname(path)).catch(() => undefined);
}

/** New names are in the folder, and the folder is in memory until it is synced. Not every system has such a call. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
