import { dirname, normalize } from "node:path";
import type { Random } from "./random";
import type { VirtualTime } from "./time";

/** A file as the operating system has it, and what of it has reached the medium. */
interface File {
  text: string;
  onMedium: string;
  /** The operating system is about to write it to the medium by itself. */
  isDue: boolean;
}

interface Pending {
  readonly apply: () => void;
  /** What of it a kill in the middle leaves; absent: all or nothing. */
  readonly applyPart?: (share: number) => void;
}

/** When the operating system writes to the medium what nobody has synced, ms. */
const WRITTEN_BACK_AFTER = 30_000;
/** How long an operation takes, ms. */
const SHORTEST = 0.2;
const LONGEST = 6;

/**
 * The disk of one machine. What the operating system has taken survives a killed process; what was synced survives a
 * power cut as well. Names survive a power cut when their folder was synced.
 */
export class Disk {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #folders = new Set<string>(["/"]);
  #files = new Map<string, File>();
  #onMedium = new Map<string, File>();
  readonly #pending = new Set<Pending>();
  readonly #foldersDue = new Set<string>();
  /** Operations fail while it is full. */
  full = false;
  /** Bytes written since the start. */
  written = 0;
  syncs = 0;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  /** Does `operation` after the time that a disk takes. */
  later<T>(operation: () => T, applyPart?: (share: number) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isDone = false;
      const perform = (): void => {
        if (isDone) return;
        isDone = true;
        this.#pending.delete(pending);
        try {
          resolve(operation());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const pending: Pending = {
        apply: perform,
        ...(applyPart && {
          applyPart: (share: number) => {
            isDone = true;
            applyPart(share);
          },
        }),
      };
      this.#pending.add(pending);
      this.#time.after(SHORTEST + this.#random.next() ** 4 * LONGEST, perform);
    });
  }

  /** The process is killed: what it had asked for may have happened, partly or not at all. */
  processDied(): void {
    let goesOn = true;
    for (const { apply, applyPart } of this.#pending) {
      const luck = this.#random.next();
      if (!goesOn) break;
      if (luck < 0.45) apply();
      else if (luck < 0.65 && applyPart) applyPart(this.#random.next());
      // What was asked for in order is also done in order, as far as it is done.
      if (luck >= 0.45) goesOn = this.#random.chance(0.3);
    }
    this.#pending.clear();
  }

  /** The power fails: what was not synced is gone, a part of it or all, or none of it. */
  powerFailed(): void {
    this.processDied();
    const names = new Map(this.#onMedium);
    for (const [path, file] of this.#files) {
      if (this.#onMedium.get(path) !== file && this.#random.chance(0.5)) names.set(path, file);
      const kept = file.text.startsWith(file.onMedium) ? file.onMedium.length : 0;
      if (file.text !== file.onMedium) {
        const luck = this.#random.next();
        if (luck < 0.5) file.text = kept === 0 && file.onMedium !== "" ? file.onMedium : file.text.slice(0, kept);
        else if (luck < 0.8)
          file.text = file.text.slice(0, kept + Math.floor((file.text.length - kept) * this.#random.next()));
      }
      file.onMedium = file.text;
    }
    this.#files = names;
    this.#onMedium = new Map(names);
  }

  /** Everything below `folder` is gone. */
  wipe(folder: string): void {
    const inside = `${normalize(folder)}/`;
    for (const names of [this.#files, this.#onMedium])
      for (const path of [...names.keys()]) if (path.startsWith(inside)) names.delete(path);
    for (const path of [...this.#folders]) if (path.startsWith(inside)) this.#folders.delete(path);
  }

  makeFolder(path: string): void {
    const folder = normalize(path);
    if (folder !== "/" && folder !== ".") this.makeFolder(dirname(folder));
    this.#folders.add(folder);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(normalize(path).replace(/(.)\/$/, "$1"));
  }

  has(path: string): boolean {
    return this.#files.has(normalize(path));
  }

  list(folder: string): string[] {
    const inside = `${normalize(folder)}/`;
    const names = [...this.#files.keys(), ...this.#folders]
      .filter((path) => path.startsWith(inside))
      .map((path) => path.slice(inside.length).split("/")[0] ?? "");
    return [...new Set(names)].sort();
  }

  read(path: string): string | undefined {
    return this.#files.get(normalize(path))?.text;
  }

  /** The file of this name, made when it is not there. */
  open(path: string): File {
    const name = normalize(path);
    const known = this.#files.get(name);
    if (known) return known;
    const file: File = { text: "", onMedium: "", isDue: false };
    this.#files.set(name, file);
    this.#writeBackNames(dirname(name));
    return file;
  }

  write(file: File, text: string): void {
    if (this.full) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    this.written += text.length;
    file.text = text;
    this.#writeBack(file);
  }

  append(file: File, text: string): void {
    // The last bytes of a full disk take a part of it.
    if (this.full) this.#appendPart(file, text);
    if (this.full) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    this.written += text.length;
    file.text += text;
    this.#writeBack(file);
  }

  #appendPart(file: File, text: string): void {
    if (this.#random.chance(0.2)) file.text += text.slice(0, Math.floor(text.length * this.#random.next()));
  }

  /** What is not synced is on the medium half a minute later all the same. */
  #writeBack(file: File): void {
    if (file.isDue) return;
    file.isDue = true;
    const { text } = file;
    this.#time.after(WRITTEN_BACK_AFTER, () => {
      file.isDue = false;
      if (!file.onMedium.startsWith(text)) file.onMedium = text;
      if (file.text !== file.onMedium) this.#writeBack(file);
    });
  }

  #writeBackNames(folder: string): void {
    if (this.#foldersDue.has(folder)) return;
    this.#foldersDue.add(folder);
    this.#time.after(WRITTEN_BACK_AFTER, () => {
      this.#foldersDue.delete(folder);
      this.#namesToMedium(folder);
    });
  }

  sync(file: File): void {
    this.syncs++;
    file.onMedium = file.text;
  }

  syncFolder(path: string): void {
    this.syncs++;
    this.#namesToMedium(normalize(path).replace(/(.)\/$/, "$1"));
  }

  #namesToMedium(folder: string): void {
    for (const name of [...this.#onMedium.keys()])
      if (dirname(name) === folder && !this.#files.has(name)) this.#onMedium.delete(name);
    for (const [name, file] of this.#files) if (dirname(name) === folder) this.#onMedium.set(name, file);
  }

  rename(from: string, to: string): void {
    const file = this.#files.get(normalize(from));
    if (!file) throw Object.assign(new Error(`ENOENT: no such file, rename '${from}'`), { code: "ENOENT" });
    this.#files.delete(normalize(from));
    this.#files.set(normalize(to), file);
    this.#writeBackNames(dirname(normalize(to)));
  }

  remove(path: string): void {
    this.#files.delete(normalize(path));
    this.#writeBackNames(dirname(normalize(path)));
  }
}

export type DiskFile = File;
