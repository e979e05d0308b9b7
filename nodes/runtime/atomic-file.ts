import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a small file as a whole: whenever the process dies or the power fails, the old content or the new one is
 * there, never a part. Only the file's owner can read it.
 *
 * One writer at a time. Who dies in the middle leaves a draft behind, see {@link isDraftOf}.
 * @throws the file system's error; the old content is untouched then
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  try {
    await writeDurably(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await makeRenameDurable(dirname(path));
}

/** Says whether `name` is a draft of `file`, both without their folder. */
export const isDraftOf = (file: string, name: string): boolean =>
  name.startsWith(`${file}.`) && /^\d+$/.test(name.slice(file.length + 1));

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is in the folder, and the folder is in memory until it is synced. Windows has no such call. */
async function makeRenameDurable(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
