/** The way of the first version, as a rival: after each change the whole state is written as a file. */
import { join } from "node:path";
import { replaceFile } from "../../open-channels/engine/file-storage";
import { decodeEvent, type Delivery } from "../../open-channels/events/decode";
import { BOT_ID } from "./messages";

/** Least time between the beginnings of two writes, ms. */
const WRITE_GAP = 50;

interface Ownership {
  readonly owner: string;
  readonly sessionId: number | null;
  readonly since: number;
}

/**
 * What the first version did for a message that is answered, reduced to what costs: read it, note it as open, answer,
 * note it as done. Writing never held an answer up, so a crash could lose what the last write had not seen. Its timers and
 * the keys of its sends are left out, which is in its favor.
 */
export class Rewriting {
  readonly #path: string;
  readonly #owners = new Map<number, Ownership>();
  readonly #open = new Map<number, Delivery>();
  #cursor = 0;
  readonly #isAwaited: boolean;
  #isWanted = false;
  #writing: Promise<void> | null = null;
  #waiters: (() => void)[] = [];

  /**
   * @param folder of its file
   * @param people how many dialogs people have
   * @param isAwaited an answer waits until its event is on disk, which the first version never did
   */
  constructor(folder: string, people: number, isAwaited = false) {
    this.#path = join(folder, "first-version.json");
    this.#isAwaited = isAwaited;
    for (let chatId = 1; chatId <= people; chatId++)
      this.#owners.set(chatId, { owner: "human", sessionId: 50_000 + chatId, since: Date.UTC(2026, 8, 21) });
  }

  async handle(delivery: Delivery, answer: () => Promise<unknown>): Promise<void> {
    const { conversation } = decodeEvent(delivery, BOT_ID);
    const id = Number(delivery.id);
    this.#open.set(id, delivery);
    const onDisk = new Promise<void>((resolve) => this.#waiters.push(resolve));
    this.#save();
    if (this.#owners.has(conversation.chatId ?? 0)) return;
    if (this.#isAwaited) await onDisk;
    await answer();
    this.#open.delete(id);
    this.#cursor = Math.max(this.#cursor, id + 1);
    this.#save();
  }

  /** Everything up to now is on disk. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #save(): void {
    this.#isWanted = true;
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  async #write(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const started = performance.now();
      const waiters = this.#waiters;
      this.#waiters = [];
      await replaceFile(this.#path, JSON.stringify(this.#state()));
      for (const resolve of waiters) resolve();
      const rest = WRITE_GAP - (performance.now() - started);
      if (this.#isWanted && rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }

  #state(): object {
    return {
      version: 1,
      owner: "https://portal.example/rest/ support_bot",
      token: "",
      handlerUrl: "",
      cursor: this.#cursor,
      done: [String(this.#cursor - 1)],
      owners: [...this.#owners],
      posted: [],
    };
  }

  /** What a day of `messages` messages wrote: they are too far apart for two changes to share a write. */
  static bytesOfDay(messages: number, people = 1_000): { writes: number; bytes: number } {
    const text = JSON.stringify(new Rewriting("", people).#state());
    return { writes: 2 * messages, bytes: 2 * messages * Buffer.byteLength(text) };
  }
}
