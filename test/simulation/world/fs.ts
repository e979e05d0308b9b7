import * as realFs from "node:fs";
import { Disk, type DiskFile } from "./disk";

const missing = (path: string, call: string): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${path}'`), { code: "ENOENT", path });

type Content = string | Uint8Array;

const textOf = (content: Content): string =>
  typeof content === "string" ? content : Buffer.from(content).toString("utf8");

const asRead = (text: string, options: unknown): string | Buffer =>
  typeof options === "string" || (options as { encoding?: string } | undefined)?.encoding ? text : Buffer.from(text);

const statOf = (disk: Disk, path: string): object => {
  const text = disk.read(path);
  if (text === undefined && !disk.hasFolder(path)) throw missing(path, "stat");
  const isFile = text !== undefined;
  return { size: Buffer.byteLength(text ?? ""), isFile: () => isFile, isDirectory: () => !isFile, mode: 0o600 };
};

/** `node:fs` and `node:fs/promises` over a virtual disk, as far as this package uses them. */
export function fsOn(disk: Disk): { readonly fs: object; readonly promises: object } {
  const promises = promisesOn(disk);
  const read = (path: string, options?: unknown): string | Buffer => {
    const text = disk.read(path);
    if (text === undefined) throw missing(path, "open");
    return asRead(text, options);
  };
  const fs = {
    constants: realFs.constants,
    promises,
    accessSync(path: string) {
      if (disk.read(path) === undefined && !disk.hasFolder(path)) throw missing(path, "access");
    },
    existsSync: (path: string) => disk.has(path) || disk.hasFolder(path),
    mkdirSync: (path: string) => disk.makeFolder(path),
    readdirSync(path: string) {
      if (!disk.hasFolder(path)) throw missing(path, "scandir");
      return disk.list(path);
    },
    readFileSync: read,
    renameSync: (from: string, to: string) => disk.rename(from, to),
    rmSync: (path: string) => disk.remove(path),
    unlinkSync: (path: string) => disk.remove(path),
    statSync: (path: string) => statOf(disk, path),
    writeFileSync: (path: string, content: Content) => disk.write(disk.open(path), textOf(content)),
    appendFileSync: (path: string, content: Content) => disk.append(disk.open(path), textOf(content)),
    truncateSync(path: string, length = 0) {
      const file = disk.open(path);
      file.text = Buffer.from(file.text).subarray(0, length).toString("utf8");
    },
  };
  return { fs, promises };
}

function promisesOn(disk: Disk): object {
  const append = (file: DiskFile, text: string): Promise<void> =>
    disk.later(
      () => disk.append(file, text),
      (share) => void (file.text += text.slice(0, Math.floor(text.length * share))),
    );
  const write = (file: DiskFile, text: string): Promise<void> =>
    disk.later(
      () => disk.write(file, text),
      (share) => void (file.text = text.slice(0, Math.floor(text.length * share))),
    );
  return {
    constants: realFs.constants,
    async open(path: string, flags = "r") {
      return disk.later(() => {
        if (disk.hasFolder(path)) return folderHandle(disk, path);
        if (flags.startsWith("r") && !disk.has(path)) throw missing(path, "open");
        const file = disk.open(path);
        if (flags.startsWith("w")) file.text = "";
        return fileHandle(disk, file, { append, write });
      });
    },
    rename: (from: string, to: string) => disk.later(() => disk.rename(from, to)),
    rm: (path: string) => disk.later(() => disk.remove(path)),
    unlink: (path: string) => disk.later(() => disk.remove(path)),
    mkdir: (path: string) => disk.later(() => disk.makeFolder(path)),
    readdir: (path: string) => disk.later(() => disk.list(path)),
    stat: (path: string) => disk.later(() => statOf(disk, path)),
    access: (path: string) => disk.later(() => statOf(disk, path)),
    readFile: (path: string, options?: unknown) =>
      disk.later(() => {
        const text = disk.read(path);
        if (text === undefined) throw missing(path, "open");
        return asRead(text, options);
      }),
    writeFile: (path: string, content: Content) => write(disk.open(path), textOf(content)),
    appendFile: (path: string, content: Content) => append(disk.open(path), textOf(content)),
    truncate: (path: string, length = 0) =>
      disk.later(() => {
        const file = disk.open(path);
        file.text = Buffer.from(file.text).subarray(0, length).toString("utf8");
      }),
  };
}

interface Writers {
  readonly append: (file: DiskFile, text: string) => Promise<void>;
  readonly write: (file: DiskFile, text: string) => Promise<void>;
}

function fileHandle(disk: Disk, file: DiskFile, { append, write }: Writers): object {
  const sync = (): Promise<void> => disk.later(() => disk.sync(file));
  return {
    writeFile: (content: Content) => (file.text === "" ? write(file, textOf(content)) : append(file, textOf(content))),
    appendFile: (content: Content) => append(file, textOf(content)),
    write: (content: Content) => append(file, textOf(content)).then(() => ({ bytesWritten: textOf(content).length })),
    readFile: (options?: unknown) => disk.later(() => asRead(file.text, options)),
    sync,
    datasync: sync,
    truncate: (length = 0) =>
      disk.later(() => void (file.text = Buffer.from(file.text).subarray(0, length).toString("utf8"))),
    stat: () => disk.later(() => ({ size: Buffer.byteLength(file.text) })),
    close: () => Promise.resolve(),
  };
}

function folderHandle(disk: Disk, path: string): object {
  return { sync: () => disk.later(() => disk.syncFolder(path)), close: () => Promise.resolve() };
}
