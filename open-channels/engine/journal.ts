import { createHash } from "node:crypto";
import type { Clock } from "../../rest/clock";
import type { JournalStorage } from "./storage";

/** One thing that happened: a short name of its kind, then its values. */
export type Line = readonly [kind: string, ...values: unknown[]];

/** What a journal held when it was opened. */
export interface Loaded {
  /** The last snapshot as it was saved, null when there is none, undefined when it is no JSON. */
  readonly snapshot: unknown;
  readonly lines: readonly Line[];
  /** A line in the middle could not be read and was left out. */
  readonly isDamaged: boolean;
  /** There was something, so what is written here outlives a start. */
  readonly hasSurvived: boolean;
}

export interface JournalParts {
  readonly storage: JournalStorage;
  readonly clock: Clock;
  /** Everything that the lines so far have come to, when the journal becomes too long. */
  readonly snapshot: () => unknown;
  /** Told once when nothing can be written any more, until it works again. */
  readonly onFailure: (error: Error) => void;
}

/** A journal longer than this is put together into a snapshot, characters. */
const LONGEST_LOG = 1_000_000;
/** A large snapshot is worth writing anew only after so many times its own length. */
const TIMES_SNAPSHOT = 8;
const CHECKSUM = 6;
/** What nobody waits for survives a power cut after this, ms: at most one sync in this time. */
const SYNC_WITHIN = 5_000;
/** A disk that failed is tried again after this, ms: a snapshot for each line would cost more than the lines. */
const RETRY_AFTER = 5_000;

interface Waiter {
  readonly upTo: number;
  readonly resolve: () => void;
}

/**
 * An append-only journal with group commit: what is recorded while a write is under way goes with the next one. A disk
 * that fails holds nothing up: the bot goes on from memory, and a person learns of it.
 */
export class Journal {
  readonly #parts: JournalParts;
  #pending: string[] = [];
  #recorded = 0;
  #written = 0;
  #synced = 0;
  #length = 0;
  #longest = LONGEST_LOG;
  #forWrite: Waiter[] = [];
  #forSync: Waiter[] = [];
  #writing: Promise<void> | null = null;
  #syncing = false;
  #stopSync: (() => void) | null = null;
  #scheduled = false;
  /** What failed when it was tried last. */
  readonly #failing = new Set<keyof JournalStorage>();
  /** The log lacks something. Later lines build on it, so that only a snapshot helps. */
  #hasGap = false;
  #retryAt = 0;
  #stopRetry: () => void = () => undefined;
  /** The log ends with half a line, onto which nothing may be appended. */
  #isRagged = false;
  #closed = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  get durable(): boolean {
    return this.#parts.storage.durable;
  }

  /** Whether what is recorded now will outlive the process. */
  get isReliable(): boolean {
    return this.durable && this.#failing.size === 0;
  }

  /** Reads what is there. Call it once, first. @throws the storage's error */
  open(): Loaded {
    const { snapshot, log } = this.#parts.storage.load();
    // What an earlier start has left is put together with the first write; an idle bot writes nothing.
    this.#length = log === "" ? 0 : Infinity;
    this.#isRagged = log !== "" && !log.endsWith("\n");
    const { lines, isDamaged } = readLines(log);
    const parsed = snapshot === null ? null : parse(snapshot);
    return {
      // JSON's own null is no snapshot either.
      snapshot: snapshot !== null && parsed === null ? undefined : parsed,
      lines,
      isDamaged,
      hasSurvived: snapshot !== null || log !== "",
    };
  }

  /** Writes a line down soon. */
  record(line: Line): void {
    if (this.#closed) return;
    const text = writeLine(line);
    this.#pending.push(text);
    this.#recorded++;
    this.#length += text.length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#parts.clock.soon(() => {
      this.#scheduled = false;
      void this.#write();
    });
  }

  /** Resolves when everything recorded so far survives the process. */
  written(): Promise<void> {
    if (this.#written >= this.#recorded) return Promise.resolve();
    const upTo = this.#recorded;
    return new Promise((resolve) => {
      this.#forWrite.push({ upTo, resolve });
      void this.#write();
    });
  }

  /** Resolves when everything recorded so far survives a power cut. */
  async synced(): Promise<void> {
    await this.written();
    if (this.#synced >= this.#written || !this.durable) return;
    const upTo = this.#written;
    await new Promise<void>((resolve) => {
      this.#forSync.push({ upTo, resolve });
      if (!this.#syncing) void this.#sync();
    });
  }

  /** Keeps what could not be read where nothing overwrites it. */
  setAside(): void {
    try {
      this.#parts.storage.setAside();
    } catch (error) {
      this.#fail("setAside", error);
    }
  }

  /** Puts everything together into a snapshot, as at the start. */
  async compact(): Promise<void> {
    this.#length = Infinity;
    await this.#write();
  }

  async close(): Promise<void> {
    this.#stopRetry();
    this.#retryAt = 0;
    if (this.#hasGap) await this.#write();
    await this.synced();
    this.#closed = true;
    this.#stopSync?.();
    await this.#writing;
    this.#stopRetry();
    await this.#attempt("close", () => this.#parts.storage.close());
  }

  /** One write at a time; the promise ends when nothing is left to write. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    await Promise.resolve();
    try {
      do await this.#writeOnce();
      while (this.#pending.length > 0 || this.#isTooLong);
    } finally {
      // In the turn of the last look: what comes from here on begins a write of its own.
      this.#writing = null;
    }
  }

  async #writeOnce(): Promise<void> {
    if (this.#isTooLong) await this.#replace();
    const text = this.#takePending();
    const upTo = this.#recorded;
    // With a gap it is the next snapshot that has it.
    if (text !== "" && !this.#hasGap && !(await this.#attempt("append", () => this.#parts.storage.append(text))))
      this.#missed();
    this.#written = upTo;
    this.#forWrite = settle(this.#forWrite, upTo);
    this.#syncLater();
  }

  #syncLater(): void {
    if (this.#stopSync !== null || this.#closed || !this.durable) return;
    this.#stopSync = this.#parts.clock.after(SYNC_WITHIN, () => {
      this.#stopSync = null;
      void this.synced();
    });
  }

  get #isTooLong(): boolean {
    return this.#length > this.#longest && this.#parts.clock.now() >= this.#retryAt;
  }

  /** The disk does not have all of it. */
  #missed(): void {
    this.#hasGap = true;
    // A part of it may be there.
    this.#isRagged = true;
    this.#length = Infinity;
    this.#retryAt = this.#parts.clock.now() + RETRY_AFTER;
    this.#stopRetry();
    this.#stopRetry = this.#parts.clock.after(RETRY_AFTER, () => void this.#write());
  }

  #takePending(): string {
    const text = this.#pending.join("");
    this.#pending = [];
    if (text === "" || !this.#isRagged) return text;
    this.#isRagged = false;
    return `\n${text}`;
  }

  /** A snapshot holds what still waits to be appended too, and it is synced. */
  async #replace(): Promise<void> {
    const upTo = this.#recorded;
    const covered = this.#pending;
    this.#pending = [];
    this.#length = 0;
    const snapshot = JSON.stringify(this.#parts.snapshot());
    if (!(await this.#attempt("replace", () => this.#parts.storage.replace(snapshot)))) {
      this.#pending = [...covered, ...this.#pending];
      if (this.#hasGap) this.#missed();
      return;
    }
    this.#isRagged = false;
    this.#hasGap = false;
    this.#longest = Math.max(LONGEST_LOG, TIMES_SNAPSHOT * snapshot.length);
    this.#failing.clear();
    this.#stopRetry();
    this.#synced = Math.max(this.#synced, upTo);
    this.#forSync = settle(this.#forSync, this.#synced);
  }

  async #sync(): Promise<void> {
    this.#syncing = true;
    while (this.#forSync.length > 0) {
      const upTo = this.#written;
      await this.#attempt("sync", () => this.#parts.storage.sync());
      this.#synced = Math.max(this.#synced, upTo);
      this.#forSync = settle(this.#forSync, this.#synced);
    }
    this.#syncing = false;
  }

  async #attempt(what: keyof JournalStorage, write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      this.#failing.delete(what);
      return true;
    } catch (error) {
      this.#fail(what, error);
      return false;
    }
  }

  /** A full disk stays full for a while, and each event would say so again. */
  #fail(what: keyof JournalStorage, error: unknown): void {
    if (this.#failing.size === 0) this.#parts.onFailure(error instanceof Error ? error : new Error("unexpected"));
    this.#failing.add(what);
  }
}

function settle(waiters: Waiter[], upTo: number): Waiter[] {
  const later = waiters.filter((waiter) => waiter.upTo > upTo);
  for (const waiter of waiters) if (waiter.upTo <= upTo) waiter.resolve();
  return later;
}

const checksumOf = (text: string): string => createHash("sha1").update(text).digest("base64url").slice(0, CHECKSUM);

function writeLine(line: Line): string {
  const text = JSON.stringify(line);
  return `${checksumOf(text)}${text}\n`;
}

/** Half a line at the end is a write that was cut off; any other broken one is damage. */
function readLines(log: string): { lines: Line[]; isDamaged: boolean } {
  const lines: Line[] = [];
  let isDamaged = false;
  const texts = log.split("\n");
  const last = readLine(texts.pop() ?? "");
  for (const text of texts) {
    const line = readLine(text);
    if (line) lines.push(line);
    else isDamaged = true;
  }
  // Only its end was cut off. The next start finds it whole, so it counts now.
  if (last) lines.push(last);
  return { lines, isDamaged };
}

function readLine(text: string): Line | null {
  const json = text.slice(CHECKSUM);
  const line = checksumOf(json) === text.slice(0, CHECKSUM) ? parse(json) : undefined;
  return Array.isArray(line) && typeof line[0] === "string" ? (line as unknown as Line) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
